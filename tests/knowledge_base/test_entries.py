"""Reading entries: every fault is told with file and field."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import ContentError
from knowledge_base.entry import version_of
from knowledge_base.loader import Content
from tests.knowledge_base.conftest import ContentFolder

PROBATION = "labour-contract/probation-period-length"


def test_an_entry_is_read_with_all_its_fields(folder: ContentFolder) -> None:
    entry = folder.load().entries["probation-period-length"]
    assert entry.category == "labour-contract"
    assert entry.title == {"zh": "试用期最长多久", "en": "Maximum probation period"}
    assert [str(citation) for citation in entry.citations] == [
        "labour-contract-law#19",
        "labour-contract-law#83",
    ]
    assert entry.effective_from == date(2026, 7, 1)
    assert entry.expires_on is None
    assert "能试用半年吗" in entry.all_samples()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("audience", "everybody", "field audience: must be one of"),
        ("as_of", "yesterday", "field as_of: must be a date"),
        ("title", "{zh: 试用期最长多久}", "field title.en: text is missing"),
        ("title", "{zh: 试用期, en: Probation, fr: Essai}", "field title.fr: language is not"),
        ("citations", "[labour contract law 19]", "field citations: "),
        ("verified", "{by: editorial}", "field verified: needs by, against and on"),
        ("topic", "another-topic", "field topic: file and folder must be named after it"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(
    folder: ContentFolder, field: str, value: str, reason: str
) -> None:
    folder.change_field(PROBATION, field, value)
    with pytest.raises(ContentError, match=reason) as caught:
        folder.load()
    assert str(caught.value).startswith(f"{PROBATION}.yaml: ")


def test_unknown_and_missing_fields_are_refused(folder: ContentFolder) -> None:
    folder.change(PROBATION, "audience: both", "audience: both\nmood: cheerful")
    with pytest.raises(ContentError, match="field mood is not known"):
        folder.load()
    folder.change(PROBATION, "audience: both\nmood: cheerful\n", "")
    with pytest.raises(ContentError, match="field audience is missing"):
        folder.load()


def test_a_file_that_is_no_yaml_is_named(folder: ContentFolder) -> None:
    folder.write(PROBATION, "topic: [unfinished")
    with pytest.raises(ContentError, match=rf"{PROBATION}.yaml: not readable as YAML"):
        folder.load()


def test_an_entry_is_in_force_only_within_its_dates(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "expires_on", "2027-01-31")
    entry = folder.load().entries["probation-period-length"]
    assert not entry.is_in_force(date(2026, 6, 30))
    assert entry.is_in_force(date(2026, 7, 1))
    assert entry.is_in_force(date(2027, 1, 31))
    assert not entry.is_in_force(date(2027, 2, 1))


def test_the_version_changes_with_what_is_told_and_with_nothing_else(
    folder: ContentFolder,
) -> None:
    def version() -> str:
        return folder.load().entries["probation-period-length"].version

    before = version()
    folder.change(PROBATION, "能试用半年吗", "半年试用行不行")
    folder.change_field(PROBATION, "review_by", "2028-01-31")
    assert version() == before
    folder.change(PROBATION, "最多1个月", "最多2个月")
    assert version() != before


def test_taking_the_verification_away_changes_the_version() -> None:
    notified = {"spoken": {"zh": "一句话"}, "verified": {"by": "a", "against": "b", "on": "c"}}
    assert version_of(notified) != version_of({**notified, "verified": None})


def test_every_related_topic_of_the_real_content_exists(content: Content) -> None:
    assert len(content.entries) >= 232
    for entry in content.entries.values():
        assert set(entry.related) <= content.entries.keys()

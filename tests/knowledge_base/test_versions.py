"""Drafts, review by a second person, publication, retirement, roll back, files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock, local_date
from core.database import Database
from core.errors import ConflictError, ContentError, NotFoundError
from knowledge_base.assembly import FIGURES_TOPIC
from knowledge_base.editing import (
    discard_draft,
    draft_entry,
    publish,
    retire_topic,
    return_draft,
    revise_draft,
    roll_back,
    submit_draft,
    unschedule,
)
from knowledge_base.editing_services import EditingServices
from knowledge_base.entry_texts import with_dates, with_samples
from knowledge_base.loader import CONTENT_FOLDER, load_content, parse_entry
from knowledge_base.models import EntryVersion
from knowledge_base.queries import (
    diff_versions,
    find_open_version,
    find_ruling,
    get_version,
    list_history,
    list_open_versions,
)
from knowledge_base.transfer import export_content, import_content
from tests.knowledge_base.conftest import ContentFolder

TOPIC = "probation-period-length"
FILE = f"labour-contract/{TOPIC}"
OLD, NEW = "您可以要求单位按转正后", "您有权要求单位按转正后"


class Editor:
    """Somebody who edits by the rules unless told otherwise."""

    def __init__(self, db: Session, services: EditingServices, clock: FixedClock) -> None:
        self.db, self.services, self.clock = db, services, clock

    def draft(self, text: str, topic: str = TOPIC, author: str = "lin") -> EntryVersion:
        return draft_entry(
            self.db,
            self.services,
            topic,
            text,
            author=author,
            reason="wording",
            now=self.clock.now(),
        )

    def submitted(self, text: str, topic: str = TOPIC) -> EntryVersion:
        return submit_draft(self.db, self.draft(text, topic), by="lin", now=self.clock.now())

    def publish(
        self, version: EntryVersion, reviewer: str = "mei", effective_from: date | None = None
    ) -> EntryVersion:
        now = self.clock.now()
        return publish(
            self.db,
            self.services,
            version,
            reviewer=reviewer,
            now=now,
            effective_from=effective_from,
        )

    def published(self, text: str, topic: str = TOPIC) -> EntryVersion:
        return self.publish(self.submitted(text, topic))

    def retire(self, topic: str = TOPIC) -> int:
        now = self.clock.now()
        return retire_topic(self.db, self.services, topic, by="mei", reason="wrong", now=now)

    def roll_back(self, number: int, reviewer: str = "mei") -> EntryVersion:
        return roll_back(
            self.db, self.services, TOPIC, number, author="lin", reviewer=reviewer, reason="worse",
            now=self.clock.now(),
        )  # fmt: skip

    def ruling(self, topic: str = TOPIC) -> int | None:
        found = find_ruling(self.db, topic, local_date(self.clock.now()))
        return found.number if found else None


@pytest.fixture
def editor(folder: ContentFolder, database: Database, clock: FixedClock) -> Iterator[Editor]:
    with database.write() as db:
        yield Editor(db, EditingServices(folder.path), clock)


@pytest.fixture
def text(folder: ContentFolder) -> str:
    return folder.read(FILE)


def test_the_first_draft_keeps_the_file_as_version_one(editor: Editor, text: str) -> None:
    draft = editor.draft(text.replace(OLD, NEW))
    assert (draft.number, draft.based_on) == (2, 1)
    first = get_version(editor.db, TOPIC, 1)
    assert (first.content, first.author, first.state) == (text, "files", "published")
    assert editor.ruling() == 1


def test_a_version_goes_from_draft_over_review_to_published(editor: Editor, text: str) -> None:
    version = editor.published(text.replace(OLD, NEW))
    assert (version.state, version.author, version.reviewer) == ("published", "lin", "mei")
    assert version.effective_from == date(2026, 7, 1)
    assert editor.ruling() == 2
    newest, first = list_history(editor.db, TOPIC, local_date(editor.clock.now()))
    assert [(e.action, e.by) for e in newest.events] == [
        ("drafted", "lin"),
        ("submitted", "lin"),
        ("published", "mei"),
    ]
    assert (newest.rules, first.rules) == (True, False)


def test_nobody_publishes_what_they_wrote(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace(OLD, NEW))
    with pytest.raises(ConflictError, match="a second person has to review it"):
        editor.publish(version, reviewer="lin")


def test_nor_what_they_helped_to_write(editor: Editor, text: str) -> None:
    version = editor.draft(text)
    now = editor.clock.now()
    revise_draft(editor.db, version, text.replace(OLD, NEW), by="mei", reason="", now=now)
    submit_draft(editor.db, version, by="lin", now=now)
    with pytest.raises(ConflictError, match="mei wrote this version"):
        editor.publish(version)
    assert editor.publish(version, reviewer="chen").reviewer == "chen"


def test_a_draft_is_not_published_without_review(editor: Editor, text: str) -> None:
    with pytest.raises(ConflictError, match="is not in review"):
        editor.publish(editor.draft(text.replace(OLD, NEW)))


def test_a_reviewer_may_return_a_version_with_a_reason(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace(OLD, NEW))
    now = editor.clock.now()
    return_draft(editor.db, version, by="mei", reason="say how much", now=now)
    assert version.state == "draft"
    discard_draft(editor.db, version, by="lin", reason="not needed", now=now)
    assert version.state == "retired"
    assert editor.ruling() == 1
    with pytest.raises(ConflictError, match="cannot become"):
        discard_draft(editor.db, version, by="lin", reason="again", now=now)


def test_an_unfinished_draft_is_kept_but_not_handed_in(editor: Editor) -> None:
    version = editor.draft("topic: probation-period-length\n")
    assert find_open_version(editor.db, TOPIC) is version
    assert list_open_versions(editor.db) == [version]
    with pytest.raises(ContentError, match="field as_of is missing"):
        submit_draft(editor.db, version, by="lin", now=editor.clock.now())


def test_what_the_checks_refuse_is_not_published(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace("最多1个月", "最多5个月"))
    with pytest.raises(ContentError, match=r"spoken\.zh: 5 stand in no cited article"):
        editor.publish(version)


def test_two_drafts_at_once_do_not_swallow_each_other(editor: Editor, text: str) -> None:
    one = editor.submitted(text.replace(OLD, NEW))
    other = editor.submitted(
        text.replace("同一单位只能约定一次。超期", "同一单位仅能约定一次。超期")
    )
    editor.publish(one)
    with pytest.raises(ConflictError, match=r"Version 2 of .* was published since"):
        editor.publish(other)
    now = editor.clock.now()
    return_draft(editor.db, other, by="mei", reason="work it in", now=now)
    revise_draft(editor.db, other, one.content + "\n", by="lin", reason="", now=now)
    submit_draft(editor.db, other, by="lin", now=now)
    editor.publish(other)
    assert editor.ruling() == 3


def test_a_version_with_a_later_date_waits_for_it(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace(OLD, NEW))
    editor.publish(version, effective_from=date(2027, 1, 1))
    assert "effective_from: 2027-01-01\n" in version.content
    assert editor.ruling() == 1
    editor.clock.advance(timedelta(days=39))
    assert local_date(editor.clock.now()) == date(2027, 1, 1)
    assert editor.ruling() == 2


def test_a_correction_of_today_does_not_push_out_what_is_scheduled(
    editor: Editor, text: str
) -> None:
    scheduled = editor.submitted(text.replace(OLD, NEW))
    editor.publish(scheduled, effective_from=date(2027, 1, 1))
    editor.published(text.replace("超期部分", "超出部分"))
    assert editor.ruling() == 3
    editor.clock.advance(timedelta(days=39))
    assert editor.ruling() == scheduled.number


def test_what_is_scheduled_can_be_taken_back(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace(OLD, NEW))
    editor.publish(version, effective_from=date(2027, 1, 1))
    now = editor.clock.now()
    unschedule(editor.db, version, by="mei", reason="law postponed", now=now)
    assert version.state == "draft"
    with pytest.raises(ConflictError, match="has begun"):
        unschedule(editor.db, get_version(editor.db, TOPIC, 1), by="mei", reason="", now=now)


def test_a_version_cannot_begin_before_the_one_it_replaces(editor: Editor, text: str) -> None:
    version = editor.submitted(text.replace(OLD, NEW))
    with pytest.raises(ConflictError, match="must not lie before 2026-07-01"):
        editor.publish(version, effective_from=date(2026, 6, 1))


def test_a_retired_topic_is_told_no_more_until_something_new_is_published(
    editor: Editor, text: str
) -> None:
    assert editor.retire() == 1
    assert editor.ruling() is None
    with pytest.raises(NotFoundError, match="Nothing of probation-period-length is published"):
        editor.retire()
    with pytest.raises(NotFoundError, match="Nothing of no-such-topic"):
        editor.retire("no-such-topic")
    editor.published(text.replace(OLD, NEW))
    assert editor.ruling() == 2


def test_rolling_back_publishes_the_old_text_as_a_new_version(editor: Editor, text: str) -> None:
    editor.published(text.replace(OLD, NEW))
    version = editor.roll_back(1)
    assert (version.number, editor.ruling()) == (3, 3)
    assert version.content == text.replace(
        "effective_from: 2026-07-01", "effective_from: 2026-11-23"
    )
    with pytest.raises(ConflictError, match="second person"):
        editor.roll_back(1, reviewer="lin")


def test_what_was_never_published_is_nothing_to_roll_back_to(editor: Editor, text: str) -> None:
    editor.draft(text.replace(OLD, NEW))
    with pytest.raises(ConflictError, match=r"Version 2 of .* was never published"):
        editor.roll_back(2)
    with pytest.raises(NotFoundError, match="no version 9"):
        editor.roll_back(9)


def test_the_difference_between_two_versions_shows_the_changed_line(
    editor: Editor, text: str
) -> None:
    version = editor.published(text.replace(OLD, NEW))
    diff = diff_versions(get_version(editor.db, TOPIC, 1), version)
    changed = [line for line in diff.splitlines() if line[0] in "+-"]
    assert changed[:2] == [f"--- {TOPIC} version 1", f"+++ {TOPIC} version 2"]
    assert len(changed) == 4
    assert OLD in changed[2]
    assert NEW in changed[3]


def test_figures_are_published_in_the_same_way(editor: Editor, folder: ContentFolder) -> None:
    figures = (folder.path / FIGURES_TOPIC).read_text(encoding="utf-8")
    changed = figures.replace("value: 2080,", "value: 2180,")
    version = editor.published(changed, FIGURES_TOPIC)
    assert version.number == 2
    broken = editor.submitted(figures.replace("id: minimum_wage_hourly", "id: x"), FIGURES_TOPIC)
    with pytest.raises(ContentError, match="minimum_wage_hourly"):
        editor.publish(broken)


def test_all_real_entries_come_out_of_the_database_byte_for_byte(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    services = EditingServices()
    today = local_date(clock.now())
    with database.write() as db:
        counts = import_content(
            db,
            services,
            CONTENT_FOLDER,
            author="lin",
            reviewer="mei",
            reason="start",
            now=clock.now(),
        )
        assert counts.published == len(services.base.entries) + 1
        again = import_content(
            db,
            services,
            CONTENT_FOLDER,
            author="lin",
            reviewer="mei",
            reason="again",
            now=clock.now(),
        )
        assert (again.published, again.unchanged) == (0, counts.published)
        assert export_content(db, services, tmp_path / "out", today) == len(services.base.entries)
    exported = {p.relative_to(tmp_path / "out"): p for p in (tmp_path / "out").rglob("*.yaml")}
    for name, path in exported.items():
        assert path.read_bytes() == (CONTENT_FOLDER / name).read_bytes(), name
    assert load_content(tmp_path / "out").entries == services.base.entries


def test_an_export_mixes_files_and_versions_and_leaves_out_what_is_retired(
    editor: Editor, text: str, tmp_path: Path
) -> None:
    editor.published(text.replace(OLD, NEW))
    editor.retire("wage-arrears-what-to-do")
    target = tmp_path / "out"
    assert export_content(editor.db, editor.services, target, local_date(editor.clock.now())) == 3
    assert (target / "entries" / f"{FILE}.yaml").read_text(encoding="utf-8") == text.replace(
        OLD, NEW
    )
    assert "wage-arrears-what-to-do" not in load_content(target).entries
    with pytest.raises(ContentError, match="is not empty"):
        export_content(editor.db, editor.services, target, local_date(editor.clock.now()))


def test_a_folder_with_a_fault_is_not_imported(editor: Editor, folder: ContentFolder) -> None:
    folder.change_field(FILE, "review_by", "2026-01-31")
    with pytest.raises(ContentError, match="review was due on 2026-01-31"):
        import_content(
            editor.db, editor.services, folder.path, author="lin", reviewer="mei", reason="x",
            now=editor.clock.now(),
        )  # fmt: skip
    assert editor.ruling() is None


def test_samples_are_added_to_every_real_file_without_touching_anything_else() -> None:
    for path in sorted((CONTENT_FOLDER / "entries").glob("*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        for style in ("short", "colloquial", "en"):
            changed = with_samples(text, style, ['新问题："甲"', "第二句: 乙"])
            before, after = parse_entry(text, path.stem), parse_entry(changed, path.stem)
            assert after.samples[style][-2:] == ('新问题："甲"', "第二句: 乙")
            assert after.samples[style][:-2] == before.samples[style]
            assert after.version == before.version


def test_dates_are_set_without_touching_anything_else(text: str) -> None:
    changed = with_dates(text, date(2027, 1, 1), date(2027, 12, 31))
    differing = [
        new for old, new in zip(text.splitlines(), changed.splitlines(), strict=True) if old != new
    ]
    assert differing == ["effective_from: 2027-01-01", "expires_on: 2027-12-31"]

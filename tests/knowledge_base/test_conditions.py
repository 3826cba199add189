"""Texts of an entry that state other conditions are shown to a reader."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from core.errors import ContentError
from knowledge_base.conditions import (
    REVIEWED_FILE,
    Difference,
    list_differences,
    read_reviewed,
)
from knowledge_base.entry import Entry
from knowledge_base.loader import CONTENT_FOLDER, Content
from tests.knowledge_base.conftest import ContentFolder

PROBATION = "labour-contract/probation-period-length"


@pytest.fixture
def entry(content: Content) -> Entry:
    """An entry whose texts the tests replace."""
    return content.entries["protected-from-dismissal"]


def differences(entry: Entry, zh: str, en: str) -> dict[str, Difference]:
    """Differences between two texts, by kind."""
    both = {"zh": zh, "en": en}
    changed = replace(entry, spoken=both, text=both, full=both)
    return {one.kind: one for one in list_differences(changed) if one.first == "text.zh"}


@pytest.mark.parametrize(
    ("zh", "en", "kind"),
    [
        ("工伤丧失或部分丧失劳动能力的。", "You lost your working capacity by an injury.", "part"),
        ("影响工作或者拒不改正的。", "You harm the work if you do not stop.", "or"),
        ("单位一般不能单方决定。", "The employer decides nothing alone.", "hedge"),
        ("受理后5个工作日内告知。", "You are informed within 5 days.", "working_day"),
        ("要书面通知。", "The employer must inform you.", "written"),
        ("在本单位连续工作满十五年。", "After 15 years of work in a row.", "same_employer"),
        ("最长不超过24个月。", "It is 24 months.", "at_most"),
        ("不低于80%。", "It is 80%.", "at_least"),
        ("满15天的休42天。", "You have 15 days, then 43.", "number"),
        ("所有职工都有。", "Staff have it.", "all"),
    ],
)
def test_a_condition_that_english_drops(entry: Entry, zh: str, en: str, kind: str) -> None:
    assert kind in differences(entry, zh, en)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("丧失或者部分丧失劳动能力。", "All or part of working capacity is lost."),
        (
            "一般在6月到10月发，最多1万元。",
            "Normally paid from June to October, at most 10,000 yuan.",
        ),
        ("二年内，或者24个月。", "Within 24 months, or 2 years."),
        ("按百分之一百五十付。", "Paid at 150 percent."),
        ("半年以上的。", "Half a year or more."),
        ("其中一个或者一次。", "One of them or once."),
    ],
)
def test_the_same_condition_in_other_words_is_no_difference(entry: Entry, zh: str, en: str) -> None:
    assert differences(entry, zh, en) == {}


def test_a_limit_that_turns_round_between_two_lengths(entry: Entry) -> None:
    english = {"zh": "", "en": "Ask us."}
    changed = replace(
        entry,
        spoken=english | {"zh": "满十五年的受保护。"},
        text=english | {"zh": "不满十五年的受保护。"},
        full=english | {"zh": "不满十五年的受保护。"},
    )
    found = {(one.first, one.second): one for one in list_differences(changed)}
    assert found["spoken.zh", "text.zh"].detail == "at_least against at_most"
    assert ("text.zh", "full.zh") not in found


def test_the_employer_that_a_short_text_forgets(entry: Entry) -> None:
    english = {"zh": "", "en": "Ask us."}
    changed = replace(
        entry,
        spoken=english | {"zh": "连续工作满十五年的。"},
        text=english | {"zh": "在本单位连续工作满十五年的。"},
        full=english | {"zh": "在本单位连续工作满十五年的。"},
    )
    found = {(o.first, o.second, o.kind): o.detail for o in list_differences(changed)}
    assert found["spoken.zh", "text.zh", "at 15"] == "same_employer in the second only"


def test_kb_check_names_a_new_difference_until_it_is_reviewed(folder: ContentFolder) -> None:
    assert folder.all_problems() == []
    folder.change(PROBATION, "合同满三个月", "书面合同满三个月")
    (problem,) = folder.all_problems()
    assert problem.field == "spoken.zh/spoken.en"
    name = problem.reason.split("not reviewed: ")[1]
    reviewed = folder.path / REVIEWED_FILE
    before = reviewed.read_text(encoding="utf-8")
    reviewed.write_text(f'{before}"{name}": "in other words"\n', encoding="utf-8")
    assert folder.all_problems() == []
    folder.change(PROBATION, "书面合同满三个月", "书面的合同满三个月")
    files = {p.file for p in folder.all_problems()}
    assert files == {f"{PROBATION}.yaml", REVIEWED_FILE}


def test_a_review_without_a_reason_is_refused(folder: ContentFolder) -> None:
    reviewed = folder.path / REVIEWED_FILE
    reviewed.write_text('"some difference":\n', encoding="utf-8")
    with pytest.raises(ContentError, match="the reason is missing"):
        read_reviewed(reviewed)


def test_every_review_of_the_real_content_has_a_reason() -> None:
    reviewed = read_reviewed(CONTENT_FOLDER / REVIEWED_FILE)
    assert all(len(reason) > 10 for reason in reviewed.values())


def test_awkward_input_is_read_in_linear_time(entry: Entry) -> None:
    began = time.perf_counter()
    differences(entry, "或者不不满部分" * 6000, "or not part of any " * 2500)
    assert time.perf_counter() - began < 5

"""Questions nobody could answer become groups, and groups become drafts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from config.yaml_files import parse_yaml
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from core.errors import ConflictError
from knowledge_base.editing import discard_draft
from knowledge_base.editing_services import EditingServices
from knowledge_base.gaps import (
    GapGroup,
    count_gaps,
    draft_from_group,
    group_unanswered,
    list_gaps,
    set_group_aside,
    week_of,
)
from knowledge_base.likeness import group_questions
from knowledge_base.loader import Content, parse_entry
from knowledge_base.models import GroupState
from knowledge_base.operations import record_unanswered
from tests.knowledge_base.conftest import ContentFolder

LAST_WEEK = datetime(2026, 11, 18, 15, 0, tzinfo=LOCAL_ZONE)
BONUS = ("公司年会抽奖要不要交税", "年会抽奖中了手机要交税吗", "年会抽奖的奖品要交税吗")
PROBATION = "probation-period-length"


class Gaps:
    """Questions that got no answer, and what editors do with them."""

    def __init__(
        self, db: Session, folder: ContentFolder, content: Content, clock: FixedClock
    ) -> None:
        self.db, self.content, self.clock = db, content, clock
        self.services = EditingServices(folder.path)

    def ask(self, *questions: str, at: datetime = LAST_WEEK, language: str = "zh") -> None:
        for words in questions:
            record_unanswered(
                self.db, words, reason="none", channel="text", language=language, now=at
            )

    def gather(self) -> dict[str, int]:
        return group_unanswered(self.db, self.content, self.clock.now())

    def only_group(self) -> GapGroup:
        (found,) = list_gaps(self.db)
        return found


@pytest.fixture
def gaps(
    database: Database, folder: ContentFolder, content: Content, clock: FixedClock
) -> Iterator[Gaps]:
    with database.write() as db:
        yield Gaps(db, folder, content, clock)


def samples_of(content: Content) -> dict[str, tuple[str, ...]]:
    return {topic: entry.all_samples() for topic, entry in content.entries.items()}


def test_questions_that_are_alike_come_together(content: Content) -> None:
    groups = group_questions([*BONUS, "食堂的饭有虫子", BONUS[0]], samples_of(content))
    assert [set(group.members) for group in groups] == [{0, 1, 2, 4}, {3}]


def test_each_group_names_the_topics_nearest_to_it(content: Content) -> None:
    (group,) = group_questions(["厂里拖欠工资不发怎么讨"], samples_of(content))
    assert group.nearest[0] == "wage-arrears-what-to-do"
    assert len(group.nearest) == 3


def test_no_questions_give_no_groups() -> None:
    assert group_questions([], {"a": ["b"]}) == []


def test_a_week_runs_from_monday() -> None:
    assert week_of(date(2026, 11, 22)) == date(2026, 11, 16)
    assert week_of(date(2026, 11, 23)) == date(2026, 11, 23)


def test_ended_weeks_are_gathered_once(gaps: Gaps) -> None:
    gaps.ask(*BONUS, "食堂的饭有虫子")
    gaps.ask("年会抽奖交不交税", at=LAST_WEEK - timedelta(days=7))
    gaps.ask("年会抽奖交税不", at=gaps.clock.now())
    assert gaps.gather() == {"questions": 5, "groups": 3}
    assert gaps.gather() == {"questions": 0, "groups": 0}
    first, second, third = list_gaps(gaps.db)
    assert (first.group.week_on, first.group.size) == (date(2026, 11, 16), 3)
    assert {question.masked_words for question in first.questions} == set(BONUS)
    assert first.group.words in BONUS
    assert second.group.words == "食堂的饭有虫子"
    assert third.group.week_on == date(2026, 11, 9)
    assert count_gaps(gaps.db) == 3


def test_a_group_becomes_a_draft_of_a_known_topic_with_its_questions_as_samples(
    gaps: Gaps,
) -> None:
    gaps.ask("试用期最长能签多久呀", "试用期最长能签多久呢")
    gaps.gather()
    group = gaps.only_group().group
    assert group.nearest[0] == PROBATION
    draft = draft_from_group(
        gaps.db, gaps.services, group, PROBATION, author="lin", now=gaps.clock.now()
    )
    assert (draft.state, draft.based_on) == ("draft", 1)
    samples = parse_entry(draft.content, PROBATION).samples["colloquial"]
    assert samples[-2:] == ("试用期最长能签多久呀", "试用期最长能签多久呢")
    assert (group.state, group.draft_id, group.settled_by) == ("drafted", draft.id, "lin")
    assert list_gaps(gaps.db) == []
    assert len(list_gaps(gaps.db, state=GroupState.DRAFTED)) == 1


def test_a_group_becomes_a_draft_of_a_new_topic(gaps: Gaps) -> None:
    gaps.ask(*BONUS)
    gaps.ask("is the lucky draw taxed", language="en")
    gaps.gather()
    group = list_gaps(gaps.db)[0].group
    draft = draft_from_group(
        gaps.db, gaps.services, group, "annual-party-prizes", author="lin", now=gaps.clock.now()
    )
    raw = parse_yaml(draft.content)
    assert raw["topic"] == "annual-party-prizes"
    assert raw["samples"] == {"colloquial": list(BONUS)}
    assert raw["effective_from"] == date(2026, 11, 23)


def test_an_open_version_is_not_pushed_aside(gaps: Gaps) -> None:
    gaps.ask("试用期最长能签多久呀")
    gaps.ask("食堂的饭有虫子怎么赔")
    gaps.gather()
    one, other = (found.group for found in list_gaps(gaps.db))
    now = gaps.clock.now()
    draft = draft_from_group(gaps.db, gaps.services, one, PROBATION, author="lin", now=now)
    with pytest.raises(ConflictError, match="has an open version already"):
        draft_from_group(gaps.db, gaps.services, other, PROBATION, author="lin", now=now)
    discard_draft(gaps.db, draft, by="lin", reason="no", now=now)
    assert draft_from_group(gaps.db, gaps.services, other, PROBATION, author="lin", now=now)


def test_a_group_is_settled_once(gaps: Gaps) -> None:
    gaps.ask("食堂的饭有虫子")
    gaps.gather()
    group = gaps.only_group().group
    now = gaps.clock.now()
    set_group_aside(gaps.db, group, by="mei", now=now)
    assert group.state == "set_aside"
    with pytest.raises(ConflictError, match="is set_aside already"):
        set_group_aside(gaps.db, group, by="mei", now=now)
    with pytest.raises(ConflictError, match="is set_aside already"):
        draft_from_group(gaps.db, gaps.services, group, PROBATION, author="lin", now=now)

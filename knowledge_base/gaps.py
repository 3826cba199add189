"""Questions nobody could answer: gathered by likeness week by week, and turned into drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import local_date, local_midnight
from core.errors import ConflictError, ContentError
from knowledge_base.editing import draft_entry
from knowledge_base.editing_services import EditingServices
from knowledge_base.entry_texts import with_samples
from knowledge_base.loader import Content
from knowledge_base.models import EntryVersion, GroupState, QuestionGroup, UnansweredQuestion
from knowledge_base.queries import find_open_version, find_ruling

# The style under which a question of a language is added to an entry's samples.
_STYLES = {"zh": "colloquial", "yue": "yue", "en": "en"}
_MAX_SAMPLES = 12
_SKELETON = """topic: {topic}
category:
title: {{zh: , en: }}
short_name: {{zh: , en: }}
audience: both
authority:
citations: []
figures: []
numbers: {{}}
spoken:
  zh:
  en:
text:
  zh:
  en:
full:
  zh:
  en:
as_of: {today}
effective_from: {today}
expires_on: null
review_by: {review_by}
verified: null
unverified: null
related: []
samples: {{}}
"""


@dataclass(frozen=True)
class GapGroup:
    """A group with the questions in it, the newest first."""

    group: QuestionGroup
    questions: tuple[UnansweredQuestion, ...]


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def group_unanswered(db: Session, content: Content, now: datetime) -> dict[str, int]:
    """Gather the questions of all weeks that have ended and were not gathered yet; counts.

    Meant for Monday mornings; a missed week is made up the next time.
    """
    this_week = local_midnight(week_of(local_date(now)))
    waiting = db.scalars(
        select(UnansweredQuestion)
        .where(UnansweredQuestion.group_id.is_(None), UnansweredQuestion.asked_at < this_week)
        .order_by(UnansweredQuestion.id)
    ).all()
    weeks: dict[date, list[UnansweredQuestion]] = {}
    for question in waiting:
        weeks.setdefault(week_of(local_date(question.asked_at)), []).append(question)
    groups = sum(_group_week(db, content, week, asked) for week, asked in weeks.items())
    return {"questions": len(waiting), "groups": groups}


def _group_week(
    db: Session, content: Content, week_on: date, questions: Sequence[UnansweredQuestion]
) -> int:
    # Only the weekly job pays for importing what compares texts: a third of a start's time.
    from knowledge_base.likeness import group_questions

    samples = {topic: entry.all_samples() for topic, entry in content.entries.items()}
    found = group_questions([question.masked_words for question in questions], samples)
    for alike in found:
        group = QuestionGroup(
            week_on=week_on,
            words=questions[alike.members[0]].masked_words,
            size=len(alike.members),
            nearest=list(alike.nearest),
            state=GroupState.OPEN,
        )
        db.add(group)
        db.flush()
        for position in alike.members:
            questions[position].group_id = group.id
    db.flush()
    return len(found)


def list_gaps(
    db: Session, *, state: GroupState = GroupState.OPEN, limit: int = 50, offset: int = 0
) -> list[GapGroup]:
    """Groups in a state, the newest week and the largest group first, with their questions."""
    groups = db.scalars(
        select(QuestionGroup)
        .where(QuestionGroup.state == state)
        .order_by(QuestionGroup.week_on.desc(), QuestionGroup.size.desc(), QuestionGroup.id)
        .limit(limit)
        .offset(offset)
    ).all()
    questions = db.scalars(
        select(UnansweredQuestion)
        .where(UnansweredQuestion.group_id.in_([group.id for group in groups]))
        .order_by(UnansweredQuestion.id.desc())
    ).all()
    return [
        GapGroup(group, tuple(q for q in questions if q.group_id == group.id)) for group in groups
    ]


def count_gaps(db: Session, state: GroupState = GroupState.OPEN) -> int:
    """How many groups are in a state."""
    return (
        db.scalar(
            select(func.count()).select_from(QuestionGroup).where(QuestionGroup.state == state)
        )
        or 0
    )


def draft_from_group(
    db: Session,
    services: EditingServices,
    group: QuestionGroup,
    topic: str,
    *,
    author: str,
    now: datetime,
) -> EntryVersion:
    """Open a draft of a topic, known or new, with the group's questions as samples.

    ConflictError when the group is settled or the topic has an open version already.
    """
    _require_open(group)
    if find_open_version(db, topic) is not None:
        raise ConflictError(f"{topic} has an open version already.")
    today = local_date(now)
    ruling = find_ruling(db, topic, today)
    text = ruling.content if ruling is not None else services.find_file_text(topic)
    if text is None:
        text = _SKELETON.format(topic=topic, today=today, review_by=today + timedelta(days=365))
    text = _with_questions(text, _questions_of(db, group))
    reason = f"{group.size} questions of the week of {group.week_on}"
    draft = draft_entry(db, services, topic, text, author=author, reason=reason, now=now)
    group.draft_id = draft.id
    _conclude(db, group, GroupState.DRAFTED, author, now)
    return draft


def set_group_aside(db: Session, group: QuestionGroup, *, by: str, now: datetime) -> QuestionGroup:
    """Decide that a group leads to nothing."""
    _require_open(group)
    _conclude(db, group, GroupState.SET_ASIDE, by, now)
    return group


def _questions_of(db: Session, group: QuestionGroup) -> Sequence[UnansweredQuestion]:
    return db.scalars(
        select(UnansweredQuestion)
        .where(UnansweredQuestion.group_id == group.id)
        .order_by(UnansweredQuestion.id)
    ).all()


def _with_questions(text: str, questions: Sequence[UnansweredQuestion]) -> str:
    by_style: dict[str, list[str]] = {}
    for words, language in dict.fromkeys((q.masked_words, q.language) for q in questions):
        if words not in text:
            by_style.setdefault(_STYLES.get(language, "colloquial"), []).append(words)
    for style, samples in by_style.items():
        try:
            text = with_samples(text, style, samples[:_MAX_SAMPLES])
        except ContentError as error:
            raise ConflictError(f"The questions cannot be added: {error}") from error
    return text


def _require_open(group: QuestionGroup) -> None:
    if group.state != GroupState.OPEN:
        raise ConflictError(f"Group {group.id} is {group.state} already.")


def _conclude(db: Session, group: QuestionGroup, state: GroupState, by: str, now: datetime) -> None:
    group.state, group.settled_by, group.settled_at = state, by, now
    db.flush()

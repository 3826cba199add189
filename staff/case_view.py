"""Everything that a case page shows, read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from casework.canned_replies import fill_canned_reply, list_canned_replies
from casework.deadlines import DeadlineState, days_left
from casework.models import Attachment, Case
from casework.notices import Notice
from casework.queries import list_events, list_joint_offices
from casework.record import deadlines_of_case
from casework.transition import list_possible_transitions
from casework.transition_table import Transition
from casework.vocabulary import AttachmentKind, Audience, CaseKind
from outbox.models import OutgoingText, StaffTask
from outbox.queries import list_case_texts
from staff.citizen_timeline import CitizenItem, list_citizen_items
from staff.reach import can_see
from staff.services import get_services
from staff.signed_in import SignedIn
from staff.timeline import TimelineItem, make_timeline
from staff.transcripts import Line, list_transcripts


@dataclass(frozen=True)
class DeadlineRow:
    """A clock and the days left in its own unit."""

    clock: DeadlineState
    days_left: int | None

    @property
    def state(self) -> str:
        """What the clock's state is called."""
        clock = self.clock
        if not clock.is_running:
            return "done_late" if clock.is_breached else "done"
        if clock.is_paused:
            return "paused"
        if clock.is_overdue:
            return "overdue"
        if clock.has_lapsed:
            return "lapsed"
        return "running"


@dataclass(frozen=True)
class CaseView:
    """The case page."""

    case: Case
    timeline: list[TimelineItem]
    deadlines: list[DeadlineRow]
    recordings: list[Attachment]
    pictures: list[Attachment]
    transcripts: Mapping[str, list[Line]]
    texts: list[OutgoingText]
    waiting_notices: int
    tasks: list[StaffTask]
    joint_offices: list[str]
    merged_into: str | None
    citizen: list[CitizenItem]
    transition_table: Mapping[str, Transition]
    replies: list[tuple[str, str]]
    assignee: str | None

    @property
    def has_transcripts(self) -> bool:
        """Whether words of a conversation stand on the page."""
        return bool(self.transcripts) or any(item.lines for item in self.citizen)

    @property
    def needs_call_back(self) -> bool:
        """Whether somebody still has to call the citizen back about what was not confirmed."""
        is_contact = self.case.kind == CaseKind.CONTACT
        return is_contact and any(row.clock.is_running for row in self.deadlines)

    @property
    def answer_transition(self) -> Transition | None:
        """The move that the answer box makes, when it may be made now."""
        return self.transition_table.get("answer") or self.transition_table.get("answer_petition")


def read_case_view(db: Session, case: Case, reader: SignedIn) -> CaseView:
    """Read the page of a case that the reader may see."""
    case_services, now = get_services().case_services, get_services().clock.now()
    texts = list_case_texts(db, case.number)
    timeline = make_timeline(db, list_events(db, case), texts)
    deadlines = [
        DeadlineRow(clock, days_left(clock, case_services.calendar))
        for clock in deadlines_of_case(db, case_services, case, now)
    ]
    conversations = dict.fromkeys(i.conversation_id for i in timeline if i.conversation_id)
    recordings = [a for a in case.attachments if a.kind == AttachmentKind.RECORDING]
    return CaseView(
        case=case,
        timeline=timeline,
        deadlines=sorted(deadlines, key=lambda row: not row.clock.is_running),
        recordings=recordings,
        pictures=[a for a in case.attachments if a not in recordings],
        transcripts=list_transcripts(db, list(conversations)),
        texts=texts,
        waiting_notices=_count_waiting(db, case),
        tasks=_open_tasks(db, case),
        joint_offices=list_joint_offices(db, case),
        merged_into=_merged_into(db, case, reader),
        citizen=list_citizen_items(db, case_services, case, reader.actor),
        transition_table={
            transition.name: transition
            for transition in list_possible_transitions(db, case, reader.actor)
        },
        replies=[
            (reply.title, fill_canned_reply(case_services, reply, case))
            for reply in list_canned_replies(db, language=_written(case), topic=case.topic)
        ],
        assignee=names_by_actor(db, [case.assigned_to]).get(case.assigned_to)
        if case.assigned_to
        else None,
    )


def _written(case: Case) -> str:
    return "en" if case.language == "en" else "zh"


def _count_waiting(db: Session, case: Case) -> int:
    waiting = select(Notice.id).where(
        Notice.case_id == case.id,
        Notice.audience == Audience.CITIZEN,
        Notice.taken_at.is_(None),
    )
    return len(db.scalars(waiting).all())


def _open_tasks(db: Session, case: Case) -> list[StaffTask]:
    tasks = select(StaffTask).where(
        StaffTask.case_number == case.number, StaffTask.done_at.is_(None)
    )
    return list(db.scalars(tasks.order_by(StaffTask.id)))


def _merged_into(db: Session, case: Case, reader: SignedIn) -> str | None:
    """The number of the case that took this one in, if the reader may see it."""
    if case.merged_into_id is None:
        return None
    into = db.get_one(Case, case.merged_into_id)
    return into.number if can_see(db, into, reader.actor) else None

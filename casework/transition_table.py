"""States and moves of a case: one table. What is not in it cannot happen.

Each move names the permission it needs; roles get permissions elsewhere (accounts). ``to`` is
None where the state stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from casework.vocabulary import OPEN_STATES, CaseKind, CaseState, EventKind

Side = Literal["responsible", "addressed", "either"]

S = CaseState
K = CaseKind
E = EventKind
ALL_STATES = frozenset(CaseState)
LIVE = OPEN_STATES
AT_WORK = frozenset({S.REGISTERED, S.ACCEPTED})
EVERY_KIND = frozenset(CaseKind)
# An alert of danger is handled and ended by its own operations (casework/danger).
ALL_KINDS = EVERY_KIND - {K.DANGER}
PETITIONS = frozenset({K.PETITION})
MESSAGES = frozenset({K.MESSAGE})
BAD_RATINGS = frozenset({K.BAD_RATING})


@dataclass(frozen=True)
class Transition:
    """One thing that may be done to a case.

    ``side``: which office's staff may do it: the responsible one, the addressed one (while the
    case is forwarded), or either. ``may_be_late``: the thing may have happened before it is
    entered; what stops or lengthens a clock may not. ``is_for_claims``: only where the case has a
    number that nobody has proved.
    """

    name: str
    permission: str
    event: EventKind
    states: frozenset[CaseState]
    to: CaseState | None = None
    kinds: frozenset[CaseKind] = ALL_KINDS
    side: Side = "responsible"
    needs_reason: bool = False
    may_be_late: bool = False
    is_for_claims: bool = False


def _of(*states: CaseState) -> frozenset[CaseState]:
    return frozenset(states)


_TRANSITIONS = (
    # who works on it
    Transition("assign", "case.assign", E.ASSIGNED, LIVE, kinds=EVERY_KIND, side="either"),
    Transition("note", "case.note", E.NOTED, ALL_STATES, kinds=EVERY_KIND, side="either"),
    Transition("attach", "case.attach", E.ATTACHED, LIVE, kinds=EVERY_KIND, side="either"),
    Transition("mark_urgent", "case.mark_urgent", E.MARKED_URGENT, LIVE, needs_reason=True),
    Transition(
        "correct",
        "case.correct",
        E.DETAILS_CORRECTED,
        LIVE,
        kinds=EVERY_KIND,
        needs_reason=True,
    ),
    # how the citizen may be reached
    Transition(
        "set_contact_wish", "case.set_contact_wish", E.CONTACT_WISH_SET, LIVE, needs_reason=True
    ),
    Transition(
        "prove_phone",
        "case.prove_phone",
        E.PHONE_PROVED,
        LIVE,
        needs_reason=True,
        is_for_claims=True,
    ),
    Transition(
        "join_office",
        "case.join_office",
        E.OFFICE_JOINED,
        LIVE,
        kinds=EVERY_KIND,
        needs_reason=True,
    ),
    # sorting, routing (petition-work-regulations#22, #23, #24, #31)
    Transition("sort", "case.sort", E.SORTED, AT_WORK, None, PETITIONS, needs_reason=True),
    Transition("forward", "case.forward", E.FORWARDED, AT_WORK, S.FORWARDED, needs_reason=True),
    Transition("accept", "case.accept", E.ACCEPTED, _of(S.REGISTERED), S.ACCEPTED),
    Transition(
        "take_over", "case.accept", E.ACCEPTED, _of(S.FORWARDED), S.ACCEPTED, side="addressed"
    ),
    Transition(
        "object",
        "case.object",
        E.OBJECTED,
        _of(S.FORWARDED),
        S.OBJECTED,
        side="addressed",
        needs_reason=True,
    ),
    Transition(
        "agree_objection",
        "case.decide_objection",
        E.OBJECTION_AGREED,
        _of(S.OBJECTED),
        S.REGISTERED,
    ),
    Transition(
        "refuse_objection",
        "case.decide_objection",
        E.OBJECTION_REFUSED,
        _of(S.OBJECTED),
        S.FORWARDED,
        needs_reason=True,
    ),
    # what the citizen is told
    Transition("tell", "case.tell", E.NOTIFIED, LIVE, side="either", may_be_late=True),
    Transition(
        "answer",
        "case.answer",
        E.ANSWERED,
        _of(S.REGISTERED, S.ACCEPTED, S.ANSWERED),
        S.ANSWERED,
        ALL_KINDS - PETITIONS,
        may_be_late=True,
    ),
    Transition(
        "answer_petition",
        "case.answer",
        E.ANSWERED,
        _of(S.ACCEPTED, S.ANSWERED),
        S.ANSWERED,
        PETITIONS,
        may_be_late=True,
    ),
    # clocks (petition-work-regulations#34; gd-labour-inspection-regulations#44, #45)
    Transition(
        "pause", "case.approve_clock", E.PAUSED, AT_WORK | {S.IN_RECHECK}, needs_reason=True
    ),
    Transition("resume", "case.resume_clock", E.RESUMED, LIVE),
    Transition(
        "request_extension",
        "case.request_extension",
        E.EXTENSION_REQUESTED,
        AT_WORK,
        needs_reason=True,
    ),
    Transition("approve_extension", "case.approve_clock", E.EXTENSION_APPROVED, AT_WORK),
    Transition(
        "refuse_extension",
        "case.approve_clock",
        E.EXTENSION_REFUSED,
        AT_WORK,
        needs_reason=True,
    ),
    # labour inspection and arbitration beside the petition
    Transition(
        "record_complaint_papers",
        "case.record_action",
        E.COMPLAINT_RECEIVED,
        AT_WORK,
        None,
        PETITIONS,
        may_be_late=True,
    ),
    Transition(
        "accept_inspection",
        "case.record_action",
        E.INSPECTION_ACCEPTED,
        _of(S.ACCEPTED),
        None,
        PETITIONS,
        may_be_late=True,
    ),
    Transition(
        "refuse_inspection",
        "case.record_action",
        E.INSPECTION_REFUSED,
        _of(S.ACCEPTED),
        None,
        PETITIONS,
        needs_reason=True,
        may_be_late=True,
    ),
    Transition(
        "decide_inspection",
        "case.record_action",
        E.INSPECTION_DECIDED,
        _of(S.ACCEPTED),
        None,
        PETITIONS,
        may_be_late=True,
    ),
    *(
        Transition(name, "case.record_action", event, LIVE, None, PETITIONS, may_be_late=True)
        for name, event in (
            ("arbitration_applied", E.ARBITRATION_APPLIED),
            ("arbitration_accepted", E.ARBITRATION_ACCEPTED),
            ("arbitration_refused", E.ARBITRATION_REFUSED),
            ("arbitration_decided", E.ARBITRATION_DECIDED),
        )
    ),
    # bad ratings
    Transition(
        "contact",
        "case.contact",
        E.CONTACTED,
        AT_WORK | {S.ANSWERED},
        None,
        BAD_RATINGS,
        may_be_late=True,
    ),
    Transition(
        "mend",
        "case.contact",
        E.MENDED,
        AT_WORK | {S.ANSWERED},
        None,
        BAD_RATINGS,
        needs_reason=True,
        may_be_late=True,
    ),
    # endings
    Transition("close", "case.close", E.CLOSED, _of(S.ANSWERED, S.REVIEWED, S.RECHECKED), S.CLOSED),
    Transition("withdraw", "case.withdraw", E.WITHDRAWN, LIVE, S.WITHDRAWN, needs_reason=True),
    Transition(
        "merge",
        "case.merge",
        E.MERGED,
        AT_WORK | {S.ANSWERED},
        S.MERGED,
        needs_reason=True,
    ),
    Transition("link", "case.merge", E.LINKED, LIVE, needs_reason=True),
    Transition(
        "void", "case.void", E.VOIDED, _of(S.REGISTERED), S.VOID, MESSAGES, needs_reason=True
    ),
    Transition("reopen", "case.reopen", E.REOPENED, _of(S.CLOSED), S.ACCEPTED, needs_reason=True),
    # review and re-check (petition-work-regulations#35, #36)
    Transition(
        "request_review",
        "case.request_review",
        E.REVIEW_REQUESTED,
        _of(S.ANSWERED, S.CLOSED),
        S.IN_REVIEW,
        PETITIONS,
        needs_reason=True,
        may_be_late=True,
    ),
    Transition(
        "answer_review",
        "case.answer_review",
        E.REVIEW_ANSWERED,
        _of(S.IN_REVIEW),
        S.REVIEWED,
        PETITIONS,
        side="addressed",
        may_be_late=True,
    ),
    Transition(
        "request_recheck",
        "case.request_review",
        E.RECHECK_REQUESTED,
        _of(S.REVIEWED, S.CLOSED),
        S.IN_RECHECK,
        PETITIONS,
        needs_reason=True,
        may_be_late=True,
    ),
    Transition(
        "answer_recheck",
        "case.answer_review",
        E.RECHECK_ANSWERED,
        _of(S.IN_RECHECK),
        S.RECHECKED,
        PETITIONS,
        side="addressed",
        may_be_late=True,
    ),
)

TRANSITIONS: Mapping[str, Transition] = MappingProxyType(
    {transition.name: transition for transition in _TRANSITIONS}
)
PERMISSIONS = frozenset(transition.permission for transition in _TRANSITIONS) | {
    "case.lodge",
    "case.see",
    "case.edit_replies",
    "danger.see",
    "danger.handle",
}
"""Every permission that casework asks for."""

STATE_AFTER: Mapping[EventKind, CaseState] = MappingProxyType(
    {
        EventKind.REGISTERED: CaseState.REGISTERED,
        **{
            transition.event: transition.to
            for transition in _TRANSITIONS
            if transition.to is not None
        },
    }
)
"""The state that an event leads to, for the events that lead to one."""

"""Every move by every role in every state is tried; only those of the table succeed."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import ROLE_PERMISSIONS
from casework.case_services import CITIZEN, SYSTEM, Actor, CaseServices
from casework.models import Case, JointOffice
from casework.transition import (
    apply_transition,
    check_transition,
    list_possible_transitions,
    set_state,
)
from casework.transition_table import PERMISSIONS, TRANSITIONS, Transition
from casework.vocabulary import OPEN_STATES, CaseKind, CaseState
from core.clock import FixedClock
from core.errors import ConflictError, HotlineError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, a_petition, staff_of

S = CaseState
ROLES = {
    **{str(role): permissions for role, permissions in ROLE_PERMISSIONS.items()},
    "citizen": CITIZEN.permissions,
    "system": SYSTEM.permissions,
}

# What may be done to a petition by the responsible office, state by state, written down once more.
ALWAYS = {"note"}
WHILE_OPEN = {
    *ALWAYS,
    "assign",
    "attach",
    "mark_urgent",
    "correct",
    "set_contact_wish",
    "join_office",
    "tell",
    "resume",
    "link",
    "withdraw",
    "arbitration_applied",
    "arbitration_accepted",
    "arbitration_refused",
    "arbitration_decided",
}
AT_WORK = {
    *WHILE_OPEN,
    "sort",
    "forward",
    "pause",
    "request_extension",
    "approve_extension",
    "refuse_extension",
    "record_complaint_papers",
    "merge",
}
PETITION_MOVES = {
    S.REGISTERED: {*AT_WORK, "accept"},
    S.FORWARDED: WHILE_OPEN,
    S.OBJECTED: {*WHILE_OPEN, "agree_objection", "refuse_objection"},
    S.ACCEPTED: {
        *AT_WORK,
        "answer_petition",
        "accept_inspection",
        "refuse_inspection",
        "decide_inspection",
    },
    S.ANSWERED: {*WHILE_OPEN, "answer_petition", "merge", "close", "request_review"},
    S.IN_REVIEW: WHILE_OPEN | {"answer_review"},
    S.REVIEWED: {*WHILE_OPEN, "close", "request_recheck"},
    S.IN_RECHECK: {*WHILE_OPEN, "pause", "answer_recheck"},
    S.RECHECKED: {*WHILE_OPEN, "close"},
    S.CLOSED: {*ALWAYS, "reopen", "request_review", "request_recheck"},
    S.WITHDRAWN: ALWAYS,
    S.MERGED: ALWAYS,
    S.VOID: ALWAYS,
}


@pytest.fixture
def case(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    return a_petition(db, case_services, clock.now())


def can(db: Session, case: Case, transition: Transition, actor: Actor) -> bool:
    try:
        check_transition(db, case, transition, actor)
    except (ConflictError, PermissionDeniedError):
        return False
    return True


def test_every_move_by_every_role_in_every_state(db: Session, case: Case) -> None:
    tried = allowed = 0
    for role, state, kind, transition in product(ROLES, CaseState, CaseKind, TRANSITIONS.values()):
        case.state, case.kind = state, kind
        actor = Actor(f"staff:{role}", ROLES[role])
        case.is_phone_proved = not transition.is_for_claims
        is_in_table = (
            transition.permission in ROLES[role]
            and state in transition.states
            and kind in transition.kinds
        )
        assert can(db, case, transition, actor) == is_in_table, (role, state, kind, transition.name)
        tried, allowed = tried + 1, allowed + is_in_table
    assert tried == len(ROLES) * len(CaseState) * len(CaseKind) * len(TRANSITIONS)
    assert 0 < allowed < tried / 4


def test_the_table_says_what_was_meant_for_petitions(db: Session, case: Case) -> None:
    assert set(PETITION_MOVES) == set(CaseState)
    for state, transition_table in PETITION_MOVES.items():
        case.state = state
        possible = {
            transition.name for transition in list_possible_transitions(db, case, ALL_POWERFUL)
        }
        # What the addressed office does is possible too for one who reaches every office.
        possible -= {"take_over", "object"}
        assert possible == transition_table, state


def test_every_allowed_move_leads_where_the_table_says(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    made = 0
    for state, kind, transition in product(CaseState, CaseKind, TRANSITIONS.values()):
        if state not in transition.states or kind not in transition.kinds:
            continue
        with db.begin_nested() as attempt:
            case.kind, case.is_phone_proved = kind, not transition.is_for_claims
            set_state(case, state, clock.now())
            event = apply_transition(
                db, case_services, case, transition.name, ALL_POWERFUL, clock.now(), reason="因为"
            )
            assert (event.kind, case.state) == (transition.event, transition.to or state)
            assert case.is_open == (case.state in OPEN_STATES)
            made += 1
            attempt.rollback()
        db.refresh(case)
    assert made > 200


def test_a_refused_move_leaves_nothing_behind(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    before = (case.state, case.event_count, case.head_hash)
    nobody = Actor("staff:0", frozenset())
    for name in TRANSITIONS:
        with pytest.raises(HotlineError):
            apply_transition(db, case_services, case, name, nobody, clock.now(), reason="因为")
    assert (case.state, case.event_count, case.head_hash) == before


def test_a_move_that_needs_a_reason_is_refused_without(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    for transition in TRANSITIONS.values():
        case.is_phone_proved = not transition.is_for_claims
        if (
            transition.needs_reason
            and CaseState.REGISTERED in transition.states
            and case.kind in transition.kinds
        ):
            with pytest.raises(InputError):
                apply_transition(
                    db, case_services, case, transition.name, ALL_POWERFUL, clock.now(), reason="  "
                )


def test_only_the_offices_of_the_case_may_act(
    db: Session, case_services: CaseServices, case: Case
) -> None:
    case.state, case.addressed_office_id = S.FORWARDED, "dg-humen"
    own, addressed, other = (
        staff_of(case_services, f"dg-{t}") for t in ("changan", "humen", "houjie")
    )
    assert not can(db, case, TRANSITIONS["take_over"], own)
    assert can(db, case, TRANSITIONS["take_over"], addressed)
    assert can(db, case, TRANSITIONS["object"], addressed)
    assert not can(db, case, TRANSITIONS["withdraw"], addressed)
    assert can(db, case, TRANSITIONS["withdraw"], own)
    for transition in TRANSITIONS.values():
        assert not can(db, case, transition, other)


def test_a_joint_office_may_note_and_tell_but_not_answer(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    case.state = S.ACCEPTED
    joint = staff_of(case_services, "dg-humen")
    assert not can(db, case, TRANSITIONS["note"], joint)
    db.add(JointOffice(case_id=case.id, office_id="dg-humen", joined_at=clock.now()))
    db.flush()
    assert can(db, case, TRANSITIONS["note"], joint)
    assert can(db, case, TRANSITIONS["tell"], joint)
    assert not can(db, case, TRANSITIONS["answer_petition"], joint)


def test_every_permission_is_a_real_one_and_some_role_has_it() -> None:
    granted = frozenset[str]().union(*ROLES.values())
    assert {name for name in granted if name.startswith(("case.", "danger."))} == PERMISSIONS


def test_who_asks_for_more_time_does_not_grant_it() -> None:
    for role in ("agent", "officer", "citizen", "administrator", "editor", "reviewer"):
        assert "case.approve_clock" not in ROLES[role]
    assert "case.approve_clock" in ROLES["office_head"]

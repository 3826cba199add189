"""Every move by every role in every state is tried; only those of the table succeed."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy.orm import Session

from accounts.permissions import ROLE_PERMISSIONS
from casework.desk import CITIZEN, SYSTEM, Actor, CaseDesk
from casework.models import Case, JointOffice
from casework.moves import MOVES, PERMISSIONS, Move
from casework.transition import check_move, list_possible_moves, make_move, set_state
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
def case(db: Session, desk: CaseDesk, clock: FixedClock) -> Case:
    return a_petition(db, desk, clock.now())


def can(db: Session, case: Case, move: Move, actor: Actor) -> bool:
    try:
        check_move(db, case, move, actor)
    except (ConflictError, PermissionDeniedError):
        return False
    return True


def test_every_move_by_every_role_in_every_state(db: Session, case: Case) -> None:
    tried = allowed = 0
    for role, state, kind, move in product(ROLES, CaseState, CaseKind, MOVES.values()):
        case.state, case.kind = state, kind
        actor = Actor(f"staff:{role}", ROLES[role])
        case.is_phone_proved = not move.is_for_claims
        is_in_table = move.permission in ROLES[role] and state in move.states and kind in move.kinds
        assert can(db, case, move, actor) == is_in_table, (role, state, kind, move.name)
        tried, allowed = tried + 1, allowed + is_in_table
    assert tried == len(ROLES) * len(CaseState) * len(CaseKind) * len(MOVES)
    assert 0 < allowed < tried / 4


def test_the_table_says_what_was_meant_for_petitions(db: Session, case: Case) -> None:
    assert set(PETITION_MOVES) == set(CaseState)
    for state, moves in PETITION_MOVES.items():
        case.state = state
        possible = {move.name for move in list_possible_moves(db, case, ALL_POWERFUL)}
        # What the addressed office does is possible too for one who reaches every office.
        possible -= {"take_over", "object"}
        assert possible == moves, state


def test_every_allowed_move_leads_where_the_table_says(
    db: Session, desk: CaseDesk, clock: FixedClock, case: Case
) -> None:
    made = 0
    for state, kind, move in product(CaseState, CaseKind, MOVES.values()):
        if state not in move.states or kind not in move.kinds:
            continue
        with db.begin_nested() as attempt:
            case.kind, case.is_phone_proved = kind, not move.is_for_claims
            set_state(case, state, clock.now())
            event = make_move(db, desk, case, move.name, ALL_POWERFUL, clock.now(), reason="因为")
            assert (event.kind, case.state) == (move.event, move.to or state)
            assert case.is_open == (case.state in OPEN_STATES)
            made += 1
            attempt.rollback()
        db.refresh(case)
    assert made > 200


def test_a_refused_move_leaves_nothing_behind(
    db: Session, desk: CaseDesk, clock: FixedClock, case: Case
) -> None:
    before = (case.state, case.event_count, case.head_hash)
    nobody = Actor("staff:0", frozenset())
    for name in MOVES:
        with pytest.raises(HotlineError):
            make_move(db, desk, case, name, nobody, clock.now(), reason="因为")
    assert (case.state, case.event_count, case.head_hash) == before


def test_a_move_that_needs_a_reason_is_refused_without(
    db: Session, desk: CaseDesk, clock: FixedClock, case: Case
) -> None:
    for move in MOVES.values():
        case.is_phone_proved = not move.is_for_claims
        if move.needs_reason and CaseState.REGISTERED in move.states and case.kind in move.kinds:
            with pytest.raises(InputError):
                make_move(db, desk, case, move.name, ALL_POWERFUL, clock.now(), reason="  ")


def test_only_the_offices_of_the_case_may_act(db: Session, desk: CaseDesk, case: Case) -> None:
    case.state, case.addressed_office_id = S.FORWARDED, "dg-humen"
    own, addressed, other = (staff_of(desk, f"dg-{t}") for t in ("changan", "humen", "houjie"))
    assert not can(db, case, MOVES["take_over"], own)
    assert can(db, case, MOVES["take_over"], addressed)
    assert can(db, case, MOVES["object"], addressed)
    assert not can(db, case, MOVES["withdraw"], addressed)
    assert can(db, case, MOVES["withdraw"], own)
    for move in MOVES.values():
        assert not can(db, case, move, other)


def test_a_joint_office_may_note_and_tell_but_not_answer(
    db: Session, desk: CaseDesk, clock: FixedClock, case: Case
) -> None:
    case.state = S.ACCEPTED
    joint = staff_of(desk, "dg-humen")
    assert not can(db, case, MOVES["note"], joint)
    db.add(JointOffice(case_id=case.id, office_id="dg-humen", joined_at=clock.now()))
    db.flush()
    assert can(db, case, MOVES["note"], joint)
    assert can(db, case, MOVES["tell"], joint)
    assert not can(db, case, MOVES["answer_petition"], joint)


def test_every_permission_is_a_real_one_and_some_role_has_it() -> None:
    granted = frozenset[str]().union(*ROLES.values())
    assert {name for name in granted if name.startswith(("case.", "danger."))} == PERMISSIONS


def test_who_asks_for_more_time_does_not_grant_it() -> None:
    for role in ("agent", "officer", "citizen", "administrator", "editor", "reviewer"):
        assert "case.approve_clock" not in ROLES[role]
    assert "case.approve_clock" in ROLES["office_head"]

"""Random lives of cases: whatever is done, what is owed has a clock, and the record is whole."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import verify_chain
from casework.deadline_rules import PAUSE_GROUNDS
from casework.drafts import BadRatingDraft, IdempotencyKey
from casework.models import Case
from casework.operations import lodge_bad_rating, lodge_contact
from casework.record import deadlines_of_case, running_duties
from casework.sweep import sweep_deadlines
from casework.transition import apply_transition, list_possible_transitions
from casework.vocabulary import CaseState, Means, Notified, Remedy
from core.clock import FixedClock
from tests.casework.people import ALL_POWERFUL, CONTACT, a_message, a_petition, contact_draft

LIVES = 12
STEPS = 14
SETTLED = {CaseState.ANSWERED, CaseState.REVIEWED, CaseState.RECHECKED}
ENDS = {"withdraw", "merge", "void"}
OFFICES = ["dg-humen", "dg-houjie", "dg-changan"]


def a_case(
    db: Session, case_services: CaseServices, clock: FixedClock, life: int, kind: str
) -> Case:
    if kind == "message":
        return a_message(db, case_services, clock.now(), str(life))
    if kind == "petition":
        return a_petition(db, case_services, clock.now(), str(life), employer=f"第{life}厂")
    if kind == "contact":
        return lodge_contact(db, case_services, contact_draft(str(life)), clock.now()).case
    draft = BadRatingDraft(
        idempotency_key=IdempotencyKey("rating", str(life)),
        contact=CONTACT,
        rating_id=str(life),
        rated_office_id="dg-changan",
        level=1,
    )
    return lodge_bad_rating(db, case_services, draft, clock.now()).case


def step(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case, chance: random.Random
) -> None:
    """One possible move, with what it needs, as the operations would give it."""
    transition_table = [
        m for m in list_possible_transitions(db, case, ALL_POWERFUL) if m.name not in ENDS
    ]
    transition = chance.choice(transition_table)
    about, changes = "", {}
    if transition.name == "sort":
        about = chance.choice(list(Remedy))
        changes = {"road": about}
    elif transition.name == "forward":
        changes = {"addressed_office_id": chance.choice(OFFICES)}
    elif transition.name == "take_over":
        changes = {"office_id": case.addressed_office_id, "addressed_office_id": None}
    elif transition.name == "tell":
        about = chance.choice(list(Notified))
    elif transition.name in {"pause", "resume"}:
        about = chance.choice(list(PAUSE_GROUNDS))
    apply_transition(
        db,
        case_services,
        case,
        transition.name,
        ALL_POWERFUL,
        clock.now(),
        about=about,
        reason="因为",
        detail={"means": Means.CALL},
        changes=changes,
    )


@pytest.mark.parametrize("kind", ["message", "petition", "bad_rating", "contact"])
def test_whatever_is_done_what_is_owed_has_a_clock(
    db: Session, case_services: CaseServices, clock: FixedClock, kind: str
) -> None:
    chance = random.Random(kind)
    for life in range(LIVES):
        case = a_case(db, case_services, clock, life, kind)
        for _ in range(STEPS):
            clock.advance(timedelta(days=chance.choice([0, 0, 1, 2, 6]), hours=1))
            step(db, case_services, clock, case, chance)
            running = running_duties(case, deadlines_of_case(db, case_services, case, clock.now()))
            assert running or case.state in SETTLED or not case.is_open, case.events[-1].kind
            dues = [c.due for c in running if c.due is not None]
            assert case.next_due_on == (min(dues).on if dues else None)
            is_waiting = any(not c.is_paused for c in running)
            assert (case.next_check_on is not None) == is_waiting
        sweep_deadlines(db, case_services, clock.now())
    assert list(verify_chain(db, case_services.vault)) == []

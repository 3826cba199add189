"""Random lives of cases: whatever is done, what is owed has a clock, and the record is whole."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.chain import verify_chain
from casework.clock_rules import PAUSE_GROUNDS
from casework.desk import CaseDesk
from casework.drafts import BadRatingDraft, Origin
from casework.models import Case
from casework.operations import lodge_bad_rating, lodge_contact
from casework.record import clocks_of_case, running_duties
from casework.sweep import sweep_clocks
from casework.transition import list_possible_moves, make_move
from casework.vocabulary import CaseState, Means, Road, Told
from core.clock import FixedClock
from tests.casework.people import ALL_POWERFUL, CONTACT, a_message, a_petition, contact_draft

LIVES = 12
STEPS = 14
SETTLED = {CaseState.ANSWERED, CaseState.REVIEWED, CaseState.RECHECKED}
ENDS = {"withdraw", "merge", "void"}
OFFICES = ["dg-humen", "dg-houjie", "dg-changan"]


def a_case(db: Session, desk: CaseDesk, clock: FixedClock, life: int, kind: str) -> Case:
    if kind == "message":
        return a_message(db, desk, clock.now(), str(life))
    if kind == "petition":
        return a_petition(db, desk, clock.now(), str(life), employer=f"第{life}厂")
    if kind == "contact":
        return lodge_contact(db, desk, contact_draft(str(life)), clock.now()).case
    draft = BadRatingDraft(
        origin=Origin("rating", str(life)),
        contact=CONTACT,
        rating_id=str(life),
        rated_office_id="dg-changan",
        level=1,
    )
    return lodge_bad_rating(db, desk, draft, clock.now()).case


def step(db: Session, desk: CaseDesk, clock: FixedClock, case: Case, chance: random.Random) -> None:
    """One possible move, with what it needs, as the operations would give it."""
    moves = [m for m in list_possible_moves(db, case, ALL_POWERFUL) if m.name not in ENDS]
    move = chance.choice(moves)
    about, changes = "", {}
    if move.name == "sort":
        about = chance.choice(list(Road))
        changes = {"road": about}
    elif move.name == "forward":
        changes = {"addressed_office_id": chance.choice(OFFICES)}
    elif move.name == "take_over":
        changes = {"office_id": case.addressed_office_id, "addressed_office_id": None}
    elif move.name == "tell":
        about = chance.choice(list(Told))
    elif move.name in {"pause", "resume"}:
        about = chance.choice(list(PAUSE_GROUNDS))
    make_move(
        db,
        desk,
        case,
        move.name,
        ALL_POWERFUL,
        clock.now(),
        about=about,
        reason="因为",
        detail={"means": Means.CALL},
        changes=changes,
    )


@pytest.mark.parametrize("kind", ["message", "petition", "bad_rating", "contact"])
def test_whatever_is_done_what_is_owed_has_a_clock(
    db: Session, desk: CaseDesk, clock: FixedClock, kind: str
) -> None:
    chance = random.Random(kind)
    for life in range(LIVES):
        case = a_case(db, desk, clock, life, kind)
        for _ in range(STEPS):
            clock.advance(timedelta(days=chance.choice([0, 0, 1, 2, 6]), hours=1))
            step(db, desk, clock, case, chance)
            running = running_duties(case, clocks_of_case(db, desk, case, clock.now()))
            assert running or case.state in SETTLED or not case.is_open, case.events[-1].kind
            dues = [c.due for c in running if c.due is not None]
            assert case.next_due_on == (min(dues).on if dues else None)
            is_waiting = any(not c.is_paused for c in running)
            assert (case.next_check_on is not None) == is_waiting
        sweep_clocks(db, desk, clock.now())
    assert list(verify_chain(db, desk.vault)) == []

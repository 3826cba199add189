"""Webhooks repeated and late, in every state that a call can come into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.clock import FixedClock
from core.database import Database
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.services import DialogueServices, Facilities
from dialogue.store import find_conversation
from dialogue.turn_inputs import HungUp, Silent, TurnInput
from hotline.reports import take_status
from hotline.turns import CallServices, ServedTurn, answer_call, take_call_turn
from tests.dialogue.conftest import MOBILE
from tests.dialogue.walking import KnownPhrases, walk


@pytest.fixture
def services(
    database: Database, clock: FixedClock, make_facilities: Callable[..., Facilities]
) -> CallServices:
    facilities = replace(make_facilities(), nlu=KnownPhrases())
    return CallServices(database, facilities, clock, 10_000, lambda *_: None)


@pytest.fixture
def paths(services: CallServices, clock: FixedClock) -> list[tuple[TurnInput, ...]]:
    """The shortest way to each step in which a call can stand."""
    start = Conversation("CA0", "voice", MOBILE, "", True, "zh", clock.now().isoformat())
    with services.database.read() as db:
        places = walk(start, DialogueServices(services.facilities, db, clock.now()))
    ways = {p.conversation.place: p.path for p in reversed(places.values())}
    return [way for way in ways.values() if HungUp() not in way]


def state_of(services: CallServices, sid: str) -> Conversation | None:
    with services.database.read() as db:
        return find_conversation(db, sid)


def count_turns(services: CallServices) -> int:
    with services.database.read() as db:
        return db.scalar(select(func.count()).select_from(TakenTurn)) or 0


def test_a_repeated_or_late_webhook_changes_no_state_and_gets_the_same_answer(
    services: CallServices, paths: list[tuple[TurnInput, ...]]
) -> None:
    assert len(paths) > 15
    for place, path in enumerate(paths):
        sid = f"CA{place + 1}"
        arrived = answer_call(services, sid, MOBILE)
        assert arrived and answer_call(services, sid, MOBILE) == arrived
        served = [ServedTurn(arrived, 1)]
        for number, turn_input in enumerate(path[1:], start=1):
            served.append(take_call_turn(services, sid, number, turn_input))
            reached, turns = state_of(services, sid), count_turns(services)
            assert take_call_turn(services, sid, number, turn_input) == served[-1]
            # A request of a turn that went another way, and one that comes after newer ones.
            assert take_call_turn(services, sid, number, Silent()) == served[-1]
            assert take_call_turn(services, sid, max(number - 1, 1), turn_input) in served
            assert (state_of(services, sid), count_turns(services)) == (reached, turns)
        for _ in range(2):
            take_status(services, sid, "completed", 30)
        ended = state_of(services, sid)
        assert ended is not None and ended.is_over
        take_call_turn(services, sid, len(path), Silent())
        assert state_of(services, sid) == ended

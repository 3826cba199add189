"""Who wants to make an office look better or worse than it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.case_services import Actor
from casework.models import Case
from core.errors import ConflictError, DuplicateError, PermissionDeniedError
from dialogue.service_given import note_conversation_ended
from dialogue.store import find_conversation
from ratings.asking import send_invitations
from ratings.counting import count_offices
from ratings.models import RatingHold
from ratings.monthly import compute_month
from ratings.operations import decide_on_hold, propose_on_hold
from ratings.protection import flag_ratings
from ratings.queries import list_holds
from ratings.ranking import OfficeCounts
from ratings.vocabulary import HoldProposal
from tests.security.conftest import LANDLINE, VICTIM, WITHHELD, Line

BUREAU, MONTH = "dg-bureau", "2026-11"
FIRST = Actor("staff:1", frozenset({"ratings.approve"}))
SECOND = Actor("staff:2", frozenset({"ratings.approve"}))


def rate(line: Line, caller: str, level: str = "1", *, is_vouched: bool = True) -> None:
    call = line.call(caller, is_vouched=is_vouched)
    call.say("年假有几天")
    assert "评分" in call.say("再见")
    call.press(level)
    call.hang_up()


def counts(line: Line, at: datetime | None = None) -> OfficeCounts:
    with line.parts.database.read() as db:
        return count_offices(db, MONTH, at or line.parts.clock.now())[BUREAU]


def bad_cases(line: Line) -> list[Case]:
    return [case for case in line.cases() if case.kind == "bad_rating"]


def test_give_twelve_ratings_of_one_from_withheld_and_spoofed_numbers(line: Line) -> None:
    for _ in range(10):
        rate(line, WITHHELD)
    for n in range(2):
        rate(line, f"+867692222000{n}", is_vouched=False)
    seen = counts(line)
    assert (seen.ratings, seen.unproved, seen.bad) == (0, 12, 0)
    assert bad_cases(line) == []
    with line.parts.database.read() as db:
        document = compute_month(db, MONTH, line.parts.clock.now())
    assert [standing.score for standing in document.standings] == [None]
    assert '"unproved":12' in document.dumps()


def test_a_landline_that_the_network_vouches_for_counts_once_a_call(line: Line) -> None:
    call = line.call(LANDLINE)
    call.say("年假有几天")
    call.say("再见")
    call.press("2")
    call.press("1")
    call.hang_up()
    seen = counts(line)
    assert (seen.levels, seen.unproved) == ((0, 1, 0, 0, 0), 0)
    assert len(bad_cases(line)) == 1


def test_rate_again_and_again_from_one_landline(line: Line) -> None:
    for _ in range(12):
        rate(line, LANDLINE)
    seen = counts(line)
    assert (seen.ratings, seen.held) == (4, 8)
    assert len(bad_cases(line)) == 4


def test_give_a_burst_of_ratings(line: Line) -> None:
    for n in range(9):
        rate(line, f"+86769222200{n:02d}", "5")
    parts = line.parts
    assert counts(line).ratings == 9
    flag_ratings(parts.database, parts.clock, parts.case_services)
    assert (counts(line).ratings, counts(line).held) == (0, 9)


def test_let_held_ratings_count_alone(line: Line) -> None:
    for _ in range(5):
        rate(line, LANDLINE)
    parts = line.parts
    before = parts.clock.now()
    parts.clock.advance(timedelta(hours=1))
    with parts.database.write() as db:
        (hold,) = list_holds(db)
        now = parts.clock.now()
        with pytest.raises(ConflictError):
            decide_on_hold(db, parts.case_services, hold, SECOND, approves=True, now=now)
        propose_on_hold(db, hold, FIRST, HoldProposal.RELEASE, now)
        with pytest.raises(DuplicateError):
            propose_on_hold(db, hold, SECOND, HoldProposal.EXCLUDE, now)
        with pytest.raises(PermissionDeniedError):
            decide_on_hold(db, parts.case_services, hold, FIRST, approves=True, now=now)
        with pytest.raises(PermissionDeniedError):
            nobody = Actor("staff:3", frozenset())
            decide_on_hold(db, parts.case_services, hold, nobody, approves=True, now=now)
    assert (counts(line).ratings, len(bad_cases(line))) == (4, 4)
    with parts.database.write() as db:
        hold = db.scalars(select(RatingHold)).one()
        decide_on_hold(db, parts.case_services, hold, SECOND, approves=True, now=parts.clock.now())
    assert (counts(line).ratings, counts(line).held, len(bad_cases(line))) == (5, 0, 5)
    # As of before, the month still counts as it did.
    assert (counts(line, before).ratings, counts(line, before).held) == (4, 1)


def test_two_persons_leave_a_held_rating_out(line: Line) -> None:
    for _ in range(5):
        rate(line, LANDLINE)
    parts = line.parts
    with parts.database.write() as db:
        (hold,), now = list_holds(db), parts.clock.now()
        propose_on_hold(db, hold, FIRST, HoldProposal.EXCLUDE, now)
        decide_on_hold(db, parts.case_services, hold, SECOND, approves=False, now=now)
        assert list_holds(db) == [hold]
        propose_on_hold(db, hold, SECOND, HoldProposal.EXCLUDE, now)
        decide_on_hold(db, parts.case_services, hold, FIRST, approves=True, now=now)
        with pytest.raises(ConflictError):
            propose_on_hold(db, hold, FIRST, HoldProposal.RELEASE, now)
    seen = counts(line)
    assert (seen.ratings, seen.held, seen.excluded) == (4, 0, 1)


def test_who_replies_to_our_text_has_proved_the_number(line: Line) -> None:
    """The call came from a claimed number; the reply comes from its holder."""
    call = line.call(VICTIM, is_vouched=False)
    call.say("年假有几天")
    call.hang_up()
    parts = line.parts
    with parts.database.write() as db:
        ended = find_conversation(db, call.sid)
        assert ended is not None
        note_conversation_ended(db, parts.case_services, ended, parts.clock.now())
    send_invitations(parts.database, parts.clock)
    line.text("5", VICTIM)
    assert (counts(line).ratings, counts(line).unproved) == (1, 0)

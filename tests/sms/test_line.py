"""Texts wait in line: stored at once, served in order, picked up when their process has ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.clock import FixedClock
from outbox.models import OutgoingText
from sms.flood import FloodLimits
from sms.inbound import InboundMessage, Outcome
from sms.line import TextLine
from sms.services import TextServices
from sms.turns import serve_text
from sms.waiting import WaitingText, settle, store
from tests.sms.conftest import WANG, Writer

PATIENCE_SECONDS = 20
MakeLine = Callable[..., TextLine]


def came(services: TextServices, number: int, words: str = "试用期最长多久") -> WaitingText:
    """A text that was stored by a process that ended before it could serve it."""
    message = InboundMessage(f"SM{number}", WANG, words)
    text = store(services.database, message, services.clock.now())
    assert text is not None
    return text


@pytest.fixture
def make_line(services: TextServices) -> Iterator[MakeLine]:
    lines: list[TextLine] = []

    def make(**more: Any) -> TextLine:
        lines.append(TextLine(services, **more))
        return lines[-1]

    yield make
    for line in lines:
        line.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_text_is_stored_before_it_is_understood(make_line: MakeLine, wang: Writer) -> None:
    ready = threading.Event()
    line = make_line(wait_until_ready=ready.wait)
    line.receive(InboundMessage("SM1", WANG, "试用期最长多久"))
    assert (wang.outcomes, wang.queued) == (["waiting"], 0)
    ready.set()
    wait_until(lambda: wang.outcomes == ["served"])
    assert wang.queued == 1


def test_a_text_that_comes_again_is_neither_stored_nor_served_again(
    make_line: MakeLine, wang: Writer
) -> None:
    line = make_line()
    for _ in range(3):
        line.receive(InboundMessage("SM1", WANG, "试用期最长多久"))
    line.receive(InboundMessage("SM2", WANG, "加班费怎么算"))
    wait_until(lambda: wang.outcomes == ["served", "served"])
    assert wang.queued == 2


def test_a_number_is_served_in_the_order_in_which_it_wrote(
    services: TextServices, wang: Writer
) -> None:
    came(services, 1, "投诉")
    later = came(services, 2, "老板拖欠三个月工资不发")
    # Whoever serves the second text serves the first one before it.
    serve_text(services, later)
    assert wang.outcomes == ["served", "served"]
    with services.database.read() as db:
        keys = db.scalars(select(OutgoingText.key).order_by(OutgoingText.id)).all()
    assert keys == ["in/SM1/0", "in/SM2/0"]


def test_a_text_that_lets_earlier_ones_go_first_is_counted_once(
    services: TextServices, wang: Writer
) -> None:
    hurried = replace(services, limits=FloodLimits(short=(3, 300)))
    came(services, 1, "投诉")
    came(services, 2, "取消")
    serve_text(hurried, came(services, 3, "加班费怎么算"))
    assert wang.outcomes == ["served", "served", "served"]


def test_what_a_process_left_is_picked_up_once(
    services: TextServices, make_line: MakeLine, wang: Writer, clock: FixedClock
) -> None:
    for number in range(3):
        came(services, number)
    lines = [make_line(look_each_seconds=0.05) for _ in range(2)]
    for line in lines:
        line.start()
    time.sleep(0.3)
    # Another process may just be about to serve them.
    assert wang.outcomes == ["waiting"] * 3
    clock.advance(timedelta(seconds=11))
    wait_until(lambda: wang.outcomes == ["served"] * 3)
    assert wang.queued == 3


def test_a_text_waits_while_the_database_is_away(
    make_line: MakeLine, wang: Writer, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [OperationalError("", {}, Exception(), connection_invalidated=True)]

    def judge(*_: object) -> None:
        raise failures.pop()

    line = make_line(look_each_seconds=0.05)
    with monkeypatch.context() as patch:
        patch.setattr("sms.turns.judge_and_understand", judge)
        line.receive(InboundMessage("SM1", WANG, "试用期最长多久"))
        wait_until(lambda: not failures)
        assert wang.outcomes == ["waiting"]
    clock.advance(timedelta(seconds=11))
    wait_until(lambda: wang.outcomes == ["served"])


def test_what_became_of_a_text_is_noted_once(services: TextServices) -> None:
    text = came(services, 1)
    with services.database.write() as db:
        assert settle(db, text, Outcome.FAILED)
        assert not settle(db, text, Outcome.SERVED)

"""From one provider to the next: only after a certain no, and never the same text by both."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Response
from sqlalchemy import select

from core.clock import FixedClock
from core.database import Database
from outbox.claims import SendingPolicy
from outbox.delivery import Report, take_report
from outbox.models import OutgoingText
from outbox.queries import list_open_tasks
from outbox.sending import send_due_texts
from outbox.states import PENDING
from providers.gateway_texts import GatewayTexts
from providers.texts import Refusal, TextProvider, TextStatus
from tests.outbox.conftest import LI, WANG, MakeOutbox, Outbox
from tests.outbox.providers import PlayedProvider
from tests.providers.gateway_double import GatewayDouble

# What the example's file makes of the codes: certain refusals after which another is asked, or not.
FAULTS = ("none", "1005", "1004", "1001", "taken but 502", "lost with 502", "1999 though taken")


@dataclass
class FaultyGateway(GatewayDouble):
    """Does something else with each text, by the chance of a seed; counts every text it took."""

    chance: random.Random = field(default_factory=lambda: random.Random(0))
    faults: tuple[str, ...] = FAULTS

    def _send(self) -> Response:
        fault = self.chance.choice(self.faults)
        match fault:
            case "none":
                return super()._send()
            case "taken but 502":
                self.statuses.append(502)
                return super()._send()
            case "lost with 502":
                return Response(status=502)
            case "1999 though taken":
                super()._send()
                fault = "1999"
        return Response(json.dumps({"code": fault}), mimetype="application/json")


def provider_of(double: GatewayDouble, name: str, clock: FixedClock, **more: Any) -> GatewayTexts:
    return GatewayTexts(*double.settings(name=name, **more), clock)


@dataclass
class TwoGateways:
    """Two faulty gateways behind one outbox."""

    outbox: Outbox
    clock: FixedClock
    doubles: tuple[FaultyGateway, FaultyGateway]
    providers: tuple[TextProvider, ...]

    def settle(self) -> None:
        """Send every quarter of a minute until nothing waits any more, or an hour is over."""
        policy = SendingPolicy(texts_per_second=1000)
        for _ in range(240):
            send_due_texts(self.outbox.database, self.providers, self.clock, policy)
            self.clock.advance(timedelta(seconds=15))
            if not any(row.state in PENDING for row in self.rows()):
                return

    def taken(self) -> Counter[str]:
        """How often each text was taken, at both."""
        return Counter(
            text["content"].removeprefix("【劳动热线】")
            for double in self.doubles
            for text in double.taken
        )

    def rows(self) -> list[OutgoingText]:
        with self.outbox.database.read() as db:
            return list(db.scalars(select(OutgoingText)))


@pytest.fixture(params=[1, 2, 3])
def two(
    request: pytest.FixtureRequest, database: Database, clock: FixedClock
) -> Iterator[TwoGateways]:
    with ExitStack() as stack:
        first = stack.enter_context(FaultyGateway(chance=random.Random(request.param)))
        second = stack.enter_context(FaultyGateway(chance=random.Random(request.param + 100)))
        providers = (provider_of(first, "first", clock), provider_of(second, "second", clock))
        yield TwoGateways(Outbox(database, clock), clock, (first, second), providers)
        for provider in providers:
            provider.session.close()


def test_whatever_goes_wrong_no_text_is_taken_twice_and_none_is_lost(two: TwoGateways) -> None:
    words = [f"第{number}条" for number in range(40)]
    for number, said in enumerate(words):
        two.outbox.queue(said, kind="case_answer", phone=f"+86138001380{number:02}")
    two.settle()
    taken = two.taken()
    assert max(taken.values()) == 1
    states = {row.words: row.state for row in two.rows()}
    # Taken once and known to be, or refused for good by both, which a person is told.
    failed = {said for said, state in states.items() if state == "failed"}
    assert {said for said, state in states.items() if state == "accepted"} == set(taken)
    assert failed | set(taken) == set(words)
    with two.outbox.database.read() as db:
        assert {task.text.words for task in list_open_tasks(db)} == failed
    assert all(double.taken for double in two.doubles), "both were used"


def test_a_gateway_that_cannot_be_asked_keeps_its_unknown_texts(
    two: TwoGateways, clock: FixedClock
) -> None:
    first, second = two.doubles
    first.faults, second.faults = ("taken but 502", "lost with 502"), ("none",)
    silent = provider_of(first, "first", clock, find=None)
    two.providers = (silent, two.providers[1])
    for number in range(10):
        two.outbox.queue("答复", kind="case_answer", phone=f"+86138001380{number:02}")
    two.settle()
    silent.session.close()
    assert second.taken == []
    assert {row.state for row in two.rows()} == {"failed"}
    with two.outbox.database.read() as db:
        assert [task.reason for task in list_open_tasks(db)] == ["unknown"] * 10
    late = first.taken[0]
    with two.outbox.database.write() as db:
        report = Report("first", "G1", "DELIVRD", TextStatus.DELIVERED, late["out_id"])
        assert take_report(db, report, clock.now())
    with two.outbox.database.read() as db:
        assert len(list_open_tasks(db)) == 9, "it had arrived after all"


def test_the_next_text_does_not_wait_for_ever_behind_one_nobody_can_tell_of(
    two: TwoGateways, clock: FixedClock
) -> None:
    first = two.doubles[0]
    first.faults = ("lost with 502",)
    silent = provider_of(first, "first", clock, find=None)
    two.providers = (silent,)
    two.outbox.queue("一")
    send_due_texts(two.outbox.database, two.providers, clock)
    first.faults = ("none",)
    two.outbox.queue("二")
    two.settle()
    silent.session.close()
    assert two.taken() == {"二": 1}


@pytest.mark.parametrize(
    ("refusal", "by"),
    [
        (Refusal.DOWN, "second"),
        (Refusal.SENDER, "second"),
        (Refusal.FILTERED, "second"),
        (Refusal.WORDS, "second"),
        (Refusal.OTHER, "second"),
        (Refusal.BUSY, None),
        (Refusal.UNREACHABLE, None),
        (Refusal.BAD_NUMBER, None),
        (Refusal.OPTED_OUT, None),
    ],
)
def test_which_refusals_another_provider_is_asked_after(
    make_outbox: MakeOutbox, refusal: Refusal, by: str | None
) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = make_outbox(first, second)
    first.refusals.append(refusal)
    text = outbox.queue("一")
    outbox.send()
    assert (len(first.asked), outbox.row(text).provider) == (1, by)
    assert len(second.asked) == (1 if by else 0)


def test_a_text_reported_as_filtered_goes_by_the_next_provider_once(
    make_outbox: MakeOutbox, clock: FixedClock
) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = make_outbox(first, second)
    text = outbox.queue("一", kind="case_answer")
    outbox.send()
    report = Report("first", "first-1", "x", TextStatus.UNDELIVERED, "", Refusal.FILTERED, "30007")
    for _ in range(2):
        with outbox.database.write() as db:
            take_report(db, report, clock.now())
        outbox.send()
    assert (first.words, second.words, outbox.row(text).state) == (["一"], ["一"], "accepted")


def test_each_provider_has_a_rate_of_its_own(database: Database, clock: FixedClock) -> None:
    first, second = PlayedProvider("first"), PlayedProvider("second")
    outbox = Outbox(database, clock, first, second)
    policy = SendingPolicy(texts_per_second=10, rates={"second": 3})
    first.refusals.extend([Refusal.SENDER] * 8)
    for number in range(8):
        outbox.queue("一", phone=f"+86138001380{number:02}")
    for expected in (3, 6, 8):
        send_due_texts(database, outbox.providers, clock, policy)
        assert (len(first.asked), len(second.taken)) == (8, expected)
        clock.advance(timedelta(seconds=1))


def test_a_provider_that_can_be_answered_carries_the_rating(make_outbox: MakeOutbox) -> None:
    first, second = PlayedProvider("first", takes_replies=False), PlayedProvider("second")
    outbox = make_outbox(first, second)
    outbox.queue("请评分", kind="rating", phone=WANG)
    outbox.queue("答复", phone=LI)
    outbox.send()
    assert (first.words, second.words) == (["答复"], ["请评分"])

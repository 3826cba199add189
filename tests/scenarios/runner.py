"""Plays a call that is written down as a scenario, and writes down what was heard.

A scenario is a YAML file: ``title``, ``caller`` (a number, or withheld), ``at`` (local time),
``agents`` (free, busy or none), ``case_of`` (a phone that has lodged a message before), and
``call``: the acts in order, each with what must be heard (``hear``) or be sent by text (``text``)
after it. ``outcome`` is that of the call's record. {case} stands for the number of the case, {code}
for the code that was texted last.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from callcentre.models import Availability
from callcentre.operations import AgentDraft, add_agent, engage_agent, set_availability
from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.models import Case
from casework.operations import take_message
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from core.phones import parse_phone
from dialogue.services import Facilities
from hotline.records import find_record
from hotline.turns import CallServices
from hotline.vouching import VouchedCallers
from outbox.models import OutgoingText
from tests.scenarios.telephone import Telephone

FOLDER = Path(__file__).with_name("calls")
SCENARIOS = sorted(FOLDER.glob("*.yaml"))
SID = "CA1"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
Intent = Callable[[Telephone, Any], None]
PERFORMERS: Mapping[str, Intent] = {
    "dial": lambda phone, _: phone.call(),
    "say": lambda phone, words: phone.say(words),
    "mumble": lambda phone, words: phone.say(words, 0.2),
    "press": lambda phone, keys: phone.press(str(keys)),
    "silence": lambda phone, _: phone.stay_silent(),
    "record": lambda phone, seconds: phone.record(seconds),
    "person": lambda phone, status: phone.be_answered(status),
    "wait": lambda phone, seconds: phone.wait(1, seconds),
    "press_in_queue": lambda phone, key: phone.press_in_queue(str(key)),
    "hang_up": lambda phone, _: phone.hang_up(),
}


@dataclass(frozen=True)
class Moment:
    """One act of the citizen, and what came of it."""

    act: str
    value: str
    heard: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Played:
    """A scenario as it went."""

    name: str
    title: str
    caller: str
    at: str
    moments: tuple[Moment, ...]
    outcome: str


def play(path: Path, database: Database, facilities: Facilities, *, repeats: bool) -> Played:
    """Play a scenario over an empty database. Raises AssertionError where it goes another way."""
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    clock = FixedClock(datetime.fromisoformat(scenario["at"]).replace(tzinfo=LOCAL_ZONE))
    chance = random.Random(path.stem)
    case_services = replace(
        facilities.case_services, draw=lambda count: f"{chance.randrange(10**count):0{count}d}"
    )
    services = CallServices(
        database,
        replace(facilities, list_agents=lambda _db: (), case_services=case_services),
        clock,
        60,
        lambda *_: None,
        vouched=VouchedCallers((("*", scenario.get("vouched", "+")),)),
    )
    _man(services, scenario.get("agents", "none"))
    places = {"case": _lodge(services, scenario["case_of"]) if "case_of" in scenario else ""}
    phone = Telephone(services, SID, scenario["caller"], repeats=repeats)
    moments = [_take(services, phone, step, places) for step in scenario["call"]]
    if not any("hang_up" in step for step in scenario["call"]):
        assert phone.is_over, f"{path.name}: the call is not over"
        phone.hang_up()
    with database.read() as db:
        record = find_record(db, SID, yuan_a_minute=Decimal(0))
    assert record is not None and record.outcome == scenario["outcome"], record
    return Played(
        path.stem, scenario["title"], scenario["caller"], scenario["at"], tuple(moments),
        record.outcome,
    )  # fmt: skip


def _take(
    services: CallServices, phone: Telephone, step: Mapping[str, Any], places: Mapping[str, str]
) -> Moment:
    (act,) = step.keys() & PERFORMERS.keys()
    value = step[act]
    if isinstance(value, str):
        value = value.format_map({**places, "code": _newest_code(services)})
    before = len(_texts(services))
    PERFORMERS[act](phone, value)
    texts = _texts(services)[before:]
    for expected in _list(step.get("hear")):
        assert any(expected in words for words in phone.heard), (step, phone.heard)
    for expected in _list(step.get("text")):
        assert any(expected in words for words in texts), (step, texts)
    assert "text" in step or not texts, (step, texts)
    return Moment(act, str(value), tuple(phone.heard), tuple(texts))


def _newest_code(services: CallServices) -> str:
    """The code that was texted last, or nothing."""
    codes = [found[0] for words in _texts(services) if (found := _CODE.search(words))]
    return codes[-1] if codes else ""


def _list(value: str | list[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else value


def _texts(services: CallServices) -> list[str]:
    with services.database.read() as db:
        return [text.words for text in db.scalars(select(OutgoingText).order_by(OutgoingText.id))]


def _man(services: CallServices, agents: str) -> None:
    if agents == "none":
        return
    now = services.clock.now()
    draft = AgentDraft(
        name="一号坐席",
        office_id=services.facilities.case_services.offices.bureau.id,
        languages=("zh", "yue"),
        address="+8676922000001",
    )
    with services.database.write() as db:
        agent = add_agent(db, services.database.vault, draft, now)
        set_availability(db, agent, Availability.AVAILABLE, now)
        if agents == "busy":
            engage_agent(db, agent, "CA0", now)


def _lodge(services: CallServices, phone: str) -> str:
    """Lodge a message from a phone; the digits of its case number."""
    draft = MessageDraft(
        idempotency_key=IdempotencyKey("CA0", "message1"),
        contact=Contact(phone=parse_phone(phone), channel="voice", is_proved=True),
        text="社保什么时候能补交",
    )
    with services.database.write() as db:
        case: Case = take_message(
            db, services.facilities.case_services, draft, services.clock.now()
        ).case
    return case.number.removeprefix("DG")

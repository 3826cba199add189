"""A service in this process, and people who call and text it for good or ill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from sqlalchemy import select

from app.trial.parts import TrialParts, open_trial
from casework.models import Case
from dialogue.replies import Say
from dialogue.turn_inputs import Pressed, Recorded, Spoke, TurnInput
from hotline.reports import take_status
from hotline.turns import answer_call, take_call_turn
from knowledge_base.loader import Content
from nlu.engine import NluEngine
from outbox.models import OutgoingText
from sms.inbound import InboundMessage
from sms.turns import take_text
from tests.conftest import MORNING
from tests.hotline.conftest import make_twilio
from tests.privacy.conftest import held
from tests.security.tampering import record
from tests.staff.conftest import case_services, clock, console, content, database

__all__ = [
    "case_services",
    "clock",
    "console",
    "content",
    "database",
    "held",
    "make_twilio",
    "record",
]

VICTIM = "+8613900139000"
ATTACKER = "+8613711112222"
LANDLINE = "+8676922222222"
WITHHELD = ""
EMPLOYER = "东莞市宏达电子厂"


@dataclass
class Call:
    """One call. ``heard`` is what was said last."""

    parts: TrialParts
    sid: str
    phone: str
    is_vouched: bool
    turn: int = 1
    heard: str = ""
    is_served: bool = True

    def __post_init__(self) -> None:
        replies = answer_call(
            self.parts.call_services, self.sid, self.phone, is_vouched=self.is_vouched
        )
        self.is_served = replies is not None
        self.heard = _said(replies or ())

    def say(self, words: str) -> str:
        return self._take(Spoke(words, 0.9))

    def press(self, keys: str) -> str:
        return self._take(Pressed(keys))

    def record(self, seconds: int = 8) -> str:
        return self._take(Recorded(f"RE{self.sid}{self.turn}", seconds))

    def hang_up(self) -> None:
        take_status(self.parts.call_services, self.sid, "completed", 60)

    def complain(self, *, people: str = "我一个", story: str = "老板三个月没发工资了") -> str:
        """Tell a petition up to the question for a number, or for the code, or the read-back."""
        self.say("我要投诉")
        self.say(story)
        self.press("1")
        for words in (EMPLOYER, "厚街", "今年八月", people, "三万", "要工资", "没有"):
            self.say(words)
        return self.say("匿名")

    def _take(self, turn_input: TurnInput) -> str:
        served = take_call_turn(self.parts.call_services, self.sid, self.turn, turn_input)
        self.turn, self.heard = served.next_turn, _said(served.replies)
        return self.heard


@dataclass
class Line:
    """The service as strangers meet it."""

    parts: TrialParts
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def call(self, phone: str, *, is_vouched: bool = True) -> Call:
        return Call(self.parts, f"CA{next(self._numbers)}", phone, is_vouched and bool(phone))

    def text(self, words: str, phone: str = VICTIM) -> str:
        """Text it; what was written back."""
        sid = f"SM{next(self._numbers)}"
        take_text(self.parts.text_services, InboundMessage(sid, phone, words))
        with self.parts.database.read() as db:
            mine = OutgoingText.key.like(f"in/{sid}/%")
            return "\n".join(text.words for text in db.scalars(select(OutgoingText).where(mine)))

    def texts(self, phone: str | None = None, kind: str | None = None) -> list[OutgoingText]:
        """The texts that are to be sent."""
        with self.parts.database.read() as db:
            rows = db.scalars(
                select(OutgoingText)
                .where(OutgoingText.state != "suppressed")
                .order_by(OutgoingText.id)
            )
            return [
                row
                for row in rows
                if (phone is None or row.phone == phone) and (kind is None or row.kind == kind)
            ]

    def code(self, phone: str) -> str:
        """The code that the holder of a number reads."""
        return "".join(
            c for c in self.texts(phone, "code")[-1].words.split("：")[1] if c.isdigit()
        )[:6]

    def cases(self) -> list[Case]:
        with self.parts.database.read() as db:
            return list(db.scalars(select(Case).order_by(Case.id)))

    def lodge_as_victim(self) -> Case:
        """The victim lodges a petition by their own, vouched number."""
        call = self.call(VICTIM)
        call.complain(people="三个人")
        call.press("1")
        call.hang_up()
        case = self.cases()[-1]
        assert (case.phone, case.is_phone_proved, case.people) == (VICTIM, True, 3)
        return case


@pytest.fixture
def line(nlu: NluEngine, content: Content) -> Iterator[Line]:
    with open_trial(MORNING, nlu, content) as parts:
        yield Line(parts)


Reload = Callable[[Case], Case]


@pytest.fixture
def reload(line: Line) -> Reload:
    def again(case: Case) -> Case:
        with line.parts.database.read() as db:
            return db.get_one(Case, case.id)

    return again


def spoken(number: str) -> str:
    """A case number as the line reads it out."""
    return " ".join(number)


def _said(replies: tuple[object, ...]) -> str:
    return "\n".join(reply.words for reply in replies if isinstance(reply, Say))

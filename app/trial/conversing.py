"""A citizen of a trial: each input is served as the channels serve it, and what came of it is
told as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.trial.inputs import Agents, HangUp, Key, Line, Record, Say, Silence, Wait
from app.trial.jobs import run_due_jobs
from app.trial.observing import Observer
from app.trial.parts import TrialParts
from core.errors import InputError
from dialogue.replies import Enqueue, Reply, Transfer
from dialogue.replies import Say as Said
from dialogue.turn_inputs import (
    Pressed,
    QueueEnded,
    Recorded,
    Silent,
    Spoke,
    TransferEnded,
    TurnInput,
)
from hotline.reports import take_status
from hotline.turns import answer_call, take_call_turn
from sms.inbound import InboundMessage
from sms.turns import take_text

_CALL = "CA-trial"
# So long it takes to say something, and to write it.
_TURN = timedelta(seconds=5)
_WRITING = timedelta(seconds=25)
_MAX_RINGS = 12


@dataclass
class Caller:
    """A voice conversation. ``phone`` is empty when the number is withheld; ``is_vouched``: the
    carrier says that it is the caller's."""

    parts: TrialParts
    phone: str
    is_vouched: bool = True
    agents_accept: bool = False
    turn: int = 0
    recordings: int = 0
    is_over: bool = False
    observer: Observer = field(init=False)

    def __post_init__(self) -> None:
        self.observer = Observer(self.parts, self.phone)

    def begin(self, language: str | None) -> dict[str, Any]:
        """Answer the call; what is said first."""
        replies = answer_call(
            self.parts.call_services,
            _CALL,
            self.phone,
            language=language,
            is_vouched=self.is_vouched,
        )
        self.turn = 1
        return self._observe(self._follow(replies or ()))

    def take(self, line: Line) -> dict[str, Any]:
        """Serve one line. Raises InputError for one that a caller cannot do."""
        match line:
            case Agents(do_accept):
                self.agents_accept = do_accept
                return self._observe(())
            case Wait(time):
                run_due_jobs(self.parts, time)
                return self._observe(())
            case HangUp():
                return self._hang_up()
        self.parts.clock.advance(_TURN)
        replies = self._serve(self._turn_input(line))
        return self._observe(self._follow(replies))

    def _turn_input(self, line: Line) -> TurnInput:
        match line:
            case Say(words, confidence):
                return Spoke(words, confidence) if words else Silent()
            case Key(keys):
                return Pressed(keys)
            case Silence():
                return Silent()
            case Record(seconds):
                self.recordings += 1
                return Recorded(f"RE-trial-{self.recordings}" if seconds else "", seconds)
        raise InputError("A caller cannot do this.", "line")

    def _serve(self, turn_input: TurnInput) -> tuple[Reply, ...]:
        served = take_call_turn(self.parts.call_services, _CALL, self.turn, turn_input)
        self.turn = served.next_turn
        return served.replies

    def _follow(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """Let agents take the call, or not, until the line waits for the caller again."""
        collected = replies
        for _ in range(_MAX_RINGS):
            if any(isinstance(reply, Transfer) for reply in replies):
                reached = TransferEnded("answered" if self.agents_accept else "not_reached")
                replies = self._serve(reached)
            elif any(isinstance(reply, Enqueue) for reply in replies):
                replies = self._serve(QueueEnded("answered" if self.agents_accept else "left"))
            else:
                break
            collected += replies
        return collected

    def _hang_up(self) -> dict[str, Any]:
        take_status(self.parts.call_services, _CALL, "completed", 60)
        self.is_over = True
        return self._observe(())

    def _observe(self, replies: tuple[Reply, ...]) -> dict[str, Any]:
        words = [reply.words for reply in replies if isinstance(reply, Said)]
        return self.observer.observe(_CALL, words, replied=())


@dataclass
class Texter:
    """A conversation by text."""

    parts: TrialParts
    phone: str
    count: int = 0
    observer: Observer = field(init=False)

    def __post_init__(self) -> None:
        self.observer = Observer(self.parts, self.phone)

    def take(self, line: Line) -> dict[str, Any]:
        """Serve one line. Raises InputError for one that a texter cannot do."""
        replied: tuple[str, ...] = ()
        match line:
            case Wait(time):
                run_due_jobs(self.parts, time)
            case Agents():
                pass
            case Say(words):
                replied = self._text(words)
            case Key(keys):
                replied = self._text(keys)
            case _:
                raise InputError("A texter cannot do this.", "line")
        return self.observer.observe(None, [], replied=replied)

    def _text(self, words: str) -> tuple[str, ...]:
        self.parts.clock.advance(_WRITING)
        self.count += 1
        sid = f"SM-trial-{self.count}"
        take_text(self.parts.text_services, InboundMessage(sid, self.phone, words))
        return (f"in/{sid}/",)

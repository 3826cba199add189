"""What was done and said in a conversation, read from its turns, with personal data masked."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masking import mask_personal
from dialogue.models import TakenTurn
from dialogue.replies import Enqueue, Say, SendText, TakeRecording, Transfer, replies_from_json

Kind = Literal[
    "words", "keys", "silence", "recording", "hang_up", "text", "transfer", "waiting", "connected"
]


@dataclass(frozen=True)
class TranscriptLine:
    """One thing that the citizen or the line did. ``detail`` is what was said, pressed or sent
    (masked), or the seconds of a recording; empty where the kind says all."""

    at: datetime
    who: Literal["citizen", "line"]
    kind: Kind
    detail: str


@dataclass(frozen=True)
class TranscriptTurn:
    """One turn: its number, the step that it led to, and its lines in order."""

    number: int
    at: datetime
    step: str
    lines: tuple[TranscriptLine, ...]


def list_turns_of(
    db: Session, conversation_ids: Collection[str]
) -> dict[str, tuple[TranscriptTurn, ...]]:
    """The turns of conversations in order, by conversation, in one query; those of which no turn is
    stored are missing."""
    stored = (
        select(TakenTurn)
        .where(TakenTurn.conversation_id.in_(conversation_ids))
        .order_by(TakenTurn.conversation_id, TakenTurn.number)
    )
    by_conversation = groupby(db.scalars(stored), key=attrgetter("conversation_id"))
    return {name: tuple(map(_read, turns)) for name, turns in by_conversation}


def _read(turn: TakenTurn) -> TranscriptTurn:
    lines = []
    name, fields = _read_input(turn.heard)
    if name in _INPUTS:
        kind, say = _INPUTS[name]
        lines.append(
            TranscriptLine(turn.taken_at, "citizen", kind, mask_personal(str(say(fields))))
        )
    for reply in replies_from_json(json.loads(turn.replies)):
        if type(reply) in _REPLIES:
            kind, describe = _REPLIES[type(reply)]
            lines.append(
                TranscriptLine(turn.taken_at, "line", kind, mask_personal(describe(reply)))
            )
    return TranscriptTurn(turn.number, turn.taken_at, turn.step, tuple(lines))


def _read_input(heard: str) -> tuple[str, Mapping[str, Any]]:
    """Name and fields of a stored turn input: ``Spoke(words='…', confidence=None)``."""
    call = ast.parse(heard, mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError("a stored turn input is no turn input")
    return call.func.id, {w.arg: ast.literal_eval(w.value) for w in call.keywords if w.arg}


_INPUTS: Mapping[str, tuple[Kind, Callable[[Mapping[str, Any]], object]]] = {
    "Spoke": ("words", lambda fields: fields["words"]),
    "Texted": ("words", lambda fields: fields["words"]),
    "Pressed": ("keys", lambda fields: fields["keys"]),
    "Silent": ("silence", lambda fields: ""),
    "Recorded": ("recording", lambda fields: fields["seconds"]),
    "TransferEnded": ("connected", lambda fields: fields["outcome"]),
    "QueueEnded": ("connected", lambda fields: fields["outcome"]),
    "HungUp": ("hang_up", lambda fields: ""),
}
_REPLIES: Mapping[type, tuple[Kind, Callable[[Any], str]]] = {
    Say: ("words", lambda reply: reply.words),
    SendText: ("text", lambda reply: reply.words),
    TakeRecording: ("recording", lambda reply: ""),
    Transfer: ("transfer", lambda reply: ""),
    Enqueue: ("waiting", lambda reply: ""),
}

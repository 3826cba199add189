"""What was said in a conversation, from its turns, with personal data masked."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masking import mask_personal
from dialogue.models import TakenTurn
from dialogue.replies import Say, SendText, Transfer, replies_from_json
from staff.words import t


@dataclass(frozen=True)
class Line:
    """One thing said: by the citizen or by the line."""

    at: datetime
    who: Literal["citizen", "line"]
    words: str


def list_transcript(db: Session, conversation_id: str) -> list[Line]:
    """The lines of a conversation in order; empty when its turns are no longer kept."""
    turns = select(TakenTurn).where(TakenTurn.conversation_id == conversation_id)
    lines = []
    for turn in db.scalars(turns.order_by(TakenTurn.number)):
        heard = heard_words(turn.heard)
        if heard:
            lines.append(Line(turn.taken_at, "citizen", mask_personal(heard)))
        lines += [
            Line(turn.taken_at, "line", mask_personal(words)) for words in _replies(turn.replies)
        ]
    return lines


def heard_words(heard: str) -> str:
    """A turn's input, as it is stored, in words; empty when there is nothing to show."""
    name, values = _read_input(heard)
    describe = _INPUTS.get(name)
    return "" if describe is None else describe(values)


def _read_input(heard: str) -> tuple[str, Mapping[str, Any]]:
    """Name and fields of a stored turn input: ``Spoke(words='…', confidence=None)``."""
    try:
        call = ast.parse(heard, mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            return "", {}
        fields = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError):
        return "", {}
    return call.func.id, fields


_INPUTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "Spoke": lambda fields: str(fields["words"]),
    "Texted": lambda fields: str(fields["words"]),
    "Pressed": lambda fields: t("transcript.pressed", keys=fields["keys"]),
    "Silent": lambda _fields: t("transcript.silent"),
    "Recorded": lambda fields: t("transcript.recorded", seconds=fields["seconds"]),
    "HungUp": lambda _fields: t("transcript.hung_up"),
}


def _replies(stored: str) -> list[str]:
    words = []
    for reply in replies_from_json(json.loads(stored)):
        if isinstance(reply, Say):
            words.append(reply.words)
        elif isinstance(reply, SendText):
            words.append(t("transcript.text_sent", words=reply.words))
        elif isinstance(reply, Transfer):
            words.append(t("transcript.transfer"))
    return words

"""What was said in a conversation, from its turns, with personal data masked."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.masking import mask_personal
from dialogue.models import TakenTurn
from dialogue.replies import Say, SendText, Transfer, replies_from_json
from staff.words import t

# What is said there is a rating: the rated office must not learn who gave it.
_RATING = "rating."


@dataclass(frozen=True)
class Line:
    """One thing said: by the citizen or by the line. ``is_words``: not a key or a silence."""

    at: datetime
    who: Literal["citizen", "line"]
    words: str
    is_words: bool = True


def list_transcripts(db: Session, conversation_ids: Sequence[str]) -> dict[str, list[Line]]:
    """The lines of conversations in order, by conversation; those of which nothing is kept any more
    are missing. A rating given by key is left out."""
    turns = select(TakenTurn).where(TakenTurn.conversation_id.in_(conversation_ids))
    transcripts: dict[str, list[Line]] = {}
    before: dict[str, str] = {}
    for turn in db.scalars(turns.order_by(TakenTurn.conversation_id, TakenTurn.number)):
        name = turn.conversation_id
        if not before.get(name, "").startswith(_RATING):
            transcripts.setdefault(name, []).extend(_lines(turn))
        before[name] = turn.step
    return {name: lines for name, lines in transcripts.items() if lines}


def _lines(turn: TakenTurn) -> list[Line]:
    lines, heard = [], heard_words(turn.heard)
    if heard:
        is_words = _read_input(turn.heard)[0] in _WORDS
        lines.append(Line(turn.taken_at, "citizen", mask_personal(heard), is_words))
    replies = _replies(turn.replies)
    return lines + [Line(turn.taken_at, "line", mask_personal(words)) for words in replies]


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


_WORDS = frozenset({"Spoke", "Texted"})
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

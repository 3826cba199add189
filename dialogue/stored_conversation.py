"""Conversations as JSON between turns.

A stored state of an older form is not guessed at: the conversation begins again, politely, with
what is known of the citizen (``Conversation.is_restarted``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dialogue.conversation import Conversation, Frame, Said
from dialogue.flows.registry import FLOW_BY_NAME, FLOWS
from dialogue.slots import Slots

# Raise it with any change after which older states cannot be read.
SCHEMA = 2
_PLAIN = tuple(f.name for f in fields(Conversation) if f.name not in {"stack", "said", "parked"})
_TUPLES = ("asked", "services", "offered_help", "proved_phones")
_KEPT_OF_OLD = (
    "id", "channel", "phone", "phone_key", "can_text", "language", "started_at", "turn", "is_over",
    "is_proved",
)  # fmt: skip


def conversation_to_json(conversation: Conversation) -> dict[str, Any]:
    """The conversation as a JSON-able value."""
    plain = {name: getattr(conversation, name) for name in _PLAIN}
    return {
        **plain,
        "schema": SCHEMA,
        "stack": [_frame_to_json(frame) for frame in conversation.stack],
        "said": [[said.words, said.language] for said in conversation.said],
        "parked": _frame_to_json(conversation.parked) if conversation.parked else None,
    }


def conversation_from_json(raw: Mapping[str, Any]) -> Conversation:
    """The conversation from ``conversation_to_json``, or its fresh start from an older form."""
    if raw.get("schema") != SCHEMA:
        return _restarted(raw)
    values = {name: raw[name] for name in _PLAIN if name in raw}
    for name in _TUPLES:
        values[name] = tuple(values.get(name, ()))
    try:
        stack = tuple(_frame_from_json(frame) for frame in raw["stack"])
        parked = _frame_from_json(raw["parked"]) if raw.get("parked") else None
    except (KeyError, ValueError, ValidationError):
        return _restarted(raw)
    said = tuple(Said(words, language) for words, language in raw["said"])
    return Conversation(**{**values, "stack": stack, "said": said, "parked": parked})


def _restarted(raw: Mapping[str, Any]) -> Conversation:
    stored = {name: raw[name] for name in _KEPT_OF_OLD if name in raw}
    return Conversation(**stored, is_restarted=not raw["is_over"])


def _frame_to_json(frame: Frame) -> dict[str, Any]:
    return {
        "flow": frame.slots.flow,
        "state": frame.state,
        "slots": _ADAPTERS[frame.slots.flow].dump_python(
            frame.slots, mode="json", exclude_defaults=True
        ),
    }


def _frame_from_json(raw: Mapping[str, Any]) -> Frame:
    flow = FLOW_BY_NAME[raw["flow"]]
    state = None if raw["state"] is None else flow.states(raw["state"])
    return Frame(state, _ADAPTERS[flow.name].validate_python(raw["slots"]))


_ADAPTERS: dict[str, TypeAdapter[Slots]] = {flow.name: TypeAdapter(flow.slots) for flow in FLOWS}

"""Topics by the names under which they are offered."""

from __future__ import annotations

from dialogue.context import TurnContext
from dialogue.heard import Heard
from nlu.texts import simplify

MAX_OFFERED = 3
_MIN_NAME = 2


def offered_options(
    turn: TurnContext, topics: tuple[str, ...], first: int = 1
) -> tuple[tuple[str, ...], str]:
    """The topics that may be answered today, and the words that offer them, numbered from
    ``first``."""
    knowledge, today = turn.services.facilities.knowledge, turn.services.today
    offered = tuple(t for t in topics if knowledge.find_entry(t, today))[:MAX_OFFERED]
    options = "".join(
        turn.words(
            "question.option",
            digit=f"[{digit}]",
            name=knowledge.short_name(topic, turn.language),
        )
        for digit, topic in enumerate(offered, start=first)
    )
    return offered, options


def named_topic(turn: TurnContext, heard: Heard, topics: tuple[str, ...]) -> str | None:
    """The one offered topic whose short name, or a part of it, the citizen repeated; or None."""
    knowledge = turn.services.facilities.knowledge
    said = heard.plain.strip(" 。.!！").lower()
    if len(said) < _MIN_NAME:
        return None
    named = []
    for topic in topics:
        name = simplify(knowledge.short_name(topic, turn.language)).lower()
        if said == name:
            return topic
        if name in said or said in name:
            named.append(topic)
    return named[0] if len(named) == 1 else None

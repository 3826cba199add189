"""Somebody who reported danger says that it is over: a calm answer, then the matter goes on.

The alert stays open, with what was said: whether it is over is for staff to find out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from config.yaml_files import get_pattern
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from dialogue.flows.danger.slots import DangerSlots
from dialogue.heard import Heard
from dialogue.reporting import report_safe
from nlu.danger import DangerLevel, find_danger
from nlu.entities.values import NO_ENTITIES
from nlu.problems import names_problem

_FILE = Path(__file__).parents[1] / "data" / "safe_now.yaml"
_pattern = partial(get_pattern, _FILE)
_MARKS = " ,，。.!！、;；?？~～的了啊呀吧啦喇"
# Characters of a clause that may stand around the words of safety.
_MAX_LEFT = 8
_CLAUSES = re.compile(r"[,，。.!！;；?？\n]+")
_SAID = "safe"


def acknowledge_safety(turn: TurnContext) -> Transition | None:
    """Record that a danger reported before is over; the other rules take what else was said.
    None where no danger was reported, or where the message does not say that it is over."""
    if not turn.conversation.danger or _SAID in turn.conversation.offered_help:
        return None
    rest = read_safety(turn.heard)
    if rest is None:
        return None
    turn.change(offered_help=(*turn.conversation.offered_help, _SAID))
    report_safe(turn)
    slots = turn.find_slots(DangerSlots)
    turn.say("danger.safe" if slots is None or slots.can_call_back else "danger.safe_held")
    has_ended = isinstance(turn.frame.slots, DangerSlots)
    if not rest:
        return FlowSignal.DONE if has_ended else FlowSignal.PROMPT
    if has_ended:
        turn.pop()
    turn.heard = turn.heard.again(rest)
    return None


def forget_safety(turn: TurnContext) -> None:
    """A new danger is reported: that an earlier one is over no longer counts."""
    offered = tuple(name for name in turn.conversation.offered_help if name != _SAID)
    turn.change(offered_help=offered)


def read_safety(heard: Heard) -> str | None:
    """What was said beside "we are safe now", empty when nothing that matters was; None when that
    was not said, is denied or asked, or another danger is reported."""
    clauses = [clause for clause in _CLAUSES.split(heard.plain.lower()) if clause.strip()]
    over = [clause for clause in clauses if _says_over(clause)]
    if not over or any(_pattern("not_over").search(clause) for clause in over):
        return None
    others = [clause for clause in clauses if clause not in over]
    if any(_pattern("goes_on").search(clause) for clause in others):
        return None
    rest = "，".join(others).strip(_MARKS)
    danger = find_danger(rest) if rest else None
    if danger is not None and danger.level is DangerLevel.ACUTE:
        return None
    return rest if _matters(heard.again(rest)) else ""


def _says_over(clause: str) -> bool:
    """Whether a clause is hardly more than that it is over."""
    left = _pattern("over").sub("", clause).strip(_MARKS)
    return left != clause.strip(_MARKS) and len(left) <= _MAX_LEFT


def _matters(rest: Heard) -> bool:
    """Whether words say or ask something that is to be dealt with."""
    if not rest.words:
        return False
    is_stated = names_problem(rest.words) or replace(rest.entities, employer=None) != NO_ENTITIES
    return rest.is_asking or is_stated or rest.repair is not None or rest.keyword is not None

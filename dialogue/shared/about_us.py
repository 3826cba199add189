"""What is said of this service itself: complaints about it, questions about the petition that is
being told, and others who speak in its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from config.yaml_files import read_yaml
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Start, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.heard import Heard
from nlu.problems import names_problem

_FILE = Path(__file__).parents[1] / "data" / "about_us.yaml"


def complains_about_us(heard: Heard) -> bool:
    """Whether this is a complaint about the hotline and mentions no problem at work."""
    is_about_us = any(p.search(heard.plain.lower()) for p in _rules()["complaints"])
    return is_about_us and not names_problem(heard.words)


def take_complaint_about_us(turn: TurnContext) -> Transition:
    """Apologise; a message goes to the office that the hotline belongs to. In the middle of
    something that goes on."""
    turn.say("service.about_us")
    return FlowSignal.PROMPT if turn.is_digressing else Start(MessageSlots())


def answer_in_petition(turn: TurnContext, heard: Heard) -> Transition | None:
    """The answer to a question about the petition that is being told ("要多久才有结果"), which
    asked elsewhere could mean anything; None for all other words, and for a question about another
    procedure ("仲裁要多久有结果")."""
    if not heard.is_asking or turn.find_slots(PetitionSlots) is None:
        return None
    if _rules()["asked_of_another"].search(heard.plain.lower()):
        return None
    for rule in _rules()["asked_in_petition"]:
        if rule["asks"].search(heard.plain.lower()):
            if "say" in rule:
                turn.say(rule["say"])
                return FlowSignal.PROMPT
            return Start(AnswerSlots(topic=rule["topic"]))
    return None


def warn_of_fraud(turn: TurnContext) -> Transition | None:
    """Say at once what this service never asks for, when somebody wants money or data in its
    name or the citizen asks whether a message is a fraud; None otherwise."""
    plain, signs = turn.heard.plain.lower(), _rules()["fraud"]
    is_in_our_name = signs["names"].search(plain) and signs["lures"].search(plain)
    is_doubted = signs["pretends"].search(plain) or signs["doubts"].search(plain)
    if not (is_in_our_name and is_doubted) and not signs["asks"].search(plain):
        return None
    turn.say("service.fraud")
    return FlowSignal.PROMPT


@cache
def _rules() -> Mapping[str, Any]:
    raw = read_yaml(_FILE)
    return {
        "complaints": [re.compile(one) for one in raw["complaints"]],
        "asked_of_another": re.compile(raw["asked_of_another"]),
        "asked_in_petition": [
            {**one, "asks": re.compile(one["asks"])} for one in raw["asked_in_petition"]
        ],
        "fraud": {name: re.compile(one) for name, one in raw["fraud"].items()},
    }

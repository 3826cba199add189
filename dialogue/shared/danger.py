"""Danger to life comes before everything (petition-work-regulations#25, and the duty to help).

At once the numbers of its kind and one calm sentence, then an agent with priority, an urgent case
and an alert to the bureau. Denied danger is offered help once; past danger and questions about
accidents get the number beside their answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from casework.danger import note_caller_gone
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Start, Transition
from dialogue.flows.danger.slots import DangerSlots
from dialogue.replies import Listen, Say
from dialogue.reporting import report_danger
from dialogue.shared.safety import forget_safety
from nlu.danger import Danger, DangerKind, DangerLevel
from nlu.self_injury import InjuredPerson, find_self_injury

_MAX_CRY = 4


def respond_to_danger(turn: TurnContext) -> Transition | None:
    """Help somebody in danger; None when nobody is, or when it was taken back."""
    danger = turn.heard.danger
    if danger is None:
        return None
    if danger.level is DangerLevel.DENIED:
        turn.offer_once("denied", lambda: turn.say(f"danger.denied.{danger.kind}"))
        return None
    if danger.level is not DangerLevel.ACUTE:
        return None
    under = turn.conversation.stack[-1].slots
    kind, advice = advise(danger, turn.heard.words)
    if isinstance(under, DangerSlots) and len(turn.heard.plain) <= _MAX_CRY:
        # A bare cry for help is about what was told before.
        kind, advice = under.kind, under.said
    turn.change(danger=kind)
    forget_safety(turn)
    report_danger(turn, kind, can_call_back=not danger.is_held)
    turn.say(f"danger.{advice}")
    if isinstance(under, DangerSlots):
        # The help goes on: the number again, and the officer on duty hears what was said.
        slots = replace(under, can_call_back=under.can_call_back and not danger.is_held)
        turn.put(slots)
        if not turn.is_voice:
            turn.say("danger.noted" if slots.can_call_back else "danger.noted_held")
        return FlowSignal.PROMPT
    return Start(DangerSlots(kind=kind, advice=advice, can_call_back=not danger.is_held))


class Advice(NamedTuple):
    """The kind that goes into the alert, and the wording of the numbers for the citizen."""

    kind: str
    wording: str


def advise(danger: Danger, words: str) -> Advice:
    """What to report and to say. Where somebody has done it already, an ambulance comes first;
    somebody else is an injured person, whose injury the citizen reports."""
    if danger.kind in (DangerKind.SELF_HARM, DangerKind.INJURY):
        match find_self_injury(words):
            case InjuredPerson.OTHER:
                return Advice(DangerKind.INJURY.value, "rescue")
            case InjuredPerson.ONESELF:
                return Advice(DangerKind.SELF_HARM.value, "self_harm_done")
    return Advice(danger.kind.value, danger.kind.value)


def add_number(turn: TurnContext) -> None:
    """Put the number beside an answer about past danger or an accident, and before one to words
    that only sound like danger; once a kind."""
    danger = turn.heard.danger
    if danger is None or danger.level not in (DangerLevel.MENTIONED, DangerLevel.UNSURE):
        return

    def offer() -> None:
        waits = [n for n, reply in enumerate(turn.replies) if isinstance(reply, Listen)]
        place = waits[0] if waits else len(turn.replies)
        if danger.level is DangerLevel.UNSURE:
            place = 0
        words = turn.words(f"danger.{danger.level}.{danger.kind}")
        turn.replies.insert(place, Say(words, turn.language))

    turn.offer_once(f"{danger.level}.{danger.kind}", offer)


def note_hang_up(turn: TurnContext) -> None:
    """The call of somebody in danger is over: staff call back in five minutes, where that is
    safe and nobody was reached."""
    if turn.conversation.danger:
        services = turn.services
        note_caller_gone(
            services.db, services.facilities.case_services, turn.conversation.id, services.now
        )

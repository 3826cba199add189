"""Reach a person: in office hours a transfer, else and when nobody answers a message."""

from __future__ import annotations

from dialogue.flows.question import take_question
from dialogue.replies import Transfer
from dialogue.turn_inputs import TransferEnded, TurnInput
from dialogue.turning import NextStep, Step, Turning


def _begin(turning: Turning) -> NextStep:
    if not turning.services.is_office_open:
        turning.say("person.closed", hours=_hours(turning))
        return "message.choice"
    if not turning.is_voice:
        turning.say("person.by_text")
        return "message.choice"
    agents = turning.services.facilities.list_agents(turning.services.db)
    if not agents:
        turning.say("person.nobody")
        return "message.choice"
    turning.say("person.connecting")
    turning.replies.append(Transfer(agents, turning.language))
    turning.change(step="person.transfer")
    return None


def _hours(turning: Turning) -> str:
    periods = turning.services.facilities.office_hours.periods
    return turning.words("person.period_joint").join(
        turning.words("person.period", from_=f"{p.from_:%H:%M}", to=f"{p.to:%H:%M}")
        for p in periods
    )


def _take_transfer(turning: Turning, turn_input: TurnInput) -> NextStep:
    if isinstance(turn_input, TransferEnded) and turn_input.outcome == "answered":
        turning.served("person")
        # What was being told was told to the person.
        turning.set_slots(issue=None)
        return "rating.offer"
    turning.say("person.not_reached")
    return "message.choice"


def _stay(turning: Turning) -> NextStep:
    return "message.choice"


STEPS = {
    "person.begin": Step(_begin, take_question),
    "person.transfer": Step(_stay, _take_transfer, on_silence=lambda turning: "message.choice"),
}

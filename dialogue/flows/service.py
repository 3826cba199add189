"""The service about itself: help, goodbye, and what is said when nothing else fits."""

from __future__ import annotations

from dialogue.flows.petition import forget, save_unfinished
from dialogue.flows.question import rest, take_question
from dialogue.turning import NextStep, Step, Turning


def _help(turning: Turning) -> NextStep:
    turning.say("service.help")
    return rest(turning)


def _goodbye_silence(turning: Turning) -> NextStep:
    save_unfinished(turning)
    turning.say("service.goodbye_silence")
    turning.end()
    return None


def _too_long(turning: Turning) -> NextStep:
    turning.say("service.too_long")
    return "message.record"


def road_of_cancelling(step: str) -> str:
    """Where a citizen goes who cancels at ``step``: out of what is being filled in, if anything."""
    is_filling_in = step.split(".")[0] in _FLOWS_TO_FILL_IN
    return "service.cancelled" if is_filling_in else "service.nothing_to_cancel"


_FLOWS_TO_FILL_IN = frozenset({"petition", "message", "progress", "statute"})


def _cancelled(turning: Turning) -> NextStep:
    forget(turning)
    turning.set_slots(recording=None, seconds=None, written=None)
    turning.say("service.cancelled")
    return rest(turning)


def _nothing_to_cancel(turning: Turning) -> NextStep:
    turning.say("service.nothing_to_cancel")
    return rest(turning)


STEPS = {
    "service.help": Step(_help, take_question),
    "service.goodbye_silence": Step(_goodbye_silence, take_question),
    "service.cancelled": Step(_cancelled, take_question),
    "service.nothing_to_cancel": Step(_nothing_to_cancel, take_question),
    "service.too_long": Step(_too_long, take_question),
}

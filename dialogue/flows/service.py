"""The service about itself: help, goodbye, and what is said when nothing else fits."""

from __future__ import annotations

from dialogue.flows.petition import save_unfinished
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


STEPS = {
    "service.help": Step(_help, take_question),
    "service.goodbye_silence": Step(_goodbye_silence, take_question),
    "service.too_long": Step(_too_long, take_question),
}

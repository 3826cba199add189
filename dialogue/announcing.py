"""Announcing a case number, so that it is not lost."""

from __future__ import annotations

from dataclasses import dataclass

from casework.operations import Lodging
from core.phones import digits_apart
from dialogue.contacts import wish_of
from dialogue.context import TurnContext
from dialogue.spoken_forms import as_said, day_words
from dialogue.wordings import wording
from outbox.wishes import discreet_words


@dataclass(frozen=True)
class Notes:
    """The wordings that accompany a case number: for speech, and for a text."""

    said: str = ""
    written: str = ""


def announce_case(
    turn: TurnContext, key: str, lodging: Lodging, phone: str = "", notes: Notes | None = None
) -> None:
    """Say the number twice digit by digit (voice) or write it, and send it by text to a caller.

    ``key`` is a wording with the places {number}, {due} and {notes}. ``phone`` (E.164) is where the
    text goes when it is not the caller's own number: only once it is proved, because the
    case number with the last digits of the phone gives access to the progress. A citizen without a
    number gets a code for that.
    """
    notes = notes or Notes()
    number = lodging.case.number
    due_on = lodging.due.on if lodging.due else None
    due = as_said(turn, day_words(due_on, turn.language))
    if not turn.is_voice:
        turn.say(key, number=number, due=due, notes=notes.written)
        _say_not_proved(turn, phone)
        return
    apart = digits_apart(number)
    turn.say(key, number=apart, due=due, notes=notes.said)
    turn.say("case.number_again", number=apart)
    if lodging.code:
        turn.say("case.code", code=digits_apart(lodging.code))
    _say_not_proved(turn, phone)
    wish = wish_of(turn.conversation)
    own = turn.conversation.phone if turn.conversation.can_text else ""
    is_stranger = bool(phone) and not turn.conversation.has_proved(phone)
    if (phone or own) and not is_stranger and wish.allows_text:
        written = "en" if turn.language == "en" else "zh"
        due = day_words(due_on, written)
        words = wording(written, "text", key, number=number, due=due, notes=notes.written)
        if wish.is_discreet:
            words = discreet_words(written, number)
        turn.send_text("acknowledgement", words, phone or own)


def _say_not_proved(turn: TurnContext, phone: str) -> None:
    """Say that nothing goes to a number that was given and not proved."""
    if phone and not turn.conversation.has_proved(phone):
        turn.say("case.not_proved")

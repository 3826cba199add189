"""The way to a person, as the provider tells it: who picked up, who waits, whom a seat serves."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.errors import NotFoundError
from dialogue.flows.person import about_of
from dialogue.models import WaitingCaller
from dialogue.seats import (
    find_seat_by_address,
    free_seats_of_call,
    get_seat,
    occupy_seat,
)
from dialogue.services import DialogueServices
from dialogue.store import find_conversation
from dialogue.waiting_line import (
    end_wait,
    expected_seconds,
    find_in_line,
    note_wish,
    place_of,
)
from dialogue.wordings import wording
from hotline.calls import SILENT_TALK_IS_OVER, find_call, note_alive
from hotline.turns import CallServices
from hotline.twiml import (
    leave,
    line_name,
    render_leaving,
    render_offer,
    render_waiting,
    render_whisper,
)

# Seats are manned by staff of the bureau, who are spoken to in Mandarin.
STAFF_LANGUAGE = "zh"
MOST_WAIT_SECONDS = 600
_WISHES = {"9": "message", "1": "call_back"}


def whisper(parts: CallServices, form: Mapping[str, str]) -> str:
    """Note which seat picked up, and tell it the caller's tongue and what was asked so far.

    Raises NotFoundError when the call is not known.
    """
    sid = form.get("ParentCallSid", "")
    with parts.database.write() as db:
        seat = find_seat_by_address(db, parts.database.vault, form.get("To", ""))
        if seat is not None:
            occupy_seat(db, seat, sid, parts.clock.now())
        conversation = find_conversation(db, sid)
    if conversation is None:
        raise NotFoundError("There is no such call.")
    words = _introduction(conversation.language, about_of(conversation))
    return render_whisper(words, STAFF_LANGUAGE)


def wait(parts: CallServices, form: Mapping[str, str], *, wait_path: str, waited_path: str) -> str:
    """What is heard in the line: the place and the time to expect, and what else one may do.

    Source: twilio.com/docs/voice/twiml/enqueue (parameters of waitUrl).
    """
    now = parts.clock.now()
    with parts.database.write() as db:
        call = find_call(db, form["CallSid"])
        if call is not None:
            # Whoever is connected from the line talks without any further webhook.
            note_alive(call, now, SILENT_TALK_IS_OVER)
        waiting = find_in_line(db, form["CallSid"])
        if waiting is None or waiting.ended_at is not None:
            return leave()
        is_open = DialogueServices(parts.facilities, db, now).is_office_open
        if not is_open or _whole(form.get("QueueTime")) > MOST_WAIT_SECONDS:
            return render_leaving(_words(waiting, "wait_over"), waiting.language)
        expected = expected_seconds(db, waiting, now)
        place = max(place_of(db, waiting), _whole(form.get("QueuePosition")))
    if expected is None:
        expected = _whole(form.get("AvgQueueTime"))
    words = _words(
        waiting,
        "waiting",
        place=place,
        minutes=max(math.ceil(expected / 60), 1),
        call_back=_words(waiting, "waiting_call_back") if waiting.phone else "",
    )
    return render_waiting(words, waiting.language, wait_path, waited_path)


def take_wish(
    parts: CallServices, form: Mapping[str, str], *, wait_path: str, waited_path: str
) -> str:
    """A key pressed in the line: leave it for a message or a call back, or wait on."""
    wish = _WISHES.get(form.get("Digits", ""))
    with parts.database.write() as db:
        waiting = find_in_line(db, form["CallSid"])
        if waiting is not None and wish and (wish == "message" or waiting.phone):
            note_wish(db, waiting, wish)
            return leave()
    return wait(parts, form, wait_path=wait_path, waited_path=waited_path)


def offer(parts: CallServices, seat_id: int, waiting_id: int, agent_call: str, done: str) -> str:
    """A seat that was called for the line picked up: connect it.

    Raises NotFoundError when the seat or the caller is gone.
    """
    with parts.database.write() as db:
        seat = get_seat(db, seat_id)
        waiting = _get_waiting(db, waiting_id)
        occupy_seat(db, seat, agent_call, parts.clock.now())
    words = _introduction(waiting.language, waiting.about)
    phone = "" if waiting.holds_line else waiting.phone or ""
    if phone:
        words = wording(STAFF_LANGUAGE, "voice", "person.call_back_for") + words
    return render_offer(
        words, STAFF_LANGUAGE, line=line_name(waiting.language), phone=phone, done=done
    )


def take_offer_result(
    parts: CallServices, waiting_id: int, agent_call: str, form: Mapping[str, str]
) -> None:
    """The seat's call for the line is over: give the seat back, and end the wait of a call back."""
    now = parts.clock.now()
    is_connected = (
        form.get("DialCallStatus") in {"completed", "answered"}
        and form.get("DialBridged", "true") == "true"
    )
    with parts.database.write() as db:
        free_seats_of_call(db, agent_call)
        waiting = db.get(WaitingCaller, waiting_id)
        if waiting is not None and not waiting.holds_line and is_connected:
            end_wait(db, waiting, "answered", now)


def _introduction(language: str, about: str) -> str:
    tongue = wording(STAFF_LANGUAGE, "voice", f"person.tongue.{language}")
    key = "person.whisper" if about else "person.whisper_nothing"
    return wording(STAFF_LANGUAGE, "voice", key, tongue=tongue, about=about)


def _words(waiting: WaitingCaller, key: str, **values: object) -> str:
    return wording(waiting.language, "voice", f"person.{key}", **values)


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdigit() else 0


def _get_waiting(db: Session, waiting_id: int) -> WaitingCaller:
    waiting = db.get(WaitingCaller, waiting_id)
    if waiting is None or waiting.ended_at is not None:
        raise NotFoundError("Nobody waits there any more.")
    return waiting

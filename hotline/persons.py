"""The way to a person, as the provider tells it: who picked up, who waits, whom a seat serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.errors import NotFoundError
from core.request_values import read_number
from dialogue.flows.person.flow import about_of
from dialogue.models import Seat, WaitingCaller
from dialogue.replies import Say
from dialogue.seats import (
    find_seat_of_call,
    free_seats_of_call,
    get_seat,
    occupy_seat,
    ring_seat,
)
from dialogue.spoken_forms import count_words
from dialogue.store import find_conversation
from dialogue.turn_inputs import Spoke
from dialogue.waiting_line import (
    end_wait,
    expected_seconds,
    find_in_line,
    head_of_line,
    note_connected,
    note_declined,
    note_not_connected,
    note_wish,
    place_of,
)
from dialogue.wordings import wording
from hotline.calls import SILENT_TALK_IS_OVER, find_call, note_alive
from hotline.listening import hear_danger_in_queue
from hotline.turns import CallServices
from hotline.twilio.inbound import read_turn_input
from hotline.twilio.twiml import (
    empty,
    hang_up,
    leave,
    line_name,
    redirect,
    render_connection,
    render_farewell,
    render_leaving,
    render_screening,
    render_waiting,
)
from hotline.urgency import (
    danger_of_caller,
    danger_words,
    first_to_serve,
    is_served,
    note_lost,
    note_reached,
    urgent_waiting_words,
)
from knowledge_base.spoken_numbers import speak_numbers

# Seats are manned by staff of the bureau, who are spoken to in Mandarin.
STAFF_LANGUAGE = "zh"
MOST_WAIT_SECONDS = 600
TAKING_KEY, DECLINING_KEY = "1", "2"
# The provider needs no longer to bring a caller and the seat that took the call together.
_COMING_TOGETHER = timedelta(seconds=30)
_WISHES = {"9": "message", "1": "call_back"}


def whisper(parts: CallServices, sid: str, *, taken_path: str) -> str:
    """What is heard at the telephone that picked up for call ``sid``: the danger, if a life is in
    danger, the caller's tongue, what was asked so far, and which key takes the call. The citizen
    hears it ring meanwhile.

    Raises NotFoundError when the call is not known.
    """
    with parts.database.write() as db:
        seat = find_seat_of_call(db, sid)
        if seat is not None and seat.accepted_at is None:
            ring_seat(db, seat, sid, parts.clock.now())
        conversation = find_conversation(db, sid)
        danger = danger_words(db, sid)
    if conversation is None:
        raise NotFoundError("There is no such call.")
    words = danger + _introduction(conversation.language, about_of(conversation))
    return _screening(words, f"{taken_path}?call={sid}")


def whisper_without_words(taken_path: str) -> str:
    """The same when nothing can be told: still only a key takes the call."""
    return _screening("", taken_path)


def take_key(parts: CallServices, sid: str, form: Mapping[str, str], *, whisper_path: str) -> str:
    """The key pressed at the telephone that picked up for call ``sid``: one takes the call, one
    declines it, any other lets the person hear everything again."""
    key = form.get("Digits", "")
    if key == DECLINING_KEY:
        return hang_up()
    if key != TAKING_KEY:
        return redirect(f"{whisper_path}?call={sid}")
    with parts.database.write() as db:
        seat = find_seat_of_call(db, sid)
        if seat is not None and seat.accepted_at is None:
            occupy_seat(db, seat, sid, parts.clock.now())
    note_reached(parts, sid)
    return empty()


def wait(
    parts: CallServices,
    form: Mapping[str, str],
    *,
    wait_path: str,
    waited_path: str,
    is_quiet: bool = False,
) -> str:
    """What is heard in the queue: the place and the time to expect, and what else one may do;
    nothing, when ``is_quiet``, for somebody who talks to others meanwhile.

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
        if waiting.connected_at is not None and waiting.connected_at < now - _COMING_TOGETHER:
            # Whoever still hears this was not connected.
            note_not_connected(db, waiting, now)
        waited_path = f"{waited_path}?turn={_next_turn(db, waiting)}"
        if is_quiet and is_served(parts, db, waiting, now):
            return render_waiting("", waiting.language, wait_path, waited_path)
        is_too_long = _whole(form.get("QueueTime")) > MOST_WAIT_SECONDS
        if is_too_long or not is_served(parts, db, waiting, now):
            return render_leaving(_words(waiting, "wait_over"), waiting.language)
        if waiting.is_urgent:
            words = urgent_waiting_words(waiting.language)
            return render_waiting(words, waiting.language, wait_path, waited_path)
        expected = expected_seconds(db, waiting, now)
        place = max(place_of(db, waiting), _whole(form.get("QueuePosition")))
    if expected is None:
        expected = _whole(form.get("AvgQueueTime"))
    words = _words(
        waiting,
        "waiting",
        place=speak_numbers(str(place), waiting.language),
        minutes=count_words(max(math.ceil(expected / 60), 1), waiting.language),
        call_back=_words(waiting, "waiting_call_back") if waiting.phone else "",
    )
    return render_waiting(words, waiting.language, wait_path, waited_path)


def take_wish(
    parts: CallServices, form: Mapping[str, str], turn: int, *, wait_path: str, waited_path: str
) -> str:
    """A key or words in the queue: leave it for a message, a call back, or help where a life is in
    danger; else wait on."""
    spoke = read_turn_input(form)
    if isinstance(spoke, Spoke) and hear_danger_in_queue(parts, form["CallSid"], turn, spoke):
        return leave()
    wish = _WISHES.get(form.get("Digits", ""))
    with parts.database.write() as db:
        waiting = find_in_line(db, form["CallSid"])
        if waiting is not None and wish and (wish == "message" or waiting.phone):
            note_wish(db, waiting, wish)
            return leave()
    is_quiet = isinstance(spoke, Spoke)
    return wait(parts, form, wait_path=wait_path, waited_path=waited_path, is_quiet=is_quiet)


def offer(
    parts: CallServices, seat_id: int, waiting_id: int, agent_call: str, taken_path: str
) -> str:
    """A seat that was called for the line picked up: tell whom it is for, and wait for the key.

    Raises NotFoundError when the seat or the caller is gone.
    """
    with parts.database.write() as db:
        seat = get_seat(db, seat_id)
        waiting = _get_waiting(db, waiting_id)
        ring_seat(db, seat, agent_call, parts.clock.now(), serving=waiting.conversation_id)
        danger = danger_of_caller(db, waiting)
    words = _introduction(waiting.language, waiting.about)
    if not waiting.holds_line:
        words = wording(STAFF_LANGUAGE, "voice", "person.call_back_for") + words
    return _screening(danger + words, taken_path)


def take_offer(
    parts: CallServices,
    seat_id: int,
    waiting_id: int,
    form: Mapping[str, str],
    *,
    offer_path: str,
    done_path: str,
) -> str:
    """The key pressed at a seat that was called for the line: connects it, or ends its call.

    An urgent caller who came meanwhile is connected first, after words that say so.
    Raises NotFoundError when the seat is gone.
    """
    if form.get("Digits", "") == DECLINING_KEY:
        return hang_up()
    if form.get("Digits", "") != TAKING_KEY:
        return redirect(offer_path)
    with parts.database.write() as db:
        seat = get_seat(db, seat_id)
        waiting = _take_from_line(db, seat, waiting_id, form["CallSid"], parts.clock.now())
        is_other = waiting is not None and waiting.id != waiting_id
        danger = danger_of_caller(db, waiting) if waiting is not None and is_other else ""
    if waiting is None:
        gone = wording(STAFF_LANGUAGE, "voice", "person.caller_gone")
        return render_farewell(gone, STAFF_LANGUAGE)
    note_reached(parts, waiting.conversation_id)
    return render_connection(
        line=line_name(waiting.language, waiting.office_ids[0], is_urgent=waiting.is_urgent),
        phone="" if waiting.holds_line else waiting.phone or "",
        done=done_path,
        words=Say(danger, STAFF_LANGUAGE) if danger else None,
    )


def _take_from_line(
    db: Session, seat: Seat, waiting_id: int, agent_call: str, now: datetime
) -> WaitingCaller | None:
    """Whom the seat is connected with; None, and the seat free again, when nobody waits there."""
    if seat.busy_with == agent_call and seat.accepted_at is not None:
        # The key was told before.
        return find_in_line(db, seat.serving or "")
    waiting = first_to_serve(db, seat, db.get(WaitingCaller, waiting_id))
    if waiting is not None and waiting.holds_line:
        # The provider connects the head of the line, whoever the seat was called for.
        waiting = head_of_line(db, waiting)
    if waiting is None or waiting.ended_at is not None or waiting.connected_at is not None:
        free_seats_of_call(db, agent_call)
        return None
    occupy_seat(db, seat, agent_call, now, serving=waiting.conversation_id)
    return note_connected(db, waiting, now)


def take_offer_result(parts: CallServices, agent_call: str, form: Mapping[str, str]) -> None:
    """The two were connected or were not: give the seat back, and end the wait of a call back."""
    now = parts.clock.now()
    is_connected = (
        form.get("DialCallStatus") in {"completed", "answered"}
        and form.get("DialBridged", "true") == "true"
    )
    with parts.database.write() as db:
        seat = find_seat_of_call(db, agent_call)
        waiting = find_in_line(db, seat.serving or "") if seat is not None else None
        free_seats_of_call(db, agent_call)
        if waiting is None:
            return
        if waiting.ended_at is None:
            _note_result(db, waiting, now, is_connected=is_connected)
    if not is_connected:
        note_lost(parts, waiting.conversation_id)


def _note_result(db: Session, waiting: WaitingCaller, now: datetime, *, is_connected: bool) -> None:
    if not is_connected:
        note_not_connected(db, waiting, now)
    elif not waiting.holds_line:
        end_wait(db, waiting, "answered", now)


def take_offer_end(parts: CallServices, seat_id: int, waiting_id: int, agent_call: str) -> None:
    """The seat's own call is over. When it was never taken, the next seat is called."""
    with parts.database.write() as db:
        seat = db.get(Seat, seat_id)
        waiting = db.get(WaitingCaller, waiting_id)
        holds = (agent_call, hold_of(waiting_id))
        if seat is None or seat.busy_with not in holds:
            return
        is_taken = seat.accepted_at is not None
        free_seats_of_call(db, seat.busy_with)
        if waiting is not None and waiting.ended_at is None and not is_taken:
            note_declined(db, waiting, seat_id)


def hold_of(waiting_id: int) -> str:
    """What a seat is busy with until its telephone is picked up for a caller in the line."""
    return f"offer/{waiting_id}"


def _screening(words: str, taken_path: str) -> str:
    words += wording(STAFF_LANGUAGE, "voice", "person.take_or_decline")
    return render_screening(words, STAFF_LANGUAGE, taken_path)


def _introduction(language: str, about: str) -> str:
    tongue = wording(STAFF_LANGUAGE, "voice", f"person.tongue.{language}")
    key = "person.whisper" if about else "person.whisper_nothing"
    return wording(STAFF_LANGUAGE, "voice", key, tongue=tongue, about=about)


def _words(waiting: WaitingCaller, key: str, **values: object) -> str:
    return wording(waiting.language, "voice", f"person.{key}", **values)


def _next_turn(db: Session, waiting: WaitingCaller) -> int:
    conversation = find_conversation(db, waiting.conversation_id)
    return conversation.turn if conversation is not None else 0


def _whole(written: str | None) -> int:
    return read_number(written) or 0


def _get_waiting(db: Session, waiting_id: int) -> WaitingCaller:
    waiting = db.get(WaitingCaller, waiting_id)
    if waiting is None or waiting.ended_at is not None or waiting.connected_at is not None:
        raise NotFoundError("Nobody waits there any more.")
    return waiting

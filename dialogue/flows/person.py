"""Reach a person: the free seats in turn, else the line, else a message."""

from __future__ import annotations

from datetime import time

from core.masking import mask_personal
from dialogue.conversation import Conversation
from dialogue.flows.question import take_question
from dialogue.flows.telling import clock_words
from dialogue.replies import Enqueue, Transfer
from dialogue.seats import (
    find_seat_by_address,
    free_seats_of_call,
    is_any_seat_busy,
    is_any_seat_on_duty,
    list_free_seats,
    ring_seat,
)
from dialogue.turn_inputs import QueueEnded, TransferEnded, TurnInput
from dialogue.turning import NextStep, Step, Turning
from dialogue.waiting_line import end_wait, enter_line, find_in_line, keep_place, list_line

# So many telephones ring for one caller, each in its turn, before the line or a message.
_MOST_RUNG = 5
_MOST_ABOUT = 60


def _begin(turning: Turning) -> NextStep:
    if not turning.services.is_office_open:
        turning.say("person.closed", hours=_hours(turning))
        return "message.choice"
    if not turning.is_voice:
        turning.say("person.by_text")
        return "message.choice"
    turning.set_slots(tried=None)
    # Nobody overtakes those who wait already.
    if _has_line(turning):
        return "person.queue"
    target = _untried(turning)
    if target:
        turning.say("person.connecting")
        return _dial(turning, target)
    if _is_waiting_worth_it(turning):
        return "person.queue"
    turning.say("person.nobody")
    return "message.choice"


def _hours(turning: Turning) -> str:
    periods = turning.services.facilities.office_hours.periods
    return turning.words("person.period_joint").join(
        turning.words("person.period", from_=_clock(turning, p.from_), to=_clock(turning, p.to))
        for p in periods
    )


def _clock(turning: Turning, at: time) -> str:
    return clock_words(at, turning.language) if turning.is_voice else f"{at:%H:%M}"


def _offices(turning: Turning) -> tuple[str, ...]:
    """Where to look for a person: the office of the town that was named, then the hotline's."""
    offices = turning.services.facilities.desk.offices
    town = offices.of_town(turning.slot("town")).id
    return tuple(dict.fromkeys((town, offices.bureau.id)))


def _untried(turning: Turning) -> str | None:
    """The next number or SIP address to call; None when enough were called."""
    services = turning.services
    tried = turning.slot("tried") or []
    if len(tried) >= _MOST_RUNG:
        return None
    db, vault = services.db, services.facilities.desk.vault
    seats = list_free_seats(db, _offices(turning), turning.language, services.now)
    for seat in seats:
        if seat.address not in tried:
            return seat.address
    for address in services.facilities.list_agents(db):
        # At a seat its own person says whether they are available.
        if address not in tried and find_seat_by_address(db, vault, address) is None:
            return address
    return None


def _dial(turning: Turning, target: str) -> NextStep:
    """Call one telephone: whether its person takes the call is known before the next one rings."""
    services = turning.services
    turning.set_slots(tried=[*(turning.slot("tried") or []), target])
    seat = find_seat_by_address(services.db, services.facilities.desk.vault, target)
    if seat is not None:
        ring_seat(services.db, seat, turning.conversation.id, services.now)
    turning.replies.append(Transfer((target,), turning.language))
    turning.change(step="person.transfer")
    return None


def _is_waiting_worth_it(turning: Turning) -> bool:
    services = turning.services
    return is_any_seat_busy(services.db, _offices(turning), services.now)


def _has_line(turning: Turning) -> bool:
    """Whether others wait for the same seats; a seat that has just become free is theirs."""
    db = turning.services.db
    return is_any_seat_on_duty(db, _offices(turning)) and any(
        waiting.language == turning.language for waiting in list_line(db)
    )


def _take_transfer(turning: Turning, turn_input: TurnInput) -> NextStep:
    free_seats_of_call(turning.services.db, turning.conversation.id)
    if isinstance(turn_input, TransferEnded) and turn_input.outcome == "answered":
        return _answered(turning)
    target = _untried(turning)
    if target and isinstance(turn_input, TransferEnded):
        turning.say("person.next")
        return _dial(turning, target)
    if _is_waiting_worth_it(turning):
        return "person.queue"
    turning.say("person.not_reached")
    return "message.choice"


def _answered(turning: Turning) -> NextStep:
    turning.served("person")
    # What was being told was told to the person.
    turning.set_slots(issue=None, tried=None)
    return "rating.offer"


def _stay(turning: Turning) -> NextStep:
    return "message.choice"


# --- the line ---------------------------------------------------------------------------------


def _queue(turning: Turning) -> NextStep:
    conversation = turning.conversation
    enter_line(
        turning.services.db,
        conversation.id,
        phone=conversation.phone,
        language=turning.language,
        office_ids=_offices(turning),
        about=about_of(conversation),
        now=turning.services.now,
    )
    turning.say("person.queued")
    turning.replies.append(Enqueue(turning.language, _offices(turning)[0]))
    return None


def _take_queue_end(turning: Turning, turn_input: TurnInput) -> NextStep:
    services = turning.services
    waiting = find_in_line(services.db, turning.conversation.id)
    if isinstance(turn_input, QueueEnded) and turn_input.outcome == "answered":
        if waiting is not None:
            end_wait(services.db, waiting, "answered", services.now)
        return _answered(turning)
    wish = waiting.wish if waiting is not None and waiting.ended_at is None else ""
    if waiting is not None and wish == "call_back":
        keep_place(services.db, waiting)
        return "person.call_back"
    _leave_line(turning)
    if wish == "message":
        return "message.begin"
    turning.say("person.not_reached")
    return "message.choice"


def _leave_line(turning: Turning) -> None:
    services = turning.services
    waiting = find_in_line(services.db, turning.conversation.id)
    if waiting is not None and waiting.holds_line:
        # Who hangs up while talking to a person is reported in either order.
        outcome = "answered" if waiting.connected_at else "left"
        if outcome == "answered":
            turning.served("person")
        end_wait(services.db, waiting, outcome, services.now)


def _call_back(turning: Turning) -> NextStep:
    turning.say("person.call_back")
    turning.end()
    return None


def about_of(conversation: Conversation) -> str:
    """What was asked or told so far, masked and short, for the person who takes over."""
    told = conversation.slots.get("issue") or (conversation.asked or ("",))[-1]
    return mask_personal(str(told))[:_MOST_ABOUT]


STEPS = {
    "person.begin": Step(_begin, take_question),
    "person.transfer": Step(_stay, _take_transfer, on_silence=lambda turning: "message.choice"),
    "person.queue": Step(
        _queue,
        _take_queue_end,
        hang_up=_leave_line,
        on_silence=lambda turning: _take_queue_end(turning, QueueEnded("left")),
    ),
    "person.call_back": Step(_call_back, take_question),
}

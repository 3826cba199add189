"""The way to an agent on the phone: what an agent's telephone and a caller in the queue do next.

The call centre decides; here are the transactions, the words that a caller hears, and what a call
itself is to know of it. A provider reads its webhooks into these calls and renders what they
return.
"""

from __future__ import annotations

import math

from callcentre.alerts import note_lost, note_reached
from callcentre.offers import (
    note_offer_end,
    note_offer_result,
    note_picked_up,
    note_taken,
    open_offer,
    take_offer,
)
from callcentre.operations import note_wish
from callcentre.queries import find_in_queue
from callcentre.replies import (
    DECLINING_KEY,
    TAKING_KEY,
    AgentReply,
    ConnectCaller,
    HangUp,
    KeepWaiting,
    LeaveQueue,
    QueueReply,
    ScreenAgain,
    Screening,
)
from callcentre.waiting import (
    Estimate,
    Standing,
    WaitReport,
    check_in,
    estimate_wait,
    standing_of,
)
from callcentre.whispers import Whisper, list_dangers, screen
from core.errors import NotFoundError
from dialogue.flows.person.flow import about_of
from dialogue.services import DialogueServices
from dialogue.spoken_forms import count_words
from dialogue.store import find_conversation
from dialogue.turn_inputs import Pressed, Spoke, TurnInput
from dialogue.wordings import wording
from hotline.calls import SILENT_TALK_IS_OVER, find_call, note_alive
from hotline.listening import hear_danger_in_queue
from hotline.turns import CallServices
from knowledge_base.spoken_numbers import speak_numbers

_WISHES = {"9": "message", "1": "call_back"}


def whisper(parts: CallServices, sid: str) -> Screening:
    """What is heard at the telephone that picked up for call ``sid``: the danger, if a life is in
    danger, the caller's tongue, what was asked so far, and which key takes the call. The citizen
    hears it ring meanwhile.

    Raises NotFoundError when the call is not known.
    """
    with parts.database.write() as db:
        note_picked_up(db, sid, parts.clock.now())
        conversation = find_conversation(db, sid)
        dangers = list_dangers(db, sid)
    if conversation is None:
        raise NotFoundError("There is no such call.")
    return screen(Whisper(conversation.language, about_of(conversation), dangers))


def take_key(parts: CallServices, sid: str, key: str) -> AgentReply:
    """The key pressed at the telephone that picked up for call ``sid``: one takes the call, one
    declines it, any other lets the agent hear everything again."""
    if key == DECLINING_KEY:
        return HangUp()
    if key != TAKING_KEY:
        return ScreenAgain()
    with parts.database.write() as db:
        note_taken(db, sid, parts.clock.now())
    _note_reached(parts, sid)
    return ConnectCaller()


def wait(
    parts: CallServices, sid: str, report: WaitReport, *, is_quiet: bool = False
) -> QueueReply:
    """What is heard in the queue: the position and the time to expect, and what else one may do;
    nothing, when ``is_quiet``, for somebody who talks to others meanwhile."""
    now = parts.clock.now()
    with parts.database.write() as db:
        call = find_call(db, sid)
        if call is not None:
            # A caller who is connected from the queue talks without any further webhook.
            note_alive(call, now, SILENT_TALK_IS_OVER)
        caller = check_in(db, sid, now)
        if caller is None:
            return LeaveQueue()
        conversation = find_conversation(db, sid)
        turn = conversation.turn if conversation is not None else 0
        is_open = DialogueServices(parts.facilities, db, now).is_office_open
        standing = standing_of(db, caller, report, now, is_open=is_open)
        if not standing.is_served or (standing.is_too_long and not is_quiet):
            return LeaveQueue(_words(standing, "wait_over"), standing.language)
        if is_quiet:
            return KeepWaiting("", standing.language, turn)
        if standing.is_urgent:
            return KeepWaiting(_words(standing, "waiting_urgent"), standing.language, turn)
        estimate = estimate_wait(db, caller, report, now)
    return KeepWaiting(_describe(standing, estimate), standing.language, turn)


def take_wish(
    parts: CallServices, sid: str, turn_input: TurnInput, turn: int, report: WaitReport
) -> QueueReply:
    """A key or words in the queue: leave it for a message, a call-back, or help where a life is in
    danger; else wait on."""
    is_spoken = isinstance(turn_input, Spoke)
    if isinstance(turn_input, Spoke) and hear_danger_in_queue(parts, sid, turn, turn_input):
        return LeaveQueue()
    wish = _WISHES.get(turn_input.keys) if isinstance(turn_input, Pressed) else None
    with parts.database.write() as db:
        caller = find_in_queue(db, sid)
        if caller is not None and wish and (wish == "message" or caller.phone):
            note_wish(db, caller, wish)
            return LeaveQueue()
    return wait(parts, sid, report, is_quiet=is_spoken)


def hear_offer(parts: CallServices, agent_id: int, caller_id: int, agent_call: str) -> Screening:
    """An agent who was called for the queue picked up: whom it is for, and which key takes it.

    Raises NotFoundError when the agent or the caller is gone.
    """
    with parts.database.write() as db:
        return screen(open_offer(db, agent_id, caller_id, agent_call, parts.clock.now()))


def take_offer_key(
    parts: CallServices, agent_id: int, caller_id: int, agent_call: str, key: str
) -> AgentReply:
    """The key pressed by an agent who was called for the queue: connects them, or ends their call.

    An urgent caller who came meanwhile is connected first, after words that say so.
    Raises NotFoundError when the agent is gone.
    """
    if key == DECLINING_KEY:
        return HangUp()
    if key != TAKING_KEY:
        return ScreenAgain()
    with parts.database.write() as db:
        reply, sid = take_offer(db, agent_id, caller_id, agent_call, parts.clock.now())
    if sid is not None:
        _note_reached(parts, sid)
    return reply


def take_offer_result(parts: CallServices, agent_call: str, *, is_connected: bool) -> None:
    """The two were connected or were not: free the agent, and end the wait of a call-back."""
    now = parts.clock.now()
    with parts.database.write() as db:
        sid = note_offer_result(db, agent_call, now, is_connected=is_connected)
    if sid is not None and not is_connected:
        note_lost(parts.database, parts.facilities.case_services, sid, now)


def take_offer_end(parts: CallServices, agent_id: int, caller_id: int, agent_call: str) -> None:
    """The agent's own call is over. When it was never taken, the next agent is called."""
    with parts.database.write() as db:
        note_offer_end(db, agent_id, caller_id, agent_call)


def _note_reached(parts: CallServices, sid: str) -> None:
    note_reached(parts.database, parts.facilities.case_services, sid, parts.clock.now())


def _describe(standing: Standing, estimate: Estimate) -> str:
    """How the wait stands, in words."""
    language = standing.language
    minutes = max(math.ceil(estimate.expected_seconds / 60), 1)
    return _words(
        standing,
        "waiting",
        place=speak_numbers(str(estimate.position), language),
        minutes=count_words(minutes, language),
        call_back=_words(standing, "waiting_call_back") if standing.can_be_called_back else "",
    )


def _words(standing: Standing, key: str, **values: object) -> str:
    return wording(standing.language, "voice", f"person.{key}", **values)

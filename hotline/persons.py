"""The way to a person, as the provider tells it: who picked up, who waits, whom an agent serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
from callcentre.operations import (
    end_wait,
    engage_agent,
    free_agents_of_call,
    note_connected,
    note_declined,
    note_not_connected,
    note_wish,
    ring_agent,
)
from callcentre.queries import (
    expected_seconds,
    find_agent_of_call,
    find_in_queue,
    find_queue_head,
    get_agent,
    position_of,
)
from core.errors import NotFoundError
from core.request_values import read_number
from dialogue.flows.person.flow import about_of
from dialogue.replies import Say
from dialogue.spoken_forms import count_words
from dialogue.store import find_conversation
from dialogue.turn_inputs import Spoke
from dialogue.wordings import wording
from hotline.calls import SILENT_TALK_IS_OVER, find_call, note_alive
from hotline.listening import hear_danger_in_queue
from hotline.turns import CallServices
from hotline.twilio.inbound import read_turn_input
from hotline.twilio.twiml import (
    empty,
    hang_up,
    leave,
    queue_name,
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

# Agents are manned by staff of the bureau, who are spoken to in Mandarin.
STAFF_LANGUAGE = "zh"
MOST_WAIT_SECONDS = 600
TAKING_KEY, DECLINING_KEY = "1", "2"
# The provider needs no longer to bring a caller and the agent that took the call together.
_COMING_TOGETHER = timedelta(seconds=30)
_WISHES = {"9": "message", "1": "call_back"}


def whisper(parts: CallServices, sid: str, *, taken_path: str) -> str:
    """What is heard at the telephone that picked up for call ``sid``: the danger, if a life is in
    danger, the caller's tongue, what was asked so far, and which key takes the call. The citizen
    hears it ring meanwhile.

    Raises NotFoundError when the call is not known.
    """
    with parts.database.write() as db:
        agent = find_agent_of_call(db, sid)
        if agent is not None and agent.accepted_at is None:
            ring_agent(db, agent, sid, parts.clock.now())
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
        agent = find_agent_of_call(db, sid)
        if agent is not None and agent.accepted_at is None:
            engage_agent(db, agent, sid, parts.clock.now())
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
        waiting = find_in_queue(db, form["CallSid"])
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
        place = max(position_of(db, waiting), _whole(form.get("QueuePosition")))
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
        waiting = find_in_queue(db, form["CallSid"])
        if waiting is not None and wish and (wish == "message" or waiting.phone):
            note_wish(db, waiting, wish)
            return leave()
    is_quiet = isinstance(spoke, Spoke)
    return wait(parts, form, wait_path=wait_path, waited_path=waited_path, is_quiet=is_quiet)


def offer(
    parts: CallServices, agent_id: int, waiting_id: int, agent_call: str, taken_path: str
) -> str:
    """An agent that was called for the line picked up: tell whom it is for, and wait for the key.

    Raises NotFoundError when the agent or the caller is gone.
    """
    with parts.database.write() as db:
        agent = get_agent(db, agent_id)
        waiting = _get_waiting(db, waiting_id)
        ring_agent(db, agent, agent_call, parts.clock.now(), serving=waiting.conversation_id)
        danger = danger_of_caller(db, waiting)
    words = _introduction(waiting.language, waiting.about)
    if not waiting.is_on_phone:
        words = wording(STAFF_LANGUAGE, "voice", "person.call_back_for") + words
    return _screening(danger + words, taken_path)


def take_offer(
    parts: CallServices,
    agent_id: int,
    waiting_id: int,
    form: Mapping[str, str],
    *,
    offer_path: str,
    done_path: str,
) -> str:
    """The key pressed at an agent that was called for the line: connects it, or ends its call.

    An urgent caller who came meanwhile is connected first, after words that say so.
    Raises NotFoundError when the agent is gone.
    """
    if form.get("Digits", "") == DECLINING_KEY:
        return hang_up()
    if form.get("Digits", "") != TAKING_KEY:
        return redirect(offer_path)
    with parts.database.write() as db:
        agent = get_agent(db, agent_id)
        waiting = _take_from_line(db, agent, waiting_id, form["CallSid"], parts.clock.now())
        is_other = waiting is not None and waiting.id != waiting_id
        danger = danger_of_caller(db, waiting) if waiting is not None and is_other else ""
    if waiting is None:
        gone = wording(STAFF_LANGUAGE, "voice", "person.caller_gone")
        return render_farewell(gone, STAFF_LANGUAGE)
    note_reached(parts, waiting.conversation_id)
    return render_connection(
        line=queue_name(waiting.language, waiting.office_ids[0], is_urgent=waiting.is_urgent),
        phone="" if waiting.is_on_phone else waiting.phone or "",
        done=done_path,
        words=Say(danger, STAFF_LANGUAGE) if danger else None,
    )


def _take_from_line(
    db: Session, agent: Agent, waiting_id: int, agent_call: str, now: datetime
) -> QueuedCaller | None:
    """Whom the agent is connected with; None, and the agent free again, when nobody waits there."""
    if agent.busy_with == agent_call and agent.accepted_at is not None:
        # The key was told before.
        return find_in_queue(db, agent.serving or "")
    waiting = first_to_serve(db, agent, db.get(QueuedCaller, waiting_id))
    if waiting is not None and waiting.is_on_phone:
        # The provider connects the head of the line, whoever the agent was called for.
        waiting = find_queue_head(db, waiting)
    if waiting is None or waiting.ended_at is not None or waiting.connected_at is not None:
        free_agents_of_call(db, agent_call)
        return None
    engage_agent(db, agent, agent_call, now, serving=waiting.conversation_id)
    return note_connected(db, waiting, now)


def take_offer_result(parts: CallServices, agent_call: str, form: Mapping[str, str]) -> None:
    """The two were connected or were not: give the agent back, and end the wait of a call back."""
    now = parts.clock.now()
    is_connected = (
        form.get("DialCallStatus") in {"completed", "answered"}
        and form.get("DialBridged", "true") == "true"
    )
    with parts.database.write() as db:
        agent = find_agent_of_call(db, agent_call)
        waiting = find_in_queue(db, agent.serving or "") if agent is not None else None
        free_agents_of_call(db, agent_call)
        if waiting is None:
            return
        if waiting.ended_at is None:
            _note_result(db, waiting, now, is_connected=is_connected)
    if not is_connected:
        note_lost(parts, waiting.conversation_id)


def _note_result(db: Session, waiting: QueuedCaller, now: datetime, *, is_connected: bool) -> None:
    if not is_connected:
        note_not_connected(db, waiting, now)
    elif not waiting.is_on_phone:
        end_wait(db, waiting, "answered", now)


def take_offer_end(parts: CallServices, agent_id: int, waiting_id: int, agent_call: str) -> None:
    """The agent's own call is over. When it was never taken, the next agent is called."""
    with parts.database.write() as db:
        agent = db.get(Agent, agent_id)
        waiting = db.get(QueuedCaller, waiting_id)
        holds = (agent_call, hold_of(waiting_id))
        if agent is None or agent.busy_with not in holds:
            return
        is_taken = agent.accepted_at is not None
        free_agents_of_call(db, agent.busy_with)
        if waiting is not None and waiting.ended_at is None and not is_taken:
            note_declined(db, waiting, agent_id)


def hold_of(waiting_id: int) -> str:
    """What an agent is busy with until its telephone is picked up for a caller in the line."""
    return f"offer/{waiting_id}"


def _screening(words: str, taken_path: str) -> str:
    words += wording(STAFF_LANGUAGE, "voice", "person.take_or_decline")
    return render_screening(words, STAFF_LANGUAGE, taken_path)


def _introduction(language: str, about: str) -> str:
    tongue = wording(STAFF_LANGUAGE, "voice", f"person.tongue.{language}")
    key = "person.whisper" if about else "person.whisper_nothing"
    return wording(STAFF_LANGUAGE, "voice", key, tongue=tongue, about=about)


def _words(waiting: QueuedCaller, key: str, **values: object) -> str:
    return wording(waiting.language, "voice", f"person.{key}", **values)


def _next_turn(db: Session, waiting: QueuedCaller) -> int:
    conversation = find_conversation(db, waiting.conversation_id)
    return conversation.turn if conversation is not None else 0


def _whole(written: str | None) -> int:
    return read_number(written) or 0


def _get_waiting(db: Session, waiting_id: int) -> QueuedCaller:
    waiting = db.get(QueuedCaller, waiting_id)
    if waiting is None or waiting.ended_at is not None or waiting.connected_at is not None:
        raise NotFoundError("Nobody waits there any more.")
    return waiting

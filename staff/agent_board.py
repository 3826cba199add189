"""What the page of agents shows: agents with what they do, and the call queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.queries import list_users
from callcentre.addresses import mask_address
from callcentre.models import Agent, QueuedCaller
from callcentre.queries import expected_seconds, list_queue
from core.phones import mask
from dialogue.conversation import Conversation
from dialogue.flows.person.flow import about_of
from dialogue.store import find_conversations

TALKING, RINGING = "talking", "ringing"
# Shape and colour of what an agent does.
AGENT_TONES: Mapping[str, str] = {
    TALKING: "work",
    RINGING: "new",
    "available": "good",
    "after_call": "away",
}


@dataclass(frozen=True)
class AgentRow:
    """One agent: what they do since when, and of the citizen whom they serve the masked number,
    the language and what was asked."""

    agent: Agent
    who: str
    address: str
    state: str
    tone: str
    since: datetime
    caller: str
    language: str
    about: str


@dataclass(frozen=True)
class QueueRow:
    """One caller in the queue. ``minutes`` is how long the wait will still be, None when nobody
    knows; ``caller`` is masked, and empty when the number is withheld."""

    waiting: QueuedCaller
    position: int
    minutes: int | None
    caller: str
    is_offered: bool


def agent_rows(db: Session, agents: Iterable[Agent], now: datetime) -> list[AgentRow]:
    """The agents as they are shown."""
    agents = list(agents)
    names = {user.id: user.name for user in list_users(db)}
    served = {agent.serving for agent in agents if agent.serving and agent.is_busy(now)}
    conversations = find_conversations(db, served)
    return [
        _agent_row(
            agent,
            names.get(agent.staff_user_id or 0, ""),
            conversations.get(agent.serving or ""),
            now,
        )
        for agent in agents
    ]


def _agent_row(agent: Agent, who: str, served: Conversation | None, now: datetime) -> AgentRow:
    state, since, caller, language, about = agent.availability, agent.changed_at, "", "", ""
    if agent.is_busy(now):
        state = TALKING if agent.accepted_at else RINGING
        since = agent.accepted_at or agent.busy_since or now
        if served is not None:
            caller, language = mask(served.phone), served.language
            about = about_of(served)
    return AgentRow(
        agent, who, mask_address(agent.address), state, AGENT_TONES.get(state, "end"), since,
        caller, language, about,
    )  # fmt: skip


def queue_rows(db: Session, office_ids: frozenset[str] | None, now: datetime) -> list[QueueRow]:
    """Who waits for agents of these offices (None: of all), first come first."""
    queue = list_queue(db)
    whole_waits = {of: _whole_wait(db, *of, now) for of in {_queue_of(one) for one in queue}}
    return [
        QueueRow(
            waiting=waiting,
            position=1 + sum(_is_before(other, waiting) for other in queue),
            minutes=_minutes(_still_to_wait(whole_waits[_queue_of(waiting)], waiting, now)),
            caller=mask(waiting.phone or ""),
            is_offered=waiting.offered_at is not None,
        )
        for waiting in queue
        if office_ids is None or not office_ids.isdisjoint(waiting.office_ids)
    ]


def _queue_of(waiting: QueuedCaller) -> tuple[str, bool]:
    return waiting.language, waiting.is_urgent


def _is_before(other: QueuedCaller, waiting: QueuedCaller) -> bool:
    """As ``position_of`` counts, for a queue that was read already."""
    if other.language != waiting.language:
        return False
    if other.is_urgent != waiting.is_urgent:
        return other.is_urgent
    return other.entered_at < waiting.entered_at


def _whole_wait(db: Session, language: str, is_urgent: bool, now: datetime) -> float | None:
    """How long a caller who came now would wait."""
    newcomer = QueuedCaller(language=language, is_urgent=is_urgent, entered_at=now)
    return expected_seconds(db, newcomer, now)


def _still_to_wait(whole: float | None, waiting: QueuedCaller, now: datetime) -> float | None:
    return None if whole is None else max(whole - (now - waiting.entered_at).total_seconds(), 0.0)


def _minutes(seconds: float | None) -> int | None:
    return None if seconds is None else max(round(seconds / 60), 1)

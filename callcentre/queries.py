"""Reads of the call centre: agents, and callers in the call queue."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import mean

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from callcentre.models import Agent, QueuedCaller
from callcentre.queue_rules import RULES, CallQueue
from core.encryption import Vault
from core.errors import NotFoundError

_WAITS = (QueuedCaller.ended_at.is_(None), QueuedCaller.connected_at.is_(None))


def get_agent(db: Session, agent_id: int) -> Agent:
    """The agent. Raises NotFoundError."""
    agent = db.get(Agent, agent_id)
    if agent is None:
        raise NotFoundError("There is no such agent.")
    return agent


def find_agent_of_call(db: Session, call_sid: str) -> Agent | None:
    """The agent who is rung or talks in a call, or None."""
    return db.scalar(select(Agent).where(Agent.busy_with == call_sid).limit(1))


def find_agent_by_address(db: Session, vault: Vault, address: str) -> Agent | None:
    """The agent at a number or SIP address, or None."""
    return db.scalar(select(Agent).where(Agent.address_key == vault.keyed_hash(address)))


def find_agent_of_staff(db: Session, staff_user_id: int) -> Agent | None:
    """The agent that a staff user is, or None."""
    return db.scalar(select(Agent).where(Agent.staff_user_id == staff_user_id).limit(1))


def find_talking_since(db: Session, staff_user_id: int, now: datetime) -> datetime | None:
    """Since when a staff user talks as an agent; None while they do not."""
    agent = find_agent_of_staff(db, staff_user_id)
    if agent is None or agent.accepted_at is None or not agent.is_busy(now):
        return None
    return agent.accepted_at


def list_agents(db: Session, office_id: str | None = None) -> list[Agent]:
    """All agents, or those of one office, by office and place."""
    query = select(Agent).order_by(Agent.office_id, Agent.place, Agent.id)
    return list(db.scalars(query.where(Agent.office_id == office_id) if office_id else query))


def list_free_agents(
    db: Session,
    office_ids: tuple[str, ...],
    language: str,
    now: datetime,
    *,
    is_urgent: bool = False,
) -> list[Agent]:
    """The agents who can be called now, in the order to try them.

    Agents who speak the language come before those who do not, and within each the offices in the
    order given; agents of other offices are not called. For an urgent caller agents are called too
    who are in after-call work, after those who are free.
    """
    order = {office: number for number, office in enumerate(office_ids)}
    agents = [a for a in list_agents(db) if a.office_id in order]
    return sorted(
        (agent for agent in agents if agent.is_free(now, is_urgent=is_urgent)),
        key=lambda a: (
            not a.is_free(now),
            language not in a.languages,
            order[a.office_id],
            a.place,
            a.id,
        ),
    )


def is_any_agent_on_duty(db: Session, office_ids: tuple[str, ...]) -> bool:
    """Whether somebody takes calls at these offices, now or soon."""
    return any(agent.is_on_duty() for agent in list_agents(db) if agent.office_id in office_ids)


def is_any_agent_busy(db: Session, office_ids: tuple[str, ...], now: datetime) -> bool:
    """Whether waiting makes sense: somebody on duty is talking and will be free again."""
    return any(
        agent.is_on_duty() and not agent.is_free(now)
        for agent in list_agents(db)
        if agent.office_id in office_ids
    )


# --- the call queue -------------------------------------------------------------------------


def find_in_queue(db: Session, conversation_id: str) -> QueuedCaller | None:
    """The caller's row in the queue, also when the wait is over; None without one."""
    return db.scalar(select(QueuedCaller).where(QueuedCaller.conversation_id == conversation_id))


def list_queue(db: Session) -> list[QueuedCaller]:
    """Who waits: urgent callers first, then first come first."""
    waiting = select(QueuedCaller).where(*_WAITS)
    order = (QueuedCaller.is_urgent.desc(), QueuedCaller.entered_at, QueuedCaller.id)
    return list(db.scalars(waiting.order_by(*order)))


def queue_of(caller: QueuedCaller) -> CallQueue:
    """In which of the provider's queues a caller is."""
    return CallQueue(caller.language, next(iter(caller.office_ids), ""), caller.is_urgent)


def find_queue_head(db: Session, caller: QueuedCaller) -> QueuedCaller | None:
    """Who has been on the phone longest in this caller's queue. None when nobody is."""
    return next(
        (one for one in list_queue(db) if one.is_on_phone and queue_of(one) == queue_of(caller)),
        None,
    )


def find_urgent_head(db: Session, office_id: str) -> QueuedCaller | None:
    """The urgent caller who has been on the phone longest and may be served by this office's
    agents, whatever the language; None when there is none."""
    return next(
        (
            one
            for one in list_queue(db)
            if one.is_urgent and one.is_on_phone and office_id in one.office_ids
        ),
        None,
    )


def position_of(db: Session, caller: QueuedCaller) -> int:
    """How many are before this caller in the same language, and themselves: 1 is next.

    Urgent callers are before all others.
    """
    came_before = and_(
        QueuedCaller.is_urgent == caller.is_urgent, QueuedCaller.entered_at < caller.entered_at
    )
    is_before = came_before if caller.is_urgent else or_(QueuedCaller.is_urgent, came_before)
    before = db.scalar(
        select(func.count())
        .select_from(QueuedCaller)
        .where(
            *_WAITS,
            QueuedCaller.language == caller.language,
            is_before,
        )
    )
    return (before or 0) + 1


def expected_seconds(db: Session, caller: QueuedCaller, now: datetime) -> float | None:
    """How long this caller will probably still wait, from the last waits of the same day that
    ended with an agent; None when there were none. Urgent callers are counted by themselves."""
    recent = db.scalars(
        select(QueuedCaller)
        .where(
            QueuedCaller.language == caller.language,
            QueuedCaller.is_urgent == caller.is_urgent,
            QueuedCaller.connected_at > now - timedelta(hours=12),
        )
        .order_by(QueuedCaller.connected_at.desc())
        .limit(RULES.counted_waits)
    )
    waits = [(w.connected_at - w.entered_at).total_seconds() for w in recent if w.connected_at]
    waited = (now - caller.entered_at).total_seconds()
    return max(mean(waits) - waited, 0.0) if waits else None

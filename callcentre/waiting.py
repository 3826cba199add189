"""A caller who waits on the phone: position, time to expect, and when the wait is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callcentre.models import QueuedCaller
from callcentre.operations import note_not_connected
from callcentre.queries import expected_seconds, find_in_queue, is_any_agent_on_duty, position_of
from callcentre.queue_rules import RULES


@dataclass(frozen=True)
class WaitReport:
    """What the provider says of a caller in its queue: since how many seconds, at which position,
    and how long callers wait there on average; 0 for what it does not say."""

    seconds: int = 0
    position: int = 0
    average_seconds: int = 0


@dataclass(frozen=True)
class Standing:
    """How a wait stands. ``is_served``: somebody will take the call; ``is_too_long``: the caller is
    offered a message instead."""

    language: str
    is_urgent: bool
    can_be_called_back: bool
    is_served: bool
    is_too_long: bool


@dataclass(frozen=True)
class Estimate:
    """Which position a caller has, 1 being next, and how long the wait will probably last."""

    position: int
    expected_seconds: float


def check_in(db: Session, conversation_id: str, now: datetime) -> QueuedCaller | None:
    """The caller who still hears the queue; None when the wait is over. A caller to whom an agent
    was to be connected and who still hears it was not connected, and waits again."""
    caller = find_in_queue(db, conversation_id)
    if caller is None or caller.ended_at is not None:
        return None
    if caller.connected_at is not None and caller.connected_at < now - RULES.connecting_lasts:
        note_not_connected(db, caller, now)
    return caller


def standing_of(
    db: Session, caller: QueuedCaller, report: WaitReport, now: datetime, *, is_open: bool
) -> Standing:
    """How a caller's wait stands. ``is_open``: it is within office hours; an urgent caller is
    served also after closing time while somebody still takes calls."""
    return Standing(
        language=caller.language,
        is_urgent=caller.is_urgent,
        can_be_called_back=bool(caller.phone),
        is_served=is_open
        or (caller.is_urgent and is_any_agent_on_duty(db, tuple(caller.office_ids))),
        is_too_long=report.seconds > RULES.max_wait_seconds,
    )


def estimate_wait(db: Session, caller: QueuedCaller, report: WaitReport, now: datetime) -> Estimate:
    """What a caller hears of position and wait. It counts the queue: call it only to say that."""
    expected = expected_seconds(db, caller, now)
    return Estimate(
        position=max(position_of(db, caller), report.position),
        expected_seconds=report.average_seconds if expected is None else expected,
    )

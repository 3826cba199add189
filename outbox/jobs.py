"""Scheduled work of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.jobs import Counts, JobContext
from outbox import codes
from outbox.claims import SendingPolicy
from outbox.sending import send_due_texts
from providers.texts import TextProvider


class SendingRoutes(Protocol):
    """By whom texts leave: ``providers`` in the order in which they are tried."""

    @property
    def providers(self) -> Sequence[TextProvider]: ...

    @property
    def policy(self) -> SendingPolicy: ...

    def can_answer(self, phone: str) -> bool:
        """Whether a citizen (E.164 number) can write back to a text of the service."""


class TextJobContext(JobContext, Protocol):
    """What sending needs."""

    @property
    def text_providers(self) -> SendingRoutes: ...


def send_texts(context: TextJobContext) -> Counts:
    """Send the texts that are due."""
    routes = context.text_providers
    return send_due_texts(context.database, routes.providers, context.clock, routes.policy)


def forget_codes(context: JobContext) -> Counts:
    """Blank the one-time codes that are over."""
    with context.database.write() as db:
        return {"codes": codes.forget_codes(db, context.clock.now())}

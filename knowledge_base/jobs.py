"""Scheduled work on the knowledge base."""

from __future__ import annotations

from typing import Protocol

from core.jobs import Counts, JobContext
from knowledge_base.gaps import group_unanswered
from knowledge_base.loader import Content


class ContentContext(JobContext, Protocol):
    """``content`` is what is published as of now."""

    @property
    def content(self) -> Content: ...


def group_gaps(context: ContentContext) -> Counts:
    """Group the questions nobody could answer, by week."""
    with context.database.write() as db:
        return group_unanswered(db, context.content, context.clock.now())

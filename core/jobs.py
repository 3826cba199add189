"""What all scheduled jobs have in common: ``def job(context: JobContext) -> Counts``.

A job finds what is due by itself and is idempotent: it may run late, twice or by hand. It asks the
process that runs it for what it needs through a context. Each room declares in its ``jobs.py`` a
context of its own, which extends this one by no more than its jobs use; ``app.wiring.Parts`` is all
of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.clock import Clock
from core.database import Database

Counts = dict[str, int]
"""What a job did, by name: how many of each. Zero everywhere when nothing was due."""


class JobContext(Protocol):
    """What every job may ask for."""

    @property
    def database(self) -> Database: ...

    @property
    def clock(self) -> Clock: ...


@dataclass
class Watermark:
    """Up to which moment a job has worked in this process; None before its first run.

    It may be lost at any time: the job then looks further back, and finds only what it did already.
    """

    reached_at: datetime | None = None

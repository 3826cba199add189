"""What the console is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from accounts.passwords import Passwords
from casework.desk import CaseDesk
from casework.models import Attachment, Case
from core.clock import Clock
from core.database import Database
from knowledge_base.published import KnowledgeBase

_EXTENSION = "hotline-staff"


@dataclass(frozen=True, kw_only=True)
class StaffServices:
    """The parts that the views work with.

    ``read_recording``: bytes and content type of a stored attachment; raises NotFoundError when
    they are gone. ``word_answer``: the whole text that a citizen would get for an answer to a case,
    so that its length can be shown before it is sent. ``limits_url``: where sign-in attempts are
    counted (redis:// or unix://; ``memory://`` in tests). ``sign_in_limit``: failures an address.
    """

    database: Database
    desk: CaseDesk
    clock: Clock
    knowledge: KnowledgeBase
    read_recording: Callable[[Attachment], tuple[bytes, str]]
    word_answer: Callable[[Case, str], str]
    limits_url: str
    sign_in_limit: str = "20 per minute; 200 per hour"
    passwords: Passwords = field(default_factory=Passwords)


def keep_services(extensions: dict[str, object], services: StaffServices) -> None:
    """Keep the services with an application's extensions."""
    extensions[_EXTENSION] = services


def get_services() -> StaffServices:
    """The services of the application that serves this request."""
    return cast(StaffServices, current_app.extensions[_EXTENSION])

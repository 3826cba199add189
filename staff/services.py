"""What the console is given to work with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from accounts.independence import are_independent
from accounts.passwords import Passwords
from accounts.sessions import SessionRules
from casework.desk import CaseDesk
from casework.models import Attachment, Case
from core.clock import Clock
from core.database import Database
from knowledge_base.editors_desk import EditorsDesk
from knowledge_base.published import KnowledgeBase
from providers.pictures import StoredPicture

_EXTENSION = "hotline-staff"


class SeenCall(Protocol):
    """The record of a call as the pages show it; see ``hotline.records``."""

    @property
    def sid(self) -> str: ...


ListCalls = Callable[[Session, datetime, datetime], Sequence[SeenCall]]
FindCall = Callable[[Session, str], SeenCall | None]


def _no_words(_db: Session, _inbound_ids: Collection[int]) -> dict[int, str]:
    """Where there is no text channel."""
    return {}


@dataclass(frozen=True, kw_only=True)
class StaffServices:
    """The parts that the views work with.

    ``read_attachment``: bytes and content type of a stored recording or picture; raises
    NotFoundError when they are gone. ``store_picture``: keeps a picture of the case of that number,
    sealed; raises InputError for what is none or too large. ``word_answer``: the whole text that a
    citizen would get for an answer to a case, so that its length can be shown before it is sent.
    ``list_calls``, ``find_call``: records of the line's calls, begun in [since, until), and of one.
    ``session_rules``: how long sessions last. ``second_factor_roles``: roles that work only with a
    second factor; others may have one.
    ``list_inbound_words``: the words of texts that came in and could not be served, by id.
    ``remove_file``: removes the stored bytes of a recording or picture for good.
    """

    database: Database
    desk: CaseDesk
    clock: Clock
    knowledge: KnowledgeBase
    read_attachment: Callable[[Attachment], tuple[bytes, str]]
    store_picture: Callable[[str, bytes], StoredPicture]
    word_answer: Callable[[Case, str], str]
    remove_file: Callable[[Attachment], None]
    list_calls: ListCalls
    find_call: FindCall
    list_inbound_words: Callable[[Session, Collection[int]], dict[int, str]] = _no_words
    session_rules: SessionRules = field(default_factory=SessionRules)
    second_factor_roles: frozenset[str] = frozenset()
    passwords: Passwords = field(default_factory=Passwords)
    editors: EditorsDesk = field(
        default_factory=lambda: EditorsDesk(are_two_persons=are_independent)
    )


def keep_services(extensions: dict[str, object], services: StaffServices) -> None:
    """Keep the services with an application's extensions."""
    extensions[_EXTENSION] = services


def get_services() -> StaffServices:
    """The services of the application that serves this request."""
    return cast(StaffServices, current_app.extensions[_EXTENSION])

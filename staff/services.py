"""What the console is given to work with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session

from accounts.independence import are_independent
from accounts.passwords import Passwords
from accounts.sessions import SessionRules
from casework.case_services import CaseServices
from casework.models import Attachment, Case
from core.clock import Clock
from core.database import Database
from knowledge_base.editing_services import EditingServices
from knowledge_base.published import KnowledgeBase
from privacy.operations import RemoveFile
from providers.pictures import StoredPicture

_EXTENSION = "hotline-staff"


class SeenCall(Protocol):
    """The record of a call as the pages show it; see ``hotline.records``."""

    @property
    def sid(self) -> str: ...


class ListCalls(Protocol):
    """The records of the line's calls that began in [since, until), newest first."""

    def __call__(self, db: Session, since: datetime, until: datetime, /) -> Sequence[SeenCall]: ...


class FindCall(Protocol):
    """The record of one call, or None."""

    def __call__(self, db: Session, sid: str, /) -> SeenCall | None: ...


class ReadAttachment(Protocol):
    """Bytes and content type of a stored recording or picture. Raises NotFoundError when they are
    gone."""

    def __call__(self, attachment: Attachment, /) -> tuple[bytes, str]: ...


class StorePicture(Protocol):
    """Stores a picture of the case of that number, encrypted. Raises InputError for what is none or
    too large."""

    def __call__(self, case_number: str, content: bytes, /) -> StoredPicture: ...


class WordAnswer(Protocol):
    """The whole text that a citizen would get for an answer to a case, so that its length can be
    shown before it is sent."""

    def __call__(self, case: Case, answer: str, /) -> str: ...


class ListInboundWords(Protocol):
    """The words of texts that came in and could not be served, by id."""

    def __call__(self, db: Session, inbound_ids: Collection[int], /) -> dict[int, str]: ...


def _no_words(_db: Session, _inbound_ids: Collection[int]) -> dict[int, str]:
    """Where there is no text channel."""
    return {}


@dataclass(frozen=True, kw_only=True)
class StaffServices:
    """The parts that the views work with.

    ``session_rules``: how long sessions last. ``second_factor_roles``: roles that work only with a
    second factor; others may have one.
    """

    database: Database
    case_services: CaseServices
    clock: Clock
    knowledge: KnowledgeBase
    read_attachment: ReadAttachment
    store_picture: StorePicture
    word_answer: WordAnswer
    remove_file: RemoveFile
    list_calls: ListCalls
    find_call: FindCall
    list_inbound_words: ListInboundWords = _no_words
    session_rules: SessionRules = field(default_factory=SessionRules)
    second_factor_roles: frozenset[str] = frozenset()
    passwords: Passwords = field(default_factory=Passwords)
    editors: EditingServices = field(
        default_factory=lambda: EditingServices(are_two_persons=are_independent)
    )


def keep_services(extensions: dict[str, object], services: StaffServices) -> None:
    """Keep the services with an application's extensions."""
    extensions[_EXTENSION] = services


def get_services() -> StaffServices:
    """The services of the application that serves this request."""
    return cast(StaffServices, current_app.extensions[_EXTENSION])

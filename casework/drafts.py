"""What is known of a case before it is one: the values that conversations and staff hand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.contact_wishes import NO_WISH, ContactWish
from core.errors import InputError
from core.phones import Phone
from core.ranges import Range, T


@dataclass(frozen=True)
class IdempotencyKey:
    """Conversation and step from which something is written; written once only."""

    conversation_id: str
    step: str

    @property
    def key(self) -> str:
        """One string that names it in a unique column."""
        return f"{self.conversation_id}:{self.step}"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who wrote or called, and how.

    ``is_proved``: the number is theirs, because they text from it, the carrier vouches for it, or a
    code that was sent to it came back. Otherwise it is a claim.
    """

    phone: Phone | None
    channel: str
    language: str = "zh"
    name: str | None = None
    wish: ContactWish = NO_WISH
    is_proved: bool = False


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A recording that the provider holds; the bytes are fetched by a job."""

    provider_sid: str
    seconds: int
    content_type: str = "audio/x-wav"


@dataclass(frozen=True, kw_only=True)
class MessageDraft:
    """An offline message: text, or a recording, or both. ``received_at`` is when it was left, where
    that was before it is registered."""

    idempotency_key: IdempotencyKey
    contact: Contact
    text: str | None = None
    recording: Recording | None = None
    topic: str | None = None
    town: str | None = None
    village: str | None = None
    received_at: datetime | None = None

    def check(self) -> None:
        """Raise InputError when there is nothing in it."""
        has_text = bool(self.text and self.text.strip())
        if not has_text and (self.recording is None or self.recording.seconds < 1):
            raise InputError("A message needs words or a recording with sound.", "text")


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a citizen told of a grievance. ``town`` is a town id of config/offices.yaml.

    ``topics`` are its problems, the main one first. ``since``, ``people`` and ``amount_yuan`` are
    known between two ends: urgency looks at the upper one, statistics at the lower.
    """

    idempotency_key: IdempotencyKey
    contact: Contact
    issue: str
    employer: str | None = None
    town: str | None = None
    topics: tuple[str, ...] = ()
    since: Range[date] | None = None
    people: Range[int] | None = None
    amount_yuan: Range[Decimal] | None = None
    wanted: str | None = None
    evidence: str | None = None
    received_at: datetime | None = None
    recording: Recording | None = None

    @property
    def topic(self) -> str | None:
        """The main problem."""
        return self.topics[0] if self.topics else None

    def check(self) -> None:
        """Raise InputError when a field is not usable."""
        if not self.issue.strip():
            raise InputError("A petition needs to say what happened.", "issue")
        if any(people < 1 for people in _ends(self.people)):
            raise InputError("The number of people must be at least 1.", "people")
        if not all(0 <= yuan < Decimal(10) ** 12 for yuan in _ends(self.amount_yuan)):
            raise InputError("The amount is out of range.", "amount_yuan")


@dataclass(frozen=True, kw_only=True)
class PetitionDraft(Story):
    """A petition whose story the citizen confirmed.

    ``known_on`` and ``employment_ended_on`` are a day or, when no day was said, the range in which
    it lies. ``is_unfinished``: the citizen hung up before everything had been asked.
    """

    known_on: Range[date] | date | None = None
    is_still_employed: bool | None = None
    employment_ended_on: Range[date] | date | None = None
    is_unfinished: bool = False


@dataclass(frozen=True, kw_only=True)
class ContactDraft(Story):
    """A grievance that was told and not confirmed, to be called back about; no petition."""


def _ends(of: Range[T] | None) -> tuple[T, ...]:
    return () if of is None else tuple(end for end in (of.lower, of.upper) if end is not None)


@dataclass(frozen=True, kw_only=True)
class BadRatingDraft:
    """A rating of 1 or 2 that needs mending. ``rated_office_id`` is who was rated."""

    idempotency_key: IdempotencyKey
    contact: Contact
    rating_id: str
    rated_office_id: str
    level: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class StaffDraft:
    """A case that a staff user makes."""

    issue: str
    contact: Contact
    employer: str | None = None
    town: str | None = None
    topic: str | None = None
    office_id: str | None = None

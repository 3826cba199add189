"""Closed sets of words of ratings. Stored as they stand here."""

from __future__ import annotations

from enum import StrEnum

LEVELS = (1, 2, 3, 4, 5)
"""Very dissatisfied, dissatisfied, basically satisfied, satisfied, very satisfied."""
WORST_GOOD_LEVEL = 3
"""Levels below this one are bad ratings and are followed up."""


class ServiceKind(StrEnum):
    """What was given to the citizen."""

    CALL = "call"
    TEXT = "text"
    CASE = "case"
    PERSON = "person"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    PENDING = "pending"
    QUEUED = "queued"
    ANSWERED = "answered"
    EXPIRED = "expired"
    NOT_SENT = "not_sent"


class NotSent(StrEnum):
    """Why a citizen was not asked by text."""

    TEST = "test"
    WITHHELD = "withheld"
    CANNOT_TEXT = "cannot_text"
    CANNOT_ANSWER = "cannot_answer"
    """The number can be written to, but nobody there can write back."""
    OPTED_OUT = "opted_out"
    ASKED_RECENTLY = "asked_recently"
    RATED_BY_KEY = "rated_by_key"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    TOO_LATE = "too_late"


class Awaits(StrEnum):
    """What the next reply to an invitation would be."""

    LEVEL = "level"
    REASON = "reason"
    NOTHING = "nothing"


class Source(StrEnum):
    """How a rating was given: by text, or by key at the end of a call."""

    TEXT = "text"
    KEY = "key"


class BadReason(StrEnum):
    """What was wrong, in the order of the keys 1 to 5."""

    LONG_WAIT = "long_wait"
    UNFRIENDLY = "unfriendly"
    UNCLEAR = "unclear"
    NOT_SOLVED = "not_solved"
    OTHER = "other"


class FollowUpState(StrEnum):
    """Where the one follow-up rating after a bad one stands."""

    NONE = "none"
    DUE = "due"
    ASKED = "asked"
    ANSWERED = "answered"
    NOT_ASKED = "not_asked"


class ExclusionCode(StrEnum):
    """The only reasons for which a rating may be left out of the ranking."""

    MISTAKEN = "mistaken"
    NOT_THE_SERVICE = "not_the_service"
    WRONG_OFFICE = "wrong_office"
    MANIPULATED = "manipulated"
    STAFF_RATING = "staff_rating"
    TEST = "test"


class RevisionCode(StrEnum):
    """Why a published ranking is made anew."""

    EXCLUSIONS = "exclusions"
    APPEALS = "appeals"
    WRONG_OFFICE = "wrong_office"
    SYSTEM_FAULT = "system_fault"


class Decision(StrEnum):
    """Where something stands that needs a second person."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class HoldProposal(StrEnum):
    """What the first person proposes about a rating that is held."""

    RELEASE = "release"
    EXCLUDE = "exclude"


class FlagCode(StrEnum):
    """Why a rating looks odd."""

    FEW_NUMBERS = "few_numbers"
    BURST = "burst"
    STAFF_NUMBER = "staff_number"


PERMISSIONS = frozenset(
    {"ratings.see", "ratings.appeal", "ratings.exclude", "ratings.approve", "ratings.revise"}
)
"""Every permission that ratings ask for: ``exclude`` and ``revise`` propose, ``approve`` is the
second person's, ``revise`` also sets the rules of coming months."""

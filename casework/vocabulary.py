"""Closed sets of words of casework: kinds, states, roads, events. Stored as they stand here."""

from __future__ import annotations

from enum import StrEnum


class CaseKind(StrEnum):
    """What sort of work a case is."""

    MESSAGE = "message"
    PETITION = "petition"
    BAD_RATING = "bad_rating"
    STAFF = "staff"
    CONTACT = "contact"
    """Told but not confirmed: somebody calls back; no petition, so no statutory deadline runs."""
    DANGER = "danger"


class CaseState(StrEnum):
    """Where a case stands; ``casework/transition_table.py`` says what leads from one to another."""

    REGISTERED = "registered"
    FORWARDED = "forwarded"
    OBJECTED = "objected"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    IN_RECHECK = "in_recheck"
    RECHECKED = "rechecked"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    VOID = "void"


OPEN_STATES = frozenset(CaseState) - {
    CaseState.CLOSED,
    CaseState.WITHDRAWN,
    CaseState.MERGED,
    CaseState.VOID,
}
"""States in which somebody still owes the citizen something."""

JOINABLE_STATES = frozenset(
    {CaseState.REGISTERED, CaseState.FORWARDED, CaseState.OBJECTED, CaseState.ACCEPTED}
)
"""States in which a repeated petition is joined to the open one instead of lodged anew."""


class Remedy(StrEnum):
    """A legal way of redress for a petition (petition-work-regulations#31)."""

    PETITION = "petition"
    INSPECTION = "inspection"
    ARBITRATION = "arbitration"
    COURT = "court"
    REVIEW = "review"
    ADMINISTRATIVE = "administrative"
    ELSEWHERE = "elsewhere"


class EventKind(StrEnum):
    """What can happen to a case."""

    REGISTERED = "registered"
    JOINED = "joined"
    SORTED = "sorted"
    NOTIFIED = "told"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    OBJECTED = "objected"
    OBJECTION_AGREED = "objection_agreed"
    OBJECTION_REFUSED = "objection_refused"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENSION_REQUESTED = "extension_requested"
    EXTENSION_APPROVED = "extension_approved"
    EXTENSION_REFUSED = "extension_refused"
    ANSWERED = "answered"
    TEXT_LINKED = "text_linked"
    NOT_TEXTED = "not_texted"
    """A notice that the law demands cannot be texted: a person must call or write."""
    CLOSED = "closed"
    REOPENED = "reopened"
    REVIEW_REQUESTED = "review_requested"
    REVIEW_ANSWERED = "review_answered"
    RECHECK_REQUESTED = "recheck_requested"
    RECHECK_ANSWERED = "recheck_answered"
    MERGED = "merged"
    ABSORBED = "absorbed"
    LINKED = "linked"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    NOTED = "noted"
    ATTACHED = "attached"
    MARKED_URGENT = "marked_urgent"
    CONTACTED = "contacted"
    MENDED = "mended"
    OFFICE_JOINED = "office_joined"
    COMPLAINT_RECEIVED = "complaint_received"
    INSPECTION_ACCEPTED = "inspection_accepted"
    INSPECTION_REFUSED = "inspection_refused"
    INSPECTION_DECIDED = "inspection_decided"
    ARBITRATION_APPLIED = "arbitration_applied"
    ARBITRATION_ACCEPTED = "arbitration_accepted"
    ARBITRATION_REFUSED = "arbitration_refused"
    ARBITRATION_DECIDED = "arbitration_decided"
    BREACHED = "breached"
    DETAILS_CORRECTED = "details_corrected"
    PHONE_PROVED = "phone_proved"
    """The number is the citizen's: its holder asked about the case, or staff made sure."""
    CONTACT_WISH_SET = "contact_wish_set"
    ACKNOWLEDGED = "acknowledged"
    CALLER_GONE = "caller_gone"
    ESCALATED = "escalated"


class Notified(StrEnum):
    """What the citizen was told; the ``about`` of a ``notified`` event."""

    PATH = "path"
    FORWARDING = "forwarding"
    MISSING = "missing"
    EXTENSION = "extension"
    SUSPENSION = "suspension"
    PROGRESS = "progress"


class Means(StrEnum):
    """How the citizen was told. ``stored``: no way to reach them; they hear it when they ask."""

    TEXT = "text"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    KEPT = "kept"


class AttachmentState(StrEnum):
    """Where the bytes of an attachment are."""

    PENDING = "pending"
    STORED = "stored"
    REJECTED = "rejected"


class AttachmentKind(StrEnum):
    """What an attachment is."""

    RECORDING = "recording"
    PICTURE = "picture"


class Audience(StrEnum):
    """Who is to be told by a notice."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    OFFICE_HEAD = "office_head"
    BUREAU = "bureau"

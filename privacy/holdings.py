"""Where citizens' data lies: every table of the service, with what becomes of its rows.

A table that is neither here nor in ``WITHOUT_CITIZENS`` fails a test: whoever adds one decides.
Tables are named, not imported, because the channels lie above this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from core.database import Base

ERASED = "[已删除]"
"""What stands where a value must not be missing."""


@dataclass(frozen=True)
class Holding:
    """The rows of one table that hold a citizen's data.

    ``kind`` is that of config/retention.yaml. ``dated_by``: the column from which time counts; a
    row without it is not over yet. ``found_by``: the column by which one citizen's rows are found
    (``phone_key``, ``conversation_id``), or None when nothing leads from a row to a person.
    ``blanks``: columns to empty, the row itself staying; without any the row is deleted.
    ``marks``: of the blanked columns the one that tells that it was done. ``without``: a column
    that must be empty, because the row otherwise belongs to a case's file.
    """

    table: str
    kind: str
    dated_by: str
    found_by: str | None = "phone_key"
    blanks: tuple[str, ...] = ()
    without: str | None = None

    @property
    def model(self) -> Any:
        """The mapped class of the table."""
        return model_of(self.table)

    @property
    def marks(self) -> str:
        """The column that is emptied and can be asked for."""
        return next(name for name in self.blanks if name.endswith("_key"))


# Children before their parents.
HOLDINGS = (
    Holding("queued_callers", "calls", "ended_at", found_by="conversation_id"),
    Holding("correction_texts", "receipts", "drafted_at"),
    Holding("answer_receipts", "receipts", "given_at", blanks=("phone", "phone_key")),
    Holding("unanswered_questions", "questions", "asked_at", found_by=None),
    Holding("question_groups", "questions", "settled_at", found_by=None),
    Holding("inbound_texts", "texts", "received_at"),
    Holding(
        "outgoing_texts",
        "texts",
        "created_at",
        blanks=("phone", "words", "phone_key", "words_key"),
        without="case_number",
    ),
    Holding("calls", "calls", "ended_at", blanks=("phone", "phone_key")),
    Holding("rating_services", "ratings", "ended_at", blanks=("phone", "phone_key")),
    Holding("rating_invitations", "ratings", "settled_at", blanks=("phone_key",)),
    Holding("ratings", "ratings", "at", blanks=("comment", "phone_key")),
    Holding(
        "bad_ratings",
        "ratings",
        "mended_at",
        blanks=("reason_words", "follow_up_comment", "phone_key"),
    ),
    Holding("number_codes", "codes", "expires_at"),
    Holding("call_backs", "codes", "created_at"),
    Holding("refused_contacts", "codes", "refused_at"),
    Holding("progress_guesses", "codes", "guessed_at", found_by="conversation_id"),
    Holding("danger_alerts", "danger", "closed_at", blanks=("phone_key",)),
    Holding("erasure_requests", "requests", "decided_at", blanks=("phone", "phone_key")),
    # Last: it leads from a person to their conversations.
    Holding("taken_turns", "conversations", "taken_at"),
)

CASE_KINDS = {
    "petition": "petitions",
    "message": "messages",
    "staff": "messages",
    "contact": "contacts",
    "bad_rating": "bad_ratings",
}
"""The kind of data of each kind of case. A case's events, attachments, notices and texts are kept
and erased with it (``privacy.operations``)."""

OF_CASES = frozenset({"cases", "case_events", "case_attachments", "case_notices", "staff_tasks"})
"""Tables that follow their case."""

KEPT = {"opt_outs": "wishes", "contact_wishes": "wishes"}
"""Tables that are kept as long as the wish stands: a keyed hash, what was wished, since when."""

WITHOUT_CITIZENS = frozenset(
    {
        # Staff, their sessions and their deeds; the service's own running.
        "staff_users", "staff_sessions", "known_browsers", "sign_in_attempts", "recovery_codes",
        "password_codes", "account_influences", "kept_drafts", "audit_entries", "agents",
        "canned_replies", "job_runs", "case_sequences",
        # The knowledge base, and the laws.
        "entry_versions", "entry_events", "content_stamp", "statute_texts", "statute_articles",
        # Frozen figures, and decisions of staff about ratings.
        "ranking_configs", "frozen_rankings", "ranking_revisions", "rating_exclusions",
        "rating_appeals", "rating_flags", "rating_holds",
        # What carried a text or a call, without whom and what.
        "send_attempts", "delivery_reports", "call_recordings", "danger_reports",
        # Cases' surroundings: offices, employers, seals, hashes.
        "case_joint_offices", "mass_matters", "record_seals", "record_keys", "ledger_entries",
        "ledger_head", "ledger_coverages", "deletion_proofs", "seal_exports",
    }
)  # fmt: skip
"""Tables that hold nothing that a citizen said and nothing that leads to one."""


def model_of(table: str) -> Any:
    """The mapped class of a table. Raises KeyError when no room declares it."""
    for mapper in Base.registry.mappers:
        if cast(Any, mapper.local_table).name == table:
            return mapper.class_
    raise KeyError(table)

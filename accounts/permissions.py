"""Who may do what: one table from role to permissions.

A permission is a name with a dot; the room before the dot asks for it. Which offices' cases a staff
user reaches does not depend on the role: it is their office and all below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a staff user is there for."""

    AGENT = "agent"
    OFFICER = "officer"
    OFFICE_HEAD = "office_head"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


def _names(room: str, *names: str) -> frozenset[str]:
    return frozenset(f"{room}.{name}" for name in names)


_READING = _names("kb", "see")

# Own availability as an agent; the agents of the offices within reach; which agents there are.
_ANSWERING, _SEEING_AGENTS, _EDITING_AGENTS = (
    _names("agents", name) for name in ("answer", "see", "edit")
)
# Records of the line's calls: the bureau's, whose line it is.
_SEEING_CALLS = _names("calls", "see")

# Alerts of danger to life within reach.
_DANGER = _names("danger", "see", "handle")

_AT_THE_HOTLINE = _READING | _ANSWERING | _DANGER | _names("ratings", "see") | _names(
    "case", "see", "lodge", "note", "tell", "attach", "assign", "answer", "forward",
    "mark_urgent", "set_contact_wish", "withdraw", "request_review", "close",
)  # fmt: skip

_HANDLING = _AT_THE_HOTLINE | _names(
    "case", "accept", "sort", "object", "correct", "join_office", "reopen", "merge",
    "prove_phone", "void", "record_action", "contact", "resume_clock", "request_extension",
)  # fmt: skip

_HEADING = (
    _HANDLING
    | _SEEING_AGENTS
    | _names("case", "approve_clock", "decide_objection", "answer_review", "edit_replies")
    | _names("ratings", "appeal")
)

_SUPERVISING = (
    _HEADING
    | _EDITING_AGENTS
    | _SEEING_CALLS
    | _names("ratings", "exclude", "approve", "revise")
    | _names("staff", "see_audit")
)

_EDITING = _READING | _names("kb", "edit")

ROLE_PERMISSIONS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.AGENT: _AT_THE_HOTLINE | _SEEING_CALLS,
        Role.OFFICER: _HANDLING,
        Role.OFFICE_HEAD: _HEADING,
        Role.SUPERVISOR: _SUPERVISING,
        Role.EDITOR: _EDITING,
        Role.REVIEWER: _READING | _names("kb", "review"),
        Role.ADMINISTRATOR: _READING
        | _SEEING_AGENTS
        | _EDITING_AGENTS
        | _names("staff", "manage", "see_audit")
        # Find, export and, with a second person, erase what is held of one citizen.
        | _names("privacy", "erase"),
    }
)

ALL_PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())
"""Every permission that some role has."""


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of a role's name. Raises ValueError when there is no such role."""
    return ROLE_PERMISSIONS[Role(role)]

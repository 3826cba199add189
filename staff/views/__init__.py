"""The pages of the console, one module each; ``VIEWS`` are those for staff."""

from __future__ import annotations

from types import ModuleType

from staff.views import (
    accounts,
    audit,
    calls,
    canned_replies,
    case_list,
    case_page,
    citizens,
    corrections,
    danger,
    employer_letter,
    entry_editing,
    gaps,
    knowledge,
    new_case,
    oversight,
    own_account,
    ranking,
    ratings,
    recordings,
    retention,
    seats,
    sign_in,
    tasks,
)

VIEWS: tuple[ModuleType, ...] = (
    employer_letter,
    sign_in,
    own_account,
    case_list,
    case_page,
    recordings,
    new_case,
    tasks,
    danger,
    seats,
    calls,
    canned_replies,
    ratings,
    ranking,
    oversight,
    knowledge,
    entry_editing,
    gaps,
    corrections,
    accounts,
    citizens,
    retention,
    audit,
)

NAVIGATION: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("staff.case_list", ("case.see",), "navigation.cases"),
    ("staff.danger_list", ("danger.see",), "navigation.danger"),
    ("staff.task_list", ("case.tell",), "navigation.tasks"),
    ("staff.seat_list", ("seats.sit", "seats.see"), "navigation.seats"),
    ("staff.call_list", ("calls.see",), "navigation.calls"),
    ("staff.reply_list", ("case.edit_replies",), "navigation.replies"),
    ("staff.rating_list", ("ratings.see",), "navigation.ratings"),
    ("staff.latest_ranking", ("ratings.see",), "navigation.ranking"),
    ("staff.oversight", ("ratings.approve",), "navigation.oversight"),
    ("staff.entry_list", ("kb.see",), "navigation.knowledge"),
    ("staff.gap_list", ("kb.edit",), "navigation.gaps"),
    ("staff.correction_list", ("kb.edit", "kb.review"), "navigation.corrections"),
    ("staff.account_list", ("staff.manage",), "navigation.accounts"),
    ("staff.citizen_search", ("privacy.erase",), "navigation.citizens"),
    ("staff.retention", ("privacy.erase",), "navigation.retention"),
    ("staff.audit_trail", ("staff.see_audit",), "navigation.audit"),
)
"""What stands in the head of each page: endpoint, permissions (one of them), words."""

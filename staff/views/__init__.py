"""The pages of the console, one module each; ``VIEWS`` are those for staff."""

from __future__ import annotations

from types import ModuleType

from staff.views import (
    accounts,
    audit,
    case_list,
    case_page,
    knowledge,
    oversight,
    own_account,
    ranking,
    ratings,
    recordings,
    sign_in,
    tasks,
)

VIEWS: tuple[ModuleType, ...] = (
    sign_in,
    own_account,
    case_list,
    case_page,
    recordings,
    tasks,
    ratings,
    ranking,
    oversight,
    knowledge,
    accounts,
    audit,
)

# Endpoint, permission, words: what stands in the head of each page.
NAVIGATION = (
    ("staff.case_list", "case.see", "navigation.cases"),
    ("staff.task_list", "case.tell", "navigation.tasks"),
    ("staff.rating_list", "ratings.see", "navigation.ratings"),
    ("staff.latest_ranking", "ratings.see", "navigation.ranking"),
    ("staff.oversight", "ratings.approve", "navigation.oversight"),
    ("staff.entry_list", "kb.see", "navigation.knowledge"),
    ("staff.account_list", "staff.manage", "navigation.accounts"),
    ("staff.audit_trail", "staff.see_audit", "navigation.audit"),
)

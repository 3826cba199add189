"""The audit trail, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.audit import Action, list_audit
from accounts.queries import names_by_actor
from staff.access import needs
from staff.case_filters import read_page
from staff.searching import subject_of_search
from staff.services import get_services

_MAX_ASKED = 96


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/audit", view_func=audit_trail)
    console.add_url_rule("/audit", view_func=search_audit, methods=["POST"])


@needs("staff.see_audit")
def search_audit() -> ResponseReturnValue:
    """To the entries that were asked for. A phone number becomes what stands for it in the trail,
    and is in no address."""
    chosen = _chosen(request.form)
    chosen["subject"] = subject_of_search(chosen["subject"])
    return redirect(url_for("staff.audit_trail", **_given(chosen)))


@needs("staff.see_audit")
def audit_trail() -> ResponseReturnValue:
    """Who did what outside a case's own record."""
    chosen = _chosen(request.args)
    with get_services().database.read() as db:
        page = list_audit(
            db,
            actor_id=chosen["actor_id"],
            subject=chosen["subject"],
            action=chosen["action"],
            page=read_page(request.args),
        )
        names = names_by_actor(db, {entry.actor for entry in page.entries})
        return render_template(
            "audit.html",
            page=page,
            names=names,
            chosen=chosen,
            given=_given(chosen),
            actions=list(Action),
        )


def _chosen(fields: Mapping[str, str]) -> dict[str, str]:
    """What was asked for, each cut to what the trail can hold of it."""
    names = ("actor_id", "subject", "action")
    return {name: fields.get(name, "").strip()[:_MAX_ASKED] for name in names}


def _given(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value}

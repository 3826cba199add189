"""The audit trail, newest first."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accounts.audit import Action, list_audit
from accounts.queries import names_by_actor
from staff.access import needs
from staff.case_filters import read_page
from staff.services import get_services


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/audit", view_func=audit_trail)


@needs("staff.see_audit")
def audit_trail() -> ResponseReturnValue:
    """Who did what outside a case's own record."""
    chosen = {
        name: request.args.get(name, "").strip() for name in ("actor_id", "subject", "action")
    }
    with get_services().database.read() as db:
        page = list_audit(
            db,
            actor_id=chosen["actor_id"],
            subject=chosen["subject"],
            action=chosen["action"],
            page=read_page(request.args),
        )
        names = names_by_actor(db, {entry.actor for entry in page.entries})
        given = {name: value for name, value in chosen.items() if value}
        return render_template(
            "audit.html", page=page, names=names, chosen=chosen, given=given, actions=list(Action)
        )

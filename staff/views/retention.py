"""How long data is kept and why, and the proofs of what was deleted."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from config.retention import load_retention, policy_on
from core.clock import local_date
from privacy.queries import list_proofs
from staff.access import needs
from staff.services import get_services


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/retention", view_func=retention)


@needs("privacy.erase", "staff.see_audit")
def retention() -> ResponseReturnValue:
    """The policy of today, and what was deleted, the newest first."""
    services = get_services()
    policies = load_retention()
    ruling = policy_on(policies, local_date(services.clock.now()))
    with services.database.read() as db:
        return render_template(
            "retention.html",
            policy=ruling or policies[0],
            is_ruling=ruling is not None,
            proofs=list_proofs(db),
        )

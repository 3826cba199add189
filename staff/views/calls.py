"""Calls: when, which way they went, what came of them, how long, what they cost, what was said."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.audit import Action, record_audit
from core.clock import local_date, local_midnight
from core.errors import InputError, NotFoundError
from staff.access import needs
from staff.sent_form import asked_values
from staff.services import get_services
from staff.signed_in import me
from staff.transcripts import list_transcripts
from staff.words import explain


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/calls", view_func=call_list)
    console.add_url_rule("/calls/<sid>", view_func=call_page)


@needs("calls.see")
def call_list() -> ResponseReturnValue:
    """The calls of a day, newest first; today's when none is given."""
    services = get_services()
    today = local_date(services.clock.now())
    problem = ""
    try:
        day = asked_values().on("day") or today
    except InputError as error:
        day, problem = today, explain(str(error))
    _require_hotline()
    with services.database.read() as db:
        since, until = local_midnight(day), local_midnight(day + timedelta(days=1))
        calls = services.list_calls(db, since, until)
        return render_template(
            "calls.html", calls=calls, day=day, problem=problem, **_neighbours(day, today)
        )


@needs("calls.see")
def call_page(sid: str) -> ResponseReturnValue:
    """One call with what was said, masked; that it was read is noted."""
    services = get_services()
    _require_hotline()
    with services.database.write() as db:
        call = services.find_call(db, sid)
        if call is None:
            raise NotFoundError("There is no such call.")
        record_audit(db, Action.CALL_READ, me().actor.id, sid, services.clock.now())
        lines = list_transcripts(db, [sid]).get(sid, [])
        return render_template("call.html", call=call, lines=lines)


def _require_hotline() -> None:
    """The line is the bureau's own: other offices see the calls of their cases there."""
    if me().actor.office_ids is not None:
        raise NotFoundError("There is no such call.")


def _neighbours(day: date, today: date) -> dict[str, date | None]:
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    return {"day_before": before, "day_after": after if after <= today else None}

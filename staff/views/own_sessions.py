"""Where a staff user is signed in, and what they are writing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from accounts.audit import Action, record_audit
from accounts.drafts import MAX_DRAFT, keep_draft
from accounts.sessions import Ending, end_session, end_sessions_of, list_sessions
from core.errors import NotFoundError
from staff.access import for_all_staff
from staff.services import get_services
from staff.signed_in import me
from staff.words import t

_MAX_PLACE = 96


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/account/sessions", view_func=end_other_sessions, methods=["POST"])
    one = "/account/sessions/<int:session_id>"
    console.add_url_rule(one, view_func=end_own_session, methods=["POST"])
    console.add_url_rule("/drafts", view_func=save_draft, methods=["POST"])


@for_all_staff
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    services = get_services()
    with services.database.write() as db:
        now = services.clock.now()
        count = end_sessions_of(db, me().user_id, Ending.USER, now, but=me().session_id)
        detail = {"count": count}
        record_audit(db, Action.SESSIONS_ENDED, me().actor.id, me().login, now, detail=detail)
    flash(t("sessions.ended"), "done")
    return redirect(url_for("staff.own_account"))


@for_all_staff
def end_own_session(session_id: int) -> ResponseReturnValue:
    """Sign out in one place; that it is one's own is checked."""
    services = get_services()
    with services.database.write() as db:
        now = services.clock.now()
        own = {row.id: row for row in list_sessions(db, me().user_id)}
        if session_id not in own:
            raise NotFoundError("There is no such session.")
        end_session(db, own[session_id], Ending.USER, now)
        detail = {"count": 1}
        record_audit(db, Action.SESSIONS_ENDED, me().actor.id, me().login, now, detail=detail)
    flash(t("sessions.ended"), "done")
    return redirect(url_for("staff.own_account"))


@for_all_staff
def save_draft() -> ResponseReturnValue:
    """Keep what is being written; console.js sends it while somebody types."""
    services = get_services()
    place, body = request.form.get("place", ""), request.form.get("body", "")
    if not place.startswith("case/") or len(place) > _MAX_PLACE or not place.isprintable():
        raise NotFoundError("There is no such place.")
    body = body.replace("\0", "")[:MAX_DRAFT]
    with services.database.write() as db:
        keep_draft(db, me().user_id, place, body, services.clock.now())
    return "", 204

"""Alerts of danger to life: the open ones on top of every page, their history, and one alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.queries import names_by_actor
from casework.danger import (
    AlertOutcome,
    DangerAlert,
    Handling,
    acknowledge_alert,
    close_alert,
    note_call_reached,
    note_call_unanswered,
    take_alert,
)
from casework.danger.queries import get_alert, list_closed_alerts, list_words
from casework.models import Attachment
from casework.queries import list_events, list_joint_offices
from casework.vocabulary import EventKind
from core.errors import ConflictError, InputError, NotFoundError
from outbox.queries import list_case_texts
from staff.access import needs
from staff.case_filters import read_page
from staff.danger_board import alert_rows, danger_board, read_board
from staff.form_values import FormValues
from staff.sent_form import asked_values, sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.timeline import TimelineItem, make_timeline
from staff.transcripts import Line
from staff.words import explain, t

_Change = Callable[[Session, DangerAlert, Handling, FormValues], object]
CHANGES: Mapping[str, _Change] = {
    "acknowledge": lambda db, a, by, form: acknowledge_alert(db, a, by, form.text("text")),
    "take": lambda db, a, by, _form: take_alert(db, a, by),
    "reached": lambda db, a, by, form: note_call_reached(db, a, by, form.text("text")),
    "unanswered": lambda db, a, by, form: note_call_unanswered(db, a, by, form.text("text")),
    "close": lambda db, a, by, form: close_alert(
        db, a, by, form.word("outcome", AlertOutcome), form.text("text")
    ),
}
"""What staff may do with an alert, by the name in the address."""


@dataclass(frozen=True)
class AlertView:
    """What happened to an alert, as the timeline of a case shows it."""

    timeline: list[TimelineItem]
    recordings: list[Attachment] = field(default_factory=list)
    pictures: list[Attachment] = field(default_factory=list)
    transcripts: Mapping[str, list[Line]] = field(default_factory=dict)
    waiting_notices: int = 0


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/danger/<int:alert_id>"
    console.add_url_rule("/danger", view_func=danger_list)
    console.add_url_rule("/danger/banner", view_func=danger_banner)
    console.add_url_rule("/danger/open", view_func=danger_open)
    console.add_url_rule(one, view_func=danger_page)
    console.add_url_rule(f"{one}/words", view_func=show_danger_words, methods=["POST"])
    console.add_url_rule(f"{one}/phone", view_func=show_danger_phone, methods=["POST"])
    console.add_url_rule(f"{one}/<name>", view_func=handle_danger, methods=["POST"])


@needs("danger.see")
def danger_list() -> ResponseReturnValue:
    """The open alerts, and those that are over, newest first."""
    page = read_page(request.args)
    with get_services().database.read() as db:
        closed = list_closed_alerts(db, me().actor, page=page)
        closers = {alert.closed_by for alert in closed.alerts if alert.closed_by}
        now = get_services().clock.now()
        return render_template(
            "danger.html",
            board=read_board(db),
            closed=closed,
            rows=alert_rows(db, closed.alerts, now),
            names=names_by_actor(db, closers),
            outcomes=tuple(AlertOutcome),
        )


@needs("danger.see")
def danger_banner() -> ResponseReturnValue:
    """What stands on top of every page: asked again every few seconds. ``but``: the alert whose own
    page it is."""
    but = asked_values().integer("but")
    return render_template("_danger_board.html", board=danger_board(but))


@needs("danger.see")
def danger_open() -> ResponseReturnValue:
    """All open alerts: the part of their page that is asked again every few seconds."""
    with get_services().database.read() as db:
        return render_template("_danger_board.html", board=read_board(db), is_page=True)


@needs("danger.see")
def danger_page(alert_id: int) -> ResponseReturnValue:
    """One alert: what is due, what happened, and what may be done."""
    return _page(alert_id)


@needs("danger.see")
def show_danger_words(alert_id: int) -> ResponseReturnValue:
    """What was said; that it was read is kept."""
    _audit(alert_id, Action.DANGER_READ)
    return _page(alert_id, shows_words=True)


@needs("danger.see")
def show_danger_phone(alert_id: int) -> ResponseReturnValue:
    """The citizen's whole number, to call them; that it was shown is kept."""
    _audit(alert_id, Action.PHONE_SHOWN)
    return _page(alert_id, is_phone_shown=True)


@needs("danger.handle")
def handle_danger(alert_id: int, name: str) -> ResponseReturnValue:
    """Do something with an alert. What was typed is not lost."""
    services, change = get_services(), CHANGES.get(name)
    if change is None:
        raise NotFoundError("There is no such thing to do with an alert.")
    try:
        with services.database.write() as db:
            alert = get_alert(db, alert_id, me().actor)
            handling = Handling(services.case_services, me().actor, services.clock.now())
            change(db, alert, handling, sent_form())
    except (InputError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        page = _page(alert_id, problem=explain(str(error)), typed=request.form, failed=name)
        return page, status
    flash(t(f"danger.done.{name}"), "done")
    if name == "close":
        return redirect(url_for("staff.danger_list"))
    return redirect(url_for("staff.danger_page", alert_id=alert_id))


def _audit(alert_id: int, action: Action) -> None:
    services = get_services()
    with services.database.write() as db:
        number = get_alert(db, alert_id, me().actor).case.number
        record_audit(db, action, me().actor.id, number, services.clock.now())


def _page(alert_id: int, *, shows_words: bool = False, **more: object) -> str:
    services = get_services()
    with services.database.read() as db:
        alert = get_alert(db, alert_id, me().actor)
        case = alert.case
        timeline = make_timeline(db, list_events(db, case), list_case_texts(db, case.number))
        (row,) = alert_rows(db, [alert], services.clock.now())
        return render_template(
            "danger_alert.html",
            row=row,
            shown_alert=alert.id,
            case=case,
            view=AlertView([_without_words(item) for item in timeline]),
            said=list_words(db, alert) if shows_words else [],
            offices=[case.office_id, *list_joint_offices(db, case)],
            outcomes=tuple(AlertOutcome),
            **{"typed": {}, **more},
        )


def _without_words(item: TimelineItem) -> TimelineItem:
    """An event as it stands on the page: what the citizen said is shown by a click only."""
    is_said = item.kind in {EventKind.REGISTERED, EventKind.JOINED}
    return replace(item, words="") if is_said else item

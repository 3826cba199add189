"""Answers that have since changed: who got them, and the texts that tell them so."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.clock import local_date, local_midnight
from core.errors import ConflictError, InputError, NotFoundError
from knowledge_base.corrections import (
    approve_correction,
    draft_corrections,
    drop_correction,
    list_affected,
    list_corrections,
)
from knowledge_base.models import CorrectionText
from staff.access import needs
from staff.form_values import FormValues
from staff.formatting import today
from staff.sent_form import asked_values, sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import t

_SHOWN = 200
_FIRST_LOOK = timedelta(days=30)
_FURTHEST_LOOK = timedelta(days=366)


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/corrections", view_func=correction_list)
    console.add_url_rule("/corrections", view_func=draft_texts, methods=["POST"])
    console.add_url_rule(
        "/corrections/<int:correction_id>", view_func=decide_correction, methods=["POST"]
    )


@needs("kb.edit", "kb.review")
def correction_list() -> ResponseReturnValue:
    """Answers given since a day that are told differently today, and drafts that wait."""
    services = get_services()
    since = _since(asked_values())
    with services.database.read() as db:
        affected = list_affected(db, services.knowledge.content, local_midnight(since), today())
        return render_template(
            "corrections.html",
            affected=affected[:_SHOWN],
            count=len(affected),
            since=since,
            drafts=list_corrections(db),
        )


@needs("kb.edit")
def draft_texts() -> ResponseReturnValue:
    """Draft a text for each citizen who got such an answer; a reviewer decides on each."""
    services = get_services()
    since = _since(sent_form())
    now = services.clock.now()
    with services.database.write() as db:
        content = services.knowledge.content
        affected = list_affected(db, content, local_midnight(since), local_date(now))
        drafts = draft_corrections(db, content, affected, now)
    flash(t("corrections.drafted", count=len(drafts)), "done")
    return redirect(url_for("staff.correction_list", since=since.isoformat()))


@needs("kb.review")
def decide_correction(correction_id: int) -> ResponseReturnValue:
    """Let a draft be sent, or drop it."""
    services = get_services()
    settle = approve_correction if request.form.get("decision") == "approve" else drop_correction
    try:
        with services.database.write() as db:
            correction = db.get(CorrectionText, correction_id)
            if correction is None:
                raise NotFoundError("There is no such correction.")
            settle(db, correction, by=me().actor.id, now=services.clock.now())
        flash(t("oversight.decided"), "done")
    except ConflictError:
        flash(t("problem.not_possible"), "problem")
    return redirect(url_for("staff.correction_list"))


def _since(values: FormValues) -> date:
    """The first day to look at: 30 days ago unless given, a year ago at most."""
    try:
        day = values.on("since")
    except InputError:
        day = None
    return max(day or today() - _FIRST_LOOK, today() - _FURTHEST_LOOK)

"""Ready answers: kept by heads of office, started from by all who answer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from casework.canned_replies import retire_canned_reply, save_canned_reply
from casework.models import CannedReply
from core.errors import InputError, NotFoundError
from staff.access import needs
from staff.form_values import FormValues
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import LANGUAGES, explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/replies/<int:reply_id>"
    console.add_url_rule("/replies", view_func=reply_list)
    console.add_url_rule("/replies", view_func=save_reply, methods=["POST"])
    console.add_url_rule(f"{one}/retire", view_func=retire_reply, methods=["POST"])


@needs("case.edit_replies")
def reply_list() -> ResponseReturnValue:
    """Ready answers in use, and the form for a new one."""
    return _page()


@needs("case.edit_replies")
def save_reply() -> ResponseReturnValue:
    """Keep a new ready answer, or a changed one."""
    services, form = get_services(), sent_form()
    language = form.text("language")
    try:
        with services.database.write() as db:
            reply_id = form.integer("reply")
            save_canned_reply(
                db,
                me().actor,
                services.clock.now(),
                title=form.text("title"),
                body=form.text("body"),
                language=language if language in LANGUAGES else "zh",
                topic=_topic(form),
                reply=db.get(CannedReply, reply_id) if reply_id else None,
            )
    except InputError as error:
        return _page(problem=explain(str(error))), 422
    flash(t("replies.saved"), "done")
    return redirect(url_for("staff.reply_list"))


@needs("case.edit_replies")
def retire_reply(reply_id: int) -> ResponseReturnValue:
    """Take a ready answer out of use."""
    services = get_services()
    with services.database.write() as db:
        reply = db.get(CannedReply, reply_id)
        if reply is None:
            raise NotFoundError("There is no such reply.")
        retire_canned_reply(db, me().actor, reply, services.clock.now())
    flash(t("replies.retired"), "done")
    return redirect(url_for("staff.reply_list"))


def _topic(form: FormValues) -> str | None:
    topic = form.optional("topic")
    if topic is not None and topic not in get_services().knowledge.content.entries:
        raise InputError("Choose one of the list.", "topic")
    return topic


def _page(**more: object) -> str:
    services = get_services()
    in_use = select(CannedReply).where(CannedReply.is_retired.is_(False))
    with services.database.read() as db:
        replies = db.scalars(in_use.order_by(CannedReply.language.desc(), CannedReply.title)).all()
        return render_template(
            "replies.html",
            replies=replies,
            languages=LANGUAGES,
            topics=sorted(services.knowledge.content.entries),
            typed=request.form,
            **more,
        )

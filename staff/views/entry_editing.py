"""Work on an entry: an editor drafts and submits, a reviewer who did not write it decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import ConflictError, ContentError, InputError, NotFoundError
from knowledge_base import editing
from knowledge_base.editing_services import EditingServices
from knowledge_base.models import EntryVersion
from knowledge_base.queries import get_version, list_events
from staff.access import needs
from staff.entry_view import EntryView, read_entry_view
from staff.form_values import FormValues
from staff.knowledge_refusals import explain_refusal
from staff.services import get_services
from staff.signed_in import me
from staff.views.knowledge import render_entry
from staff.words import t

_MAX_ENTRY = 60_000
"""Characters of an entry's file; the longest has a quarter of it."""


@dataclass(frozen=True)
class Step:
    """What a step on an entry works with."""

    db: Session
    services: EditingServices
    view: EntryView
    by: str
    now: datetime
    form: FormValues

    @property
    def reason(self) -> str:
        """Why, as it was typed."""
        return self.form.text("reason")

    def seen_version(self) -> EntryVersion | None:
        """The open version, if there is one; refused when it is not the text that was looked at."""
        if self.form.text("seen") != self.view.seen:
            raise ConflictError("Somebody else has just changed this entry.")
        return self.view.open_version

    def open_version(self) -> EntryVersion:
        """The open version as it was looked at."""
        version = self.seen_version()
        if version is None:
            raise ConflictError("There is no open version any more.")
        return version


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/knowledge/<topic>"
    console.add_url_rule(f"{one}/drafting/<step>", view_func=take_draft_step, methods=["POST"])
    console.add_url_rule(f"{one}/reviewing/<step>", view_func=take_review_step, methods=["POST"])


@needs("kb.edit")
def take_draft_step(topic: str, step: str) -> ResponseReturnValue:
    """Save, submit or discard a draft."""
    return _take(topic, step, DRAFTING)


@needs("kb.review")
def take_review_step(topic: str, step: str) -> ResponseReturnValue:
    """Publish, return, retire or roll back."""
    return _take(topic, step, REVIEWING)


def _take(
    topic: str, name: str, steps: Mapping[str, Callable[[Step], object]]
) -> ResponseReturnValue:
    services, take = get_services(), steps.get(name)
    if take is None:
        raise NotFoundError("There is no such step.")
    try:
        with services.database.write() as db:
            view = read_entry_view(db, topic, me())
            form = FormValues(request.form)
            take(Step(db, services.editors, view, me().actor.id, services.clock.now(), form))
    except (InputError, ConflictError, ContentError, NotFoundError) as error:
        problem = explain_refusal(error)
        page = render_entry(topic, failed=name, problem=problem, typed=request.form)
        return page, 422 if isinstance(error, InputError | ContentError) else 409
    flash(t(f"editing.done.{name}"), "done")
    return redirect(url_for("staff.entry_page", topic=topic))


def _save(step: Step) -> EntryVersion:
    version, text = step.seen_version(), _typed_text()
    if version is None:
        return editing.draft_entry(
            step.db, step.services, step.view.topic, text,
            author=step.by, reason=step.reason, now=step.now,
        )  # fmt: skip
    return editing.revise_draft(
        step.db, version, text, by=step.by, reason=step.reason, now=step.now
    )


def _submit(step: Step) -> EntryVersion:
    version = step.seen_version()
    if version is None or version.content != _typed_text():
        version = _save(step)
    return editing.submit_draft(step.db, version, by=step.by, now=step.now)


def _discard(step: Step) -> EntryVersion:
    version = step.open_version()
    return editing.discard_draft(step.db, version, by=step.by, reason=step.reason, now=step.now)


def _publish(step: Step) -> EntryVersion:
    return editing.publish(
        step.db, step.services, step.open_version(), reviewer=step.by, now=step.now,
        effective_from=step.form.on("effective_from"), expires_on=step.form.on("expires_on"),
    )  # fmt: skip


def _return(step: Step) -> EntryVersion:
    if not step.reason:
        raise InputError("A reason is needed.", "reason")
    version = step.open_version()
    return editing.return_draft(step.db, version, by=step.by, reason=step.reason, now=step.now)


def _retire(step: Step) -> int:
    return editing.retire_topic(
        step.db, step.services, step.view.topic, by=step.by, reason=step.reason, now=step.now
    )


def _roll_back(step: Step) -> EntryVersion:
    """The author of the earlier text is one of the two persons, the reviewer the other."""
    if not step.reason:
        raise InputError("A reason is needed.", "reason")
    target = get_version(step.db, step.view.topic, step.form.integer("number") or 0)
    events = list_events(step.db, [target.id])
    has_written = any(e.by == step.by and e.action in {"drafted", "revised"} for e in events)
    return editing.roll_back(
        step.db, step.services, step.view.topic, target.number,
        author=step.by if has_written else target.author, reviewer=step.by,
        reason=step.reason, now=step.now,
    )  # fmt: skip


def _typed_text() -> str:
    """The text of the box byte for byte but for the line ends, which browsers change."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > _MAX_ENTRY:
        raise InputError("This is too long.", "text")
    return text if text.endswith("\n") else text + "\n"


DRAFTING: Mapping[str, Callable[[Step], object]] = {
    "save": _save,
    "submit": _submit,
    "discard": _discard,
}
REVIEWING: Mapping[str, Callable[[Step], object]] = {
    "publish": _publish,
    "return": _return,
    "retire": _retire,
    "roll-back": _roll_back,
}

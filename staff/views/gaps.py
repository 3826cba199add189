"""Questions nobody could answer: made into drafts of entries, or set aside."""

from __future__ import annotations

import re
from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from core.errors import ConflictError, InputError, NotFoundError
from knowledge_base.gaps import count_gaps, draft_from_group, list_gaps, set_group_aside
from knowledge_base.models import EntryVersion, GroupState, QuestionGroup
from staff.access import needs
from staff.case_filters import read_page
from staff.form_values import FormValues
from staff.knowledge_refusals import explain_refusal
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import t

_PER_PAGE = 20
_TOPIC = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_TOPIC = 64


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/gaps/<int:group_id>"
    console.add_url_rule("/gaps", view_func=gap_list)
    console.add_url_rule(f"{one}/draft", view_func=draft_group, methods=["POST"])
    console.add_url_rule(f"{one}/aside", view_func=put_group_aside, methods=["POST"])


@needs("kb.edit")
def gap_list() -> ResponseReturnValue:
    """Groups of questions that nothing was known about, the newest week and largest first."""
    return _page()


@needs("kb.edit")
def draft_group(group_id: int) -> ResponseReturnValue:
    """Open a draft with the group's questions as samples, and go to it."""
    services = get_services()
    try:
        with services.database.write() as db:
            topic = _topic_of(sent_form())
            draft_from_group(
                db, services.editors, _get_group(db, group_id), topic,
                author=me().actor.id, now=services.clock.now(),
            )  # fmt: skip
    except (InputError, ConflictError) as error:
        page = _page(failed=group_id, problem=explain_refusal(error), typed=request.form)
        return page, 422 if isinstance(error, InputError) else 409
    flash(t("gaps.drafted"), "done")
    return redirect(url_for("staff.entry_page", topic=topic))


@needs("kb.edit")
def put_group_aside(group_id: int) -> ResponseReturnValue:
    """Decide that a group leads to nothing."""
    services = get_services()
    try:
        with services.database.write() as db:
            group = _get_group(db, group_id)
            set_group_aside(db, group, by=me().actor.id, now=services.clock.now())
    except ConflictError as error:
        return _page(failed=group_id, problem=explain_refusal(error)), 409
    flash(t("gaps.put_aside"), "done")
    return redirect(url_for("staff.gap_list"))


def _page(**more: object) -> str:
    state, page = _state(), read_page(request.args)
    services = get_services()
    with services.database.read() as db:
        found = list_gaps(db, state=state, limit=_PER_PAGE + 1, offset=(page - 1) * _PER_PAGE)
        shown = [gap.group for gap in found[:_PER_PAGE]]
        drafts = [db.get(EntryVersion, group.draft_id) for group in shown if group.draft_id]
        return render_template(
            "gaps.html",
            groups=shown,
            questions={g.group.id: Counter(q.masked_words for q in g.questions) for g in found},
            counts={name: count_gaps(db, name) for name in GroupState},
            drafts={draft.id: draft for draft in drafts if draft},
            names=names_by_actor(db, {group.settled_by or "" for group in shown}),
            entries=sorted(services.knowledge.content.entries),
            state=state,
            page=page,
            has_more=len(found) > _PER_PAGE,
            **more,
        )


def _get_group(db: Session, group_id: int) -> QuestionGroup:
    group = db.get(QuestionGroup, group_id)
    if group is None:
        raise NotFoundError("There is no such group.")
    return group


def _topic_of(form: FormValues) -> str:
    """The name that was typed, else the one of the nearest entries that was chosen."""
    topic = form.text("other") or form.text("topic")
    if not _TOPIC.fullmatch(topic) or len(topic) > _LONGEST_TOPIC:
        raise InputError("The name of an entry has small letters, digits and dashes.", "other")
    return topic


def _state() -> GroupState:
    try:
        return GroupState(request.args.get("state", GroupState.OPEN))
    except ValueError:
        return GroupState.OPEN

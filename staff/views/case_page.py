"""One case: what happened, what is due, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.drafts import find_draft, keep_draft
from casework.danger.queries import find_alert_of_case
from casework.deadline_rules import PAUSE_GROUNDS
from casework.models import Case
from casework.queries import newest_human_event
from casework.text_limits import MAX_TEXTED_ANSWER
from casework.vocabulary import CaseKind, Means, Notified, Remedy
from core.contact_wishes import ContactHours, ContactWay
from core.errors import ConflictError, InputError, NotFoundError
from core.text_segments import count_segments
from outbox.parts import number_parts
from staff.access import needs
from staff.assignees import list_assignees
from staff.case_view import CaseView, read_case_view
from staff.reach import get_seen_case
from staff.searching import asked_query
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.transition_forms import MOVE_FORMS, Moving
from staff.views.case_list import read_inbox
from staff.words import explain, t

_ANSWERS = frozenset({"answer", "answer_petition"})
_AUDITED = {"prove_phone": Action.PHONE_PROVED}


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/cases/<number>", view_func=case_page)
    console.add_url_rule(
        "/cases/<number>/moves/<name>", view_func=make_case_transition, methods=["POST"]
    )
    console.add_url_rule("/cases/<number>/length", view_func=answer_length, methods=["POST"])
    console.add_url_rule("/cases/<number>/phone", view_func=show_phone, methods=["POST"])


@needs("case.see")
def case_page(number: str) -> ResponseReturnValue:
    """The page of a case; of a danger to life, that it was read is kept."""
    with get_services().database.read() as db:
        case = get_seen_case(db, number, me().actor)
        is_danger = case.kind == CaseKind.DANGER
    if is_danger:
        _record(Action.DANGER_READ, case.number)
    return _page(case.number)


@needs("case.see")
def make_case_transition(number: str, name: str) -> ResponseReturnValue:
    """Make a move; casework decides whether this user may. What was typed is not lost."""
    services, form = get_services(), MOVE_FORMS.get(name)
    if form is None:
        raise NotFoundError("There is no such move.")
    try:
        with services.database.write() as db:
            case = get_seen_case(db, number, me().actor)
            _check_seen(db, case, request.form)
            now = services.clock.now()
            files = {field: file.read() for field, file in request.files.items()}
            values = sent_form(files)
            store = services.store_picture
            topics = services.knowledge.content.entries
            form.perform(
                Moving(db, services.case_services, case, me().actor, now, values, store, topics)
            )
            if name in _AUDITED:
                record_audit(db, _AUDITED[name], me().actor.id, case.number, now)
            if name in _ANSWERS:
                keep_draft(db, me().user_id, _draft_place(number), "", now)
    except (InputError, ConflictError) as error:
        return _render_again(number, name, error)
    flash(t("case.move_done", transition=t(f"moves.{name}")), "done")
    back: dict[str, Any] = {"number": number, **asked_query().as_given}
    return redirect(url_for("staff.case_page", **back))


@needs("case.answer")
def answer_length(number: str) -> ResponseReturnValue:
    """How the answer would arrive: the whole words and how many segments, before it is sent."""
    with get_services().database.read() as db:
        case = get_seen_case(db, number, me().actor)
        return render_template("_length.html", **_length_of(case, request.form.get("text", "")))


@needs("case.see")
def show_phone(number: str) -> ResponseReturnValue:
    """The citizen's whole number, to call them; that it was shown is kept."""
    with get_services().database.read() as db:
        case = get_seen_case(db, number, me().actor)
    _record(Action.PHONE_SHOWN, case.number)
    return _page(case.number, is_phone_shown=True)


def _record(action: Action, number: str) -> None:
    """Keep that this user saw something of a case."""
    services = get_services()
    with services.database.write() as db:
        record_audit(db, action, me().actor.id, number, services.clock.now())


def _page(number: str, **more: object) -> str:
    """The page of a case; that words of a conversation stood on it is kept."""
    with get_services().database.read() as db:
        case = get_seen_case(db, number, me().actor)
        view = read_case_view(db, case, me())
        page = _render(db, view, **more)
    if view.has_transcripts:
        _record(Action.TRANSCRIPT_READ, case.number)
    return page


def _render(db: Session, view: CaseView, **more: object) -> str:
    case = view.case
    return render_template(
        "case.html",
        view=view,
        case=case,
        inbox=read_inbox(db, asked_query()),
        forms=MOVE_FORMS,
        choices=_choices(db, case),
        seen=newest_human_event(db, case),
        alert=find_alert_of_case(db, case) if case.kind == CaseKind.DANGER else None,
        draft=find_draft(db, me().user_id, _draft_place(case.number)),
        **{"typed": {}, **more},
    )


def _draft_place(number: str) -> str:
    return f"case/{number}/answer"


def _render_again(number: str, name: str, error: InputError | ConflictError) -> ResponseReturnValue:
    page = _page(number, typed=request.form, failed_transition=name, problem=explain(str(error)))
    return page, 409 if isinstance(error, ConflictError) else 422


def _check_seen(db: Session, case: Case, form: Mapping[str, str]) -> None:
    """Refuse a decision that was made before somebody else did something to the case."""
    newest = str(newest_human_event(db, case))
    if form.get("seen", newest) != newest:
        raise ConflictError("Somebody else has just changed this case.")


def _choices(db: Session, case: Case) -> dict[str, object]:
    """What the selects of the forms offer."""
    offices = get_services().case_services.offices
    return {
        "office": [office for office in offices.offices if office.id != case.office_id],
        "staff": list_assignees(db, offices, case),
        "remedy": list(Remedy),
        "ground": list(PAUSE_GROUNDS),
        "told": list(Notified),
        "means": [Means.TEXT, Means.CALL, Means.VISIT, Means.LETTER]
        if case.phone
        else [Means.KEPT, Means.VISIT, Means.LETTER],
        "spoken_means": [Means.CALL, Means.VISIT, Means.LETTER],
        "town": offices.towns,
        "contact_way": list(ContactWay),
        "contact_hours": list(ContactHours),
    }


def _length_of(case: Case, answer: str) -> dict[str, object]:
    answer = answer.strip()
    if len(answer) > MAX_TEXTED_ANSWER:
        return {"is_too_long": True, "count": len(answer), "max_count": MAX_TEXTED_ANSWER}
    words = get_services().word_answer(case, answer) if answer else ""
    parts = number_parts(words) if words else ()
    return {
        "words": words,
        "parts": parts,
        "segments": sum(count_segments(p).segments for p in parts),
    }

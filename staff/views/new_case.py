"""A case that a staff user makes: somebody came to the counter, or a colleague passed it on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework.drafts import Contact, StaffDraft
from casework.operations import lodge_staff_case
from core.errors import ConflictError, InputError
from core.phones import parse_phone
from staff.access import needs
from staff.form_values import FormValues
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.views.case_list import offices_in_reach
from staff.words import LANGUAGES, explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/new-case", view_func=new_case)
    console.add_url_rule("/new-case", view_func=lodge_case, methods=["POST"])


@needs("case.lodge")
def new_case() -> ResponseReturnValue:
    """The form."""
    return _form()


@needs("case.lodge")
def lodge_case() -> ResponseReturnValue:
    """Register the case and show it."""
    services = get_services()
    try:
        draft = _read(sent_form())
        with services.database.write() as db:
            now = services.clock.now()
            case = lodge_staff_case(db, services.case_services, draft, me().actor, now).case
            number = case.number
    except (InputError, ConflictError) as error:
        return _form(problem=explain(str(error))), 422
    flash(t("new_case.lodged", number=number), "done")
    return redirect(url_for("staff.case_page", number=number))


def _read(form: FormValues) -> StaffDraft:
    issue, phone, language = form.text("issue"), form.text("phone"), form.text("language")
    if not issue:
        raise InputError("A case needs to say what happened.", "issue")
    # Whoever reaches some offices only makes cases for those.
    office_id = form.text("office")
    if office_id not in {office.id for office in offices_in_reach()}:
        raise InputError("Choose one of the list.", "office")
    town = form.optional("town")
    if town is not None and get_services().case_services.offices.find_town(town) is None:
        raise InputError("Choose one of the list.", "town")
    return StaffDraft(
        issue=issue,
        contact=Contact(
            phone=parse_phone(phone) if phone else None,
            # The staff user who writes it down answers for it.
            is_proved=True,
            channel="staff",
            language=language if language in LANGUAGES else "zh",
            name=form.optional("citizen_name"),
        ),
        employer=form.optional("employer"),
        town=town,
        office_id=office_id,
    )


def _form(**more: object) -> str:
    return render_template(
        "new_case.html",
        offices=offices_in_reach(),
        towns=get_services().case_services.offices.towns,
        own_office=me().office_id,
        typed=request.form,
        languages=LANGUAGES,
        **more,
    )

"""A letter to the employer of a case, to be printed: it does not let them know who complained."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.employer_letters import letter_to_employer
from core.clock import local_date
from core.errors import InputError
from staff.access import needs
from staff.reach import get_seen_case
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/cases/<number>/employer-letter", view_func=employer_letter)


@needs("case.record_action")
def employer_letter(number: str) -> ResponseReturnValue:
    """The letter. What it may say is decided in casework."""
    services = get_services()
    with services.database.read() as db:
        case = get_seen_case(db, number, me().actor)
        try:
            today = local_date(services.clock.now())
            letter = letter_to_employer(case, services.case_services.vault, today)
        except InputError as error:
            flash(explain(str(error)), "problem")
            return redirect(url_for("staff.case_page", number=number))
    return render_template("employer_letter.html", letter=letter)

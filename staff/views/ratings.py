"""Ratings: totals of the own offices, single ratings of the offices below, proposals about them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import ConflictError, InputError, NotFoundError
from ratings.models import Rating
from ratings.operations import file_appeal, propose_exclusion
from ratings.periods import month_of, shift_month
from ratings.queries import (
    RatingFilter,
    count_not_asked,
    count_own,
    get_rating_row,
    list_appealable,
    list_ratings,
)
from ratings.vocabulary import LEVELS, ExclusionCode
from staff.access import needs
from staff.case_filters import read_page
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.views.case_list import offices_in_reach
from staff.words import explain, t

_MONTHS = 13


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/ratings/<int:rating_id>"
    console.add_url_rule("/ratings", view_func=rating_list)
    console.add_url_rule(one, view_func=rating_page)
    console.add_url_rule(f"{one}/exclusion", view_func=ask_exclusion, methods=["POST"])
    console.add_url_rule(f"{one}/appeal", view_func=ask_appeal, methods=["POST"])


@needs("ratings.see")
def rating_list() -> ResponseReturnValue:
    """Totals by office, and the single ratings that the reader may see."""
    services = get_services()
    now, offices, actor = services.clock.now(), services.case_services.offices, me().actor
    months = [shift_month(month_of(now), -back) for back in range(_MONTHS)]
    month = request.args.get("month", months[0])
    level = request.args.get("level", "")
    chosen = {
        "month": month if month in months else months[0],
        "office": request.args.get("office", ""),
        "level": level if level in {str(known) for known in LEVELS} else "",
        "flagged": "yes" if request.args.get("flagged") == "yes" else "",
    }
    narrowed = RatingFilter(
        month=chosen["month"],
        office_id=chosen["office"] or None,
        level=int(chosen["level"]) if chosen["level"] else None,
        is_flagged=bool(chosen["flagged"]),
    )
    with services.database.read() as db:
        return render_template(
            "ratings.html",
            ratings=list_ratings(db, offices, actor, narrowed, page=read_page(request.args)),
            totals=sorted(count_own(db, actor, chosen["month"], now).items()),
            not_asked=count_not_asked(db, chosen["month"]) if actor.office_ids is None else {},
            appealable=list_appealable(db, actor, chosen["month"])
            if me().may("ratings.appeal") and actor.office_ids is not None
            else [],
            months=months,
            levels=list(reversed(LEVELS)),
            offices=offices_in_reach(),
            chosen=chosen,
            given={name: value for name, value in chosen.items() if value},
        )


@needs("ratings.exclude")
def rating_page(rating_id: int) -> ResponseReturnValue:
    """One rating of an office below, and the form to propose that it be left out."""
    return _rating_page(rating_id)


@needs("ratings.exclude")
def ask_exclusion(rating_id: int) -> ResponseReturnValue:
    """Propose that a rating be left out of the ranking; a second person decides."""
    services, form = get_services(), sent_form()
    try:
        with services.database.write() as db:
            row = get_rating_row(db, services.case_services.offices, me().actor, rating_id)
            code, words = form.word("code", ExclusionCode), form.text("words")
            propose_exclusion(db, row.rating, me().actor, code, words, services.clock.now())
    except (InputError, ConflictError) as error:
        return _rating_page(rating_id, problem=explain(str(error))), 422
    flash(t("oversight.proposed"), "done")
    return redirect(url_for("staff.oversight"))


@needs("ratings.appeal")
def ask_appeal(rating_id: int) -> ResponseReturnValue:
    """The rated office holds a bad rating to be mistaken; the office above decides."""
    services, form = get_services(), sent_form()
    with services.database.write() as db:
        rating = db.get(Rating, rating_id)
        if rating is None or not me().actor.reaches(rating.office_id):
            raise NotFoundError("There is no such rating.")
        try:
            file_appeal(db, rating, me().actor, form.text("words"), services.clock.now())
            flash(t("oversight.appealed"), "done")
        except (InputError, ConflictError) as error:
            flash(explain(str(error)), "problem")
    return redirect(url_for("staff.rating_list", month=rating.month))


def _rating_page(rating_id: int, **more: object) -> str:
    services = get_services()
    with services.database.read() as db:
        row = get_rating_row(db, services.case_services.offices, me().actor, rating_id)
        return render_template("rating.html", row=row, codes=list(ExclusionCode), **more)

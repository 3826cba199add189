"""The ranking as everybody may see it: published periods only, without sign-in and cookies."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import NotFoundError
from ratings.page import public_page
from ratings.queries import list_frozen
from staff import security_headers
from staff.odd_requests import refuse_odd
from staff.services import get_services
from staff.views.ranking import file_of
from staff.words import language

_KEPT_SECONDS = 300


def make_blueprint() -> Blueprint:
    """The blueprint of the public pages."""
    pages = Blueprint("public", __name__, url_prefix="/ranking", template_folder="../templates")
    pages.add_url_rule("/", view_func=latest_ranking)
    pages.add_url_rule("/<period>", view_func=ranking)
    pages.add_url_rule("/<period>.<ending>", view_func=export_ranking)
    pages.before_request(refuse_odd)
    pages.after_request(_allow_keeping)
    pages.after_request(security_headers.add)
    return pages


def latest_ranking() -> ResponseReturnValue:
    """The latest published period, or a page that says that there is none yet."""
    with get_services().database.read() as db:
        frozen = list_frozen(db)
    if frozen:
        return redirect(url_for("public.ranking", period=frozen[0].period, language=language()))
    return render_template("public_none.html")


def ranking(period: str) -> ResponseReturnValue:
    """Table, chart and how it is computed."""
    services = get_services()
    try:
        with services.database.read() as db:
            page = public_page(db, services.case_services.offices, period, language())
    except NotFoundError:
        return make_response(render_template("public_none.html"), 404)
    return render_template("public_ranking.html", page=page, period=period)


def export_ranking(period: str, ending: str) -> ResponseReturnValue:
    """The table as a file."""
    services = get_services()
    with services.database.read() as db:
        table = public_page(db, services.case_services.offices, period, language()).table
    return file_of(table, period, ending)


def _allow_keeping(response: Response) -> Response:
    """Published figures change only by a revision, so a cache may keep them for minutes."""
    response.vary.add("Accept-Language")
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return response

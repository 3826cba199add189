"""The ranking of a month or year for staff: also the month that is still being counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from core.errors import ConflictError, InputError, NotFoundError
from ratings.exports import ranking_csv, ranking_xlsx
from ratings.operations import propose_revision
from ratings.page import RankingPage, page_of
from ratings.periods import is_period, is_year, month_of, parse_month
from ratings.queries import get_ranking, list_frozen, list_revisions
from ratings.tables import RankingTable
from ratings.vocabulary import RevisionCode
from staff.access import needs
from staff.formatting import day
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, language, t

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTS: Mapping[str, tuple[Callable[[RankingTable], bytes], str]] = {
    "csv": (ranking_csv, "text/csv; charset=utf-8"),
    "xlsx": (ranking_xlsx, _XLSX),
}
"""How a table is written, and as what it is sent, by the ending of its file."""


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/ranking/<period>"
    console.add_url_rule("/ranking", view_func=latest_ranking)
    console.add_url_rule(one, view_func=ranking)
    console.add_url_rule(f"{one}.<ending>", view_func=export_ranking)
    console.add_url_rule(f"{one}/revision", view_func=ask_revision, methods=["POST"])


@needs("ratings.see")
def latest_ranking() -> ResponseReturnValue:
    """The latest published month; while there is none, the present one."""
    services = get_services()
    with services.database.read() as db:
        frozen = list_frozen(db)
    period = frozen[0].period if frozen else month_of(services.clock.now())
    return redirect(url_for("staff.ranking", period=period))


@needs("ratings.see")
def ranking(period: str) -> ResponseReturnValue:
    """Table and chart of a period; of one without a ranking, a page that says why."""
    try:
        return _page(period)
    except NotFoundError:
        if not is_period(period):
            raise
        return _page_of_none(period), 404


@needs("ratings.see")
def export_ranking(period: str, ending: str) -> ResponseReturnValue:
    """The table as a file."""
    services = get_services()
    with services.database.write() as db:
        response = file_of(_read(db, period).table, period, ending)
        now = services.clock.now()
        detail = {"as": ending}
        record_audit(db, Action.RANKING_EXPORTED, me().actor.id, period, now, detail=detail)
        return response


@needs("ratings.revise")
def ask_revision(period: str) -> ResponseReturnValue:
    """Propose that a published ranking be computed anew; a second person decides."""
    services, form = get_services(), sent_form()
    try:
        with services.database.write() as db:
            code = form.word("code", RevisionCode)
            now = services.clock.now()
            propose_revision(db, period, me().actor, code, form.text("words"), now)
    except (InputError, ConflictError) as error:
        return _page(period, problem=explain(str(error))), 422
    flash(t("oversight.proposed"), "done")
    return redirect(url_for("staff.oversight"))


def file_of(table: RankingTable, period: str, ending: str) -> Response:
    """A table as a file to keep. Raises NotFoundError for a form that there is not."""
    if ending not in EXPORTS:
        raise NotFoundError("There is no such file.")
    write, content_type = EXPORTS[ending]
    response = make_response(write(table))
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="ranking-{period}.{ending}"'
    return response


def _page(period: str, **more: object) -> str:
    services = get_services()
    with services.database.read() as db:
        page = _read(db, period)
        return render_template(
            "ranking.html",
            page=page,
            period=period,
            running=month_of(services.clock.now()),
            revisions=list_revisions(db, period),
            codes=list(RevisionCode),
            **more,
        )


def _page_of_none(period: str) -> str:
    now = get_services().clock.now()
    if is_year(period):
        why = t("ranking.not_frozen")
    elif period > month_of(now):
        why = t("ranking.not_begun", day=day(date(*parse_month(period), 1)))
    else:
        why = t("ranking.none_rated")
    return render_template("ranking_none.html", period=period, why=why)


def _read(db: Session, period: str) -> RankingPage:
    services = get_services()
    try:
        found = get_ranking(db, period, services.clock.now())
    except InputError as error:
        raise NotFoundError("There is no such period.") from error
    return page_of(db, services.case_services.offices, found, language())

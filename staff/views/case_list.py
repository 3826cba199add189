"""The inbox: cases within reach, urgent and due ones first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from casework.models import Case
from casework.queries import CasePage, count_cases, find_case_by_number, list_cases
from casework.vocabulary import CaseKind, CaseState
from config.offices import Office
from core.clock import local_date
from outbox.queries import list_unreached
from staff.access import needs
from staff.case_filters import FOLDERS, ListQuery, filter_of, read_query
from staff.reach import can_see
from staff.searching import asked_query, hide_search, record_search
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me

_COUNTED = ("open", "mine", "overdue", "urgent")
_MAX_COUNTED = 1000


@dataclass(frozen=True)
class Inbox:
    """The list as the pages show it."""

    query: ListQuery
    page: CasePage
    counts: dict[str, int]
    assignees: dict[str, str]
    unreached: frozenset[str] = frozenset()

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of this page."""
        return self.page.cases


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/cases", view_func=case_list)
    console.add_url_rule("/cases", view_func=search_cases, methods=["POST"])


@needs("case.see")
def case_list() -> ResponseReturnValue:
    """The list; that something was searched for is kept."""
    query = asked_query()
    with get_services().database.read() as db:
        inbox = read_inbox(db, query)
        page = _page(inbox)
    if query.q:
        record_search(query, len(inbox.cases))
    return page


@needs("case.see")
def search_cases() -> ResponseReturnValue:
    """To the list of what was found, or straight to the case whose number was searched for."""
    words = sent_form().text("q")
    with get_services().database.read() as db:
        case = find_case_by_number(db, words)
        if case is not None and can_see(db, case, me().actor):
            return redirect(url_for("staff.case_page", number=case.number))
    given: dict[str, Any] = {**read_query(request.form).as_given}
    if words:
        given["find"] = hide_search(words)
    return redirect(url_for("staff.case_list", **given))


def _page(inbox: Inbox) -> str:
    return render_template(
        "case_list.html",
        inbox=inbox,
        folders=FOLDERS,
        kinds=list(CaseKind),
        states=list(CaseState),
        offices=offices_in_reach(),
    )


def read_inbox(db: Session, query: ListQuery) -> Inbox:
    """One page of the list with the counts of the folders."""
    case_services = get_services().case_services
    today = local_date(get_services().clock.now())
    if query.is_lost:
        page = CasePage((), 1, has_more=False)
    else:
        page = list_cases(
            db, case_services, filter_of(query, me(), case_services.offices, today), page=query.page
        )
    plain = ListQuery(kind=query.kind, office=query.office)
    counts = {
        folder: count_cases(
            db,
            case_services,
            filter_of(replace(plain, folder=folder), me(), case_services.offices, today),
            limit=_MAX_COUNTED,
        )
        for folder in _COUNTED
    }
    assignees = names_by_actor(db, {case.assigned_to for case in page.cases if case.assigned_to})
    unreached = list_unreached(db, [case.number for case in page.cases])
    return Inbox(query, page, counts, assignees, unreached)


def offices_in_reach() -> list[Office]:
    """The offices that the reader may choose from."""
    offices = get_services().case_services.offices.offices
    return [office for office in offices if me().actor.reaches(office.id)]

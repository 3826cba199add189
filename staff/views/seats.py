"""Seats: who at the hotline takes calls now, who waits in line, and which seats there are."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.permissions import permissions_of
from accounts.queries import find_user, list_users
from core.errors import ConflictError, InputError, NotFoundError
from dialogue.models import Availability, Seat
from dialogue.seats import (
    LANGUAGES,
    SeatDraft,
    add_seat,
    change_seat,
    find_seat_of_staff,
    get_seat,
    list_seats,
    remove_seat,
    set_availability,
)
from staff.access import needs
from staff.seat_board import seat_rows, waiting_rows
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/seats/<int:seat_id>"
    console.add_url_rule("/seats", view_func=seat_list)
    console.add_url_rule("/seats", view_func=add_new_seat, methods=["POST"])
    console.add_url_rule("/seats/board", view_func=seat_board)
    console.add_url_rule("/seats/mine", view_func=set_my_availability, methods=["POST"])
    console.add_url_rule(one, view_func=seat_page)
    console.add_url_rule(one, view_func=save_seat, methods=["POST"])
    console.add_url_rule(f"{one}/availability", view_func=set_seat_availability, methods=["POST"])
    console.add_url_rule(f"{one}/remove", view_func=take_seat_away, methods=["POST"])


@needs("seats.sit", "seats.see")
def seat_list() -> ResponseReturnValue:
    """My own seat, all seats within reach for those who may see them, and the line."""
    return _list_page()


@needs("seats.sit", "seats.see")
def seat_board() -> ResponseReturnValue:
    """What of the page changes by itself: asked again every few seconds."""
    with get_services().database.read() as db:
        return render_template("_seat_board.html", **_board(db))


@needs("seats.sit")
def set_my_availability() -> ResponseReturnValue:
    """Begin or end taking calls at my own seat."""
    try:
        with get_services().database.write() as db:
            seat = find_seat_of_staff(db, me().user_id)
            if seat is None:
                raise NotFoundError("You have no seat.")
            _set(db, seat)
    except InputError as error:
        return _list_page(problem=explain(str(error))), 422
    return redirect(url_for("staff.seat_list"))


@needs("seats.edit")
def set_seat_availability(seat_id: int) -> ResponseReturnValue:
    """The same for somebody else, who forgot to."""
    try:
        with get_services().database.write() as db:
            _set(db, _get_seat_within_reach(db, seat_id))
    except InputError as error:
        return _seat_page(seat_id, problem=explain(str(error))), 422
    flash(t("seats.saved"), "done")
    return redirect(url_for("staff.seat_page", seat_id=seat_id))


@needs("seats.edit")
def add_new_seat() -> ResponseReturnValue:
    """Add a seat; nobody is called there before somebody says that they are available."""
    services, now = get_services(), _now()
    try:
        with services.database.write() as db:
            seat = add_seat(db, services.case_services.vault, _draft(db, None), now)
            record_audit(
                db, Action.SEAT_ADDED, me().actor.id, _subject(seat), now, detail=_detail(seat)
            )
    except (InputError, ConflictError) as error:
        return _list_page(problem=explain(str(error))), 422
    flash(t("seats.saved"), "done")
    return redirect(url_for("staff.seat_list"))


@needs("seats.edit")
def seat_page(seat_id: int) -> ResponseReturnValue:
    """One seat, to be changed."""
    return _seat_page(seat_id)


@needs("seats.edit")
def save_seat(seat_id: int) -> ResponseReturnValue:
    """Change a seat. An address that is left empty stays as it is: nobody need read it."""
    services, now = get_services(), _now()
    try:
        with services.database.write() as db:
            seat = _get_seat_within_reach(db, seat_id)
            change_seat(db, services.case_services.vault, seat, _draft(db, seat))
            record_audit(
                db, Action.SEAT_CHANGED, me().actor.id, _subject(seat), now, detail=_detail(seat)
            )
    except (InputError, ConflictError) as error:
        return _seat_page(seat_id, problem=explain(str(error))), 422
    flash(t("seats.saved"), "done")
    return redirect(url_for("staff.seat_list"))


@needs("seats.edit")
def take_seat_away(seat_id: int) -> ResponseReturnValue:
    """Take a seat away. A talk that is going on goes on."""
    services, now = get_services(), _now()
    with services.database.write() as db:
        seat = _get_seat_within_reach(db, seat_id)
        record_audit(
            db, Action.SEAT_REMOVED, me().actor.id, _subject(seat), now, detail=_detail(seat)
        )
        remove_seat(db, seat)
    flash(t("seats.removed"), "done")
    return redirect(url_for("staff.seat_list"))


def _set(db: Session, seat: Seat) -> None:
    wished, now = sent_form().word("availability", Availability), _now()
    if seat.availability != wished:
        set_availability(db, seat, wished, now)
        detail = {"availability": wished}
        record_audit(db, Action.AVAILABILITY_SET, me().actor.id, _subject(seat), now, detail=detail)


def _now() -> datetime:
    return get_services().clock.now()


def _get_seat_within_reach(db: Session, seat_id: int) -> Seat:
    seat = get_seat(db, seat_id)
    if not me().actor.reaches(seat.office_id):
        raise NotFoundError("There is no such seat.")
    return seat


def _draft(db: Session, seat: Seat | None) -> SeatDraft:
    """The form's seat. Raises InputError for an office or person out of reach."""
    form = sent_form()
    office_id, user_id = form.text("office"), form.integer("staff_user")
    is_known = get_services().case_services.offices.find(office_id) is not None
    if not is_known or not me().actor.reaches(office_id):
        raise InputError("Choose one of the list.", "office")
    user = find_user(db, user_id) if user_id else None
    if user_id and (user is None or not user.is_active or not me().actor.reaches(user.office_id)):
        raise InputError("Choose one of the list.", "staff_user")
    return SeatDraft(
        name=form.text("name"),
        office_id=office_id,
        languages=tuple(name for name in LANGUAGES if name in request.form.getlist("languages")),
        address=form.text("address") or (seat.address if seat is not None else ""),
        place=form.integer("place") or 1,
        staff_user_id=user_id,
    )


def _subject(seat: Seat) -> str:
    return f"seat {seat.id}"


def _detail(seat: Seat) -> dict[str, object]:
    return {"name": seat.name, "office": seat.office_id, "languages": " ".join(seat.languages)}


def _list_page(**more: object) -> str:
    with get_services().database.read() as db:
        return render_template(
            "seats.html", typed=request.form, **_board(db), **_choices(db), **more
        )


def _seat_page(seat_id: int, **more: object) -> str:
    with get_services().database.read() as db:
        seat = _get_seat_within_reach(db, seat_id)
        (row,) = seat_rows(db, [seat], _now())
        return render_template("seat.html", row=row, seat=seat, **_choices(db), **more)


def _board(db: Session) -> dict[str, object]:
    now = _now()
    own = find_seat_of_staff(db, me().user_id) if me().may("seats.sit") else None
    seats = list_seats(db) if me().may("seats.see") else []
    return {
        "own": seat_rows(db, [own], now)[0] if own is not None else None,
        "rows": seat_rows(db, [s for s in seats if me().actor.reaches(s.office_id)], now),
        "line": waiting_rows(db, me().actor.office_ids, now),
        "availabilities": tuple(Availability),
    }


def _choices(db: Session) -> dict[str, object]:
    """What the form for a seat offers."""
    if not me().may("seats.edit"):
        return {}
    reaches = me().actor.reaches
    return {
        "offices": [o for o in get_services().case_services.offices.offices if reaches(o.id)],
        "languages": LANGUAGES,
        "people": [
            user
            for user in list_users(db)
            if user.is_active
            and "seats.sit" in permissions_of(user.role)
            and reaches(user.office_id)
        ],
    }

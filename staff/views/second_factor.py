"""A staff user's own second factor: setting it up, and new recovery codes."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from accounts.attempts import Key, forgive, take_turn
from accounts.models import StaffUser
from accounts.queries import get_user
from accounts.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    make_recovery_codes,
    use_code,
)
from core.errors import ConflictError, InputError
from staff.access import for_all_staff
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain

_MAX_CODE = 32


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    place = "/account/second-factor"
    console.add_url_rule(place, view_func=second_factor)
    console.add_url_rule(place, view_func=confirm_second_factor, methods=["POST"])
    console.add_url_rule(f"{place}/codes", view_func=new_recovery_codes, methods=["POST"])


@for_all_staff
def second_factor() -> ResponseReturnValue:
    """The QR code for the app and the field for its first code."""
    if me().has_second_factor:
        return redirect(url_for("staff.own_account"))
    return _enrolment_page()


@for_all_staff
def confirm_second_factor() -> ResponseReturnValue:
    """The first code of the app; then the recovery codes are shown, once."""
    services, code = get_services(), request.form.get("code", "")[:_MAX_CODE]
    try:
        with services.database.write() as db:
            user = get_user(db, me().user_id)
            codes = confirm_enrolment(db, user, code, services.clock.now())
    except InputError as error:
        return _enrolment_page(problem=explain(str(error))), 422
    except ConflictError:
        return redirect(url_for("staff.own_account"))
    return render_template("recovery_codes.html", codes=codes)


@for_all_staff
def new_recovery_codes() -> ResponseReturnValue:
    """New recovery codes for one who gives a code of the app."""
    services, code = get_services(), request.form.get("code", "")[:_MAX_CODE]
    with services.database.write() as db:
        codes = _renew(db, get_user(db, me().user_id), code)
    if codes is None:
        problem = explain("This code is wrong or no longer valid.")
        return render_template("second_factor_set.html", problem=problem), 422
    return render_template("recovery_codes.html", codes=codes)


def _renew(db: Session, user: StaffUser, code: str) -> tuple[str, ...] | None:
    now, keys = get_services().clock.now(), (Key(f"renew-codes/{user.id}", 5),)
    if not user.has_second_factor or take_turn(db, keys, now):
        return None
    if not use_code(db, user, code, now):
        return None
    forgive(db, keys)
    return make_recovery_codes(db, user, now)


def _enrolment_page(**more: object) -> str:
    with get_services().database.write() as db:
        user = get_user(db, me().user_id)
        address = begin_enrolment(db, user)
        secret = user.totp_secret or ""
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template("second_factor.html", qr=_draw(address), secret=groups, **more)


def _draw(address: str) -> Markup:
    """The QR code as SVG for the page itself: no image is fetched from anywhere."""
    svg = io.BytesIO()
    segno.make(address, error="m").save(
        svg, kind="svg", scale=4, border=2, xmldecl=False, svgns=True, nl=False, omitsize=True,
        light="#fff", dark="#000",
    )  # fmt: skip
    return Markup(svg.getvalue().decode("ascii"))

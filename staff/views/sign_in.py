"""Signing in and out, and the language of the console."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from accounts.audit import Action, record_audit
from accounts.operations import set_language
from accounts.operations import sign_in as check_sign_in
from accounts.queries import get_user
from staff.access import for_all_staff, public, safe_next
from staff.services import get_services
from staff.signed_in import me, signed_in_as
from staff.words import LANGUAGES, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/", view_func=home)
    console.add_url_rule("/sign-in", view_func=sign_in)
    console.add_url_rule("/sign-in", view_func=try_sign_in, methods=["POST"])
    console.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    console.add_url_rule("/language", view_func=choose_language, methods=["POST"])


@for_all_staff
def home() -> ResponseReturnValue:
    """The first page of whoever signed in."""
    return redirect(url_for("staff.case_list" if me().may("case.see") else "staff.entry_list"))


@public
def sign_in() -> ResponseReturnValue:
    """The form."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or url_for("staff.home"))
    return render_template("sign_in.html", login="", next=request.args.get("next"))


@public
def try_sign_in() -> ResponseReturnValue:
    """Check login and password. One sentence for all that can be wrong."""
    services = get_services()
    login, wanted = request.form.get("login", ""), request.form.get("next")
    with services.database.write() as db:
        user = check_sign_in(
            db,
            services.passwords,
            login,
            request.form.get("password", ""),
            services.clock.now(),
            address=request.remote_addr or "",
        )
        signed_in = None if user is None else signed_in_as(user, services.desk.offices)
    if signed_in is None:
        return render_template("sign_in.html", login=login, next=wanted, is_wrong=True), 401
    session.clear()
    session.permanent = True
    login_user(signed_in)
    return redirect(safe_next(wanted) or url_for("staff.home"))


@for_all_staff
def sign_out() -> ResponseReturnValue:
    """End the session."""
    services = get_services()
    with services.database.write() as db:
        now = services.clock.now()
        record_audit(db, Action.SIGNED_OUT, me().actor.id, me().login, now)
    logout_user()
    session.clear()
    flash(t("sign_in.signed_out"), "done")
    return redirect(url_for("staff.sign_in"))


@public
def choose_language() -> ResponseReturnValue:
    """Switch the language; a staff user's choice is kept."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
        if current_user.is_authenticated:
            with get_services().database.write() as db:
                set_language(db, get_user(db, me().user_id), language)
    return redirect(safe_next(request.form.get("next")) or url_for("staff.sign_in"))

"""A staff user's own account: the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from accounts.operations import change_password
from accounts.queries import get_user
from core.errors import InputError
from staff.access import for_all_staff
from staff.services import get_services
from staff.signed_in import me, signed_in_as
from staff.words import explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/account", view_func=own_account)
    console.add_url_rule("/account", view_func=save_password, methods=["POST"])


@for_all_staff
def own_account() -> ResponseReturnValue:
    """Who I am, and the form for a new password."""
    return render_template("own_account.html")


@for_all_staff
def save_password() -> ResponseReturnValue:
    """Change the own password; other places where the user is signed in end."""
    services, form = get_services(), request.form
    new = form.get("password", "")
    try:
        if new != form.get("again", ""):
            raise InputError("The two new passwords differ.", "again")
        with services.database.write() as db:
            user = get_user(db, me().user_id)
            old = form.get("old", "")
            change_password(db, services.passwords, user, old, new, services.clock.now())
            signed_in = signed_in_as(user, services.desk.offices)
    except InputError as error:
        return render_template("own_account.html", problem=explain(str(error))), 422
    session.permanent = True
    login_user(signed_in)
    flash(t("account.password_changed"), "done")
    return redirect(url_for("staff.home"))

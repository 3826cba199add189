"""A staff user's own account: the password, the second factor, and where they are signed in."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.attempts import Key, forgive, take_turn
from accounts.operations import change_password
from accounts.password_rules import MAX_LENGTH, check_password
from accounts.queries import get_user
from accounts.second_factor import count_recovery_codes
from accounts.sessions import is_live, list_sessions
from core.errors import InputError
from staff.access import for_all_staff
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/account", view_func=own_account)
    console.add_url_rule("/account", view_func=save_password, methods=["POST"])


@for_all_staff
def own_account() -> ResponseReturnValue:
    """Who I am, where I am signed in, and the form for a new password."""
    return _page()


@for_all_staff
def save_password() -> ResponseReturnValue:
    """Change the own password; other places where the user is signed in end.

    Attempts at the present password are counted as at sign-in; hashing is outside of all units of
    work.
    """
    services, form = get_services(), request.form
    old, new = form.get("old", "")[: MAX_LENGTH + 1], form.get("password", "")[: MAX_LENGTH + 1]
    keys = (Key(f"own-password/{me().user_id}", 5),)
    with services.database.write() as db:
        stored = get_user(db, me().user_id).password_hash
        wait = take_turn(db, keys, services.clock.now())
    if wait > timedelta(0):
        return _page(problem=t("sign_in.wait", seconds=max(1, round(wait.total_seconds())))), 429
    try:
        new_hash = _make_hash(stored, old, new, form.get("again", "")[: MAX_LENGTH + 1])
    except InputError as error:
        return _page(problem=explain(str(error))), 422
    with services.database.write() as db:
        forgive(db, keys)
        user, now = get_user(db, me().user_id), services.clock.now()
        change_password(db, user, new_hash, now, but_session=me().session_id)
    flash(t("account.password_changed"), "done")
    return redirect(url_for("staff.home"))


def _make_hash(stored: str, old: str, new: str, again: str) -> str:
    passwords = get_services().passwords
    if new != again:
        raise InputError("The two new passwords differ.", "again")
    if old == new:
        raise InputError("The new password is the old one.", "password")
    check_password(new, me().login, me().name)
    if not passwords.is_right(stored, old):
        raise InputError("The present password is wrong.", "old")
    return passwords.hash(new)


def _page(**more: object) -> str:
    services = get_services()
    with services.database.read() as db:
        user, now = get_user(db, me().user_id), services.clock.now()
        sessions = [
            row
            for row in list_sessions(db, user.id)
            if row.id == me().session_id or is_live(row, services.session_rules, now, None)
        ]
        codes_left = count_recovery_codes(db, user)
        return render_template(
            "own_account.html", sessions=sessions, codes_left=codes_left, user=user, **more
        )

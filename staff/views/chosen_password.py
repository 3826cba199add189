"""Choosing a password with a one-time code that came by text: the first one, or after a reset."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.attempts import Key, forgive, take_turn
from accounts.password_codes import choose_password, find_code_user
from accounts.password_rules import MAX_LENGTH, check_password
from accounts.signing_in import clean_login
from core.errors import InputError
from staff.access import public
from staff.services import get_services
from staff.source import source_of_request
from staff.words import explain, t

_MAX_CODE = 32


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/choose-password", view_func=choose_password_form)
    console.add_url_rule("/choose-password", view_func=save_chosen_password, methods=["POST"])


@public
def choose_password_form() -> ResponseReturnValue:
    """The form: login, code, and the new password twice."""
    return render_template("choose_password.html", login="")


@public
def save_chosen_password() -> ResponseReturnValue:
    """Check the code, then store the password. A wrong login and a wrong code are told alike."""
    services, form = get_services(), request.form
    login, code = clean_login(form.get("login", "")), form.get("code", "")[:_MAX_CODE]
    new = form.get("password", "")[: MAX_LENGTH + 1]
    keys = _keys(login)
    with services.database.write() as db:
        wait = take_turn(db, keys, services.clock.now())
        user = None if wait else find_code_user(db, login, code, services.clock.now())
    if wait > timedelta(0):
        seconds = max(1, round(wait.total_seconds()))
        return _again(login, t("sign_in.wait", seconds=seconds)), 429
    if user is None:
        return _again(login, explain("This code is wrong or no longer valid.")), 401
    try:
        if new != form.get("again", "")[: MAX_LENGTH + 1]:
            raise InputError("The two new passwords differ.", "again")
        check_password(new, user.login, user.name)
    except InputError as error:
        with services.database.write() as db:
            forgive(db, keys)
        return _again(login, explain(str(error))), 422
    new_hash = services.passwords.hash(new)
    with services.database.write() as db:
        chosen = choose_password(db, login, code, new_hash, services.clock.now())
        forgive(db, keys)
    if chosen is None:
        return _again(login, explain("This code is wrong or no longer valid.")), 401
    flash(t("account.password_changed"), "done")
    return redirect(url_for("staff.sign_in"))


def _keys(login: str) -> tuple[Key, ...]:
    address = source_of_request().address
    return (Key(f"choose/{login}/{address}", 5), Key(f"choose-address/{address}", 20))


def _again(login: str, problem: str) -> str:
    return render_template("choose_password.html", login=login, problem=problem)

"""Staff accounts: for administrators."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.audit import Action, record_audit
from accounts.models import StaffUser
from accounts.operations import change_user, create_user, reset_password
from accounts.permissions import Role
from accounts.queries import get_user, list_users
from casework.desk import Actor
from casework.operations import hand_over_cases
from core.errors import ConflictError, InputError
from dialogue.seats import vacate_seats
from staff.access import needs
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t

_HANDING_OVER = frozenset({"case.assign"})


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/accounts/<int:user_id>"
    console.add_url_rule("/accounts", view_func=account_list)
    console.add_url_rule("/accounts", view_func=add_account, methods=["POST"])
    console.add_url_rule(one, view_func=account)
    console.add_url_rule(one, view_func=save_account, methods=["POST"])
    console.add_url_rule(f"{one}/password", view_func=give_password, methods=["POST"])


@needs("staff.manage")
def account_list() -> ResponseReturnValue:
    """All accounts, and the form for a new one."""
    return _list_page()


@needs("staff.manage")
def add_account() -> ResponseReturnValue:
    """Create an account with a first password that is shown once."""
    services, form, password = get_services(), request.form, _first_password()
    try:
        _require_office(form.get("office", ""))
        with services.database.write() as db:
            user = create_user(
                db,
                services.passwords,
                me().actor.id,
                services.clock.now(),
                login=form.get("login", ""),
                name=form.get("name", ""),
                role=form.get("role", ""),
                office_id=form.get("office", ""),
                password=password,
            )
    except (InputError, ConflictError) as error:
        return _list_page(problem=explain(str(error))), 422
    return _list_page(new_password=password, new_login=user.login)


@needs("staff.manage")
def account(user_id: int) -> ResponseReturnValue:
    """One account."""
    return _account_page(user_id)


@needs("staff.manage")
def save_account(user_id: int) -> ResponseReturnValue:
    """Change an account. The open cases of one who leaves go back to the offices, and
    nobody is called at their seat any more."""
    services, form = get_services(), request.form
    now = services.clock.now()
    try:
        _require_office(form.get("office", ""))
        with services.database.write() as db:
            user = get_user(db, user_id)
            change_user(
                db,
                user,
                me().actor.id,
                now,
                name=form.get("name", ""),
                role=form.get("role", ""),
                office_id=form.get("office", ""),
                is_active=form.get("is_active") == "yes",
            )
            if not user.is_active:
                actor = Actor(me().actor.id, _HANDING_OVER)
                count = hand_over_cases(db, services.desk, actor, user.actor_id, None, now)
                detail = {"cases": count}
                record_audit(db, Action.CASES_HANDED_OVER, actor.id, user.login, now, detail=detail)
                vacate_seats(db, user.id, now)
    except (InputError, ConflictError) as error:
        return _account_page(user_id, problem=explain(str(error))), 422
    flash(t("accounts.saved"), "done")
    return redirect(url_for("staff.account_list"))


@needs("staff.manage")
def give_password(user_id: int) -> ResponseReturnValue:
    """Set a new first password, shown once."""
    services, password = get_services(), _first_password()
    with services.database.write() as db:
        user = get_user(db, user_id)
        now = services.clock.now()
        reset_password(db, services.passwords, user, me().actor.id, password, now)
    return _account_page(user_id, new_password=password)


def _list_page(**more: object) -> str:
    with get_services().database.read() as db:
        return render_template(
            "accounts.html",
            users=list_users(db),
            roles=list(Role),
            offices=get_services().desk.offices.offices,
            typed=request.form,
            **more,
        )


def _account_page(user_id: int, **more: object) -> str:
    with get_services().database.read() as db:
        user: StaffUser = get_user(db, user_id)
        return render_template(
            "account.html",
            user=user,
            roles=list(Role),
            offices=get_services().desk.offices.offices,
            **more,
        )


def _require_office(office_id: str) -> None:
    if get_services().desk.offices.find(office_id) is None:
        raise InputError("Choose one of the list.", "office")


def _first_password() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(3))

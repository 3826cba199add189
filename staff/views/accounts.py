"""Staff accounts: for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.independence import note_influence
from accounts.models import StaffUser
from accounts.operations import change_user, create_user
from accounts.password_codes import make_password_code
from accounts.permissions import Role
from accounts.queries import get_user, list_users
from accounts.second_factor import remove_second_factor
from accounts.sessions import Ending, end_sessions_of, list_sessions
from callcentre.operations import unassign_agents
from casework.case_services import Actor
from casework.operations import hand_over_cases
from core.errors import ConflictError, InputError
from staff.access import needs
from staff.services import get_services
from staff.signed_in import me
from staff.staff_texts import text_code, text_notice
from staff.words import explain, t, t_in

_HANDING_OVER = frozenset({"case.assign"})


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    one = "/accounts/<int:user_id>"
    console.add_url_rule("/accounts", view_func=account_list)
    console.add_url_rule("/accounts", view_func=add_account, methods=["POST"])
    console.add_url_rule(one, view_func=account)
    console.add_url_rule(one, view_func=save_account, methods=["POST"])
    console.add_url_rule(f"{one}/password", view_func=reset_password, methods=["POST"])
    console.add_url_rule(f"{one}/sessions", view_func=end_sessions, methods=["POST"])
    console.add_url_rule(f"{one}/second-factor", view_func=take_second_factor, methods=["POST"])


@needs("staff.manage")
def account_list() -> ResponseReturnValue:
    """All accounts, and the form for a new one."""
    return _list_page()


@needs("staff.manage")
def add_account() -> ResponseReturnValue:
    """Create an account; its user gets a one-time code by text, and nobody else sees it."""
    services, form = get_services(), request.form
    try:
        _require_office(form.get("office", ""))
        with services.database.write() as db:
            user = create_user(
                db,
                me().actor.id,
                services.clock.now(),
                login=form.get("login", ""),
                name=form.get("name", ""),
                role=form.get("role", ""),
                office_id=form.get("office", ""),
                phone=form.get("phone", ""),
            )
            _send_code(db, user)
    except (InputError, ConflictError) as error:
        return _list_page(problem=explain(str(error))), 422
    flash(t("accounts.code_sent", login=user.login), "done")
    return redirect(url_for("staff.account_list"))


@needs("staff.manage")
def account(user_id: int) -> ResponseReturnValue:
    """One account."""
    return _account_page(user_id)


@needs("staff.manage")
def save_account(user_id: int) -> ResponseReturnValue:
    """Change an account. The open cases of one who leaves go back to the offices, and they
    are no agent any more."""
    services, form = get_services(), request.form
    now = services.clock.now()
    try:
        _require_office(form.get("office", ""))
        with services.database.write() as db:
            user = get_user(db, user_id)
            number_before = user.phone
            change_user(
                db,
                user,
                me().actor.id,
                now,
                name=form.get("name", ""),
                role=form.get("role", ""),
                office_id=form.get("office", ""),
                is_active=form.get("is_active") == "yes",
                phone=form.get("phone", ""),
            )
            if number_before is not None and user.phone != number_before:
                words = t_in(user.language, "texts.phone_changed")
                text_notice(db, user, words, now, phone=number_before)
            if not user.is_active:
                actor = Actor(me().actor.id, _HANDING_OVER)
                count = hand_over_cases(db, services.case_services, actor, user.actor_id, None, now)
                detail = {"cases": count}
                record_audit(db, Action.CASES_HANDED_OVER, actor.id, user.login, now, detail=detail)
                unassign_agents(db, user.id, now)
    except (InputError, ConflictError) as error:
        return _account_page(user_id, problem=explain(str(error))), 422
    flash(t("accounts.saved"), "done")
    return redirect(url_for("staff.account_list"))


@needs("staff.manage")
def reset_password(user_id: int) -> ResponseReturnValue:
    """End the present password and text a one-time code to the user's own number."""
    services = get_services()
    try:
        with services.database.write() as db:
            user = get_user(db, user_id)
            _send_code(db, user)
    except (InputError, ConflictError) as error:
        return _account_page(user_id, problem=explain(str(error))), 422
    flash(t("accounts.code_sent", login=user.login), "done")
    return redirect(url_for("staff.account", user_id=user_id))


@needs("staff.manage")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign the user out everywhere."""
    services = get_services()
    with services.database.write() as db:
        user, now = get_user(db, user_id), services.clock.now()
        count = end_sessions_of(db, user.id, Ending.ADMINISTRATOR, now)
        detail = {"count": count}
        record_audit(db, Action.SESSIONS_ENDED, me().actor.id, user.login, now, detail=detail)
    flash(t("sessions.ended"), "done")
    return redirect(url_for("staff.account", user_id=user_id))


@needs("staff.manage")
def take_second_factor(user_id: int) -> ResponseReturnValue:
    """Take a lost second factor away; where the role needs one, the next sign-in asks for a new
    one. Never one's own: that would make one's own password enough."""
    services = get_services()
    try:
        if user_id == me().user_id:
            raise ConflictError("Another administrator takes away a second factor.")
        with services.database.write() as db:
            user, now = get_user(db, user_id), services.clock.now()
            remove_second_factor(db, user, me().actor.id, now)
            note_influence(db, user.id, me().actor.id, Action.SECOND_FACTOR_REMOVED, now)
            end_sessions_of(db, user.id, Ending.ADMINISTRATOR, now)
            text_notice(db, user, t_in(user.language, "texts.second_factor_removed"), now)
    except ConflictError as error:
        return _account_page(user_id, problem=explain(str(error))), 409
    flash(t("accounts.second_factor_removed"), "done")
    return redirect(url_for("staff.account", user_id=user_id))


def _send_code(db: Session, user: StaffUser) -> None:
    """Raises ConflictError when the user has no number, or is who asks."""
    if user.phone is None:
        raise ConflictError("First write the number that codes are sent to.")
    if user.id == me().user_id:
        raise ConflictError("Nobody resets their own password.")
    now = get_services().clock.now()
    code = make_password_code(db, user, me().actor.id, now)
    text_code(db, user, code, now)


def _list_page(**more: object) -> str:
    with get_services().database.read() as db:
        return render_template(
            "accounts.html",
            users=list_users(db),
            roles=list(Role),
            offices=get_services().case_services.offices.offices,
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
            offices=get_services().case_services.offices.offices,
            sessions=list_sessions(db, user.id),
            **more,
        )


def _require_office(office_id: str) -> None:
    if get_services().case_services.offices.find(office_id) is None:
        raise InputError("Choose one of the list.", "office")

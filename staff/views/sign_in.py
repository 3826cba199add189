"""Signing in and out, the second step, and the language of the console."""

from __future__ import annotations

from datetime import timedelta

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from accounts.audit import Action, record_audit
from accounts.models import StaffSession
from accounts.operations import set_language
from accounts.password_rules import MAX_LENGTH
from accounts.queries import get_user
from accounts.sessions import (
    Ending,
    Source,
    end_session,
    find_session,
    is_anybodys_browser,
    is_live,
)
from accounts.signing_in import Admission, SignedInUser, admit, clean_login, give_code, settle
from staff.access import for_all_staff, public, safe_next
from staff.services import get_services
from staff.signed_in import load_signed_in, me
from staff.source import remember_in_browser, source_of_request
from staff.words import LANGUAGES, t

_PENDING = "pending"
_MAX_CODE = 32


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/", view_func=home)
    console.add_url_rule("/sign-in", view_func=sign_in)
    console.add_url_rule("/sign-in", view_func=try_sign_in, methods=["POST"])
    console.add_url_rule("/second-step", view_func=second_step)
    console.add_url_rule("/second-step", view_func=try_second_step, methods=["POST"])
    console.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    console.add_url_rule("/language", view_func=choose_language, methods=["POST"])


@for_all_staff
def home() -> ResponseReturnValue:
    """The first page after signing in."""
    return redirect(url_for("staff.case_list" if me().may("case.see") else "staff.entry_list"))


@public
def sign_in() -> ResponseReturnValue:
    """The form."""
    wanted = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("staff.home"))
    return render_template("sign_in.html", login="", next=wanted)


@public
def try_sign_in() -> ResponseReturnValue:
    """Check login and password. One sentence for all that can be wrong.

    The attempt is counted in one unit of work, the password checked outside, the outcome written
    in another.
    """
    services, source = get_services(), source_of_request()
    is_known = False
    if source.known_token is not None:
        with services.database.read() as db:
            is_known = is_anybodys_browser(db, source.known_token)
    # The whole attempt waits for its turn, not only the hash: many at once would keep the
    # interpreter from the calls and texts.
    with services.passwords.turn(is_known=is_known):
        return _try(source)


def _try(source: Source) -> ResponseReturnValue:
    services, form = get_services(), request.form
    login, code = clean_login(form.get("login", "")), form.get("code", "")[:_MAX_CODE]
    with services.database.write() as db:
        admission = admit(db, login, source, services.clock.now(), code=code)
    if isinstance(admission, timedelta):
        return _ask_again(login, wait=admission), 429
    is_right, new_hash = _check_password(admission, form.get("password", ""))
    with services.database.write() as db:
        signed_in = settle(
            db, admission, source, services.clock.now(),
            is_right=is_right, code=code, new_hash=new_hash,
        )  # fmt: skip
    if signed_in is None:
        return _ask_again(login, is_wrong=True), 401
    if signed_in.is_pending:
        session.clear()
        session[_PENDING] = signed_in.token
        return redirect(url_for("staff.second_step", next=safe_next(form.get("next"))))
    return _enter(signed_in)


@public
def second_step() -> ResponseReturnValue:
    """Ask for the code of the second factor."""
    if _find_pending() is None:
        return redirect(url_for("staff.sign_in"))
    return render_template("second_step.html", next=safe_next(request.args.get("next")))


@public
def try_second_step() -> ResponseReturnValue:
    """Check the code; too many wrong ones, and the password is asked for again."""
    services, code = get_services(), request.form.get("code", "")[:_MAX_CODE]
    wanted = safe_next(request.form.get("next"))
    pending = _find_pending()
    if pending is None:
        return redirect(url_for("staff.sign_in", next=wanted))
    with services.database.write() as db:
        row = db.get_one(StaffSession, pending.id)
        signed_in = give_code(db, row, code, source_of_request(), services.clock.now())
        is_over = row.ended_at is not None
    if isinstance(signed_in, SignedInUser):
        return _enter(signed_in)
    if is_over:
        session.clear()
        flash(t("second_step.too_many"), "problem")
        return redirect(url_for("staff.sign_in", next=wanted))
    if signed_in is None:
        return render_template("second_step.html", next=wanted, is_wrong=True), 401
    return render_template("second_step.html", next=wanted, wait=_seconds(signed_in)), 429


@for_all_staff
def sign_out() -> ResponseReturnValue:
    """End the session, here and in the browser."""
    services = get_services()
    with services.database.write() as db:
        now = services.clock.now()
        end_session(db, db.get_one(StaffSession, me().session_id), Ending.SIGNED_OUT, now)
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


def _ask_again(login: str, *, is_wrong: bool = False, wait: timedelta | None = None) -> str:
    return render_template(
        "sign_in.html", login=login, next=safe_next(request.form.get("next")),
        is_wrong=is_wrong, wait=None if wait is None else _seconds(wait),
    )  # fmt: skip


def _check_password(admission: Admission, password: str) -> tuple[bool, str | None]:
    """Whether the password is right, and its hash with today's parameters where it has others."""
    passwords = get_services().passwords
    # What no account can have is not worth a longer hash.
    is_right = passwords.is_right(admission.password_hash, password[: MAX_LENGTH + 1])
    stored = admission.password_hash
    if not is_right or not stored or not passwords.needs_rehash(stored):
        return is_right, None
    return True, passwords.hash(password)


def _enter(signed_in: SignedInUser) -> ResponseReturnValue:
    session.clear()
    session.permanent = True
    user = load_signed_in(signed_in.token)
    if user is None:
        return redirect(url_for("staff.sign_in"))
    login_user(user)
    response = make_response(redirect(safe_next(request.form.get("next")) or url_for("staff.home")))
    return remember_in_browser(response, signed_in.browser_token)


def _find_pending() -> StaffSession | None:
    """The session of this browser that waits for its second factor."""
    services, token = get_services(), session.get(_PENDING)
    if not isinstance(token, str):
        return None
    with services.database.read() as db:
        row = find_session(db, token)
        if row is None or not row.is_pending:
            return None
        is_on = is_live(row, services.session_rules, services.clock.now(), None)
    return row if is_on else None


def _seconds(wait: timedelta) -> int:
    return max(1, round(wait.total_seconds()))

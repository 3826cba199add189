"""Signing in, staying signed in, and being signed out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from accounts.audit import list_audit
from accounts.operations import change_user, reset_password
from accounts.queries import get_user
from core.clock import FixedClock
from staff.application import register_console
from tests.staff.browser import StaffBrowser
from tests.staff.conftest import BUREAU, PASSWORD, Console

WRONG = "用户名或密码不对"


def test_login_and_password_open_the_inbox(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    page = console.open().sign_in(user.login.upper(), PASSWORD)
    assert (page.status, page.path) == (200, "/staff/cases")
    assert "Name of agent" in page.words


def test_a_wrong_password_and_an_unknown_login_are_told_alike(console: Console) -> None:
    console.add_user("agent", BUREAU)
    for login, password in (("agent", "wrong"), ("nobody", PASSWORD)):
        page = console.open().sign_in(login, password)
        assert page.status == 401 and WRONG in page.words


def test_five_wrong_passwords_block_the_right_one_for_a_quarter_of_an_hour(
    console: Console, clock: FixedClock
) -> None:
    console.add_user("agent", BUREAU)
    for _ in range(5):
        console.open().sign_in("agent", "wrong")
    assert console.open().sign_in("agent", PASSWORD).status == 401
    clock.advance(timedelta(minutes=14, seconds=59))
    assert console.open().sign_in("agent", PASSWORD).status == 401
    clock.advance(timedelta(seconds=1))
    assert console.open().sign_in("agent", PASSWORD).status == 200
    with console.services.database.read() as db:
        whys = [entry.detail.get("why") for entry in list_audit(db).entries]
    assert whys.count("wrong") == 5 and whys.count("blocked") == 2


def test_one_address_cannot_try_without_end(console: Console) -> None:
    application = Flask("limited", static_folder=None, template_folder=None)
    application.config["SECRET_KEY"] = "s" * 32
    register_console(application, replace(console.services, sign_in_limit="3 per minute"))
    statuses = [StaffBrowser(application).sign_in("nobody", "x").status for _ in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_who_signs_out_is_out(console: Console) -> None:
    browser = console.sign_in_as("agent")
    assert browser.send("/staff/sign-out").path == "/staff/sign-in"
    assert browser.open("/staff/cases").path == "/staff/sign-in"


def test_who_is_made_inactive_or_given_another_role_is_signed_out_at_once(
    console: Console,
) -> None:
    for field, value in (("is_active", False), ("role", "editor")):
        login = f"agent-{field.replace('_', '-')}"
        user = console.add_user("agent", BUREAU, login)
        browser = console.open()
        browser.sign_in(login, PASSWORD)
        wanted = {"name": user.name, "role": user.role, "office_id": BUREAU, "is_active": True}
        with console.services.database.write() as db:
            change_user(
                db, get_user(db, user.id), "staff:99", console.services.clock.now(),
                **{**wanted, field: value},
            )  # fmt: skip
        assert browser.open("/staff/cases").path == "/staff/sign-in"


def test_a_first_password_must_be_changed_before_anything_else(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    with console.services.database.write() as db:
        reset_password(
            db, console.services.passwords, get_user(db, user.id), "staff:99",
            "Given-By-Admin-1", console.services.clock.now(),
        )  # fmt: skip
    browser = console.open()
    assert browser.sign_in("agent", "Given-By-Admin-1").path == "/staff/account"
    assert browser.open("/staff/cases").path == "/staff/account"
    page = browser.send("/staff/account", old="Given-By-Admin-1", password="short", again="short")
    assert page.status == 422 and "12到128个字符" in page.words
    page = browser.send(
        "/staff/account", old="Given-By-Admin-1", password="My-Own-Words-7", again="My-Own-Words-7"
    )
    assert page.path == "/staff/cases" and "密码已修改" in page.words
    assert console.open().sign_in("agent", "My-Own-Words-7").status == 200


def test_the_language_is_chosen_once_and_kept(console: Console) -> None:
    browser = console.sign_in_as("agent")
    page = browser.send("/staff/language", language="en", next="/staff/cases")
    assert "Open" in page.words and 'lang="en"' in page.html
    other = console.open()
    assert "All" in other.sign_in("agent", PASSWORD).words


def test_a_browser_that_asks_for_english_gets_the_sign_in_page_in_english(
    console: Console,
) -> None:
    page = console.open().open("/staff/sign-in", Accept_Language="en-GB,en;q=0.8")
    assert "Sign in" in page.words
    assert "登录" in console.open().open("/staff/sign-in", Accept_Language="fr").words

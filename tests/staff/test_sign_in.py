"""Signing in, staying signed in, and being signed out."""

from __future__ import annotations

from accounts.operations import change_user
from accounts.queries import get_user
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


def test_who_must_change_the_password_does_nothing_before(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    with console.services.database.write() as db:
        get_user(db, user.id).must_change_password = True
    browser = console.open()
    assert browser.sign_in("agent", PASSWORD).path == "/staff/account"
    assert browser.open("/staff/cases").path == "/staff/account"
    page = browser.send("/staff/account", old=PASSWORD, password="short", again="short")
    assert page.status == 422 and "12到128个字符" in page.words
    page = browser.send(
        "/staff/account", old=PASSWORD, password="My-Own-Words-7", again="My-Own-Words-7"
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

"""The attacker knows or guesses a password: the second factor, and passwords worth having."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask import Flask

from accounts.audit import Action, list_audit
from accounts.password_rules import check_password
from accounts.queries import get_user
from accounts.second_factor import begin_enrolment, make_recovery_codes
from config.settings import load_settings
from core.clock import FixedClock
from core.errors import InputError
from staff.application import register_console
from tests.app.test_settings import COMPLETE
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import BUREAU, PASSWORD, Console

CASES, SIGN_IN, STEP = "/staff/cases", "/staff/sign-in", "/staff/second-step"
PRIVILEGED = ("administrator", "supervisor", "reviewer")


@pytest.fixture
def strict(console: Console) -> Console:
    """The console as in production: three roles need a second factor."""
    services = replace(console.services, second_factor_roles=frozenset(PRIVILEGED))
    application = Flask("strict", static_folder=None, template_folder=None)
    application.config["SECRET_KEY"] = "s" * 32
    register_console(application, services)
    return Console(application, services)


def enrol(console: Console, role: str) -> tuple[str, tuple[str, ...], int]:
    """A user of this role with a second factor: secret, recovery codes and id."""
    user = console.add_user(role, BUREAU)
    now = console.services.clock.now()
    with console.services.database.write() as db:
        row = get_user(db, user.id)
        begin_enrolment(db, row)
        row.totp_since = now
        return row.totp_secret or "", make_recovery_codes(db, row, now), user.id


def code_of(secret: str, clock: FixedClock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def give(browser: StaffBrowser, login: str, code: str) -> Page:
    assert browser.sign_in(login, PASSWORD).path == STEP
    return browser.send(STEP, code=code)


def test_in_production_three_roles_need_a_second_factor_unless_set_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SECOND_FACTOR_ROLES", raising=False)
    assert load_settings().roles_with_second_factor == set(PRIVILEGED)
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "administrator, agent")
    assert load_settings().roles_with_second_factor == {"administrator", "agent"}
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "")
    assert load_settings().roles_with_second_factor == frozenset()
    monkeypatch.delenv("SECOND_FACTOR_ROLES")
    monkeypatch.setenv("HOTLINE_ENV", "development")
    assert load_settings().roles_with_second_factor == frozenset()


@pytest.mark.parametrize("role", PRIVILEGED)
def test_who_needs_a_second_factor_does_nothing_before_it_is_set_up(
    strict: Console, role: str, clock: FixedClock
) -> None:
    strict.add_user(role, BUREAU)
    browser = strict.open()
    page = browser.sign_in(role, PASSWORD)
    assert page.path == "/staff/account/second-factor"
    for path in ("/staff/accounts", "/staff/ratings", "/staff/knowledge", "/staff/account"):
        assert browser.open(path).path == "/staff/account/second-factor"
    assert "<svg" in page.html and "http" not in re.sub(r'xmlns="[^"]+"', "", page.html)
    secret = unescape(re.search(r'class="secret">([^<]+)<', page.html)[1])  # type: ignore[index]
    assert browser.send("/staff/account/second-factor", code="000000").status == 422
    page = browser.send(
        "/staff/account/second-factor", code=code_of(secret.replace(" ", ""), clock)
    )
    codes = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", page.html)
    assert len(set(codes)) == 10
    assert browser.open("/staff/account").path == "/staff/account"


def test_the_others_and_the_demo_work_without_one(strict: Console, console: Console) -> None:
    strict.add_user("officer", BUREAU)
    assert strict.open().sign_in("officer", PASSWORD).path == CASES
    assert console.sign_in_as("supervisor").open(CASES).path == CASES


def test_the_password_alone_opens_nothing(strict: Console, clock: FixedClock) -> None:
    secret, _, _ = enrol(strict, "supervisor")
    browser = strict.open()
    assert browser.sign_in("supervisor", PASSWORD).path == STEP
    for path in (CASES, "/staff/account", "/staff/"):
        assert browser.open(path).path == SIGN_IN
    browser.open(STEP)
    assert browser.send(STEP, code="000000").status == 401
    assert browser.send(STEP, code=code_of(secret, clock)).path == CASES


def test_a_code_seen_over_the_shoulder_does_not_serve_twice(
    strict: Console, clock: FixedClock
) -> None:
    secret, _, _ = enrol(strict, "supervisor")
    code = code_of(secret, clock)
    assert give(strict.open(), "supervisor", code).path == CASES
    assert give(strict.open(), "supervisor", code).status == 401
    assert give(strict.open(), "supervisor", code_of(secret, clock, 1)).path == CASES


@pytest.mark.parametrize(("steps", "is_taken"), [(-3, False), (-1, True), (1, True), (3, False)])
def test_a_code_is_right_for_a_minute_and_a_half(
    strict: Console, clock: FixedClock, steps: int, is_taken: bool
) -> None:
    secret, _, _ = enrol(strict, "supervisor")
    page = give(strict.open(), "supervisor", code_of(secret, clock, steps))
    assert (page.path == CASES) == is_taken


def test_five_wrong_codes_ask_for_the_password_again(strict: Console, clock: FixedClock) -> None:
    secret, _, _ = enrol(strict, "supervisor")
    browser = strict.open()
    browser.sign_in("supervisor", PASSWORD)
    pages = [browser.send(STEP, code="000000") for _ in range(5)]
    assert [page.path for page in pages] == [STEP] * 4 + [SIGN_IN]
    browser.open(STEP)
    assert browser.send(STEP, code=code_of(secret, clock)).path == SIGN_IN


def test_guessing_codes_gets_slower_and_slower(strict: Console, clock: FixedClock) -> None:
    enrol(strict, "supervisor")
    guesses = 0
    for _ in range(3600):
        clock.advance(timedelta(seconds=1))
        browser = strict.open()
        browser.from_address(f"203.0.{clock.now().minute}.{clock.now().second}")
        if browser.sign_in("supervisor", PASSWORD).status != 200:
            continue
        page = browser.send(STEP, code="000000")
        guesses += page.status in (401, 200)
        if guesses > 120 or clock.now().minute == 20:
            break
    assert 0 < guesses <= 60


def test_a_recovery_code_serves_once_however_it_is_typed(strict: Console) -> None:
    _, codes, user_id = enrol(strict, "supervisor")
    typed = codes[0].lower().replace("-", " ")
    assert give(strict.open(), "supervisor", typed).path == CASES
    assert give(strict.open(), "supervisor", codes[0]).status == 401
    with strict.services.database.read() as db:
        used = list_audit(db, action=Action.RECOVERY_CODE_USED).entries
    assert [entry.detail for entry in used] == [{"left": 9}]
    with strict.services.database.engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM recovery_codes").fetchall())
        secret = connection.exec_driver_sql(
            f"SELECT totp_secret FROM staff_users WHERE id = {user_id}"
        ).scalar_one()
    assert codes[1].replace("-", "") not in stored
    assert not re.fullmatch(r"[A-Z2-7]{32}", secret)


def test_new_recovery_codes_cost_a_code_and_end_the_old_ones(
    strict: Console, clock: FixedClock
) -> None:
    secret, codes, _ = enrol(strict, "supervisor")
    browser = strict.open()
    give(browser, "supervisor", code_of(secret, clock))
    browser.open("/staff/account")
    place = "/staff/account/second-factor/codes"
    assert browser.send(place, code="000000").status == 422
    page = browser.send(place, code=code_of(secret, clock, 1))
    assert "恢复码" in page.words
    assert give(strict.open(), "supervisor", codes[1]).status == 401


def test_the_app_is_told_whose_code_it_is(strict: Console) -> None:
    user = strict.add_user("reviewer", BUREAU)
    with strict.services.database.write() as db:
        address = urlsplit(begin_enrolment(db, get_user(db, user.id)))
    assert address.scheme == "otpauth" and "reviewer" in address.path
    assert len(parse_qs(address.query)["secret"][0]) == 32


def test_who_has_a_second_factor_cannot_be_made_to_set_another(
    strict: Console, clock: FixedClock
) -> None:
    secret, _, user_id = enrol(strict, "supervisor")
    browser = strict.open()
    give(browser, "supervisor", code_of(secret, clock))
    browser.open("/staff/account")
    browser.send("/staff/account/second-factor", code=code_of(secret, clock, 1))
    with strict.services.database.read() as db:
        assert get_user(db, user_id).totp_secret == secret


@pytest.mark.parametrize(
    "password",
    [
        "123456789012", "password1234", "dongguan12333", "Dongguan@12333", "hotline-2026!!",
        "qwertyuiop12", "abcdefghijkl", "chenmin19880101", "MinChen#2026", "renshe12333333",
        "P@ssw0rd12345", "iloveyou1234", "111111222222", "12333-dongguan-2026", "a" * 12,
        "short", "x" * 129, "with\ta-tab-in-it", "lin.chen-12345-x",
    ],
)  # fmt: skip
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    with pytest.raises(InputError):
        check_password(password, "lin.chen", "陈敏")


@pytest.mark.parametrize(
    "password",
    ["Long-Enough-2026", "correct horse battery", "春眠不觉晓处处闻啼鸟夜来风雨",
     "k4vd-92xq-t7mw-z3", "my cat eats noodles", "Changed-By-Chen-1"],
)  # fmt: skip
def test_passwords_that_nobody_guesses_are_taken(password: str) -> None:
    check_password(password, "lin.chen", "陈敏")


def test_a_password_of_any_length_is_judged_quickly() -> None:
    import time

    began = time.process_time()
    for password in ("1-" * 64, "aB3$" * 32, "password" * 16, "qwerty123" * 14):
        with pytest.raises(InputError):
            check_password(password[:128], "agent", "陈敏")
    assert time.process_time() - began < 2

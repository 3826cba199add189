"""The attacker does not want in: nobody else shall get in either. Or tries passwords."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest

from accounts.attempts import MAX_DELAY, delay_after
from accounts.audit import Action, list_audit
from accounts.passwords import Passwords
from accounts.queries import get_user
from core.clock import FixedClock
from core.errors import BusyError
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import BUREAU, PASSWORD, QUICK_PASSWORDS, Console

SIGN_IN = "/staff/sign-in"


def attempt(console: Console, login: str, address: str, password: str = "wrong") -> Page:
    """One attempt from an address in a browser that nobody knows."""
    browser = console.open()
    browser.from_address(address)
    return browser.sign_in(login, password)


def test_many_failures_do_not_delay_the_browser_that_the_user_always_uses(
    console: Console,
) -> None:
    user = console.add_user("agent", BUREAU)
    own = console.open()
    own.sign_in(user.login, PASSWORD)
    own.send("/staff/sign-out")
    for number in range(40):
        attempt(console, user.login, f"203.0.113.{number}")
    assert own.sign_in(user.login, PASSWORD).path == "/staff/cases"


def test_twenty_failures_of_one_address_do_not_delay_known_browsers_behind_it(
    console: Console,
) -> None:
    console.add_user("agent", BUREAU)
    own = console.open()
    own.from_address("198.51.100.1")
    own.sign_in("agent", PASSWORD)
    own.send("/staff/sign-out")
    statuses = [attempt(console, f"nobody-{n}", "198.51.100.1").status for n in range(24)]
    assert 429 in statuses
    assert own.sign_in("agent", PASSWORD).path == "/staff/cases"


def test_a_new_browser_waits_a_minute_at_most(console: Console, clock: FixedClock) -> None:
    user = console.add_user("agent", BUREAU)
    for _ in range(200):
        attempt(console, user.login, "203.0.113.7")
        clock.advance(timedelta(seconds=1))
    assert attempt(console, user.login, "203.0.113.7", PASSWORD).status == 429
    clock.advance(MAX_DELAY)
    assert attempt(console, user.login, "203.0.113.7", PASSWORD).status == 200


def test_failures_elsewhere_do_not_delay_other_accounts(console: Console) -> None:
    console.add_user("agent", BUREAU)
    for number in range(30):
        attempt(console, "officer", f"203.0.113.{number}")
    assert attempt(console, "agent", "192.0.2.1", PASSWORD).status == 200


def test_a_right_second_factor_waits_for_nothing(console: Console, clock: FixedClock) -> None:
    user = console.add_user("supervisor", BUREAU)
    secret = pyotp.random_base32()
    with console.services.database.write() as db:
        row = get_user(db, user.id)
        row.totp_secret, row.totp_since = secret, clock.now()
    for number in range(40):
        attempt(console, user.login, f"203.0.113.{number}")
    assert attempt(console, user.login, "192.0.2.1", PASSWORD).status == 429
    browser = console.open()
    page = browser.open(SIGN_IN)
    assert page.status == 200
    code = pyotp.TOTP(secret).at(clock.now())
    page = browser.send(SIGN_IN, login=user.login, password=PASSWORD, code=code)
    assert page.path == "/staff/cases"


def test_a_wrong_code_opens_no_way_past_the_delay(console: Console, clock: FixedClock) -> None:
    user = console.add_user("supervisor", BUREAU)
    with console.services.database.write() as db:
        row = get_user(db, user.id)
        row.totp_secret, row.totp_since = pyotp.random_base32(), clock.now()
    for number in range(40):
        attempt(console, user.login, f"203.0.113.{number}")
    browser = console.open()
    browser.open(SIGN_IN)
    page = browser.send(SIGN_IN, login=user.login, password=PASSWORD, code="ABCDE-FGHJK")
    assert page.status == 429


def test_delays_grow_and_stop_growing() -> None:
    delays = [delay_after(failures, 3).total_seconds() for failures in range(12)]
    assert delays == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert delay_after(10_000, 3) == MAX_DELAY


def test_parallel_attempts_are_counted_before_any_is_checked(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    statuses: list[int] = []
    browsers = [console.open() for _ in range(24)]
    for browser in browsers:
        browser.open(SIGN_IN)
    start = threading.Barrier(len(browsers))

    def try_it(browser: StaffBrowser) -> None:
        start.wait()
        page = browser.send(SIGN_IN, login=user.login, password="wrong")
        statuses.append(page.status)

    threads = [threading.Thread(target=try_it, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with console.services.database.read() as db:
        checked = list_audit(db, action=Action.SIGN_IN_FAILED).entries
    assert len(statuses) == 24 and set(statuses) <= {401, 429, 503}
    assert len(checked) <= 4


def test_a_hash_never_runs_while_the_database_is_held(console: Console) -> None:
    with console.services.database.write(), pytest.raises(RuntimeError):
        QUICK_PASSWORDS.hash(PASSWORD)
    with console.services.database.read(), pytest.raises(RuntimeError):
        QUICK_PASSWORDS.is_right(None, PASSWORD)
    assert QUICK_PASSWORDS.is_right(QUICK_PASSWORDS.hash(PASSWORD), PASSWORD)


def test_strangers_who_fill_all_places_leave_those_of_known_browsers() -> None:
    passwords = Passwords(SlowHasher(), at_once=1)  # type: ignore[arg-type]
    let_go, inside, refused = threading.Event(), threading.Barrier(8), []

    def stay() -> None:
        with passwords._places[False]:
            inside.wait()
            let_go.wait(20)

    strangers = [threading.Thread(target=stay) for _ in range(7)]
    for stranger in strangers:
        stranger.start()
    inside.wait()
    with pytest.raises(BusyError), passwords.turn():
        refused.append("never")
    with passwords.turn(is_known=True):
        let_go.set()
    for stranger in strangers:
        stranger.join()
    assert refused == []


class SlowHasher:
    """Counts how many hashes run at once, and holds them until it is let go."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self.let_go, self.lock = threading.Event(), threading.Lock()

    def hash(self, _password: str) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.let_go.wait(20)
        with self.lock:
            self.running -= 1
        return "made"


def test_only_a_few_hashes_run_at_once_and_few_requests_wait_for_them() -> None:
    hasher = SlowHasher()
    passwords = Passwords(hasher, at_once=2)  # type: ignore[arg-type]
    busy, made = [], []

    def hash_it() -> None:
        try:
            made.append(passwords.hash("x"))
        except BusyError:
            busy.append(1)
            if len(busy) == 16:
                hasher.let_go.set()

    threads = [threading.Thread(target=hash_it) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hasher.most <= 2 and len(made) == 8 and len(busy) == 16


def test_the_trail_says_from_which_address_it_was_tried(console: Console) -> None:
    attempt(console, "agent", "203.0.113.9")
    with console.services.database.read() as db:
        newest = list_audit(db).entries[0]
    assert (newest.action, newest.address) == (Action.SIGN_IN_FAILED, "203.0.113.9")


@pytest.mark.parametrize("login", ["x" * 100_000, "\ud83d", "a\r\nb", "用户" * 50, ""])
def test_odd_logins_are_wrong_and_no_more(console: Console, login: str) -> None:
    login = login.encode("utf-8", "replace").decode()
    page = attempt(console, login, "203.0.113.10", "p" * 10_000)
    assert page.status == 401


@pytest.mark.parametrize(("login", "password"), [("nul\0byte", "wrong"), ("agent", "\0wrong")])
def test_control_characters_are_refused_before_anything_is_counted_or_written(
    console: Console, login: str, password: str
) -> None:
    """No browser sends them (``staff.odd_requests``): the same answer as on every page."""
    console.add_user("agent", BUREAU)
    statuses = [attempt(console, login, "203.0.113.10", password).status for _ in range(30)]
    assert set(statuses) == {400}
    with console.services.database.read() as db:
        assert not list_audit(db, action=Action.SIGN_IN_FAILED).entries
    assert attempt(console, "agent", "203.0.113.10", PASSWORD).path == "/staff/cases"

"""The attacker has, or had, somebody's cookie, or sits down at a browser left open."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from accounts.models import StaffSession
from accounts.queries import get_user
from accounts.sessions import SessionRules, end_old_sessions
from callcentre.models import Availability
from callcentre.operations import AgentDraft, add_agent, engage_agent, set_availability
from callcentre.queries import find_talking_since
from casework.case_services import CaseServices
from core.clock import FixedClock
from tests.staff.browser import StaffBrowser
from tests.staff.conftest import BUREAU, PASSWORD, Console

CASES, SIGN_IN = "/staff/cases", "/staff/sign-in"


def copy_cookies(browser: StaffBrowser, console: Console) -> StaffBrowser:
    """A browser of the attacker with the cookies of another."""
    stolen = console.open()
    cookie = browser._client.get_cookie("session")
    assert cookie is not None
    stolen._client.set_cookie("session", cookie.value)
    return stolen


def test_a_cookie_that_was_copied_before_the_sign_out_opens_nothing_after_it(
    console: Console,
) -> None:
    browser = console.sign_in_as("agent")
    stolen = copy_cookies(browser, console)
    assert stolen.open(CASES).path == CASES
    browser.send("/staff/sign-out")
    assert stolen.open(CASES).path == SIGN_IN


def test_a_browser_left_open_is_signed_out_after_half_an_hour(
    console: Console, clock: FixedClock
) -> None:
    browser = console.sign_in_as("agent")
    clock.advance(timedelta(minutes=29, seconds=59))
    assert browser.open(CASES).path == CASES
    clock.advance(timedelta(minutes=30))
    assert browser.open(CASES).path == SIGN_IN


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(
    console: Console, clock: FixedClock
) -> None:
    browser = console.sign_in_as("agent")
    for _ in range(6):
        clock.advance(timedelta(minutes=5))
        browser.open("/staff/danger/banner", X_Refresh="1")
    assert browser.open(CASES).path == SIGN_IN


def test_no_activity_keeps_a_session_beyond_ten_hours(console: Console, clock: FixedClock) -> None:
    browser = console.sign_in_as("agent")
    for _ in range(29):
        clock.advance(timedelta(minutes=20))
        assert browser.open(CASES).path == CASES
    clock.advance(timedelta(minutes=20))
    assert browser.open(CASES).path == SIGN_IN


def sit(console: Console, case_services: CaseServices, user_id: int, now_clock: FixedClock) -> int:
    draft = AgentDraft(
        name="一号坐席", office_id=BUREAU, languages=("zh",), address="+8676922000000",
        staff_user_id=user_id,
    )  # fmt: skip
    with console.services.database.write() as db:
        agent = add_agent(db, case_services.vault, draft, now_clock.now())
        set_availability(db, agent, Availability.AVAILABLE, now_clock.now())
        return agent.id


def test_a_call_that_goes_on_keeps_its_agent_signed_in(
    console: Console, case_services: CaseServices, clock: FixedClock
) -> None:
    from callcentre.operations import free_agents_of_call
    from callcentre.queries import get_agent

    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    agent_id = sit(console, case_services, user.id, clock)
    clock.advance(timedelta(minutes=10))
    with console.services.database.write() as db:
        engage_agent(db, get_agent(db, agent_id), "CA1", clock.now())
    clock.advance(timedelta(minutes=45))
    # The page's own refreshes, while the talk goes on.
    assert browser.open("/staff/danger/banner", X_Refresh="1").status == 200
    with console.services.database.write() as db:
        free_agents_of_call(db, "CA1")
    clock.advance(timedelta(minutes=5))
    assert browser.open(CASES).path == CASES


def test_a_call_does_not_wake_a_session_that_was_over(
    console: Console, case_services: CaseServices, clock: FixedClock
) -> None:
    from callcentre.queries import get_agent

    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    agent_id = sit(console, case_services, user.id, clock)
    clock.advance(timedelta(hours=2))
    with console.services.database.write() as db:
        engage_agent(db, get_agent(db, agent_id), "CA1", clock.now())
    assert browser.open(CASES).path == SIGN_IN


def test_a_changed_password_ends_all_other_sessions(console: Console) -> None:
    own = console.sign_in_as("agent")
    elsewhere = console.open()
    elsewhere.sign_in("agent", PASSWORD)
    own.open("/staff/account")
    own.send("/staff/account", old=PASSWORD, password="My-Own-Words-7", again="My-Own-Words-7")
    assert own.open(CASES).path == CASES
    assert elsewhere.open(CASES).path == SIGN_IN


def test_the_user_sees_where_they_are_signed_in_and_ends_it(console: Console) -> None:
    own = console.sign_in_as("agent")
    elsewhere = console.open()
    elsewhere.open(SIGN_IN)
    elsewhere.send(SIGN_IN, login="agent", password=PASSWORD)
    page = own.open("/staff/account")
    assert page.words.count("最近操作") == 2 and "当前" in page.words
    own.send("/staff/account/sessions")
    assert elsewhere.open(CASES).path == SIGN_IN and own.open(CASES).path == CASES


def test_nobody_ends_the_session_of_somebody_else(console: Console) -> None:
    victim, attacker = console.sign_in_as("officer"), console.sign_in_as("agent")
    with console.services.database.read() as db:
        ids = list(db.scalars(select(StaffSession.id).order_by(StaffSession.id)))
    assert attacker.send(f"/staff/account/sessions/{ids[0]}").status == 404
    assert victim.open(CASES).path == CASES


def test_an_administrator_ends_all_sessions_of_a_user(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    administrator = console.sign_in_as("administrator")
    page = administrator.open(f"/staff/accounts/{user.id}")
    assert "最近操作" in page.words
    administrator.send(f"/staff/accounts/{user.id}/sessions")
    assert browser.open(CASES).path == SIGN_IN


def test_the_database_does_not_give_away_a_token(console: Console) -> None:
    browser = console.sign_in_as("agent")
    with browser._client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with console.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM staff_sessions").fetchall()
        rows += connection.exec_driver_sql("SELECT * FROM known_browsers").fetchall()
    assert len(token) >= 40 and rows and token not in str(rows)


def test_a_cookie_of_before_the_sign_in_is_not_the_session(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.open(SIGN_IN)
    planted = copy_cookies(browser, console)
    browser.send(SIGN_IN, login=user.login, password=PASSWORD)
    assert planted.open(CASES).path == SIGN_IN


def test_an_answer_half_written_is_there_after_the_sign_out(
    console: Console, clock: FixedClock
) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    browser.open(CASES)
    sent = browser.send("/staff/drafts", place="case/DG1/answer", body="您好，经办人正在核实")
    assert sent.status == 204
    clock.advance(timedelta(hours=1))
    assert browser.open(CASES).path == SIGN_IN
    from accounts.drafts import find_draft

    with console.services.database.read() as db:
        assert find_draft(db, user.id, "case/DG1/answer") == "您好，经办人正在核实"
        assert find_draft(db, user.id + 1, "case/DG1/answer") == ""
    with console.services.database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT body FROM kept_drafts").scalar_one()
    assert "核实" not in stored


def test_the_job_writes_down_which_sessions_are_over(console: Console, clock: FixedClock) -> None:
    console.sign_in_as("agent")
    clock.advance(timedelta(minutes=31))
    console.sign_in_as("officer")
    now = clock.now()
    with console.services.database.write() as db:
        counts = end_old_sessions(
            db, SessionRules(), now, lambda db, user: find_talking_since(db, user, now)
        )
        ended = {get_user(db, s.user_id).role: s.ended_by for s in db.scalars(select(StaffSession))}
    assert counts == {"ended": 1} and ended == {"agent": "idle", "officer": None}

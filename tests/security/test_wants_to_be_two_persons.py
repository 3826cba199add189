"""The attacker administers accounts or heads an office: proposer and approver in one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.independence import INDEPENDENT_AFTER, are_independent, note_influence
from accounts.models import StaffUser
from accounts.operations import change_user
from accounts.password_codes import VALID_FOR, make_password_code
from accounts.queries import find_user_by_login, get_user
from accounts.second_factor import begin_enrolment
from casework.case_services import Actor, CaseServices
from casework.operations import accept_case, decide_extension, request_extension
from casework.transition_table import PERMISSIONS
from core.clock import FixedClock
from core.errors import ConflictError, PermissionDeniedError
from knowledge_base.editing import draft_entry, publish, roll_back, submit_draft
from knowledge_base.editing_services import EditingServices
from knowledge_base.models import EntryVersion
from outbox.models import OutgoingText
from privacy.models import ErasureRequest
from ratings.models import Appeal, Exclusion, RankingRevision, Rating
from ratings.operations import decide_appeal, decide_exclusion, decide_revision
from ratings.vocabulary import PERMISSIONS as RATING_PERMISSIONS
from ratings.vocabulary import Decision
from tests.casework.people import a_petition
from tests.staff.browser import StaffBrowser
from tests.staff.conftest import BUREAU, PASSWORD, Console

PHONE = "+8613800138000"
NEW_PASSWORD = "Brisk-Harbour-Lantern-7"
TOPIC = "probation-period-length"
MAYBE = PERMISSIONS | RATING_PERMISSIONS


def test_an_administrator_cannot_approve_through_accounts_they_made_or_reset(
    console: Console, clock: FixedClock
) -> None:
    """As it was seen: made a supervisor, reset another's password, proposed and approved."""
    browser = console.sign_in_as("administrator")
    other = console.add_user("supervisor", BUREAU, "old-supervisor")
    with console.services.database.write() as db:
        get_user(db, other.id).phone = PHONE
    browser.open("/staff/accounts")
    browser.send(
        "/staff/accounts", login="new-supervisor", name="新督办", role="supervisor",
        office=BUREAU, phone="13900139000",
    )  # fmt: skip
    browser.send(f"/staff/accounts/{other.id}/password")
    with console.services.database.read() as db:
        made = find_user_by_login(db, "new-supervisor")
        administrator = find_user_by_login(db, "administrator")
        assert made is not None and administrator is not None
        pairs = [(made, other), (other, made), (administrator, made), (other, administrator)]
        for first, second in pairs:
            assert not are_independent(db, first.actor_id, second.actor_id, clock.now())
        later = clock.now() + INDEPENDENT_AFTER + timedelta(seconds=1)
        assert are_independent(db, made.actor_id, other.actor_id, later)


def _sign_in_as_new(
    console: Console, maker: StaffBrowser, login: str, **fields: str
) -> StaffBrowser:
    """Through the pages: an administrator makes an account, its user chooses a password with the
    code that came by text, and signs in."""
    maker.open("/staff/accounts")
    page = maker.send("/staff/accounts", login=login, name="新人", office=BUREAU, **fields)
    assert page.status == 200
    code = code_in(texts_to(console, f"+86{fields['phone']}")[-1])
    browser = console.open()
    browser.open("/staff/choose-password")
    new = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert browser.send("/staff/choose-password", login=login, code=code, **new).status == 200
    assert browser.sign_in(login, NEW_PASSWORD).status == 200
    return browser


def _waiting_erasure(console: Console) -> int | None:
    with console.services.database.read() as db:
        return db.scalar(select(ErasureRequest.id).where(ErasureRequest.state == "proposed"))


def test_through_the_pages_an_account_decides_nothing_of_its_maker_for_thirty_days(
    console: Console, clock: FixedClock
) -> None:
    maker = console.sign_in_as("administrator")
    fields = {"role": "administrator", "phone": "13900139000"}
    made = _sign_in_as_new(console, maker, "made-admin", **fields)
    maker.open("/staff/citizens")
    maker.send("/staff/citizens/erasures", phone="13800138000", reason="窗口提出")
    asked = f"/staff/citizens/erasures/{_waiting_erasure(console)}"
    made.open("/staff/citizens")
    page = made.send(asked, decision="approve")
    assert "另一人" in page.words and _waiting_erasure(console) is not None
    again = {"login": "made-admin", "password": NEW_PASSWORD}
    for wait, is_waiting in ((timedelta(days=29, hours=23), True), (timedelta(hours=2), False)):
        clock.advance(wait)
        assert made.sign_in(**again).status == 200
        made.open("/staff/citizens")
        made.send(asked, decision="approve")
        assert (_waiting_erasure(console) is not None) == is_waiting


def test_through_the_pages_two_accounts_of_one_maker_are_one_person_too(console: Console) -> None:
    maker = console.sign_in_as("administrator")
    first = _sign_in_as_new(console, maker, "first-one", role="administrator", phone="13900139000")
    second = _sign_in_as_new(
        console, first, "second-one", role="administrator", phone="13900139001"
    )
    first.open("/staff/citizens")
    first.send("/staff/citizens/erasures", phone="13800138000", reason="窗口提出")
    asked = f"/staff/citizens/erasures/{_waiting_erasure(console)}"
    for browser in (first, second, maker):
        browser.open("/staff/citizens")
        browser.send(asked, decision="approve")
        assert _waiting_erasure(console) is not None
    user = console.add_user("administrator", BUREAU, "of-the-installation")
    other = console.open()
    other.sign_in(user.login, PASSWORD)
    other.open("/staff/citizens")
    other.send(asked, decision="approve")
    assert _waiting_erasure(console) is None


def test_a_chain_of_accounts_does_not_help(console: Console, clock: FixedClock) -> None:
    now = clock.now()
    with console.services.database.write() as db:
        for user, by in ((2, 1), (3, 2), (4, 3), (5, 9)):
            note_influence(db, user, f"staff:{by}", "account_created", now)
        assert not are_independent(db, "staff:1", "staff:4", now)
        assert not are_independent(db, "staff:4", "staff:2", now)
        assert are_independent(db, "staff:4", "staff:5", now)


def test_what_the_installation_set_up_is_independent(console: Console) -> None:
    first, second = console.add_user("supervisor", BUREAU), console.add_user("reviewer", BUREAU)
    with console.services.database.read() as db:
        now = console.services.clock.now()
        assert are_independent(db, first.actor_id, second.actor_id, now)
        assert not are_independent(db, first.actor_id, first.actor_id, now)


def test_another_role_another_number_or_no_second_factor_count_as_a_hand_in_it(
    console: Console, clock: FixedClock
) -> None:
    browser = console.sign_in_as("administrator")
    logins = ("role", "number", "factor", "only-name")
    users = {login: console.add_user("supervisor", BUREAU, f"by-{login}") for login in logins}
    fields = {"name": "某人", "office": BUREAU, "is_active": "yes"}
    browser.open("/staff/accounts")
    changes = {
        "role": {**fields, "role": "reviewer"},
        "number": {**fields, "role": "supervisor", "phone": "13900139000"},
        "only-name": {**fields, "role": "supervisor", "name": "另一个名"},
    }
    for login, change in changes.items():
        assert browser.send(f"/staff/accounts/{users[login].id}", **change).status == 200
    browser.send(f"/staff/accounts/{users['factor'].id}/second-factor")
    with console.services.database.read() as db:
        administrator = find_user_by_login(db, "administrator")
        assert administrator is not None
        found = {
            login: are_independent(db, administrator.actor_id, user.actor_id, clock.now())
            for login, user in users.items()
        }
    assert found == {"role": False, "number": False, "factor": False, "only-name": True}


# --- every place with a second person --------------------------------------------------------

Decide = Callable[[Session, CaseServices, str, str, datetime], object]


def _exclusion(
    db: Session, _case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    row = Exclusion(
        rating=Rating(), code="test", words="演练", state=Decision.PROPOSED, proposed_by=first,
        proposed_at=now,
    )  # fmt: skip
    with db.no_autoflush:
        db.expunge_all()
        return decide_exclusion(db, row, Actor(second, MAYBE), approves=True, now=now)


def _appeal(
    db: Session, case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    row = Appeal(
        rating=Rating(office_id="dg-changan"), words="有误", state=Decision.PROPOSED,
        filed_by=first, filed_at=now,
    )  # fmt: skip
    with db.no_autoflush:
        db.expunge_all()
        return decide_appeal(
            db, case_services, row, Actor(second, MAYBE), upholds=False, words="不成立", now=now
        )


def _revision(
    db: Session, _case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    row = RankingRevision(
        period="2026-10", code="counting", words="更正", state=Decision.PROPOSED, proposed_by=first,
        proposed_at=now,
    )  # fmt: skip
    return decide_revision(db, row, Actor(second, MAYBE), approves=False, now=now)


def _extension(
    db: Session, case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    case = a_petition(db, case_services, now, topics=())
    accept_case(db, case_services, case, Actor(first, PERMISSIONS), now)
    deadline_id = "finish-petition"
    request_extension(
        db, case_services, case, Actor(first, PERMISSIONS), deadline_id, 10, "复杂", now
    )
    return decide_extension(
        db,
        case_services,
        case,
        Actor(second, PERMISSIONS),
        deadline_id,
        approves=True,
        reason="同意",
        now=now,
    )


def _editors(_case_services: CaseServices) -> EditingServices:
    return EditingServices(are_two_persons=are_independent)


def _publishing(
    db: Session, case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    editors = _editors(case_services)
    text = (editors.find_file_text(TOPIC) or "").replace("试用期上限", "试用期的上限")
    draft = draft_entry(db, editors, TOPIC, text, author=first, reason="清楚", now=now)
    submit_draft(db, draft, by=first, now=now)
    return publish(db, editors, draft, reviewer=second, now=now)


def _rolling_back(
    db: Session, case_services: CaseServices, first: str, second: str, now: datetime
) -> object:
    editors = _editors(case_services)
    text = editors.find_file_text(TOPIC) or ""
    draft_entry(db, editors, TOPIC, text, author="staff:77", reason="清楚", now=now)
    target = db.scalars(select(EntryVersion).where(EntryVersion.number == 1)).one()
    return roll_back(
        db, editors, TOPIC, target.number, author=first, reviewer=second, reason="恢复", now=now
    )


PLACES: dict[str, Decide] = {
    "exclusion": _exclusion,
    "appeal": _appeal,
    "revision": _revision,
    "extension": _extension,
    "publishing": _publishing,
    "rolling back": _rolling_back,
}


@pytest.mark.parametrize("place", PLACES)
def test_no_place_takes_one_person_for_two(
    place: str, console: Console, case_services: CaseServices, clock: FixedClock
) -> None:
    decide, now = PLACES[place], clock.now()
    with console.services.database.write() as db:
        note_influence(db, 21, "staff:20", "account_created", now)
        note_influence(db, 22, "staff:20", "password_reset", now)
    for first, second in (("staff:20", "staff:20"), ("staff:20", "staff:21"),
                          ("staff:21", "staff:20"), ("staff:21", "staff:22")):  # fmt: skip
        with (
            pytest.raises((ConflictError, PermissionDeniedError), match=r"[Pp]erson"),
            console.services.database.write() as db,
        ):
            decide(db, case_services, first, second, now)


@pytest.mark.parametrize("place", ["extension", "publishing", "rolling back"])
def test_two_persons_are_still_taken_for_two(
    place: str, console: Console, case_services: CaseServices, clock: FixedClock
) -> None:
    with console.services.database.write() as db:
        note_influence(db, 21, "staff:20", "account_created", clock.now())
        PLACES[place](db, case_services, "staff:21", "staff:30", clock.now())


def test_an_office_head_does_not_approve_their_own_extension(console: Console) -> None:
    services = console.services
    with services.database.write() as db:
        case = a_petition(db, services.case_services, services.clock.now(), topics=())
    head = console.sign_in_as("office_head", "dg-changan")
    transition_table = f"/staff/cases/{case.number}/moves"
    head.open(f"/staff/cases/{case.number}")
    head.send(f"{transition_table}/accept")
    head.send(
        f"{transition_table}/request_extension", clock="finish-petition", days="10", reason="复杂"
    )
    page = head.send(
        f"{transition_table}/approve_extension", clock="finish-petition", reason="同意"
    )
    assert page.status == 409 and "延期须由申请人以外的人批准" in page.words


# --- resets go to the user -------------------------------------------------------------------


def texts_to(console: Console, phone: str) -> list[str]:
    with console.services.database.read() as db:
        return [text.words for text in db.scalars(select(OutgoingText)) if text.phone == phone]


def code_in(text: str) -> str:
    found = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", text)
    assert found is not None
    return found[0]


def with_phone(console: Console, login: str = "officer") -> StaffUser:
    user = console.add_user("officer", BUREAU, login)
    with console.services.database.write() as db:
        get_user(db, user.id).phone = PHONE
    return user


def test_a_reset_code_goes_to_the_users_phone_and_to_no_screen(console: Console) -> None:
    user = with_phone(console)
    browser = console.sign_in_as("administrator")
    browser.open(f"/staff/accounts/{user.id}")
    page = browser.send(f"/staff/accounts/{user.id}/password")
    (text,) = texts_to(console, PHONE)
    code = code_in(text)
    assert page.status == 200 and code not in page.html
    for path in (f"/staff/accounts/{user.id}", "/staff/accounts", "/staff/audit"):
        assert code not in browser.open(path).html
    assert console.open().sign_in("officer", PASSWORD).status == 401
    own = console.open()
    own.open("/staff/choose-password")
    new = {"password": "My-Own-Words-7", "again": "My-Own-Words-7"}
    page = own.send("/staff/choose-password", login="officer", code=code.lower(), **new)
    assert page.path == "/staff/sign-in" and "密码已修改" in page.words
    assert own.sign_in("officer", "My-Own-Words-7").path == "/staff/cases"
    again = console.open()
    again.open("/staff/choose-password")
    assert again.send("/staff/choose-password", login="officer", code=code, **new).status == 401


def test_a_new_account_gets_its_code_by_text_and_has_no_password_before(console: Console) -> None:
    browser = console.sign_in_as("administrator")
    browser.open("/staff/accounts")
    fields = {"login": "li-qiang", "name": "李强", "role": "officer", "office": BUREAU}
    assert browser.send("/staff/accounts", **fields, phone="").status == 422
    assert browser.send("/staff/accounts", **fields, phone="0769 2283 7777").status == 422
    page = browser.send("/staff/accounts", **fields, phone="13800138000")
    (text,) = texts_to(console, PHONE)
    assert page.status == 200 and code_in(text) not in page.html and "li-qiang" in text
    for guess in ("", "x", PASSWORD):
        assert console.open().sign_in("li-qiang", guess).status == 401


def test_a_code_ends_with_a_newer_one_with_time_and_is_not_guessed(
    console: Console, clock: FixedClock
) -> None:
    user = with_phone(console)
    with console.services.database.write() as db:
        row = get_user(db, user.id)
        first = make_password_code(db, row, "staff:99", clock.now())
        second = make_password_code(db, row, "staff:99", clock.now())
    new = {"login": "officer", "password": "My-Own-Words-7", "again": "My-Own-Words-7"}
    browser = console.open()
    browser.open("/staff/choose-password")
    assert browser.send("/staff/choose-password", code=first, **new).status == 401
    statuses = [
        browser.send("/staff/choose-password", code="AAAAA-AAAAA", **new).status for _ in range(12)
    ]
    assert 429 in statuses
    clock.advance(VALID_FOR)
    assert browser.send("/staff/choose-password", code=second, **new).status == 401


def test_a_weak_password_does_not_use_the_code_up(console: Console, clock: FixedClock) -> None:
    user = with_phone(console)
    with console.services.database.write() as db:
        code = make_password_code(db, get_user(db, user.id), "staff:99", clock.now())
    browser = console.open()
    browser.open("/staff/choose-password")
    weak, strong = "password1234", "My-Own-Words-7"
    for password, status in ((weak, 422), (strong, 200)):
        page = browser.send(
            "/staff/choose-password", login="officer", code=code, password=password, again=password
        )
        assert page.status == status


def test_nobody_resets_their_own_password_or_second_factor(console: Console) -> None:
    browser = console.sign_in_as("administrator")
    with console.services.database.write() as db:
        me = find_user_by_login(db, "administrator")
        assert me is not None
        me.phone = PHONE
        begin_enrolment(db, me)
    browser.open(f"/staff/accounts/{me.id}")
    assert browser.send(f"/staff/accounts/{me.id}/password").status == 422
    assert browser.send(f"/staff/accounts/{me.id}/second-factor").status == 409
    assert texts_to(console, PHONE) == []


def test_the_old_number_hears_that_it_was_replaced(console: Console) -> None:
    user = with_phone(console)
    browser = console.sign_in_as("administrator")
    browser.open(f"/staff/accounts/{user.id}")
    browser.send(
        f"/staff/accounts/{user.id}", name="某人", role="officer", office=BUREAU, is_active="yes",
        phone="13900139000",
    )  # fmt: skip
    (notified,) = texts_to(console, PHONE)
    assert "改为别的号码" in notified and texts_to(console, "+8613900139000") == []
    audit = browser.open("/staff/audit").html
    assert "13900139000" not in audit and "13800138000" not in audit


def test_what_is_not_said_of_the_number_leaves_it_as_it_is(console: Console) -> None:
    user = with_phone(console)
    now = console.services.clock.now()
    with console.services.database.write() as db:
        row = get_user(db, user.id)
        change_user(
            db, row, "staff:99", now, name="某人", role="officer", office_id=BUREAU, is_active=True
        )
        assert row.phone == PHONE

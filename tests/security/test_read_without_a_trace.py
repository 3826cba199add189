"""A staff user wants to read, hear, find or take away without anybody knowing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from core.phones import parse_phone
from dialogue.models import TakenTurn
from dialogue.replies import Say, replies_to_json
from tests.security.tampering import a_bad_rating
from tests.staff.conftest import BRANCH, BUREAU, Console
from tests.staff.test_cases import _with_recording, lodge_petition

PHONE = "13800138000"


def trail(console: Console, action: str) -> list[AuditEntry]:
    with console.services.database.read() as db:
        return list(db.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-",
        "bytes=00-",
        "BYTES=0-",
        "bytes=\t0-",
        "bytes=1-",
        "bytes=-5",
        "bytes=0-0,1-",
        "bytes 0-",
        "items=0-5",
    ],
)
def test_to_hear_a_recording_by_an_odd_range(console: Console, asked: str) -> None:
    case, attachment_id = _with_recording(console)
    agent = console.sign_in_as("agent")
    agent.open(f"/staff/recordings/{attachment_id}", Range=asked)
    (entry,) = trail(console, "recording_played")
    assert entry.subject == case.number and entry.detail["range"] == asked.strip()


def test_to_read_what_a_citizen_said_on_the_page_of_the_case(console: Console) -> None:
    case = lodge_petition(console)
    with console.services.database.write() as db:
        db.add(
            TakenTurn(
                conversation_id="call-1", number=1, request_key="call-1/1", channel="voice",
                phone_key=case.phone_key, step="petition.issue",
                heard="Spoke(words='老板拖欠工资', confidence=None)", state="{}",
                replies=json.dumps(replies_to_json((Say("请说", "zh"),))),
                taken_at=console.services.clock.now(),
            )
        )  # fmt: skip
    officer = console.sign_in_as("officer", BRANCH)
    assert "老板拖欠工资" in officer.open(f"/staff/cases/{case.number}").words
    assert [entry.subject for entry in trail(console, "transcript_read")] == [case.number]
    officer.send(f"/staff/cases/{case.number}/moves/note", text="")
    assert len(trail(console, "transcript_read")) == 2


def test_to_look_somebody_up_by_number(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.search(PHONE)
    assert case.number in page.words
    (entry,) = trail(console, "searched")
    vault = console.services.case_services.vault
    assert entry.subject == f"phone {vault.keyed_hash(parse_phone(PHONE).e164)}"
    assert entry.detail == {"found": 1, "page": 1} and PHONE not in str(entry.detail)


def test_to_find_in_the_trail_who_looked_for_a_citizen(console: Console) -> None:
    officer = console.sign_in_as("officer", BRANCH)
    officer.search(PHONE)
    supervisor = console.sign_in_as("supervisor")
    supervisor.open("/staff/audit")
    page = supervisor.send("/staff/audit", subject=PHONE)
    assert "Name of officer" in page.words
    assert PHONE not in page.response.request.url


def test_to_find_numbers_in_the_logs_of_a_proxy(console: Console) -> None:
    lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.search(PHONE)
    addresses = [page.response.request.url, *(r.request.url for r in page.response.history)]
    assert PHONE not in " ".join(addresses)
    assert f"q={PHONE}" not in page.html and "find=" in page.html
    # A number that somebody wrote into an address is not searched for.
    assert f'value="{PHONE}"' not in officer.open(f"/staff/cases?q={PHONE}").html


def test_to_use_the_search_of_a_colleague(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    address = officer.search(PHONE).response.request.full_path
    supervisor = console.sign_in_as("supervisor")
    assert 'value="' + PHONE not in supervisor.open(address).html
    assert len(trail(console, "searched")) == 1
    assert case.number


@pytest.mark.parametrize("hidden", ["xx", "1", "%F0%9F%92%A3", "A" * 400, "..", "k1."])
def test_a_search_that_does_not_open_shows_nothing_instead_of_everything(
    console: Console, hidden: str
) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    page = officer.open(f"/staff/cases?find={hidden}&folder=all")
    assert page.status == 200 and case.number not in page.words
    assert "这个查询读不出来" in page.words
    assert case.number in officer.open("/staff/cases?find=").words


def test_the_address_of_a_colleagues_search_finds_nothing(console: Console) -> None:
    case = lodge_petition(console)
    address = console.sign_in_as("officer", BRANCH).search(PHONE).response.request.full_path
    page = console.sign_in_as("supervisor").open(address)
    assert page.status == 200 and case.number not in page.words
    beside = console.sign_in_as("office_head", BRANCH).open(
        address.replace("/cases?", f"/cases/{case.number}?")
    )
    assert beside.status == 200 and "这个查询读不出来" in beside.words


def test_to_take_the_figures_away(console: Console) -> None:
    services = console.services
    with services.database.write() as db:
        a_bad_rating(db, services.case_services, services.clock)
    supervisor = console.sign_in_as("supervisor", BUREAU)
    page = supervisor.open("/staff/ranking/2026-11.csv")
    assert page.status == 200
    assert [entry.subject for entry in trail(console, "ranking_exported")] == ["2026-11"]


def test_to_find_pages_in_the_cache_of_a_shared_computer(console: Console) -> None:
    case, attachment_id = _with_recording(console)
    agent = console.sign_in_as("agent")
    for path in (
        "/staff/cases",
        f"/staff/cases/{case.number}",
        f"/staff/recordings/{attachment_id}",
        "/staff/account",
        "/staff/nothing",
    ):
        assert agent.open(path).response.headers["Cache-Control"] == "no-store", path

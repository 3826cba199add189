"""Every route, as every role of one office, with an own, a foreign and an unknown object, with and
without the form's token: nothing breaks, and a foreign object is as unknown as one that is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from werkzeug.routing import Rule

from accounts.permissions import ROLE_PERMISSIONS, Role
from callcentre.operations import AgentDraft, add_agent
from casework.drafts import Contact
from casework.models import Attachment, Case
from outbox.models import StaffTask
from ratings.operations import ServiceEnded, rate_at_end_of_call
from ratings.operations.holds import hold_ratings
from ratings.vocabulary import FlagCode, ServiceKind
from staff.access import Access, access_of
from staff.transition_forms import MOVE_FORMS
from staff.views.danger import CHANGES
from staff.views.entry_editing import DRAFTING, REVIEWING
from tests.casework.people import OTHER_PHONE, a_petition
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import BRANCH, OTHER_BRANCH, Console
from tests.staff.test_access import _method, _rules
from tests.staff.test_danger_page import endanger

UNKNOWN = {
    "number": "DG2026112399999",
    "sid": "CAunknown",
    "topic": "no-such-topic",
    "period": "2031-01",
    "ending": "csv",
    "kind": "appeal",
}
UNKNOWN_ID = "987654"
NAMES = {
    "staff.make_case_transition": tuple(MOVE_FORMS),
    "staff.handle_danger": tuple(CHANGES),
    "staff.take_draft_step": tuple(DRAFTING),
    "staff.take_review_step": tuple(REVIEWING),
}
FORM = {
    "text": "按规定",
    "reason": "按规定",
    "words": "按规定",
    "decision": "approve",
    "proposal": "release",
    "means": "call",
    "spoken_means": "call",
    "told": "path",
    "office": OTHER_BRANCH,
    "into": UNKNOWN["number"],
    "days": "5",
    "availability": "away",
    "code": "mistaken",
    "outcome": "safe",
    "nobody_asked_for": "this",
}
# Ends the session that walks, or changes what the others of the walk need.
LAST = ("staff.sign_out", "staff.save_password", "staff.choose_language")


@dataclass(frozen=True)
class World:
    """Names of objects of one office, by the parameter of an address."""

    names: Mapping[str, str]


@pytest.fixture
def worlds(console: Console) -> dict[str, World]:
    """The objects of the own office and those of another."""
    return {
        "own": _make_world(console, BRANCH, "changan", Contact(phone=None, channel="voice")),
        "foreign": _make_world(
            console, OTHER_BRANCH, "nancheng", Contact(phone=OTHER_PHONE, channel="voice")
        ),
    }


def _make_world(console: Console, office_id: str, town: str, contact: Contact) -> World:
    services = console.services
    with services.database.write() as db:
        now = services.clock.now()
        case = a_petition(db, services.case_services, now, office_id, town=town, contact=contact)
        attachment, task = (
            _attachment(case, console),
            StaffTask(case_number=case.number, reason="opted_out", created_at=now),
        )
        ended = ServiceEnded(
            key=f"call-{office_id}", office_id=office_id, channel="voice", kind=ServiceKind.CALL,
            phone="", phone_key="", can_text=False, language="zh", ended_at=now,
        )  # fmt: skip
        rating = rate_at_end_of_call(db, services.case_services, ended, 1, now)
        hold_ratings(db, [rating.id], FlagCode.FEW_NUMBERS, now)
        address = f"sip:{office_id}@hotline.cn"
        draft = AgentDraft(
            name=office_id, office_id=office_id, languages=("zh",), address=address, place=1,
            staff_user_id=None,
        )  # fmt: skip
        agent = add_agent(db, services.case_services.vault, draft, now)
        db.add_all([attachment, task])
        db.flush()
        names = {
            "number": case.number,
            "attachment_id": str(attachment.id),
            "task_id": str(task.id),
            "rating_id": str(rating.id),
            "agent_id": str(agent.id),
        }
    phone = contact.phone.e164 if contact.phone else "13700137000"
    alert_id = endanger(console, f"CA{office_id}", town=town, phone=phone)
    return World({**names, "alert_id": str(alert_id)})


def _attachment(case: Case, console: Console) -> Attachment:
    return Attachment(
        case_id=case.id, kind="recording", provider_sid=f"RE{case.id}", state="stored",
        storage_path="there", sha256="0" * 64, size_bytes=9, content_type="audio/x-wav",
        created_at=console.services.clock.now(),
    )  # fmt: skip


def _paths(rule: Rule, names: Mapping[str, str]) -> list[str]:
    """Addresses of a rule with these names, and unknown ones where there are none."""

    def fill(found: re.Match[str]) -> str:
        parameter = found[2]
        if parameter in names:
            return names[parameter]
        return UNKNOWN_ID if found[1] else UNKNOWN.get(parameter, "{name}")

    path = re.sub(r"<(int:)?(\w+)>", fill, rule.rule)
    choices = NAMES.get(rule.endpoint, ("nothing",))
    return [path.replace("{name}", choice) for choice in choices] if "{name}" in path else [path]


def _ask(browser: StaffBrowser, rule: Rule, path: str, token: str | None = None) -> Page:
    if _method(rule) == "GET":
        return browser.open(path)
    return browser.send(path, token=token, **FORM)


def _comparable(page: Page) -> tuple[int, str]:
    """Status and words: nothing else that a page could tell by."""
    return page.status, page.words


def _may(access: Access | None, role: Role) -> bool:
    assert access is not None
    return not access.permissions or bool(access.permissions & ROLE_PERMISSIONS[role])


def _routes(console: Console) -> list[tuple[Rule, Access | None]]:
    with console.application.app_context():
        return [(rule, access_of(rule.endpoint)) for rule in _rules(console)]


@pytest.mark.parametrize("role", list(Role))
def test_to_tell_a_foreign_object_from_none(
    console: Console, worlds: dict[str, World], role: Role
) -> None:
    browser = console.sign_in_as(role, BRANCH)
    compared = 0
    for rule, access in _routes(console):
        if not rule.arguments & worlds["foreign"].names.keys() or not _may(access, role):
            continue
        foreign, unknown = (_paths(rule, names) for names in (worlds["foreign"].names, {}))
        for one, other in zip(foreign, unknown, strict=True):
            answers = [_comparable(_ask(browser, rule, path)) for path in (one, other)]
            assert answers[0] == answers[1], f"{role} at {one}: {answers[0][0]}"
            assert answers[0][0] in {403, 404}, f"{role} at {one}"
            compared += 1
    assert compared > 40 or not ROLE_PERMISSIONS[role] & {"case.see"}


@pytest.mark.parametrize("role", list(Role))
def test_to_do_anything_without_the_token_of_the_form(
    console: Console, worlds: dict[str, World], role: Role
) -> None:
    browser = console.sign_in_as(role, BRANCH)
    posts = [(rule, access) for rule, access in _routes(console) if _method(rule) == "POST"]
    for rule, access in posts:
        for names in (worlds["own"].names, worlds["foreign"].names, {}):
            path = _paths(rule, names)[0]
            expected = 400 if _may(access, role) else 403
            assert _ask(browser, rule, path, "wrong").status == expected, f"{role} at {path}"


@pytest.mark.parametrize("role", list(Role))
def test_to_break_a_page_with_an_own_object(
    console: Console, worlds: dict[str, World], role: Role
) -> None:
    browser = console.sign_in_as(role, BRANCH)
    for rule, access in _routes(console):
        if rule.endpoint in LAST:
            continue
        for path in _paths(rule, worlds["own"].names):
            page = _ask(browser, rule, path)
            assert page.status < 500, f"{role} at {rule.methods} {path}"
            assert (page.status == 403) or _may(access, role), f"{role} at {path}: {page.status}"

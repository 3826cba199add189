"""The pages for one citizen's data, retention and the public notice."""

from __future__ import annotations

import json

from sqlalchemy import select

from accounts.audit import Action, list_audit
from casework.drafts import Contact, StaffDraft
from casework.operations import lodge_staff_case
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.phones import parse_phone
from privacy.models import ErasureRequest
from tests.casework.people import ALL_POWERFUL, a_petition
from tests.staff.conftest import Console

PHONE = "13800138000"


def _a_case(console: Console, **contact: object) -> str:
    with console.services.database.write() as db:
        wish = contact.pop("wish", None) or ContactWish()
        return a_petition(
            db,
            console.services.case_services,
            console.services.clock.now(),
            contact=Contact(phone=parse_phone(PHONE), channel="voice", name="王小明", wish=wish),
        ).number


def test_an_administrator_finds_what_is_held_and_the_trail_knows_no_number(
    console: Console,
) -> None:
    number = _a_case(console)
    admin = console.sign_in_as("administrator")
    admin.open("/staff/citizens")
    page = admin.send("/staff/citizens/found", phone=PHONE)
    assert page.path == "/staff/citizens/found" and number in page.words
    with console.services.database.read() as db:
        entries = list_audit(db, action=Action.CITIZEN_SEARCHED).entries
    assert len(entries) == 1 and PHONE not in entries[0].subject


def test_the_export_is_json_or_a_page_to_read(console: Console) -> None:
    _a_case(console)
    admin = console.sign_in_as("administrator")
    admin.open("/staff/citizens")
    exported = json.loads(admin.send("/staff/citizens/export", phone=PHONE, **{"as": "json"}).html)
    assert exported["phone"] == f"+86{PHONE}"
    assert exported["cases"][0]["citizen_name"] == "王小明"
    admin.open("/staff/citizens")
    page = admin.send("/staff/citizens/export", phone=PHONE, **{"as": "html"})
    assert "王小明" in page.words and "老板拖欠三个月工资" in page.words


def test_an_erasure_needs_the_other_administrator(console: Console) -> None:
    first = console.sign_in_as("administrator")
    first.open("/staff/citizens")
    first.send("/staff/citizens/erasures", phone=PHONE, reason="窗口提出")
    with console.services.database.read() as db:
        asked = db.scalars(select(ErasureRequest)).one()
    path = f"/staff/citizens/erasures/{asked.id}"
    first.send(path, decision="approve")
    with console.services.database.read() as db:
        assert db.get_one(ErasureRequest, asked.id).state == "proposed"
    user = console.add_user("administrator", "dg-bureau", "second-admin")
    second = console.open()
    second.sign_in(user.login, "Long-Enough-2026")
    second.open("/staff/citizens")
    assert "已删除" in second.send(path, decision="approve").words
    with console.services.database.read() as db:
        assert db.get_one(ErasureRequest, asked.id).state == "done"


def test_a_wrong_number_is_said_to_be_one(console: Console) -> None:
    admin = console.sign_in_as("administrator")
    admin.open("/staff/citizens")
    assert admin.send("/staff/citizens/found", phone="abc").status == 422


def test_the_retention_page_tells_the_ground_of_each_kind(console: Console) -> None:
    page = console.sign_in_as("administrator").open("/staff/retention")
    assert "个人信息保护法第十九条" in page.words and "法定保存" in page.words


def test_everybody_may_read_the_privacy_notice_in_both_languages(console: Console) -> None:
    chinese = console.open().open("/privacy")
    assert chinese.status == 200 and "隐私说明" in chinese.words
    english = console.open().open("/privacy?language=en")
    assert "Your employer is not told who you are" in english.words


def test_staff_see_how_the_citizen_wants_to_be_reached(console: Console) -> None:
    wish = ContactWish(ContactWay.TEXT, ContactHours.EVENING, True, "只发短信，晚上再发")
    number = _a_case(console, wish=wish)
    page = console.sign_in_as("supervisor").open(f"/staff/cases/{number}")
    assert "只发短信" in page.words and "18点到21点" in page.words and "短信不写事由" in page.words


def test_a_case_that_staff_enter_has_no_wish_until_one_is_told(console: Console) -> None:
    contact = Contact(phone=parse_phone(PHONE), channel="staff")
    with console.services.database.write() as db:
        draft = StaffDraft(issue="来访", contact=contact)
        now = console.services.clock.now()
        case = lodge_staff_case(db, console.services.case_services, draft, ALL_POWERFUL, now).case
        assert case.contact_way == "any" and not case.is_contact_discreet

"""Every move of casework's table can be made from its form."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from casework.drafts import BadRatingDraft, IdempotencyKey
from casework.models import Case
from casework.operations import lodge_bad_rating
from casework.queries import get_case, list_events
from staff.transition_forms import MOVE_FORMS
from tests.casework.people import CONTACT, OTHER_PHONE, Contact, a_message, a_petition
from tests.staff.browser import StaffBrowser
from tests.staff.conftest import BRANCH, OTHER_BRANCH, PICTURE, Console

WHY = {"reason": "按规定"}
WORDS = {"text": "已处理。", "means": "letter"}

A_LONG_LIFE = (
    ("assign", {"staff": ""}),
    ("note", {"text": "备注"}),
    ("attach", {"picture": (BytesIO(PICTURE), "zhaopian.png")}),
    ("mark_urgent", WHY),
    ("correct", {"employer": "东莞市新名电子厂", "town": "humen", "people": "3", **WHY}),
    (
        "set_contact_wish",
        {"contact_way": "call", "contact_hours": "evening", "is_contact_discreet": "yes", **WHY},
    ),
    ("join_office", {"office": OTHER_BRANCH, **WHY}),
    ("sort", {"remedy": "petition", **WHY}),
    ("tell", {"told": "path", "spoken_means": "call", "text": ""}),
    ("forward", {"office": OTHER_BRANCH, **WHY}),
    ("object", WHY),
    ("refuse_objection", WHY),
    ("object", WHY),
    ("agree_objection", {}),
    ("accept", {}),
    ("request_extension", {"clock": "finish-petition", "days": "10", **WHY}),
    ("refuse_extension", {"clock": "finish-petition", **WHY}),
    ("request_extension", {"clock": "finish-petition", "days": "30", **WHY}),
    ("approve_extension", {"clock": "finish-petition", **WHY}),
    ("record_complaint_papers", {"when": "2026-11-23T10:00"}),
    ("accept_inspection", {}),
    ("decide_inspection", {}),
    ("refuse_inspection", WHY),
    ("arbitration_applied", {}),
    ("arbitration_accepted", {}),
    ("arbitration_refused", {}),
    ("arbitration_decided", {}),
    ("answer_petition", {"text": "已责令补发。", "means": "text"}),
    ("request_review", WHY),
    ("answer_review", WORDS),
    ("request_recheck", WHY),
    ("pause", {"ground": "hearing", **WHY}),
    ("resume", {"ground": "hearing"}),
    ("answer_recheck", WORDS),
    ("close", {}),
    ("reopen", WHY),
    ("withdraw", WHY),
)
A_BAD_RATING = (("contact", {}), ("mend", WHY), ("answer", WORDS), ("close", {}))


def _make(browser: StaffBrowser, case: Case, name: str, fields: Mapping[str, object]) -> None:
    browser.open(f"/staff/cases/{case.number}")
    page = browser.send(f"/staff/cases/{case.number}/moves/{name}", **fields)
    assert page.status == 200 and "已记录：" in page.words, f"{name}: {page.words[:400]}"


def test_every_move_can_be_made_from_its_form_and_is_shown(console: Console) -> None:
    services, made = console.services, set()
    now = services.clock.now()
    with services.database.write() as db:
        long_life = a_petition(db, services.case_services, now, "1")
        taken_over = a_petition(db, services.case_services, now, "2", employer="甲厂")
        other = Contact(phone=OTHER_PHONE, channel="voice", is_proved=True)
        neighbour = a_petition(db, services.case_services, now, "3", employer="甲厂", contact=other)
        duplicate = a_petition(db, services.case_services, now, "5", employer="乙厂")
        empty = a_message(db, services.case_services, now, "4")
        claim = Contact(phone=OTHER_PHONE, channel="voice")
        claimed = a_message(db, services.case_services, now, "6", contact=claim)
        draft = BadRatingDraft(
            idempotency_key=IdempotencyKey("r", "1"),
            contact=CONTACT,
            rating_id="7",
            rated_office_id=BRANCH,
            level=1,
        )
        bad = lodge_bad_rating(db, services.case_services, draft, now).case
    supervisor = console.sign_in_as("supervisor")
    second = console.sign_in_as("office_head")
    lives = {
        long_life: A_LONG_LIFE,
        taken_over: (("forward", {"office": OTHER_BRANCH, **WHY}), ("take_over", {})),
        neighbour: (("link", {"into": taken_over.number, **WHY}),),
        duplicate: (("merge", {"into": taken_over.number, **WHY}),),
        empty: (("void", WHY),),
        claimed: (("prove_phone", WHY),),
        bad: A_BAD_RATING,
    }
    for case, transition_table in lives.items():
        for name, fields in transition_table:
            # Who asked for an extension does not approve it.
            _make(second if name == "approve_extension" else supervisor, case, name, fields)
            made.add(name)
    assert made == set(MOVE_FORMS)
    with services.database.read() as db:
        states = {case.number: get_case(db, case.number).state for case in lives}
        ends = ["withdrawn", "accepted", "registered", "merged", "void", "registered", "closed"]
        assert list(states.values()) == ends
        assert len(list_events(db, long_life)) > len(A_LONG_LIFE)
    for language, words in (("zh", "更正内容"), ("en", "Details corrected")):
        supervisor.send("/staff/language", language=language, next="/staff/cases")
        for case in lives:
            page = supervisor.open(f"/staff/cases/{case.number}")
            assert page.status == 200
        assert words in supervisor.open(f"/staff/cases/{long_life.number}").words


def test_a_move_that_the_role_may_not_make_is_neither_offered_nor_done(console: Console) -> None:
    services = console.services
    with services.database.write() as db:
        case = a_petition(db, services.case_services, services.clock.now())
    agent = console.sign_in_as("agent")
    page = agent.open(f"/staff/cases/{case.number}")
    assert "/moves/accept" not in page.html and "/moves/forward" in page.html
    assert agent.send(f"/staff/cases/{case.number}/moves/accept").status == 403
    assert agent.send(f"/staff/cases/{case.number}/moves/no_such_move").status == 404

"""Review, re-check, mending and recordings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework.case_services import CITIZEN, CaseServices
from casework.chain import detail_of
from casework.drafts import BadRatingDraft, IdempotencyKey, Recording
from casework.models import Case
from casework.operations import (
    accept_case,
    answer_case,
    answer_review,
    attach_picture,
    close_case,
    lodge_bad_rating,
    record_action,
    reject_recording,
    request_recheck,
    request_review,
    store_recording,
)
from casework.queries import find_answer, find_attachment, list_events, list_pending_recordings
from casework.record import deadlines_of_case
from casework.vocabulary import AttachmentState, CaseState, EventKind, Means
from core.clock import FixedClock
from core.errors import ConflictError, InputError, PermissionDeniedError
from tests.casework.people import ALL_POWERFUL, CONTACT, a_message, a_petition, staff_of

RECORDING = Recording(provider_sid="RE0001", seconds=12)


@pytest.fixture
def answered(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    """A petition in Chang'an, answered and closed."""
    case = a_petition(db, case_services, clock.now())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    answer_case(db, case_services, case, ALL_POWERFUL, "不予支持", clock.now(), means=Means.LETTER)
    close_case(db, case_services, case, ALL_POWERFUL, clock.now())
    return case


def test_review_and_recheck_climb_one_level_each(
    db: Session, case_services: CaseServices, clock: FixedClock, answered: Case
) -> None:
    request_review(db, case_services, answered, CITIZEN, "不服", clock.now())
    assert (answered.state, answered.addressed_office_id) == (CaseState.IN_REVIEW, "dg-bureau")
    assert answered.is_open
    with pytest.raises(PermissionDeniedError):
        answer_review(
            db, case_services, answered, staff_of(case_services, "dg-changan"), "维持", clock.now()
        )
    answer_review(db, case_services, answered, ALL_POWERFUL, "维持原处理意见", clock.now())
    request_recheck(db, case_services, answered, CITIZEN, "仍不服", clock.now())
    answer_review(
        db, case_services, answered, ALL_POWERFUL, "维持复查意见", clock.now(), is_recheck=True
    )
    close_case(db, case_services, answered, ALL_POWERFUL, clock.now())
    answer = find_answer(db, answered)
    assert answer is not None
    assert "维持复查意见" in answer.detail
    with pytest.raises(ConflictError):
        request_review(db, case_services, answered, CITIZEN, "再次不服", clock.now())


def test_after_thirty_days_the_right_to_a_review_is_gone(
    db: Session, case_services: CaseServices, clock: FixedClock, answered: Case
) -> None:
    asked_at = clock.now() + timedelta(days=29)
    clock.advance(timedelta(days=40))
    with pytest.raises(ConflictError):
        request_review(db, case_services, answered, CITIZEN, "不服", clock.now())
    request_review(
        db, case_services, answered, CITIZEN, "信件晚登记", clock.now(), happened_at=asked_at
    )
    assert answered.state == CaseState.IN_REVIEW


def test_a_recheck_needs_a_review(
    db: Session, case_services: CaseServices, clock: FixedClock, answered: Case
) -> None:
    with pytest.raises(ConflictError):
        request_recheck(db, case_services, answered, CITIZEN, "不服", clock.now())


def test_an_answer_cannot_be_dated_before_the_acceptance(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case, lodged_at = a_petition(db, case_services, clock.now()), clock.now()
    clock.advance(timedelta(days=3))
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    for wrong in (lodged_at, clock.now() + timedelta(hours=1)):
        with pytest.raises(InputError):
            answer_case(db, case_services, case, ALL_POWERFUL, "好", clock.now(), happened_at=wrong)


def test_nothing_is_dated_before_the_case(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    yesterday = clock.now() - timedelta(days=1)
    step = "record_complaint_papers"
    with pytest.raises(InputError):
        record_action(
            db, case_services, case, ALL_POWERFUL, step, clock.now(), happened_at=yesterday
        )


def test_a_bad_rating_is_contacted_and_mended(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    draft = BadRatingDraft(
        idempotency_key=IdempotencyKey("rating", "1"),
        contact=CONTACT,
        rating_id="1",
        rated_office_id="dg-humen",
        level=2,
    )
    case = lodge_bad_rating(db, case_services, draft, clock.now()).case
    record_action(db, case_services, case, ALL_POWERFUL, "contact", clock.now())
    record_action(db, case_services, case, ALL_POWERFUL, "mend", clock.now(), reason="重新办理")
    deadlines = deadlines_of_case(db, case_services, case, clock.now())
    assert {c.id for c in deadlines if c.is_running} == {"answer-mended"}
    with pytest.raises(InputError):
        record_action(db, case_services, case, ALL_POWERFUL, "close", clock.now())


def test_a_recording_is_fetched_later(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    a_message(db, case_services, clock.now(), text=None, recording=RECORDING)
    (attachment,) = list_pending_recordings(db)
    assert find_attachment(db, "RE0001") is attachment
    store_recording(
        db,
        attachment,
        storage_path="2026/11/RE0001.wav",
        sha256="0" * 64,
        size_bytes=9,
        content_type="audio/x-wav",
    )
    assert list_pending_recordings(db) == []


def test_a_message_whose_only_recording_cannot_be_had_stays_and_says_so(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    message = a_message(db, case_services, clock.now(), text=None, recording=RECORDING)
    reject_recording(db, case_services, message.attachments[0], "取不到录音", clock.now())
    assert message.attachments[0].state == AttachmentState.REJECTED
    assert (message.state, message.is_open) == (CaseState.REGISTERED, True)
    assert message.next_due_on is not None
    assert list_pending_recordings(db) == []
    noted = list_events(db, message)[-1]
    assert (noted.kind, detail_of(noted)["text"]) == (EventKind.NOTED, "取不到录音")


def test_a_picture_is_added_by_staff(
    db: Session, case_services: CaseServices, clock: FixedClock
) -> None:
    case = a_petition(db, case_services, clock.now())
    attach_picture(
        db,
        case_services,
        case,
        ALL_POWERFUL,
        clock.now(),
        storage_path="2026/11/x.jpg",
        sha256="a" * 64,
        size_bytes=3,
        content_type="image/jpeg",
    )
    assert case.attachments[0].kind == "picture"
    assert list_events(db, case)[-1].kind == "attached"

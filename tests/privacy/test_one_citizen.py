"""One citizen's data: found, exported, erased by two, and nobody else's with it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from casework.case_services import Actor
from casework.erasure import ERASABLE
from core.errors import ConflictError, InputError, PermissionDeniedError
from dialogue.models import TakenTurn
from outbox.models import OutgoingText
from privacy.models import DeletionProof, ErasureRequest
from privacy.operations import approve_erasure, propose_erasure, refuse_erasure
from privacy.queries import export_citizen, find_citizen
from tests.privacy.conftest import ADMIN, OTHER, PHONE, SECOND, Held, hold_everything_of

REASON = "本人持身份证到窗口提出"


def _propose(held: Held, phone: str = PHONE, actor: Actor = ADMIN) -> int:
    with held.database.write() as db:
        asked = propose_erasure(db, held.vault, phone, REASON, actor, held.clock.now())
        return asked.id


def _approve(held: Held, request_id: int, actor: Actor = SECOND) -> dict[str, object]:
    with held.database.write() as db:
        asked = db.get_one(ErasureRequest, request_id)
        approve_erasure(db, held.eraser, asked, actor, held.clock.now())
        return dict(asked.outcome or {})


def test_everything_of_a_number_is_found_and_nothing_of_another(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    hold_everything_of(held, OTHER, "乙")
    with held.database.read() as db:
        found = find_citizen(db, held.key())
        text = json.dumps(export_citizen(found, held.vault, held.clock.now()), ensure_ascii=False)
    assert found.counts == {
        "cases": 2, "queued_callers": 1, "answer_receipts": 1, "inbound_texts": 1,
        "outgoing_texts": 2, "calls": 1, "rating_services": 1, "rating_invitations": 1,
        "ratings": 1, "taken_turns": 1,
    }  # fmt: skip
    for words in ("甲被欠薪", "甲的倾诉", "我的话", "答复甲", PHONE):
        assert words in text
    assert "乙" not in text and OTHER not in text


def test_a_number_of_whom_nothing_is_held_is_said_to_be_empty(held: Held) -> None:
    with held.database.read() as db:
        assert find_citizen(db, held.key()).is_empty


def test_two_administrators_erase_what_the_law_does_not_keep(held: Held) -> None:
    numbers = hold_everything_of(held, PHONE, "甲")
    hold_everything_of(held, OTHER, "乙")
    outcome = _approve(held, _propose(held))
    assert list(outcome["kept"]) == [numbers["petition"]]  # type: ignore[call-overload]
    story = held.case(numbers["contact"])
    assert all(getattr(story, name) is None for name in ERASABLE)
    assert all(event.tombstone for event in story.events)
    assert held.removed == ["RE8000"]
    assert held.case(numbers["petition"]).phone == PHONE
    with held.database.read() as db:
        rest = find_citizen(db, held.key()).counts
        others = find_citizen(db, held.key(OTHER)).counts
        stored_texts = [
            t.key for t in db.scalars(select(OutgoingText).filter_by(phone_key=held.key()))
        ]
    assert rest == {"cases": 1, "outgoing_texts": 1, "erasure_requests": 1}
    assert stored_texts == ["n/8000"]
    assert others["taken_turns"] == 1 and others["cases"] == 2


def test_the_record_stays_whole_and_proves_the_erasure(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    request_id = _propose(held)
    _approve(held, request_id)
    assert held.faults() == []
    with held.database.read() as db:
        proofs = db.scalars(select(DeletionProof).filter_by(why=f"request/{request_id}")).all()
    assert {"cases", "taken_turns", "inbound_texts"} <= {proof.table_name for proof in proofs}


def test_neither_conversation_nor_number_is_left(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    _approve(held, _propose(held))
    with held.database.read() as db:
        stored = list(db.scalars(select(TakenTurn)))
        requests = db.scalars(select(ErasureRequest)).all()
    assert stored == []
    assert [request.phone for request in requests] == [None]


def test_nobody_erases_alone(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    request_id = _propose(held)
    with pytest.raises(PermissionDeniedError, match="second person"):
        _approve(held, request_id, ADMIN)
    assert held.count(TakenTurn) == 1


def test_who_has_not_the_permission_neither_asks_nor_decides(held: Held) -> None:
    stranger = Actor("staff:9", frozenset({"staff.manage"}))
    with pytest.raises(PermissionDeniedError):
        _propose(held, actor=stranger)
    with pytest.raises(PermissionDeniedError):
        _approve(held, _propose(held), stranger)


def test_a_request_is_decided_once_and_one_waits_at_a_time(held: Held) -> None:
    request_id = _propose(held)
    with pytest.raises(ConflictError):
        _propose(held)
    with held.database.write() as db:
        refuse_erasure(db, db.get_one(ErasureRequest, request_id), SECOND, held.clock.now())
    with pytest.raises(ConflictError):
        _approve(held, request_id)
    assert _propose(held) != request_id


@pytest.mark.parametrize(
    ("phone", "reason"), [("nonsense", REASON), (PHONE, ""), (PHONE, "x" * 501)]
)
def test_a_request_needs_a_number_and_a_reason(held: Held, phone: str, reason: str) -> None:
    with held.database.write() as db, pytest.raises(InputError):
        propose_erasure(db, held.vault, phone, reason, ADMIN, held.clock.now())

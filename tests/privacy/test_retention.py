"""What is kept long enough is deleted with proof; what the law keeps stays."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.tables import metadata
from callcentre.models import QueuedCaller
from config.errors import SettingsError
from config.retention import load_retention, policy_on
from dialogue.models import TakenTurn
from hotline.models import Call
from knowledge_base.models import AnswerReceipt, UnansweredQuestion
from outbox.models import OutgoingText
from privacy.holdings import CASE_KINDS, HOLDINGS, KEPT, OF_CASES, WITHOUT_CITIZENS
from privacy.models import DeletionProof
from privacy.retention import delete_expired
from ratings.models import Rating
from sms.models import InboundText
from tests.privacy.conftest import OTHER, PHONE, Held, hold_everything_of, later, ratings_of


def _delete(held: Held, batch: int = 500) -> dict[str, int]:
    return delete_expired(
        held.database, held.policies, held.remove_file, held.clock.now(), batch=batch
    )


def test_every_table_says_whether_it_holds_citizens_data() -> None:
    named = {h.table for h in HOLDINGS} | OF_CASES | set(KEPT) | WITHOUT_CITIZENS
    tables = set(metadata.tables)
    assert tables - named == set()


def test_every_kind_of_data_has_its_time_and_its_ground_in_the_policy() -> None:
    kinds = {h.kind for h in HOLDINGS} | set(KEPT.values()) | set(CASE_KINDS.values())
    for policy in load_retention():
        assert set(policy.kinds) == kinds
        assert all(kind.law for kind in policy.kinds.values())


def test_nothing_is_deleted_before_the_first_policy_rules() -> None:
    policies = load_retention()
    assert policy_on(policies, date(2026, 11, 30)) is None


@pytest.mark.parametrize(
    "kind",
    ["x: {days: 3, law: a}", "x: {days: 60}", "x: {days: sixty, law: a}"],
)
def test_a_policy_without_ground_or_with_an_odd_time_is_refused(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(f"policies:\n  - from: 2026-12-01\n    why: w\n    kinds:\n      {kind}\n")
    with pytest.raises(SettingsError):
        load_retention(file)


def test_nothing_goes_while_its_time_is_not_over(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    later(held, 179)
    assert _delete(held) == {}
    assert held.count(DeletionProof) == 0


def test_conversations_texts_and_numbers_of_calls_go_after_half_a_year(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    later(held, 181)
    counts = _delete(held)
    assert {"taken_turns", "inbound_texts", "calls", "queued_callers"} <= set(counts)
    for model in (TakenTurn, InboundText, QueuedCaller):
        assert held.count(model) == 0
    with held.database.read() as db:
        call = db.scalars(select(Call)).one()
        texts = {text.key: text for text in db.scalars(select(OutgoingText))}
    assert (call.phone, call.phone_key) == (None, None)
    assert (texts["a/8000"].words, texts["a/8000"].phone_key) == ("[已删除]", "")
    # What was sent about a case belongs to its file.
    assert texts["n/8000"].words == "甲的诉求"
    assert held.count(AnswerReceipt, phone_key=held.key()) == 1
    assert _delete(held) == {}


def test_what_was_asked_goes_after_a_year_and_ratings_keep_their_level_only(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    later(held, 401)
    _delete(held)
    assert held.count(UnansweredQuestion) == 0
    assert ratings_of(held, PHONE) == []
    with held.database.read() as db:
        assert [rating.level for rating in db.scalars(select(Rating))] == [4]
    assert held.faults() == []


def test_a_story_that_was_not_confirmed_goes_with_its_recording(held: Held) -> None:
    numbers = hold_everything_of(held, PHONE, "甲")
    later(held, 731)
    _delete(held)
    story, petition = held.case(numbers["contact"]), held.case(numbers["petition"])
    assert (story.issue, story.phone, story.citizen_name) == (None, None, None)
    assert held.removed == ["RE8000"]
    assert petition.issue == "甲被欠薪"
    assert held.faults() == []


def test_a_petition_is_kept_for_the_time_of_the_archive_rules_and_no_longer(held: Held) -> None:
    numbers = hold_everything_of(held, PHONE, "甲")
    later(held, 10_949)
    _delete(held)
    assert held.case(numbers["petition"]).issue == "甲被欠薪"
    later(held, 2)
    _delete(held)
    assert held.case(numbers["petition"]).issue is None
    assert held.faults() == []


def test_each_run_proves_how_many_went_from_when_to_when_and_which(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    first = held.clock.now()
    later(held, 1)
    hold_everything_of(held, OTHER, "乙")
    with held.database.read() as db:
        ids = [f"{turn.id:020d}" for turn in db.scalars(select(TakenTurn).order_by(TakenTurn.id))]
    later(held, 181)
    _delete(held)
    with held.database.read() as db:
        proof = db.scalars(select(DeletionProof).filter_by(table_name="taken_turns")).one()
    assert (proof.why, proof.policy_on, proof.count) == ("retention", date(2026, 12, 1), 2)
    assert proof.first_at == first and proof.last_at is not None and proof.last_at > first
    assert proof.digest == hashlib.sha256("\n".join(ids).encode()).hexdigest()


def test_a_changed_proof_is_found(held: Held) -> None:
    hold_everything_of(held, PHONE, "甲")
    later(held, 181)
    _delete(held)
    with held.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deletion_proofs SET count = 0")
    assert held.faults()


def test_many_rows_go_in_batches_each_with_its_proof(held: Held) -> None:
    with held.database.write() as db:
        for number in range(7):
            db.add(
                UnansweredQuestion(
                    masked_words=f"问题{number}", reason="none", channel="text", language="zh",
                    asked_at=held.clock.now(),
                )
            )  # fmt: skip
    later(held, 366)
    assert _delete(held, batch=3) == {"unanswered_questions": 7}
    with held.database.read() as db:
        assert [p.count for p in db.scalars(select(DeletionProof))] == [3, 3, 1]

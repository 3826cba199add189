"""The record cannot be changed unseen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from casework.chain import ChainFault, verify_chain
from casework.models import Case, CaseEvent
from casework.operations import accept_case, add_note, answer_case, record_event
from casework.queries import list_events
from casework.seals import seal_record, verify_seals
from casework.vocabulary import EventKind
from core.clock import FixedClock
from core.database import table_of
from core.encrypted_columns import BoundText
from core.encryption import Vault
from core.errors import InputError
from tests.casework.people import ALL_POWERFUL, a_message, a_petition

Edit = Callable[[Session, Case], object]


def edit_event(place: int, **values: object) -> Edit:
    def edit(db: Session, case: Case) -> object:
        chosen = (CaseEvent.case_id == case.id) & (CaseEvent.sequence == place)
        return db.execute(update(CaseEvent).where(chosen).values(**values))

    return edit


def drop_event(sequence: int) -> Edit:
    def edit(db: Session, case: Case) -> object:
        chosen = (CaseEvent.case_id == case.id) & (CaseEvent.sequence == sequence)
        return db.execute(delete(CaseEvent).where(chosen))

    return edit


def edit_case(**values: object) -> Edit:
    def edit(db: Session, case: Case) -> object:
        return db.connection().execute(
            update(table_of(Case)).where(Case.id == case.id).values(**values)
        )

    return edit


def spoil_words(db: Session, case: Case) -> object:
    return db.execute(
        text("UPDATE case_events SET detail = 'AAAA' WHERE case_id = :id AND sequence = 3"),
        {"id": case.id},
    )


def rewrite_words(db: Session, case: Case) -> object:
    """What somebody with the data key could do."""
    forged = BoundText.of('{"text":"没有付"}', f"case_events|detail|{case.id}|5")
    return edit_event(5, detail=forged)(db, case)


def swap_events(db: Session, case: Case) -> object:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        edit_event(old, sequence=new)(db, case)
    return None


@pytest.fixture
def case(db: Session, case_services: CaseServices, clock: FixedClock) -> Case:
    """A petition with five events."""
    case = a_petition(db, case_services, clock.now())
    accept_case(db, case_services, case, ALL_POWERFUL, clock.now())
    add_note(db, case_services, case, ALL_POWERFUL, "已致电", clock.now())
    answer_case(db, case_services, case, ALL_POWERFUL, "已付清", clock.now())
    return case


@pytest.mark.parametrize(
    ("edit", "sequence"),
    [
        (edit_event(3, happened_at=datetime(2026, 11, 1, tzinfo=UTC)), 3),
        (edit_event(3, recorded_at=datetime(2026, 11, 1, tzinfo=UTC)), 3),
        (edit_event(3, actor="staff:9"), 3),
        (edit_event(3, kind="told"), 3),
        (edit_event(4, about="path"), 4),
        (edit_event(4, days=9), 4),
        (rewrite_words, 5),
        (edit_event(5, office_id="dg-humen"), 5),
        (edit_event(4, hash="0" * 32), 4),
        (edit_event(4, detail_hash="0" * 32), 4),
        (drop_event(1), 1),
        (drop_event(3), 3),
        (drop_event(5), 0),
        (edit_case(event_count=4), 0),
        (edit_case(state="closed"), 0),
        (edit_case(number="DG2026112300999"), 1),
        (spoil_words, 3),
        (swap_events, 2),
    ],
)
def test_any_edit_is_found(
    db: Session, case_services: CaseServices, case: Case, edit: Edit, sequence: int
) -> None:
    assert list(verify_chain(db, case_services.vault)) == []
    edit(db, case)
    db.flush()
    db.expire_all()
    faults = list(verify_chain(db, case_services.vault))
    assert sequence in {fault.sequence for fault in faults}


def test_a_fault_names_the_case_and_leaves_the_others_alone(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    a_message(db, case_services, clock.now())
    number = case.number
    edit_event(4, actor="staff:9")(db, case)
    db.expire_all()
    assert list(verify_chain(db, case_services.vault, batch=1)) == [
        ChainFault(number, 4, "changed")
    ]


def test_another_key_does_not_make_the_same_chain(
    db: Session, case_services: CaseServices, case: Case
) -> None:
    event = list_events(db, case)[0]
    assert event.hash != Vault("another key of 32 characters or more").keyed_hash("")
    assert list(verify_chain(db, Vault("another key of 32 characters or more"))) != []


def test_an_event_lies_neither_in_the_future_nor_before_the_case(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    for wrong in (timedelta(seconds=1), timedelta(days=-1)):
        with pytest.raises(InputError):
            record_event(
                db,
                case_services,
                case,
                EventKind.NOTED,
                "staff:1",
                clock.now(),
                happened_at=clock.now() + wrong,
            )


def test_a_seal_shows_when_a_whole_case_or_a_tail_has_vanished(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    other = a_message(db, case_services, clock.now())
    assert seal_record(db, clock.now()) == 0
    clock.advance(timedelta(days=3))
    assert seal_record(db, clock.now()) == 3
    assert seal_record(db, clock.now()) == 0
    assert list(verify_seals(db, case_services.vault)) == []
    last = list_events(db, case)[-1]
    drop_event(last.sequence)(db, case)
    edit_case(event_count=last.sequence - 1, head_hash=last.prev_hash, state="accepted")(db, case)
    db.execute(delete(CaseEvent).where(CaseEvent.case_id == other.id))
    db.connection().execute(delete(table_of(Case)).where(Case.id == other.id))
    db.expire_all()
    assert list(verify_chain(db, case_services.vault)) == []
    assert [day.isoformat() for day in verify_seals(db, case_services.vault)] == ["2026-11-23"]


def test_a_missing_seal_is_found(
    db: Session, case_services: CaseServices, clock: FixedClock, case: Case
) -> None:
    assert case.is_open
    clock.advance(timedelta(days=3))
    seal_record(db, clock.now())
    db.execute(text("DELETE FROM record_seals WHERE day = '2026-11-24'"))
    db.expire_all()
    assert [day.isoformat() for day in verify_seals(db, case_services.vault)] == ["2026-11-25"]

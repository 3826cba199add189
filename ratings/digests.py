"""The text that each office head gets when a month's ranking is frozen or revised."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from config.offices import Office
from core.clock import Clock
from core.database import Database
from core.errors import InputError
from core.phones import parse_phone
from outbox.models import OutgoingText
from outbox.operations import TextOrder, enqueue_text
from ratings.documents import load_document
from ratings.models import FrozenRanking
from ratings.monthly import find_frozen
from ratings.periods import month_of, shift_month
from ratings.ranking import Standing
from ratings.wordings import wording

_MONTHS_BACK = 2


def send_digests(database: Database, clock: Clock, case_services: CaseServices) -> dict[str, int]:
    """Queue each office head's text for the latest frozen months; once a month and revision.

    The outbox holds them until the allowed hours. Offices without a head's number get none.
    """
    now = clock.now()
    counts = {"digests": 0}
    with database.write() as db:
        for back in range(1, _MONTHS_BACK + 1):
            frozen = find_frozen(db, shift_month(month_of(now), -back))
            if frozen is not None:
                orders = _orders(case_services, frozen)
                counts["digests"] += sum(_queue(db, order, clock) for order in orders)
    return counts


def digest_words(office_name: str, month: str, standing: Standing) -> str:
    """The digest of one office, in Chinese: offices are written to in Chinese."""
    counts, number = standing.counts, int(month[-2:])
    if standing.rank is None:
        return wording(
            "zh",
            "text.digest_unranked",
            month=number,
            office=office_name,
            ratings=counts.ratings,
        )
    return wording(
        "zh",
        "text.digest",
        month=number,
        office=office_name,
        rank=standing.rank,
        change=change_words("zh", standing.rank_change),
        score=standing.score,
        ratings=counts.ratings,
        bad=counts.bad,
    )


def change_words(language: str, change: int | None) -> str:
    """A change of rank in words."""
    if change is None:
        return wording(language, "change.new")
    if change == 0:
        return wording(language, "change.same")
    return wording(language, "change.up" if change > 0 else "change.down", places=abs(change))


def _orders(case_services: CaseServices, frozen: FrozenRanking) -> list[TextOrder]:
    standings = load_document(frozen.document).standings
    orders = (
        _order(case_services, case_services.offices.find(s.office_id), frozen, s) for s in standings
    )
    return [order for order in orders if order is not None]


def _order(
    case_services: CaseServices, office: Office | None, frozen: FrozenRanking, standing: Standing
) -> TextOrder | None:
    if office is None or office.head_phone is None:
        return None
    try:
        phone = parse_phone(office.head_phone).e164
    except InputError:
        return None
    return TextOrder(
        phone=phone,
        phone_key=case_services.vault.keyed_hash(phone),
        words=digest_words(office.name_zh, frozen.period, standing),
        kind="digest",
        language="zh",
        key=f"digest:{frozen.period}:{frozen.revision}:{office.id}",
    )


def _queue(db: Session, order: TextOrder, clock: Clock) -> bool:
    """Queue unless it was queued before."""
    if db.scalar(select(exists().where(OutgoingText.key == order.key))):
        return False
    return enqueue_text(db, order, clock.now()) is not None

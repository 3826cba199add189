"""Handing daily seals over to others, and checking the time stamps that came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import RecordSeal
from casework.seal_exports import SealExport, list_unexported, note_export, statement_of
from casework.wordings import wordings
from core.encryption import Vault
from core.errors import ProviderError
from core.jobs import Counts, JobContext
from core.phones import parse_phone
from outbox.operations import TextOrder, enqueue_text
from providers.seal_targets import SealTarget, TimeStampAuthority

log = structlog.get_logger()
_TEXTS = "texts"


class SealContext(JobContext, Protocol):
    """What handing over needs: to whom, as targets and as phones that get texts."""

    @property
    def vault(self) -> Vault: ...

    @property
    def seal_targets(self) -> tuple[SealTarget, ...]: ...

    @property
    def seal_phones(self) -> tuple[str, ...]: ...


def hand_over_seals(context: SealContext) -> Counts:
    """Hand over every seal to everybody who has not got it; how many, and how many failed.

    One that fails is tried again at the next run, and holds the target's later ones back.
    """
    counts = {"exported": 0, "failed": 0}
    for target in context.seal_targets:
        with context.database.read() as db:
            waiting = [(s.day, statement_of(s)) for s in list_unexported(db, target.name)]
        for day, statement in waiting:
            try:
                receipt = target.hand_over(day, statement)
            except ProviderError as error:
                counts["failed"] += 1
                log.error("seal not handed over", target=target.name, why=str(error))
                break
            with context.database.write() as db:
                note_export(db, day, target.name, receipt, context.clock.now())
            counts["exported"] += 1
    with context.database.write() as db:
        counts["exported"] += _queue_texts(db, context)
    return counts


def verify_stamps(db: Session, authority: TimeStampAuthority) -> Iterator[str]:
    """Stamps that do not fit the seal that they were made for, in words."""
    stamped = select(SealExport, RecordSeal).join(RecordSeal, RecordSeal.day == SealExport.day)
    for export, seal in db.execute(stamped.where(SealExport.target == authority.name)):
        if not authority.is_stamp_of(export.receipt, statement_of(seal)):
            yield f"the time stamp of {seal.day} does not fit its seal"


def _queue_texts(db: Session, context: SealContext) -> int:
    """Text the newest hashes to the named persons: by them a seal is known again."""
    phones, now = context.seal_phones, context.clock.now()
    waiting = list_unexported(db, _TEXTS) if phones else []
    for seal in waiting:
        for phone in phones:
            enqueue_text(db, _order(context.vault, seal, phone), now)
        note_export(db, seal.day, _TEXTS, "", now)
    return len(waiting)


def _order(vault: Vault, seal: RecordSeal, phone: str) -> TextOrder:
    e164 = parse_phone(phone).e164
    key = vault.keyed_hash(e164)
    return TextOrder(
        phone=e164,
        phone_key=key,
        words=wordings("zh", "seal")["handed_over"].format(
            day=seal.day, hash=seal.hash, number=seal.ledger_number, ledger=seal.ledger_hash
        ),
        kind="staff_notice",
        language="zh",
        key=f"seal/{seal.day}/{key[:12]}",
    )

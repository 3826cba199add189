"""Erasing one citizen's data: proposed by one administrator, decided and done by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.independence import require_second_person
from casework.case_services import Actor
from casework.erasure import ERASABLE, erase_case_values
from casework.models import Attachment, Case
from config.retention import RetentionPolicy
from core.encryption import Vault
from core.errors import ConflictError, InputError, PermissionDeniedError
from core.phones import parse_phone
from privacy.deleting import Ground, delete_rows, prove
from privacy.holdings import CASE_KINDS, HOLDINGS, Holding
from privacy.models import ErasureRequest, RequestState
from privacy.queries import find_citizen, kind_of_case, rows_of

PERMISSION = "privacy.erase"
MAX_REASON = 500


class RemoveFile(Protocol):
    """Removes the stored bytes of a recording or picture for good; gone already is fine."""

    def __call__(self, attachment: Attachment, /) -> None: ...


_CASES = {
    kind: Holding("cases", kind, "closed_at", blanks=("phone_key",))
    for kind in sorted(set(CASE_KINDS.values()))
}


@dataclass(frozen=True)
class Eraser:
    """What erasing works with: the policy that rules, and how stored files are removed."""

    policy: RetentionPolicy
    remove_file: RemoveFile


def propose_erasure(
    db: Session, vault: Vault, phone: str, reason: str, actor: Actor, now: datetime
) -> ErasureRequest:
    """Note a citizen's request; nothing is erased yet.

    Raises PermissionDeniedError without the permission, InputError for a number that cannot be
    read or a reason that is missing or too long, ConflictError when one waits already.
    """
    _require(actor)
    if not 1 <= len(reason.strip()) <= MAX_REASON:
        raise InputError("Say how the citizen asked, in at most 500 characters.", "reason")
    number = parse_phone(phone).e164
    phone_key = vault.keyed_hash(number)
    if _waits(db, phone_key):
        raise ConflictError("A request for this number waits already.")
    request = ErasureRequest(
        phone=number,
        phone_key=phone_key,
        reason=reason.strip(),
        state=RequestState.PROPOSED,
        proposed_by=actor.id,
        proposed_at=now,
    )
    db.add(request)
    db.flush()
    return request


def refuse_erasure(
    db: Session, request: ErasureRequest, actor: Actor, now: datetime
) -> ErasureRequest:
    """Refuse a request; also who proposed it may take it back. Raises as ``approve_erasure``."""
    _require(actor)
    _require_waiting(request)
    _decide(request, RequestState.REFUSED, actor, now)
    request.phone = None
    db.flush()
    return request


def approve_erasure(
    db: Session, eraser: Eraser, request: ErasureRequest, actor: Actor, now: datetime
) -> ErasureRequest:
    """Erase what the law lets be erased, with proofs and tombstones, and say what it keeps.

    Raises PermissionDeniedError without the permission, ConflictError for one's own proposal or a
    decided one.
    """
    _require(actor)
    _require_waiting(request)
    require_second_person(db, request.proposed_by, actor.id, now)
    by = f"{request.proposed_by} {actor.id}"
    ground = Ground(f"request/{request.id}", by, eraser.policy.from_on)
    request.outcome = _erase(db, eraser, request.phone_key or "", ground, now)
    _decide(request, RequestState.DONE, actor, now)
    request.phone = None
    db.flush()
    return request


def erase_case(
    db: Session, case: Case, remove_file: RemoveFile, ground: Ground, now: datetime
) -> None:
    """Erase the personal values of a case, the words of its events and its files, and prove it."""
    prove(db, _CASES[kind_of_case(case)], [case], ground, now)
    for attachment in case.attachments:
        if attachment.storage_path is not None:
            remove_file(attachment)
            attachment.storage_path = None
    case.erased_at = now
    erase_case_values(db, case, ERASABLE, ground.by, ground.why, now)
    texts = next(holding for holding in HOLDINGS if holding.table == "outgoing_texts")
    model = texts.model
    sent = db.scalars(
        select(model).where(model.case_number == case.number, model.phone_key != "")
    ).all()
    delete_rows(db, texts, sent, ground, now)


def _erase(
    db: Session, eraser: Eraser, phone_key: str, ground: Ground, now: datetime
) -> dict[str, Any]:
    data = find_citizen(db, phone_key)
    erased: dict[str, int] = {}
    stored: dict[str, str] = {}
    for case in data.cases:
        law = retention_reason(eraser.policy, case)
        if law or case.erased_at is not None:
            stored |= {case.number: law} if law else {}
            continue
        erase_case(db, case, eraser.remove_file, ground, now)
        erased["cases"] = erased.get("cases", 0) + 1
    for holding in HOLDINGS:
        rows = [row for row in rows_of(db, holding, phone_key) if _may_go(holding, row, stored)]
        if delete_rows(db, holding, rows, ground, now) is not None:
            erased[holding.table] = len(rows)
    return {"erased": erased, "kept": stored}


def _may_go(holding: Holding, row: Any, stored: dict[str, str]) -> bool:
    if holding.table == "erasure_requests":
        return bool(row.state != RequestState.PROPOSED)
    if holding.table == "inbound_texts" and row.outcome == "waiting":
        return False
    return holding.without is None or getattr(row, holding.without) not in stored


def retention_reason(policy: RetentionPolicy, case: Case) -> str:
    """The law that keeps a case, ``open`` while it is worked on, or empty."""
    if case.is_open:
        return "open"
    kind = policy.kinds[kind_of_case(case)]
    return kind.law if kind.is_statutory else ""


def _decide(request: ErasureRequest, state: RequestState, actor: Actor, now: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, actor.id, now


def _require(actor: Actor) -> None:
    if not actor.may(PERMISSION):
        raise PermissionDeniedError(f"{PERMISSION} is needed.")


def _require_waiting(request: ErasureRequest) -> None:
    if request.state != RequestState.PROPOSED:
        raise ConflictError("This was decided already.")


def _waits(db: Session, phone_key: str) -> bool:
    waiting = select(ErasureRequest.id).where(
        ErasureRequest.phone_key == phone_key, ErasureRequest.state == RequestState.PROPOSED
    )
    return db.scalar(waiting.limit(1)) is not None

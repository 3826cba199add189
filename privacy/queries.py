"""One citizen's data: found by their number, and put together for them to see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casework.models import Case
from core.encryption import Vault
from core.phones import mask
from privacy.holdings import CASE_KINDS, HOLDINGS, KEPT, Holding, model_of
from privacy.models import DeletionProof, ErasureRequest, RequestState

# What leads to nobody and says nothing to a citizen: keys, hashes, leases, costs.
_TECHNICAL = (
    "_key", "_hash", "_salt", "sha256", "prev_hash", "hash", "key", "head_hash", "tombstone",
    "lease_until", "storage_path", "version", "calendar_fingerprint", "request_key", "state_since",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Rows of one table that belong to the citizen."""

    holding: Holding
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class CitizenData:
    """All that is held of one number. ``cases`` with everything in their files; ``others`` by
    table; ``wishes``: whether texts were refused."""

    phone_key: str
    cases: tuple[Case, ...]
    others: tuple[Found, ...]
    has_opted_out: bool

    @property
    def counts(self) -> dict[str, int]:
        """Rows by table."""
        counts = {found.holding.table: len(found.rows) for found in self.others if found.rows}
        return {"cases": len(self.cases), **counts} if self.cases else counts

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self.counts or self.has_opted_out)


def find_citizen(db: Session, phone_key: str) -> CitizenData:
    """All that is held of one number, the oldest first."""
    cases = db.scalars(select(Case).where(Case.phone_key == phone_key).order_by(Case.id)).all()
    others = [Found(holding, tuple(rows_of(db, holding, phone_key))) for holding in HOLDINGS]
    opted_out = model_of(next(iter(KEPT)))
    has_opted_out = db.get(opted_out, phone_key) is not None
    return CitizenData(phone_key, tuple(cases), tuple(others), has_opted_out)


def rows_of(db: Session, holding: Holding, phone_key: str) -> Sequence[Any]:
    """The citizen's rows of one holding, in order of their keys."""
    model = holding.model
    query = select(model).order_by(*inspect(model).primary_key)
    if holding.found_by == "phone_key":
        return db.scalars(query.where(model.phone_key == phone_key)).all()
    if holding.found_by == "conversation_id":
        turns = model_of("taken_turns")
        own = select(turns.conversation_id).where(turns.phone_key == phone_key)
        return db.scalars(query.where(model.conversation_id.in_(own))).all()
    return []


def export_citizen(data: CitizenData, vault: Vault, now: datetime) -> dict[str, Any]:
    """Everything as JSON-able values, for the citizen to have (个人信息保护法第四十五条)."""
    phones = {row.phone for found in data.others for row in found.rows if _has_phone(row)}
    phones |= {case.phone for case in data.cases if case.phone}
    own = sorted(phone for phone in phones if phone and vault.keyed_hash(phone) == data.phone_key)
    return {
        "made_at": now.isoformat(timespec="seconds"),
        "phone": own[0] if own else None,
        "texts_refused": data.has_opted_out,
        "cases": [_case_file(case) for case in data.cases],
        **{f.holding.table: [_plain_row(row) for row in f.rows] for f in data.others if f.rows},
    }


def kind_of_case(case: Case) -> str:
    """The kind of data that a case's file is, as config/retention.yaml names it."""
    return CASE_KINDS[case.kind]


def list_requests(db: Session, state: RequestState | None = None) -> list[ErasureRequest]:
    """Requests to erase, the newest first."""
    query = select(ErasureRequest).order_by(ErasureRequest.id.desc()).limit(200)
    if state is not None:
        query = query.where(ErasureRequest.state == state)
    return list(db.scalars(query))


def list_proofs(db: Session, *, limit: int = 200) -> list[DeletionProof]:
    """Proofs of what was deleted, the newest first."""
    return list(db.scalars(select(DeletionProof).order_by(DeletionProof.id.desc()).limit(limit)))


def masked_phone(request: ErasureRequest) -> str:
    """The number of a request without its middle; empty once it was erased."""
    return mask(request.phone) if request.phone else ""


def _has_phone(row: Any) -> bool:
    return bool(getattr(row, "phone", None))


def _case_file(case: Case) -> dict[str, Any]:
    return {
        **_plain_row(case),
        "events": [_plain_row(event) for event in case.events],
        "attachments": [_plain_row(attachment) for attachment in case.attachments],
    }


def _plain_row(row: Any) -> dict[str, Any]:
    mapper = inspect(type(row))
    names = [mapper.get_property_by_column(column).key for column in mapper.local_table.columns]
    shown = [name for name in names if not name.endswith(_TECHNICAL)]
    return {name: _plain(getattr(row, name)) for name in shown}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return str(value)
    return str(value) if isinstance(value, str) else value

"""Whether all covered rows are as the ledger has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapper, Session

from core.database import table_of
from core.encryption import Vault
from core.ledger import (
    LedgerCoverage,
    LedgerEntry,
    LedgerHead,
    covered_mappers,
    digest_of,
    hash_entry,
    hash_head,
)
from core.ledger_rows import CoveredRow, coverage_of, name_of, read_rows
from core.record_key import RecordMac, record_mac

_BATCH = 500
_ENTRIES = table_of(LedgerEntry)


@dataclass(frozen=True)
class LedgerFault:
    """A row, or an entry of the ledger itself (table ``ledger_entries``), that was changed."""

    table: str
    row: str
    reason: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.reason}"


def verify_ledger(db: Session, vault: Vault | None = None) -> Iterator[LedgerFault]:
    """Every fault: entries that do not follow each other, rows that are not as their newest entry
    says, rows without an entry and entries without a row. Nothing when all is whole."""
    mac = record_mac(db, vault)
    yield from _verify_chain(db, mac)
    covers = {row.id: row.columns.split() for row in db.scalars(select(LedgerCoverage))}
    for mapper in covered_mappers():
        yield from _verify_rows(db, mac, mapper, covers)
        yield from _verify_none_gone(db, mapper)


def _verify_chain(db: Session, mac: RecordMac) -> Iterator[LedgerFault]:
    number, prev_hash = 0, ""
    for entry in db.execute(select(_ENTRIES).order_by(_ENTRIES.c.number)).yield_per(_BATCH):
        number += 1
        if entry.number != number or entry.prev_hash != prev_hash:
            yield LedgerFault("ledger_entries", str(entry.number), "an entry before it is missing")
            number = entry.number
        if entry.hash != hash_entry(mac, entry._asdict()):
            yield LedgerFault("ledger_entries", str(entry.number), "changed")
        prev_hash = entry.hash
    head = db.get(LedgerHead, 1)
    known = (0, "", hash_head(mac, 0, "")) if head is None else (head.number, head.hash, head.mac)
    if known != (number, prev_hash, hash_head(mac, number, prev_hash)):
        yield LedgerFault("ledger_entries", str(number), "the end was cut off")


def _verify_rows(
    db: Session, mac: RecordMac, mapper: Mapper[Any], covers: dict[str, list[str]]
) -> Iterator[LedgerFault]:
    present = coverage_of(mapper)
    for keys in _batches_of_keys(db, mapper):
        newest = _newest_entries(db, present.table.name, [name_of(key) for key in keys])
        by_covers: dict[str, list[tuple[Any, ...]]] = {}
        for key in keys:
            entry = newest.get(name_of(key))
            if entry is None or entry.change == "deleted":
                yield LedgerFault(present.table.name, name_of(key), "never recorded")
            else:
                by_covers.setdefault(entry.covers, []).append(key)
        for covered, of_them in by_covers.items():
            coverage = present.of_columns(covers.get(covered, ()))
            for row in read_rows(db, coverage, of_them):
                reason = _reason_against(mac, present.table.name, row, newest[name_of(row.key)])
                if reason:
                    yield LedgerFault(present.table.name, name_of(row.key), reason)


def _reason_against(mac: RecordMac, table: str, row: CoveredRow, entry: Any) -> str:
    if row.moved:
        return f"{', '.join(row.moved)} does not belong to this row"
    digest = digest_of(mac, table, name_of(row.key), entry.salt or "", row.values)
    return "" if digest == entry.digest else "changed"


def _verify_none_gone(db: Session, mapper: Mapper[Any]) -> Iterator[LedgerFault]:
    table = coverage_of(mapper).table.name
    last = ""
    while names := _names_after(db, table, last):
        newest = _newest_entries(db, table, names)
        stored = {name_of(key) for key in _keys_named(db, mapper, names)}
        for name in names:
            if name not in stored and newest[name].change != "deleted":
                yield LedgerFault(table, name, "deleted")
        last = names[-1]


def _names_after(db: Session, table: str, last: str) -> list[str]:
    names = (
        select(_ENTRIES.c.row_name)
        .where(_ENTRIES.c.table_name == table, _ENTRIES.c.row_name > last)
        .distinct()
        .order_by(_ENTRIES.c.row_name)
        .limit(_BATCH)
    )
    return list(db.scalars(names))


def _keys_named(db: Session, mapper: Mapper[Any], names: list[str]) -> list[tuple[Any, ...]]:
    """Primary keys that are there, of those with these names."""
    primary = mapper.primary_key
    parts = [name.split("|") for name in names]
    query = select(*primary)
    for place, column in enumerate(primary):
        kind = column.type.python_type
        query = query.where(column.in_([kind(part[place]) for part in parts]))
    return [tuple(row) for row in db.execute(query)]


def _newest_entries(db: Session, table: str, names: list[str]) -> dict[str, Any]:
    newest = (
        select(func.max(_ENTRIES.c.number))
        .where(_ENTRIES.c.table_name == table, _ENTRIES.c.row_name.in_(names))
        .group_by(_ENTRIES.c.row_name)
    )
    rows = db.execute(select(_ENTRIES).where(_ENTRIES.c.number.in_(newest)))
    return {row.row_name: row for row in rows}


def _batches_of_keys(db: Session, mapper: Mapper[Any]) -> Iterator[list[tuple[Any, ...]]]:
    keys = [tuple(row) for row in db.execute(select(*mapper.primary_key))]
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]

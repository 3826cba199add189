"""The ledger: a keyed hash of the present values of each row that must not change unseen.

A mapped class with ``__ledger__`` is covered. When a unit of work that wrote such rows is about to
commit, each of them gets one entry: a salted HMAC of all its covered values, in plain, chained to
the entry before. Whoever edits, deletes, inserts or exchanges rows without the record's key leaves
a row that does not fit its newest entry, or a gap in the chain; ``core.ledger_check`` finds it.

Older entries of a row lose their salts when a newer one is written, so that a value that was
lawfully erased cannot even be guessed at; the chain covers the hashes and stays valid. An erasure
and a deletion leave an entry that says so, by whom and why: the signed tombstone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, Index, SmallInteger, String, Text, event, inspect, select, update
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from core.canonical import canonical_json
from core.database import Base, KeyedHash, hold, table_of
from core.ledger_rows import Coverage, CoveredRow, coverage_of, name_of, read_rows
from core.record_key import RecordMac, record_mac

_PENDING = "ledger_pending"
_NOTES = "ledger_notes"
_BATCH = 500


class LedgerEntry(Base):
    """What one row was at one commit. ``change``: written, erased, deleted or adopted.

    ``covers`` names the columns (``LedgerCoverage``); ``note`` says by whom and why something was
    erased. ``salt`` is None once a newer entry of the same row stands.
    """

    __tablename__ = "ledger_entries"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String(48))
    row_name: Mapped[str] = mapped_column(String(96))
    change: Mapped[str] = mapped_column(String(16))
    covers: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(240), default="")
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(KeyedHash)
    prev_hash: Mapped[str] = mapped_column(KeyedHash)
    hash: Mapped[str] = mapped_column(KeyedHash)

    __table_args__ = (Index("ix_ledger_entries_row", "table_name", "row_name", "number"),)


class LedgerHead(Base):
    """The newest entry, so that an end that was cut off is seen."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(KeyedHash)
    mac: Mapped[str] = mapped_column(KeyedHash)


class LedgerCoverage(Base):
    """Names of columns that entries cover. The id is a hash of them."""

    __tablename__ = "ledger_coverages"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    columns: Mapped[str] = mapped_column(Text)


class Ledgered:
    """A covered class. ``__ledger__`` names columns that are left out, being caches."""

    __ledger__: ClassVar[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class _Pending:
    """A row that was written or deleted in this unit of work."""

    mapper: Mapper[Any]
    key: tuple[Any, ...]
    is_deleted: bool = False


_ENTRIES, _HEAD, _COVERAGES = table_of(LedgerEntry), table_of(LedgerHead), table_of(LedgerCoverage)


def covered_mappers() -> list[Mapper[Any]]:
    """All classes that the ledger covers, by table."""
    mappers = [m for m in Base.registry.mappers if is_covered(m)]
    return sorted(mappers, key=lambda mapper: str(mapper.local_table))


def is_covered(mapper: Mapper[Any]) -> bool:
    """Whether rows of the class stand in the ledger."""
    return issubclass(mapper.class_, Ledgered)


def note_rows(db: Session, model: type[Base], keys: Iterable[Any]) -> None:
    """Enter rows that were written by a statement of its own; ``keys`` are primary keys."""
    mapper = cast("Mapper[Any]", inspect(model))
    for key in keys:
        _pending(db)[_Pending(mapper, key if isinstance(key, tuple) else (key,))] = None


def note_erasure(db: Session, target: Base, by: str, why: str) -> None:
    """Say in the entry of this unit of work that values of ``target`` were lawfully erased."""
    mapper = cast("Mapper[Any]", inspect(type(target)))
    key = tuple(mapper.primary_key_from_instance(target))
    note_rows(db, type(target), [key])
    db.info.setdefault(_NOTES, {})[(mapper, key)] = f"erased by {by}: {why}"[:240]


def open_ledger(db: Session) -> int:
    """Take all rows that were there before the ledger into it, once; how many.

    Nothing is taken in later: a row that then stands without an entry is a fault.
    """
    if db.get(LedgerHead, 1) is not None:
        return 0
    db.info[_NOTES] = {None: "adopted"}
    for mapper in covered_mappers():
        note_rows(
            db, mapper.class_, [tuple(row) for row in db.execute(select(*mapper.primary_key))]
        )
    count = len(_pending(db))
    _write_entries(db)
    if not count:
        _store_head(db, record_mac(db), 0, "")
    return count


def hash_entry(mac: RecordMac, entry: Mapping[str, Any]) -> str:
    """The hash that an entry must carry: all but the salt, which may go."""
    names = ("number", "table_name", "row_name", "change", "covers", "note", "digest", "prev_hash")
    return mac.hash(canonical_json({name: entry[name] for name in names}))


def hash_head(mac: RecordMac, number: int, hash_: str) -> str:
    """What the head must carry."""
    return mac.hash(f"ledger head {number} {hash_}")


def digest_of(mac: RecordMac, table: str, name: str, salt: str, values: Mapping[str, Any]) -> str:
    """The salted HMAC of a row's values."""
    return mac.hash(canonical_json({"table": table, "row": name, "values": values}), salt)


def _pending(db: Session) -> dict[_Pending, None]:
    return cast("dict[_Pending, None]", db.info.setdefault(_PENDING, {}))


def _note_flush(db: Session, _context: object) -> None:
    for target in db.new:
        _note(db, target)
    for target in db.dirty:
        if _has_covered_change(target):
            _note(db, target)
    for target in db.deleted:
        _note(db, target, is_deleted=True)


def _note(db: Session, target: object, *, is_deleted: bool = False) -> None:
    mapper = cast("Mapper[Any]", inspect(type(target)))
    if is_covered(mapper):
        key = tuple(mapper.primary_key_from_instance(target))
        _pending(db)[_Pending(mapper, key, is_deleted)] = None


def _has_covered_change(target: object) -> bool:
    mapper = cast("Mapper[Any]", inspect(type(target)))
    if not is_covered(mapper):
        return False
    names = {mapper.get_property_by_column(c).key for c in coverage_of(mapper).columns}
    attributes = inspect(target).attrs
    return any(attributes[name].history.has_changes() for name in names)


def _forget(db: Session) -> None:
    db.info.pop(_PENDING, None)
    db.info.pop(_NOTES, None)


def _refuse_bulk(state: Any) -> None:
    """A statement that changes covered rows would leave them without entries."""
    mapper = state.bind_mapper
    if mapper is None or not is_covered(mapper) or not (state.is_update or state.is_delete):
        return
    raise RuntimeError(f"{mapper.class_.__name__} is covered by the ledger: change its objects.")


def _write_entries(db: Session) -> None:
    if db.in_nested_transaction():
        return
    db.flush()
    pending: dict[_Pending, None] = db.info.pop(_PENDING, {})
    notes = db.info.pop(_NOTES, {})
    if not pending:
        return
    mac = record_mac(db)
    number, prev_hash = _take_head(db)
    by_mapper: dict[Mapper[Any], list[_Pending]] = {}
    for row in pending:
        by_mapper.setdefault(row.mapper, []).append(row)
    for mapper, rows in by_mapper.items():
        coverage = coverage_of(mapper)
        _ensure_coverage(db, coverage)
        made = iter(_entries_of(db, mac, coverage, rows, notes))
        while entries := list(islice(made, _BATCH)):
            for entry in entries:
                number += 1
                entry |= {"number": number, "prev_hash": prev_hash}
                prev_hash = entry["hash"] = hash_entry(mac, entry)
            _forget_salts(db, coverage, entries)
            db.execute(_ENTRIES.insert(), entries)
    _store_head(db, mac, number, prev_hash)


def _entries_of(
    db: Session,
    mac: RecordMac,
    coverage: Coverage,
    rows: list[_Pending],
    notes: Mapping[Any, str],
) -> Iterable[dict[str, Any]]:
    gone = {row.key for row in rows if row.is_deleted}
    stored = list(dict.fromkeys(row.key for row in rows if row.key not in gone))
    for start in range(0, len(stored), _BATCH):
        for row in read_rows(db, coverage, stored[start : start + _BATCH]):
            note = notes.get((coverage.mapper, row.key), "")
            change = notes.get(None) or ("erased" if note else "written")
            yield _entry(mac, coverage, row, change, note)
    for key in gone:
        note = notes.get((coverage.mapper, key), "")
        yield _entry(mac, coverage, CoveredRow(key, {}), "deleted", note)


def _entry(
    mac: RecordMac, coverage: Coverage, row: CoveredRow, change: str, note: str
) -> dict[str, Any]:
    name, salt = name_of(row.key), secrets.token_hex(16)
    return {
        "table_name": coverage.table.name,
        "row_name": name,
        "change": change,
        "covers": coverage.id,
        "note": note,
        "salt": salt,
        "digest": digest_of(mac, coverage.table.name, name, salt, row.values),
    }


def _forget_salts(db: Session, coverage: Coverage, entries: list[dict[str, Any]]) -> None:
    """Take the salts off the older entries of these rows."""
    older = update(_ENTRIES).where(
        _ENTRIES.c.table_name == coverage.table.name,
        _ENTRIES.c.row_name.in_([entry["row_name"] for entry in entries]),
        _ENTRIES.c.salt.is_not(None),
    )
    db.execute(older.values(salt=None))


def _take_head(db: Session) -> tuple[int, str]:
    """Number and hash of the newest entry, locked until the end: writers of entries queue here."""
    head = select(_HEAD.c.number, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update()
    found = db.execute(head).one_or_none()
    if found is None:
        hold(db, "ledger head")
        found = db.execute(head).one_or_none()
    return (0, "") if found is None else (found.number, found.hash)


def _store_head(db: Session, mac: RecordMac, number: int, hash_: str) -> None:
    values = {"number": number, "hash": hash_, "mac": hash_head(mac, number, hash_)}
    if not db.execute(update(_HEAD).where(_HEAD.c.id == 1).values(values)).rowcount:  # type: ignore[attr-defined]
        db.execute(_HEAD.insert(), {"id": 1, **values})


def _ensure_coverage(db: Session, coverage: Coverage) -> None:
    if db.scalar(select(_COVERAGES.c.id).where(_COVERAGES.c.id == coverage.id)) is None:
        db.execute(_COVERAGES.insert(), {"id": coverage.id, "columns": " ".join(coverage.names)})


event.listen(Session, "after_flush", _note_flush)
event.listen(Session, "before_commit", _write_entries)
event.listen(Session, "after_rollback", _forget)
event.listen(Session, "do_orm_execute", _refuse_bulk)

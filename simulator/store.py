"""What outlives a restart: messages and recordings, in one SQLite file and a folder of WAVs."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    phone TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_by_phone ON records (kind, phone, position);
CREATE TABLE IF NOT EXISTS opt_outs (phone TEXT PRIMARY KEY);
"""

Record = dict[str, Any]


class Store:
    """Records by sid (JSON values) and media files; safe to use from several threads."""

    def __init__(self, directory: Path) -> None:
        self._media = directory / "recordings"
        self._media.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(directory / "simulator.sqlite3", check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def save(self, kind: str, phone: str, record: Record) -> None:
        """Write a record, new or changed; its ``sid`` is the key."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO records (sid, kind, phone, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (sid) DO UPDATE SET content = excluded.content",
                (record["sid"], kind, phone, json.dumps(record, ensure_ascii=False)),
            )

    def find(self, kind: str, sid: str) -> Record | None:
        """The record, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT content FROM records WHERE kind = ? AND sid = ?", (kind, sid)
            ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def list(self, kind: str, phone: str = "") -> list[Record]:
        """All records of a kind, oldest first, of one phone or of all."""
        with self._lock:
            rows = self._db.execute(
                "SELECT content FROM records WHERE kind = ? AND (? = '' OR phone = ?)"
                " ORDER BY position",
                (kind, phone, phone),
            ).fetchall()
        return [dict(json.loads(content)) for (content,) in rows]

    def delete(self, kind: str, sid: str) -> bool:
        """Delete a record and its media; False when there was none."""
        with self._lock, self._db:
            cursor = self._db.execute("DELETE FROM records WHERE kind = ? AND sid = ?", (kind, sid))
        self._media_path(sid).unlink(missing_ok=True)
        return cursor.rowcount > 0

    def save_media(self, sid: str, wav: bytes) -> None:
        """Keep a recording's sound."""
        self._media_path(sid).write_bytes(wav)

    def find_media(self, sid: str) -> bytes | None:
        """A recording's sound, or None."""
        path = self._media_path(sid)
        return path.read_bytes() if path.exists() else None

    def set_opted_out(self, phone: str, is_out: bool) -> None:
        """Remember or forget that a number wants no texts."""
        statement = (
            "INSERT OR IGNORE INTO opt_outs (phone) VALUES (?)"
            if is_out
            else "DELETE FROM opt_outs WHERE phone = ?"
        )
        with self._lock, self._db:
            self._db.execute(statement, (phone,))

    def is_opted_out(self, phone: str) -> bool:
        """Whether the number wants no texts."""
        with self._lock:
            row = self._db.execute("SELECT 1 FROM opt_outs WHERE phone = ?", (phone,)).fetchone()
        return row is not None

    def _media_path(self, sid: str) -> Path:
        if not sid.isalnum():
            raise ValueError("a sid has letters and digits only")
        return self._media / f"{sid}.wav"

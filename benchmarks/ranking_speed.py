"""How long the ranking of one month with 10 million ratings takes on PostgreSQL.

Run with DATABASE_URL naming an EMPTY PostgreSQL database that may be filled and emptied again:

    DATABASE_URL=postgresql+psycopg:///bench python -m benchmarks.ranking_speed [ratings]

The aim is under 10 seconds for counting, ranking and writing the document.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

from sqlalchemy import inspect, text

from casework import models as _casework  # noqa: F401  (tables that others refer to)
from core.database import Base, Database
from core.encryption import Vault
from ratings.models import Invitation, Rating
from ratings.monthly import compute_month

OFFICES = 41
MONTH = "2026-10"
AS_OF = datetime(2026, 11, 8, 1, tzinfo=UTC)
AIM_SECONDS = 10.0

FILL_RATINGS = """
INSERT INTO ratings (id, service_id, number, level, source, office_id, month, phone_key, at,
                     replaced_at)
SELECT n, n, 1, 5 - floor(power(random(), 2) * 5)::int,
       CASE WHEN n % 20 = 0 THEN 'key' ELSE 'text' END,
       'office-' || (n % :offices), :month, md5((n / 3)::text),
       timestamp '2026-10-01' + random() * interval '35 days',
       CASE WHEN n % 25 = 0 THEN timestamp '2026-11-06' END
FROM generate_series(1, :count) AS n
"""
FILL_INVITATIONS = """
INSERT INTO rating_invitations (id, service_id, office_id, month, phone_key, state, awaits,
                                has_asked_again, created_at, queued_at)
SELECT n, n, 'office-' || (n % :offices), :month, md5((n / 3)::text), 'answered', 'nothing',
       false, timestamp '2026-10-05', timestamp '2026-10-05'
FROM generate_series(1, :count) AS n
"""


def main() -> int:
    """Fill, measure three times, empty. Returns 0 when the aim is met."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgresql"):
        print("DATABASE_URL must name an empty PostgreSQL database.")
        return 2
    database = Database(url, Vault("only for this benchmark, 32 characters"))
    if inspect(database.engine).get_table_names():
        print("The database is not empty; nothing was done.")
        return 2
    Base.metadata.create_all(database.engine)
    try:
        _fill(database, count)
        seconds = [_measure(database, count) for _ in range(3)]
    finally:
        Base.metadata.drop_all(database.engine)
        database.dispose()
    print(f"best {min(seconds):.2f} s, worst {max(seconds):.2f} s, aim {AIM_SECONDS:.0f} s")
    return 0 if max(seconds) < AIM_SECONDS else 1


def _fill(database: Database, count: int) -> None:
    start = time.monotonic()
    tables = [model.metadata.tables[model.__tablename__] for model in (Rating, Invitation)]
    with database.engine.begin() as connection:
        # The services that the rows refer to do not matter here: their check is switched off.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        values = {"count": count, "offices": OFFICES, "month": MONTH}
        indexes = [index for table in tables for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        connection.execute(text(FILL_RATINGS), values)
        connection.execute(text(FILL_INVITATIONS), values)
        for index in indexes:
            index.create(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM ANALYZE {table.name}"))
    print(f"filled with {count:,} ratings in {time.monotonic() - start:.0f} s")


def _measure(database: Database, count: int) -> float:
    start = time.monotonic()
    with database.read() as db:
        document = compute_month(db, MONTH, AS_OF)
        text_of = document.dumps()
    seconds = time.monotonic() - start
    assert document.ratings <= count
    print(f"{seconds:.2f} s for {document.ratings:,} ratings that count, {len(text_of)} bytes")
    return seconds


if __name__ == "__main__":
    raise SystemExit(main())

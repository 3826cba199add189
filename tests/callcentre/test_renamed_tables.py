"""Agents and callers that were written before their tables were renamed read as before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from app.migrations import _config, connect_to_migrate, migrate
from callcentre.models import Agent, QueuedCaller
from core.database import Database
from core.encryption import Vault

NUMBER, CITIZEN, ABOUT = "+8676922000001", "+8613800138000", "工资拖欠三个月"
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SEAT = text(
    "INSERT INTO seats (id, name, office_id, languages, address, address_key, place,"
    " availability, changed_at) VALUES (1, '一号', 'dg-bureau', '[\"zh\"]', :address, :key, 1,"
    " 'away', '2026-11-23 04:00:00')"
)
CALLER = text(
    "INSERT INTO waiting_callers (id, conversation_id, phone, language, office_ids, about, wish,"
    " holds_line, is_urgent, entered_at, declined_by, tries) VALUES (1, 'CA1', :phone, 'zh',"
    " '[\"dg-bureau\"]', :about, '', true, false, '2026-11-23 04:00:00', '[]', 0)"
)


def move(database: Database, revision: str) -> None:
    """Bring a database to a revision, up or down."""
    with connect_to_migrate(database) as connection:
        found = inspect(connection).get_table_names()
        is_new = "agents" in found
        (command.downgrade if is_new else command.upgrade)(_config(connection), revision)


def write_old_rows(database: Database, vault: Vault) -> None:
    """A seat and a waiting caller as they were written under their tables' old names."""
    key = vault.keyed_hash(NUMBER)
    with database.engine.begin() as connection:
        address = vault.encrypt_text(NUMBER, f"seats|address|{key}")
        connection.execute(SEAT, {"address": address, "key": key})
        phone = vault.encrypt_text(CITIZEN, "waiting_callers|phone|CA1")
        about = vault.encrypt_text(ABOUT, "waiting_callers|about|CA1")
        connection.execute(CALLER, {"phone": phone, "about": about})


def names_of(database: Database, table: str) -> set[str | None]:
    """The names of a table's indexes and constraints."""
    looked = inspect(database.engine)
    return {
        looked.get_pk_constraint(table)["name"],
        *(found["name"] for found in looked.get_unique_constraints(table)),
        *(found["name"] for found in looked.get_indexes(table)),
    }


def keep_through_the_renaming(database: Database, vault: Vault) -> None:
    move(database, "0015")
    write_old_rows(database, vault)
    migrate(database)
    with database.read() as db:
        agent = db.scalars(select(Agent)).one()
        caller = db.scalars(select(QueuedCaller)).one()
    assert (agent.name, agent.address, agent.changed_at) == ("一号", NUMBER, NOON)
    assert (caller.phone, caller.about, caller.is_on_phone) == (CITIZEN, ABOUT, True)
    for table in ("agents", "queued_callers"):
        names = names_of(database, table)
        assert names and all(table in str(name) for name in names)


def write_beside_the_old(database: Database, vault: Vault) -> None:
    with database.write() as db:
        db.add(
            Agent(
                name="二号", office_id="dg-bureau", languages=["zh"], address="sip:b@hotline.cn",
                address_key=vault.keyed_hash("sip:b@hotline.cn"), place=2, availability="away",
                changed_at=NOON,
            )
        )  # fmt: skip
    with database.read() as db:
        agents = db.scalars(select(Agent).order_by(Agent.id)).all()
    assert [agent.address for agent in agents] == [NUMBER, "sip:b@hotline.cn"]


def go_back(database: Database) -> None:
    move(database, "0015")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM seats")).scalar() == 2
        assert connection.execute(text("SELECT holds_line FROM waiting_callers")).scalar()
    assert "uq_seats_address_key" in names_of(database, "seats")
    assert "ix_waiting_callers_line" in names_of(database, "waiting_callers")


def test_old_rows_open_on_sqlite(tmp_path: Path, vault: Vault) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}", vault)
    keep_through_the_renaming(database, vault)
    write_beside_the_old(database, vault)
    go_back(database)
    database.dispose()


@pytest.mark.postgres
def test_old_rows_open_on_postgresql(postgres: Database, vault: Vault) -> None:
    keep_through_the_renaming(postgres, vault)
    with postgres.engine.begin() as connection:
        # The old row was written with a number of its own choice.
        connection.execute(text("SELECT setval('agents_id_seq', 1)"))
    write_beside_the_old(postgres, vault)
    go_back(postgres)

"""Signing in on PostgreSQL: the attempts of many at once are counted there too."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from accounts.operations import create_user
from accounts.queries import get_user
from accounts.second_factor import make_recovery_codes, use_code
from accounts.sessions import Ending, Source, end_sessions_of, find_session
from accounts.signing_in import Admission, SignedInUser, admit, settle
from app.migrations import migrate
from core.clock import FixedClock
from core.database import Database
from tests.staff.conftest import PASSWORD_HASH

pytestmark = pytest.mark.postgres


def add(database: Database, clock: FixedClock) -> int:
    with database.write() as db:
        return create_user(
            db, "system", clock.now(), login="agent", name="陈敏", role="agent",
            office_id="dg-bureau", password_hash=PASSWORD_HASH,
        ).id  # fmt: skip


def test_parallel_attempts_are_counted_one_by_one(postgres: Database, clock: FixedClock) -> None:
    migrate(postgres)
    add(postgres, clock)
    start, found = threading.Barrier(12), []

    def attempt() -> None:
        start.wait()
        with postgres.write() as db:
            found.append(admit(db, "agent", Source("203.0.113.1"), clock.now()))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    admitted = [one for one in found if isinstance(one, Admission)]
    assert len(admitted) == 3 and len(found) == 12


def test_a_session_begins_and_ends_and_codes_serve_once(
    postgres: Database, clock: FixedClock
) -> None:
    migrate(postgres)
    user_id, source = add(postgres, clock), Source("203.0.113.1", "Firefox", "stranger's token")
    with postgres.write() as db:
        admission = admit(db, "nul\0 AGENT ".replace("nul\0 ", "\0"), source, clock.now())
        assert isinstance(admission, Admission)
        signed_in = settle(db, admission, source, clock.now(), is_right=True)
    assert isinstance(signed_in, SignedInUser) and signed_in.browser_token != source.known_token
    with postgres.write() as db:
        session = find_session(db, signed_in.token)
        assert session is not None and session.browser == "Firefox"
        codes = make_recovery_codes(db, get_user(db, user_id), clock.now())
        user = get_user(db, user_id)
        assert [use_code(db, user, codes[0], clock.now()) for _ in range(2)] == [True, False]
        assert end_sessions_of(db, user_id, Ending.PASSWORD, clock.now()) == 1
        clock.advance(timedelta(seconds=1))
    with postgres.read() as db:
        ended = find_session(db, signed_in.token)
        assert ended is not None and ended.ended_by == "password"

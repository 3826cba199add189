"""Hashing of passwords with argon2id, a few at a time and never inside a unit of work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.database import is_in_unit_of_work
from core.errors import BusyError

HASHES_AT_ONCE = 1
"""In a process, of which there is one a core: more at once would stop the other work."""
_TIME_COST, _MEMORY_KIB = 2, 19 * 1024
"""About 20 ms of one core (OWASP Password Storage Cheat Sheet, argon2id). The lanes of the
library's default would take all cores from the calls and texts."""
_MAX_WAITING = 6
_WAIT_SECONDS = 5.0


class Passwords:
    """Hashes and checks passwords with the parameters of ``hasher``.

    At most ``at_once`` hashes run in a process, and few requests wait for their turn: the next one
    gets BusyError at once, so that sign-ins never hold all threads. Known browsers have places of
    their own, which strangers cannot fill. A hash inside a unit of work is a RuntimeError: it would
    hold the database.
    """

    def __init__(
        self, hasher: PasswordHasher | None = None, *, at_once: int = HASHES_AT_ONCE
    ) -> None:
        self._hasher = hasher or PasswordHasher(
            time_cost=_TIME_COST, memory_cost=_MEMORY_KIB, parallelism=1
        )
        self._turns = threading.BoundedSemaphore(at_once)
        self._places = {
            is_known: threading.BoundedSemaphore(at_once + _MAX_WAITING)
            for is_known in (False, True)
        }
        self._mine = threading.local()

    def hash(self, password: str) -> str:
        """The hash to store. Raises BusyError when too many wait."""
        with self.turn():
            _refuse_in_unit_of_work()
            return self._hasher.hash(password)

    def is_right(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` fits. Raises BusyError when too many wait.

        Without a stored hash (nobody of that name, or no password chosen yet) it takes as long and
        is False, so that the time taken does not tell which logins exist.
        """
        with self.turn():
            _refuse_in_unit_of_work()
            try:
                self._hasher.verify(stored or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        return bool(stored)

    @cached_property
    def _nobodys(self) -> str:
        # Made by the first check that needs it: each start of a process would wait for it.
        return self._hasher.hash("the password of nobody")

    def needs_rehash(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def turn(self, *, is_known: bool = False) -> Iterator[None]:
        """Wait for one's turn to hash; what else belongs to the sign-in can be done in it too.

        Raises BusyError when too many wait already, or the wait is too long.
        """
        if getattr(self._mine, "has_turn", False):
            yield
            return
        places = self._places[is_known]
        if not places.acquire(blocking=False):
            raise BusyError("Too many people sign in at the moment.")
        try:
            if not self._turns.acquire(timeout=_WAIT_SECONDS):
                raise BusyError("Too many people sign in at the moment.")
            self._mine.has_turn = True
            try:
                yield
            finally:
                self._mine.has_turn = False
                self._turns.release()
        finally:
            places.release()


def _refuse_in_unit_of_work() -> None:
    if is_in_unit_of_work():
        raise RuntimeError("a password was about to be hashed inside a unit of work")

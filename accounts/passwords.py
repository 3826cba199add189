"""Passwords: what is acceptable, hashing with argon2id, checking in the same time for everybody."""

from __future__ import annotations

from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InputError

SHORTEST = 12
LONGEST = 128


class Passwords:
    """Hashes and checks passwords with the parameters of ``hasher``."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(password)

    def is_right(self, kept: str | None, password: str) -> bool:
        """Whether ``password`` fits. Without a kept hash (nobody of that name) it takes as long
        and is False, so that the time taken does not tell which logins exist."""
        nobodys = self._nobodys
        try:
            self._hasher.verify(kept or nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    @cached_property
    def _nobodys(self) -> str:
        # Made by the first check, whoever it is for: each start of a process would wait for it.
        return self._hasher.hash("the password of nobody")

    def needs_rehash(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, login: str) -> None:
    """Raise InputError when a new password is too short, too long or has the login in it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError("A password has 12 to 128 characters.", "password")
    if login.lower() in password.lower():
        raise InputError("The password must not contain the login.", "password")
    if len(set(password)) < SHORTEST // 2:
        raise InputError("The password has too few different characters.", "password")

"""The code given at registration to a citizen who leaves no phone number. Pure.

It stands in for the last four digits of a phone, and has as many digits, so that the line asks for
either in one question and nobody learns which a case has.
"""

from __future__ import annotations

from core.encryption import Vault

CODE_DIGITS = 4


def hash_code(vault: Vault, case_number: str, code: str) -> str:
    """The keyed hash of the code of a case; it says nothing about the codes of other cases."""
    return vault.keyed_hash(f"{case_number}/{code}")

"""What leaves the house for an employer: the matter, and nothing by which the complainant is known.

petition-work-regulations#30 and gd-labour-inspection-regulations#35 forbid to let the
employer know who complained. A letter is therefore made of a closed list of values; the words of
the complainant, name, number, sums, days and even the case's number are none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.models import Case
from core.encryption import Vault
from core.errors import InputError

# Fewer people than these could be told by their number.
_FEW = 10


@dataclass(frozen=True)
class EmployerLetter:
    """All that a letter may say. ``reference`` leads our staff to the case, and nobody else;
    ``is_of_many``: the matter concerns ten people or more, which is said so."""

    reference: str
    employer: str
    office_id: str
    topics: tuple[str, ...]
    is_of_many: bool
    on: date


def letter_to_employer(case: Case, vault: Vault, today: date) -> EmployerLetter:
    """The letter of a case. Raises InputError when the case names no employer."""
    if not case.employer:
        raise InputError("The case names no employer.", "employer")
    people = case.people_range
    fewest = None if people is None else people.lower
    return EmployerLetter(
        reference=reference_of(vault, case.number),
        employer=case.employer,
        office_id=case.office_id,
        topics=tuple(case.topics or ([case.topic] if case.topic else [])),
        is_of_many=fewest is not None and fewest >= _FEW,
        on=today,
    )


def reference_of(vault: Vault, case_number: str) -> str:
    """Ten signs that stand for a case in letters. The case's number would tell its day, and with
    four digits of a phone how it stands."""
    return vault.keyed_hash(f"letter/{case_number}")[:10].upper()

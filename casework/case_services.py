"""What casework must be given to do its work, and who does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from config.offices import OfficeDirectory
from core.encryption import Vault
from core.reference_numbers import DrawDigits, draw_digits
from core.working_calendar import WorkingCalendar


@dataclass(frozen=True)
class CaseRules:
    """Figures of local practice that the law leaves open."""

    rolls_natural_days: bool = True
    """A period of natural days that ends on a rest day ends on the next working day."""
    urgent_people: int = 10
    urgent_amount_yuan: Decimal = Decimal(200_000)
    mass_people: int = 10
    mass_days: int = 3


@dataclass(frozen=True)
class CaseServices:
    """The parts that operations and queries of casework work with; ``draw`` draws the digits of
    numbers and codes that nobody must guess."""

    vault: Vault
    calendar: WorkingCalendar
    offices: OfficeDirectory
    rules: CaseRules = field(default_factory=CaseRules)
    draw: DrawDigits = draw_digits


@dataclass(frozen=True)
class Actor:
    """Who acts: an id for the record, permissions, and the offices within reach (None: all)."""

    id: str
    permissions: frozenset[str]
    office_ids: frozenset[str] | None = None

    def may(self, permission: str) -> bool:
        """Whether this actor has the permission."""
        return permission in self.permissions

    def reaches(self, office_id: str | None) -> bool:
        """Whether cases of this office are within reach."""
        return self.office_ids is None or office_id in self.office_ids


CITIZEN = Actor("citizen", frozenset({"case.lodge", "case.withdraw", "case.request_review"}))
"""The citizen, acting through a conversation about their own case."""

SYSTEM = Actor("system", frozenset({"case.lodge", "case.void", "case.tell"}))
"""The service itself: recordings fetched, acknowledgements sent."""

"""What the dialogue of a process works with: understanding, cases, and who can be called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from app.outside import Outside
from app.understanding import Understanding
from casework.case_services import CaseServices
from config.office_hours import OfficeHours, load_office_hours
from core.working_calendar import WorkingCalendar
from dialogue.services import Facilities


@dataclass(frozen=True)
class DialogueParts(Understanding, Outside):
    """The facilities of the dialogue, built when they are first needed."""

    @cached_property
    def case_services(self) -> CaseServices:
        """What casework works with."""
        return CaseServices(self.vault, WorkingCalendar.from_config(), self.offices)

    @cached_property
    def office_hours(self) -> OfficeHours:
        """When agents can be reached."""
        return load_office_hours()

    @property
    def duty_numbers(self) -> tuple[str, ...]:
        """Who is rung when a life is in danger and no office is open, in the order to try."""
        return self.settings.duty_addresses

    def list_agents(self, _db: Session) -> tuple[str, ...]:
        """The numbers and SIP addresses of agents."""
        return self.settings.agents

    @cached_property
    def facilities(self) -> Facilities:
        """What the dialogue works with."""
        return Facilities(
            nlu=self.nlu,
            knowledge=self.knowledge,
            case_services=self.case_services,
            office_hours=self.office_hours,
            list_agents=self.list_agents,
            list_duty_numbers=lambda: self.duty_numbers,
        )

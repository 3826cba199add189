"""What a turn may use: handed in, never fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from callcentre.opening import is_office_open
from casework.case_services import CaseServices
from config.office_hours import OfficeHours
from core.clock import local_date
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine


class ListAgents(Protocol):
    """The numbers and SIP addresses of the agents that can be called now."""

    def __call__(self, db: Session, /) -> tuple[str, ...]: ...


class ListDutyNumbers(Protocol):
    """The numbers that ring for somebody in danger when no agent can be had."""

    def __call__(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Facilities:
    """What stays the same from turn to turn: engines, content, directories."""

    nlu: NluEngine
    knowledge: KnowledgeBase
    case_services: CaseServices
    office_hours: OfficeHours
    list_agents: ListAgents
    list_duty_numbers: ListDutyNumbers = tuple


@dataclass(frozen=True)
class DialogueServices:
    """One turn's services: the facilities, the open transaction and the present moment."""

    facilities: Facilities
    db: Session
    now: datetime

    @property
    def is_office_open(self) -> bool:
        """Whether a person can be reached at this moment."""
        facilities = self.facilities
        return is_office_open(facilities.case_services.calendar, facilities.office_hours, self.now)

    @property
    def today(self) -> date:
        """The local day."""
        return local_date(self.now)

"""What a turn may use: handed in, never fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from config.office_hours import OfficeHours
from core.clock import local_date, to_local
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine


@dataclass(frozen=True)
class Facilities:
    """What stays the same from turn to turn: engines, content, directories.

    ``list_agents`` gives the numbers and SIP addresses of the seats that can be called now,
    ``list_duty_numbers`` those that ring for somebody in danger when no agent can be had.
    """

    nlu: NluEngine
    knowledge: KnowledgeBase
    case_services: CaseServices
    office_hours: OfficeHours
    list_agents: Callable[[Session], tuple[str, ...]]
    list_duty_numbers: Callable[[], tuple[str, ...]] = tuple


@dataclass(frozen=True)
class DialogueServices:
    """One turn's services: the facilities, the open transaction and the present moment."""

    facilities: Facilities
    db: Session
    now: datetime

    @property
    def is_office_open(self) -> bool:
        """Whether a person can be reached at this moment."""
        local = to_local(self.now)
        return self.facilities.case_services.calendar.is_working_day(
            local.date()
        ) and self.facilities.office_hours.covers(local.time())

    @property
    def today(self) -> date:
        """The local day."""
        return local_date(self.now)

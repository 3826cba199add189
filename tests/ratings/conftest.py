from __future__ import annotations

import pytest

from casework.case_services import CaseServices
from core.clock import FixedClock
from core.database import Database
from tests.ratings.hotline import Hotline


@pytest.fixture
def hotline(database: Database, case_services: CaseServices, clock: FixedClock) -> Hotline:
    return Hotline(database, case_services, clock)

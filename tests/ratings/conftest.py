from __future__ import annotations

import pytest

from casework.desk import CaseDesk
from core.clock import FixedClock
from core.database import Database
from tests.ratings.hotline import Hotline


@pytest.fixture
def hotline(database: Database, desk: CaseDesk, clock: FixedClock) -> Hotline:
    return Hotline(database, desk, clock)

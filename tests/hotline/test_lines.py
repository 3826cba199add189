"""The lines are counted truly, also when many call in the same instant."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.tables import metadata
from core.clock import FixedClock
from core.database import Database
from dialogue.services import Facilities
from hotline.turns import CallServices, answer_call

CALLERS, LINES = 24, 5


@pytest.mark.postgres
def test_on_postgresql_the_last_line_is_given_once(
    postgres: Database, clock: FixedClock, make_facilities: Callable[..., Facilities]
) -> None:
    metadata.create_all(postgres.engine)
    services = CallServices(postgres, make_facilities(), clock, LINES, lambda *_: None)
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(
            pool.map(
                lambda n: answer_call(services, f"CA{n}", f"+8613800138{n:03d}"), range(CALLERS)
            )
        )
    assert sum(answer is not None for answer in answers) == LINES

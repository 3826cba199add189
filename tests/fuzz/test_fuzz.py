"""About a minute of the fuzzer, the same values in every run; longer: ``python -m tests.fuzz``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.service import Service
from tests.fuzz.targets import TARGETS

EXAMPLES = {"sqlite": 120, "postgresql": 60}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("service", ["sqlite", "postgresql"], indirect=True)
def test_whatever_comes_in_nothing_answers_with_a_fault(
    service: Service, name: str, request: pytest.FixtureRequest
) -> None:
    target = TARGETS[name]
    examples = EXAMPLES["sqlite" if service.parts.database.is_sqlite else "postgresql"]

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.values)
    def run(value: object) -> None:
        target.check(service, value)

    run()

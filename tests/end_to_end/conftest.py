from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlu.engine import NluEngine
from tests.end_to_end.service import Service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, nlu: NluEngine) -> Iterator[Service]:
    """One running service for all tests of a worker (``nlu``: the engine is trained by then)."""
    service = Service(tmp_path_factory.mktemp("service") / "var")
    service.prepare()
    service.start()
    yield service
    if service.process is not None and service.process.poll() is None:
        service.stop()

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from nlu.engine import NluEngine
from tests.conftest import missing
from tests.end_to_end.service import Service

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, nlu: NluEngine) -> Iterator[Service]:
    """One running service for all tests of a worker (``nlu``: the engine is trained by then)."""
    service = Service(tmp_path_factory.mktemp("service") / "var")
    service.prepare()
    service.start()
    yield service
    if service.process is not None and service.process.poll() is None:
        service.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS)
        yield browser
        browser.close()

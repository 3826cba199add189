"""Addresses are given out when the first question can be answered, or it is said that it cannot."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.starting import Patience, SlowStartError, Start


class Service(ThreadingHTTPServer):
    """Health as a test sets it, and a page that is always there."""

    health: tuple[int, dict[str, Any]] = (503, {})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Service)
        status, body = self.server.health if self.path == "/health" else (200, {})
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


LEARNING = (503, {"database": True, "engine": "learning"})
READY = (200, {"database": True, "engine": "ready"})


def start_of(service: Service, *, out: io.StringIO | None = None, **patience: float) -> Start:
    return Start(
        f"{service.url}/health",
        (f"{service.url}/",),
        threading.Event(),
        lambda: None,
        Patience(**patience),
        out or io.StringIO(),
    )


def test_it_waits_until_questions_are_understood_and_shows_how_long(service: Service) -> None:
    service.health = LEARNING
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    timer = threading.Timer(1.4, lambda: setattr(service, "health", READY))
    timer.start()
    assert start_of(service, out=out).wait()
    assert "Learning the questions … 1 s" in out.getvalue()
    timer.join()


def test_it_waits_no_longer_than_people_should(service: Service) -> None:
    service.health = LEARNING
    assert not start_of(service, engine_seconds=0.3).wait()


def test_a_service_without_its_database_is_no_service(service: Service) -> None:
    service.health = (503, {"database": False, "engine": "ready"})
    with pytest.raises(SlowStartError, match="health did not answer"):
        start_of(service, serving_seconds=0.3, engine_seconds=0.1).wait()


def test_a_stopped_wait_and_a_dead_process_end_it(service: Service) -> None:
    service.health = LEARNING
    start = start_of(service)
    start.stop.set()
    assert not start.wait()

    def check() -> None:
        raise RuntimeError("the web process did not start")

    with pytest.raises(RuntimeError):
        Start(start.health_url, (), threading.Event(), check, out=io.StringIO()).wait()

"""A server that speaks as Rasa does, for tests that decide what it says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class RasaDouble:
    """A server for POST /model/parse: replies as it was told, and keeps what it was asked.

    It says nothing until ``speaks`` is set, as it is at first.
    """

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    asked: list[dict[str, str]] = field(default_factory=list)
    speaks: threading.Event = field(default_factory=threading.Event)

    def ranks(self, *intents: tuple[str, float]) -> None:
        ranking = [{"name": name, "confidence": confidence} for name, confidence in intents]
        reply = {"text": "", "intent": ranking[0], "entities": [], "intent_ranking": ranking}
        self.status, self.body = 200, json.dumps(reply).encode()


@contextmanager
def serve_double() -> Iterator[RasaDouble]:
    """A double on a loopback port."""
    double = RasaDouble()
    double.speaks.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/model/parse"
            length = int(self.headers["Content-Length"])
            double.asked.append(json.loads(self.rfile.read(length)))
            double.speaks.wait()
            self.send_response(double.status)
            self.send_header("Content-Length", str(len(double.body)))
            self.end_headers()
            self.wfile.write(double.body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        double.speaks.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""A small service for the stand-in to talk to: answers each path with what a test put there."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server


@dataclass(frozen=True)
class Visit:
    """One webhook that came in."""

    path: str
    """With its query, as it came over the wire."""
    method: str
    form: dict[str, str]
    is_signed_rightly: bool


@dataclass
class Answer:
    """What a path answers."""

    body: str
    status: int = 200
    content_type: str = "text/xml"


@dataclass
class ServiceDouble:
    """Runs on a free loopback port while it is entered."""

    token: str
    public_base_url: str
    visits: list[Visit] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._answers: dict[str, deque[Answer]] = defaultdict(deque)
        self._validator = RequestValidator(self.token)
        self._lock = threading.Lock()
        app = Flask("double")
        app.add_url_rule("/", view_func=self._answer, methods=["GET", "POST"])
        app.add_url_rule("/<path:_rest>", view_func=self._answer, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def answers(self, path: str, body: str, **more: Any) -> None:
        """Let ``path`` answer with TwiML inside <Response>; the last answer is repeated."""
        self.answers_raw(path, f"<Response>{body}</Response>", **more)

    def answers_raw(self, path: str, body: str, **more: Any) -> None:
        """Let ``path`` answer with exactly ``body``."""
        self._answers[path].append(Answer(body, **more))

    def visits_to(self, path: str) -> list[Visit]:
        """The webhooks that came to a path, whatever their query."""
        with self._lock:
            return [one for one in self.visits if one.path.split("?")[0] == path]

    def _answer(self, _rest: str = "") -> Response:
        raw = request.environ["REQUEST_URI"]
        public = self.public_base_url + raw
        given = request.headers.get("X-Twilio-Signature", "")
        is_right = self._validator.validate(public, request.form, given)
        with self._lock:
            self.visits.append(Visit(raw, request.method, request.form.to_dict(), is_right))
            queued = self._answers.get(request.path)
            if not queued:
                return Response("<Response/>", content_type="text/xml")
            answer = queued.popleft() if len(queued) > 1 else queued[0]
        return Response(answer.body, answer.status, content_type=answer.content_type)

    def __enter__(self) -> ServiceDouble:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

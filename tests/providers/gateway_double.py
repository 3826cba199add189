"""A small domestic gateway on loopback, as config/gateway.example.yaml describes one."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

from providers.gateway_settings import GatewaySettings, load_gateway

ENVIRONMENT = {
    "GATEWAY_ACCOUNT": "account-1",
    "GATEWAY_SECRET": "a-secret-for-tests",
    "GATEWAY_WEBHOOK_TOKEN": "a-token-for-tests",
}
EXAMPLE = Path(__file__).parents[2] / "config" / "gateway.example.yaml"


@dataclass
class GatewayDouble:
    """Takes signed texts, and answers what a test has prepared. Runs while it is entered."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    """Error codes for the next texts, which are then not taken."""
    statuses: list[int] = field(default_factory=list)
    """HTTP statuses for the answers to the next texts, which are taken all the same."""

    def __post_init__(self) -> None:
        app = Flask("gateway")
        app.add_url_rule("/v1/send", view_func=self._send, methods=["POST"])
        app.add_url_rule("/v1/find", view_func=self._find, methods=["POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def settings(self, **changes: Any) -> tuple[GatewaySettings, dict[str, str]]:
        """The example's settings with this gateway's address, and the secrets."""
        settings, keys = load_gateway(EXAMPLE, ENVIRONMENT)
        find = settings.find
        assert find is not None
        moved = {
            "send": settings.send.model_copy(update={"url": f"{self.url}/v1/send"}),
            "find": find.model_copy(update={"url": f"{self.url}/v1/find"}),
        }
        return settings.model_copy(update={**moved, **changes}), dict(keys)

    def _send(self) -> Response:
        self._check_signature()
        if self.codes:
            return _json({"code": self.codes.pop(0)})
        text = {**request.get_json(), "message_id": f"G{len(self.taken) + 1}"}
        self.taken.append(text)
        if self.statuses:
            return Response(status=self.statuses.pop(0))
        return _json({"code": 0, "data": {"message_id": text["message_id"]}})

    def _find(self) -> Response:
        self._check_signature()
        wanted = request.get_json()["out_id"]
        found = [text for text in self.taken if text["out_id"] == wanted]
        return _json({"code": 0, "data": {"messages": found}})

    def _check_signature(self) -> None:
        timestamp = request.headers["X-Timestamp"]
        signed = ENVIRONMENT["GATEWAY_ACCOUNT"] + timestamp + request.get_data(as_text=True)
        key = ENVIRONMENT["GATEWAY_SECRET"].encode()
        right = hmac.new(key, signed.encode(), hashlib.sha256).hexdigest()
        assert hmac.compare_digest(request.headers["X-Signature"], right)

    def __enter__(self) -> GatewayDouble:
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


def _json(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")

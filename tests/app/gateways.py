"""Two domestic gateways as a service meets them: one speaks JSON with HMACs, one forms with tokens.

Each takes the service's texts on loopback, delivers citizens' texts and reports on what it took.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Protocol
from urllib.parse import urlencode

import yaml
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.providers.gateway_double import ENVIRONMENT, EXAMPLE

Post = Callable[[str, bytes, dict[str, str]], int]
"""Post a body with headers to a path of the service; the status of its answer."""


@dataclass(frozen=True)
class TakenText:
    """A text that the service handed over."""

    sid: str
    phone: str
    words: str
    template: str


class Dialect(Protocol):
    """How a gateway speaks."""

    environment: Mapping[str, str]

    def describe(self, url: str) -> str:
        """The file for the service, with the gateway's address in it."""

    def read(self) -> TakenText | None:
        """The text of the present request, without a sid; None when it is not signed."""

    def answer(self, sid: str) -> Response:
        """What is answered for a text that was taken."""

    def inbound(
        self, sid: str, phone: str, words: str, at: datetime
    ) -> tuple[str, bytes, dict[str, str]]:
        """Path, body and headers with which a citizen's text is delivered."""

    def report(self, sid: str, at: datetime) -> tuple[str, bytes, dict[str, str]]:
        """Path, body and headers of a report that a text was delivered."""


class JsonWithHmac:
    """As config/gateway.example.yaml, with citizens' texts signed like reports."""

    environment: Mapping[str, str] = ENVIRONMENT
    _key = ENVIRONMENT["GATEWAY_SECRET"].encode()

    def describe(self, url: str) -> str:
        described = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
        described["send"]["url"], described["find"]["url"] = f"{url}/send", f"{url}/find"
        described["inbound"]["signature"] = described["reports"]["signature"]
        return yaml.safe_dump(described, allow_unicode=True)

    def read(self) -> TakenText | None:
        signed = "account-1" + request.headers["X-Timestamp"] + request.get_data(as_text=True)
        if request.headers["X-Signature"] != self._sign(signed):
            return None
        text = request.get_json()
        return TakenText("", text["mobile"], text["content"], text["template_id"])

    def answer(self, sid: str) -> Response:
        answer = {"code": 0, "data": {"message_id": sid}}
        return Response(json.dumps(answer), mimetype="application/json")

    def inbound(
        self, sid: str, phone: str, words: str, at: datetime
    ) -> tuple[str, bytes, dict[str, str]]:
        content = {"message_id": sid, "mobile": phone, "content": words}
        return self._posted("incoming", content, at)

    def report(self, sid: str, at: datetime) -> tuple[str, bytes, dict[str, str]]:
        return self._posted("status", {"reports": [{"message_id": sid, "status": "DELIVRD"}]}, at)

    def _posted(
        self, path: str, content: object, at: datetime
    ) -> tuple[str, bytes, dict[str, str]]:
        body, timestamp = json.dumps(content, ensure_ascii=False), str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Timestamp": timestamp,
            "X-Signature": self._sign(timestamp + body),
        }
        return f"/sms/gateway/example-gateway/{path}", body.encode(), headers

    def _sign(self, signed: str) -> str:
        return hmac.new(self._key, signed.encode(), hashlib.sha256).hexdigest()


class FormWithToken:
    """Forms both ways, a password in a field, template and signature name in fields too."""

    environment: Mapping[str, str] = {"FORM_PASSWORD": "a-password", "FORM_TOKEN": "a-push-token"}
    _type = {"Content-Type": "application/x-www-form-urlencoded"}

    def describe(self, url: str) -> str:
        token = {"kind": "token", "over": "{pushed}", "place": "field", "name": "token"}
        described = {
            "name": "form-gateway",
            "secrets": {"password": "FORM_PASSWORD", "pushed": "FORM_TOKEN"},
            "signature_name": "劳动热线",
            "templates": {"default": "100001", "rating": "100002"},
            "send": {
                "url": f"{url}/send",
                "body": "form",
                "fields": {
                    "phone": "{phone}",
                    "text": "{words}",
                    "sign": "{signature_name}",
                    "template": "{template_id}",
                    "ttl": "{validity_seconds}",
                },
                "signature": {**token, "over": "{password}", "name": "password"},
                "code": "result",
                "taken_codes": ["ok"],
                "sid": "id",
            },
            "reports": {
                "signature": token,
                "sid": "id",
                "status": "stat",
                "statuses": {"0": "delivered", "1": "undelivered"},
                "answer": "ok",
            },
            "inbound": {"signature": token, "sid": "id", "phone": "from", "words": "text"},
        }
        return yaml.safe_dump(described, allow_unicode=True)

    def read(self) -> TakenText | None:
        form = request.form
        if form["password"] != self.environment["FORM_PASSWORD"]:
            return None
        words = f"【{form['sign']}】{form['text']}"
        return TakenText("", form["phone"].removeprefix("+86"), words, form["template"])

    def answer(self, sid: str) -> Response:
        return Response(json.dumps({"result": "ok", "id": sid}), mimetype="application/json")

    def inbound(
        self, sid: str, phone: str, words: str, at: datetime
    ) -> tuple[str, bytes, dict[str, str]]:
        form = {"id": sid, "from": f"86{phone}", "text": words, "token": "a-push-token"}
        return "/sms/gateway/form-gateway/incoming", urlencode(form).encode(), self._type

    def report(self, sid: str, at: datetime) -> tuple[str, bytes, dict[str, str]]:
        form = {"id": sid, "stat": "0", "token": "a-push-token"}
        return "/sms/gateway/form-gateway/status", urlencode(form).encode(), self._type


@dataclass
class SimulatedGateway:
    """A running gateway. ``taken``: the service's texts, oldest first."""

    dialect: Dialect
    taken: list[TakenText] = field(default_factory=list)
    refused: int = 0
    _delivered: int = 0

    def __post_init__(self) -> None:
        app = Flask("stand-in-gateway")
        app.add_url_rule("/send", view_func=self._send, methods=["POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def deliver(self, post: Post, phone: str, words: str, at: datetime) -> int:
        """Bring the service a citizen's text; the status of its answer."""
        self._delivered += 1
        return post(*self.dialect.inbound(f"in{self._delivered}", phone, words, at))

    def report_newest(self, post: Post, at: datetime) -> int:
        """Tell the service that its newest text was delivered; the status of its answer."""
        return post(*self.dialect.report(self.taken[-1].sid, at))

    def _send(self) -> Response:
        text = self.dialect.read()
        if text is None:
            self.refused += 1
            return Response(status=401)
        sid = f"out{len(self.taken) + 1}"
        self.taken.append(TakenText(sid, text.phone, text.words, text.template))
        return self.dialect.answer(sid)

    def __enter__(self) -> SimulatedGateway:
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

"""The provider of the text benchmark, in a process of its own: texts come in, replies are taken.

    python -m benchmarks.text_peer FILE       FILE: the order as JSON, see ``Order``

Requests are signed and written before the start and sent at fixed moments whatever became of the
earlier ones; a latency counts from the moment at which a text was due, so that a stalled service
does not slow its own measurement. Takes replies as Twilio's REST interface does and reports each
as delivered. Prints one JSON line when all texts are answered, and another when its input ends.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.text_scripts import plan

PATIENCE_SECONDS = 60
WARM_UP = 60


@dataclass(frozen=True)
class Order:
    """Where the service is, with what it is signed, and how much comes in."""

    service_port: int
    port: int
    public: str
    token: str
    account: str
    number: str
    rate: int
    seconds: int


@dataclass
class Peer:
    """What was sent and taken."""

    order: Order
    milliseconds: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)
    taken: list[dict[str, str]] = field(default_factory=list)
    reports: set[asyncio.Task[None]] = field(default_factory=set)

    def request(self, target: str, form: Mapping[str, str]) -> bytes:
        """A signed webhook as it goes over the wire (twilio.com/docs/usage/security)."""
        signed = self.order.public + target + "".join(k + form[k] for k in sorted(form))
        digest = hmac.new(self.order.token.encode(), signed.encode(), hashlib.sha1).digest()
        body = urlencode(form).encode()
        head = (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"X-Twilio-Signature: {base64.b64encode(digest).decode()}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def post(self, request: bytes) -> str:
        """Send a request on a connection of its own, as a proxy does; its status, or the fault."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.order.service_port)
                writer.write(request)
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError) as error:
            return type(error).__name__
        return answer[9:12].decode() or "nothing"

    async def send(self, due: float, request: bytes) -> None:
        """Send a text that was due at ``due`` and note how long its answer took."""
        status = await self.post(request)
        self.milliseconds.append((time.perf_counter() - due) * 1000)
        if status != "200":
            self.failures[status] = self.failures.get(status, 0) + 1

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the service's sender."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                method, target, _ = head.split("\r\n", 1)[0].split()
                length = next(
                    (int(line[15:]) for line in head.split("\r\n") if line[:15].lower()
                     == "content-length:"), 0,
                )  # fmt: skip
                body = (await reader.readexactly(length)).decode()
                is_post = method == "POST"
                notified = self._accept(body) if is_post else self._list(target)
                answer = json.dumps(notified).encode()
                writer.write(
                    (b"HTTP/1.1 201 Created\r\n" if is_post else b"HTTP/1.1 200 OK\r\n")
                    + b"Content-Type: application/json\r\n"
                    + f"Content-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    def _accept(self, body: str) -> dict[str, Any]:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        message = {
            "sid": f"SM{len(self.taken) + 1:032d}",
            "status": "queued",
            "to": form["To"],
            "from": form["From"],
            "body": form["Body"],
            "date_created": formatdate(),
        }
        self.taken.append(message)
        task = asyncio.ensure_future(self._report(form["StatusCallback"], message["sid"]))
        self.reports.add(task)
        task.add_done_callback(self.reports.discard)
        return message

    async def _report(self, callback: str, sid: str) -> None:
        await asyncio.sleep(1)
        address = urlsplit(callback)
        form = {"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": self.order.account}
        await self.post(self.request(f"{address.path}?{address.query}", form))

    def _list(self, target: str) -> dict[str, Any]:
        wanted = parse_qs(urlsplit(target).query).get("To", [""])[0]
        found = [message for message in self.taken[::-1] if message["to"] == wanted]
        page = {"page_size": 1000, "uri": target, "next_page_uri": None}
        kind = urlsplit(target).path.rsplit("/", 1)[1].removesuffix(".json").lower()
        return {kind: found if kind == "messages" else [], **page}

    def text(self, sid: str, phone: str, words: str, pictures: int = 0) -> bytes:
        """The webhook of a text."""
        form = {
            "MessageSid": sid, "AccountSid": self.order.account, "From": phone,
            "To": self.order.number, "Body": words, "NumMedia": str(pictures),
            "NumSegments": "1", "FromCountry": "CN", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        return self.request("/sms/incoming", form)


async def run(order: Order) -> None:
    """Warm the service up, send everything, then take replies until the input ends."""
    peer = Peer(order)
    server = await asyncio.start_server(peer.take, "127.0.0.1", order.port)
    arrivals = plan(order.rate, order.seconds)
    requests = [peer.text(a.sid, a.phone, a.words, a.pictures) for a in arrivals]
    for number in range(WARM_UP):
        phone = f"+86139{number:08d}"
        assert await peer.post(peer.text(f"SMwarm{number}", phone, "试用期最长多久")) == "200"
    _tell({"texts": order.rate * order.seconds, "phones": len({a.phone for a in arrivals})})
    await _next_line()
    began = time.perf_counter() + 0.2
    begins_at = time.time() + 0.2
    sent = []
    for arrival, request in zip(arrivals, requests, strict=True):
        due = began + arrival.at
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        sent.append(asyncio.ensure_future(peer.send(due, request)))
    await asyncio.gather(*sent)
    due_at = {arrival.sid: begins_at + arrival.at for arrival in reversed(arrivals)}
    _tell({"milliseconds": peer.milliseconds, "failures": peer.failures, "due_at": due_at})
    await _next_line()
    server.close()
    await asyncio.gather(*peer.reports)
    _tell({"taken": [[message["to"], message["body"]] for message in peer.taken]})


def _tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


async def _next_line() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(run(Order(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))

"""Clients who send a byte now and then, and a crowd of wrong sign-ins, while texts come in.

    python -m benchmarks.slow_clients [--database sqlite|postgresql] [--rate 20] [--seconds 60]
                                      [--without-nginx]

Starts the whole service as in production with nginx and the shipped configuration before it, sends
signed texts at fixed moments, first alone and then while 120 connections stall (a third each: a
byte of the header, a byte of the body every few seconds, nothing at all after the handshake; closed
ones come back at once) and every 5 s 24 sign-ins with wrong passwords arrive at once. A latency
counts from the moment at which a text was due. The last line is the verdict: exit status 1 when a
text was not answered with 200 or took 500 ms or more under attack (99th percentile).
``--without-nginx`` shows what the same does to the service alone.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from multiprocessing import Process, Queue
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.calls import free_port
from benchmarks.inbound_texts import (
    ACCOUNT,
    LIMIT_MS,
    NUMBER,
    ROOT,
    TOKEN,
    Benchmark,
)
from benchmarks.nginx import HOST, nginx
from benchmarks.text_peer import Order, Peer
from core.embedded_valkey import EmbeddedValkey

STALLED, SIGN_INS, WAVE_SECONDS, DRIP_SECONDS = 120, 24, 5.0, 3.0
LEAD_SECONDS = 2.0
_PATIENCE_SECONDS = 60
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_QUESTIONS = ("试用期最长多久", "加班费怎么算", "公司不给我交社保怎么办", "工伤认定要多久")


@dataclass
class Crowd:
    """Everybody outside: texts, stalled clients, and who tries passwords."""

    port: int
    peer: Peer
    tls: ssl.SSLContext | None
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    sign_ins: Counter[str] = field(default_factory=Counter)
    sign_in_seconds: list[float] = field(default_factory=list)
    dropped: int = 0

    async def open(self, source: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection from an address of this machine."""
        return await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(source, 0), ssl=self.tls,
            server_hostname=HOST if self.tls else None,
        )  # fmt: skip

    async def ask(self, request: bytes, source: str = "127.0.0.1") -> bytes:
        """The whole answer to a request; what went wrong, where there is none."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await self.open(source)
                writer.write(request)
                answer = await reader.read()
                writer.close()
        except (OSError, TimeoutError) as error:
            return f"HTTP/1.1 {type(error).__name__}".encode()
        return answer

    async def text(self, due: float, number: int) -> None:
        """One signed text that is due at a moment."""
        words = _QUESTIONS[number % len(_QUESTIONS)]
        request = self.peer.text(f"SM{due:.6f}{number}", f"+86138{number % 500:08d}", words)
        answer = await self.ask(request.replace(b"Host: 127.0.0.1", f"Host: {HOST}".encode()))
        self.milliseconds.append((time.perf_counter() - due) * 1000)
        self.statuses[_status(answer)] += 1

    async def texts(self, rate: int, seconds: int) -> None:
        """Texts at fixed moments, whatever became of the earlier ones."""
        began, sent = time.perf_counter() + 0.2, []
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.ensure_future(self.text(due, number)))
        await asyncio.gather(*sent)

    async def stall(self, number: int) -> None:
        """One client who never finishes, and comes back when it is sent away."""
        head = f"POST /sms/incoming HTTP/1.1\r\nHost: {HOST}\r\n"
        opening = (head, f"{head}Content-Length: 900\r\n\r\n", "")[number % 3]
        source = f"127.0.0.{2 + number % 8}"
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await self.open(source)
                gone = asyncio.ensure_future(reader.read())
                writer.write(opening.encode())
                while not gone.done():
                    if opening:
                        writer.write(b"x")
                    await asyncio.wait((gone,), timeout=DRIP_SECONDS)
                writer.close()
                await gone
            self.dropped += 1
            await asyncio.sleep(0.1)

    async def sign_in(self, number: int) -> None:
        """A wrong password for a login of its own, from an address of its own."""
        source = f"127.0.1.{2 + number}"
        head = f"Host: {HOST}\r\nConnection: close\r\n"
        began = time.perf_counter()
        page = await self.ask(f"GET /staff/sign-in HTTP/1.1\r\n{head}\r\n".encode(), source)
        token = _CSRF.search(page.decode("utf-8", "replace"))
        cookies = SimpleCookie("; ".join(re.findall(r"(?im)^set-cookie: ([^;\r]+)", page.decode(
            "utf-8", "replace"))))  # fmt: skip
        if token is None:
            self.sign_ins[f"page {_status(page)}"] += 1
            return
        form = {"login": f"user-{number}", "password": "wrong", "csrf_token": token[1]}
        body = urlencode(form)
        jar = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        answer = await self.ask(
            f"POST /staff/sign-in HTTP/1.1\r\n{head}Cookie: {jar}\r\nReferer: https://{HOST}/\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
            source,
        )
        self.sign_ins[_status(answer)] += 1
        self.sign_in_seconds.append(time.perf_counter() - began)

    async def storm(self) -> None:
        """Waves of sign-ins, for ever."""
        while True:
            began = time.perf_counter()
            await asyncio.gather(*(self.sign_in(number) for number in range(SIGN_INS)))
            await asyncio.sleep(max(0.0, WAVE_SECONDS - (time.perf_counter() - began)))


async def _attack(crowd: Crowd, seconds: float) -> None:
    tasks = [asyncio.ensure_future(crowd.stall(number)) for number in range(STALLED)]
    await asyncio.sleep(LEAD_SECONDS)
    tasks.append(asyncio.ensure_future(crowd.storm()))
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def attack(order: Order, certificate: str, seconds: float, found: Queue[Crowd]) -> None:
    """Stall and try passwords, in a process of its own: texts are timed in another."""
    crowd = Crowd(order.service_port, Peer(order), None)
    crowd.tls = _tls(certificate)
    asyncio.run(_attack(crowd, seconds))
    crowd.tls = None
    found.put(crowd)


def _tls(certificate: str) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=certificate) if certificate else None


class SlowClients(Benchmark):
    """One run in one folder."""

    def run(self, stack: ExitStack) -> int:
        """Start everything, measure quiet and attack; the exit status."""
        url = stack.enter_context(self._database_url())
        valkey = EmbeddedValkey(self.folder / "state")
        valkey.start()
        stack.callback(valkey.stop)
        environment = {
            **self._environment(url, valkey.url), "PUBLIC_BASE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "127.0.0.1",
        }  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "app", "migrate"], env=environment, cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._start(stack, environment)
        if self.options.without_nginx:
            return self._judge(self.port, "")
        ports = (free_port(), free_port())
        stack.enter_context(nginx(self.folder / "nginx", self.port, ports))
        return self._judge(ports[1], str(self.folder / "nginx" / "hotline.crt"))

    def _judge(self, port: int, certificate: str) -> int:
        order = Order(
            service_port=port, port=self.peer_port, public=f"https://{HOST}", token=TOKEN,
            account=ACCOUNT, number=NUMBER, rate=self.options.rate, seconds=self.options.seconds,
        )  # fmt: skip
        rate, seconds = self.options.rate, self.options.seconds
        quiet, attacked = (Crowd(port, Peer(order), _tls(certificate)) for _ in range(2))
        asyncio.run(quiet.texts(rate, max(5, seconds // 3)))
        _report("alone", quiet)
        found: Queue[Crowd] = Queue()
        attackers = Process(target=attack, args=(order, certificate, seconds, found))
        attackers.start()
        time.sleep(LEAD_SECONDS)
        asyncio.run(attacked.texts(rate, seconds))
        crowd = found.get(timeout=_PATIENCE_SECONDS)
        attackers.join()
        p99 = _report(f"with {STALLED} stalled and {SIGN_INS} sign-ins at once", attacked)
        waits = sorted(crowd.sign_in_seconds) or [0.0]
        print(f"  sign-ins: {dict(crowd.sign_ins)}, the slowest {waits[-1]:.2f} s;", end=" ")
        print(f"stalled clients sent away: {crowd.dropped}")
        is_good = p99 < LIMIT_MS and set(attacked.statuses) == {"200"}
        print("good" if is_good else "NOT good")
        return 0 if is_good else 1


def _report(name: str, crowd: Crowd) -> float:
    times = sorted(crowd.milliseconds)
    p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
    print(
        f"{name}: {len(times)} texts {dict(crowd.statuses)}, answered in {p50:.0f} ms (50 %), "
        f"{p99:.0f} ms (99 %), {times[-1]:.0f} ms (all)",
        flush=True,
    )
    return p99


def _status(answer: bytes) -> str:
    return answer[9:40].split()[0].decode("ascii", "replace") if answer[9:] else "nothing"


def main() -> int:
    """Run the benchmark; exit status 0 when all is well."""
    parser = argparse.ArgumentParser(description="Texts while clients stall and sign-ins storm")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rate", type=int, default=20, help="texts a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--sending-rate", type=int, default=20, help="TEXTS_PER_SECOND")
    parser.add_argument("--without-nginx", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotline-benchmark-") as folder, ExitStack() as stack:
        return SlowClients(Path(folder), options).run(stack)


if __name__ == "__main__":
    sys.exit(main())

"""How the text line bears a flood: signed webhooks at fixed moments, every one answered in time.

    python -m benchmarks.inbound_texts --database sqlite --rate 100 --seconds 60
    python -m benchmarks.inbound_texts --database postgresql --rate 100 --seconds 60

Starts all that an installation runs, in a temporary folder and on free ports: the database
(PostgreSQL with its own defaults, so every commit waits for the disk), the state store, the web
server with gunicorn, the scheduler that sends the replies, and a provider that sends texts, takes
the replies and reports each as delivered (``text_peer.py``). Citizens ask, choose by number, want
more, use keywords, lodge petitions, send pictures and other languages (``text_scripts.py``); each
fiftieth text is delivered twice. A latency counts from the moment at which the text was due.

Prints the latencies of the webhooks, when the replies were made, what became of texts and replies,
and the processor time of each part for one text; ``--sending-rate`` is the installation's
TEXTS_PER_SECOND, so replies to a flood leave later than they are made. The last line is the
verdict. It fails (exit status 1) when the 99th percentile of the webhooks is 500 ms or more, when a
text was refused, lost or taken twice, when one that asked for a reply has none, or when a reply did
not leave or left twice.

The processor times of a busy machine are larger than those of a quiet one: the time of a fixed loop
is printed beside them, by whose ratio two runs compare.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import func, select

from benchmarks.calls import free_port
from benchmarks.processes import cpu_seconds, loop_milliseconds
from benchmarks.text_peer import Order
from core.database import Database
from core.embedded_valkey import EmbeddedValkey
from core.encryption import Vault
from outbox.models import OutgoingText
from outbox.states import TextState
from sms.inbound import Outcome
from sms.models import IS_WAITING, InboundText
from tests.postgres_server import PostgresServer, find_binaries

LIMIT_MS = 500
ROOT = Path(__file__).parents[1]
START_SECONDS = 240
KEY = "a key that is only for the benchmark, 32+"
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a-token-for-the-benchmark", "+8676912333"
PUBLIC = "https://hotline.example"
ANSWERED = (Outcome.SERVED, Outcome.REMARKED, Outcome.RATED, Outcome.OPTED_IN)

_IN_LINE = select(func.count()).select_from(InboundText).where(IS_WAITING)


@dataclass(frozen=True)
class Part:
    """One part of the installation, whose processor time is measured."""

    name: str
    pid: int


def main() -> int:
    """Run the benchmark; exit status 0 when all is well."""
    parser = argparse.ArgumentParser(description="Texts that come in at a steady rate")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rate", type=int, default=100, help="texts a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--sending-rate", type=int, default=20, help="TEXTS_PER_SECOND")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotline-benchmark-") as folder, ExitStack() as stack:
        return Benchmark(Path(folder), options).run(stack)


class Benchmark:
    """One run in one folder."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.port, self.peer_port = free_port(), free_port()
        self.parts: list[Part] = []

    def run(self, stack: ExitStack) -> int:
        """Start everything, let the texts come in, look at what became of them."""
        url = stack.enter_context(self._database_url())
        valkey = EmbeddedValkey(self.folder / "state")
        valkey.start()
        stack.callback(valkey.stop)
        self.parts.append(Part("state store", valkey.pid or 0))
        environment = self._environment(url, valkey.url)
        subprocess.run(
            [sys.executable, "-m", "app", "migrate"], env=environment, cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._start(stack, environment)
        peer = self._start_peer(stack)
        database = Database(url, Vault(KEY))
        stack.callback(database.dispose)
        return self._measure(database, peer)

    @contextmanager
    def _database_url(self) -> Iterator[str]:
        if self.options.database == "sqlite":
            yield f"sqlite:///{self.folder / 'benchmark.sqlite3'}"
            return
        binaries = find_binaries()
        if binaries is None:
            raise SystemExit("PostgreSQL is not installed on this machine.")
        server = PostgresServer(binaries, is_durable=True)
        server.start()
        self.parts.append(Part("PostgreSQL", server.pid))
        try:
            yield server.url
        finally:
            server.stop()

    def _environment(self, database_url: str, state_url: str) -> dict[str, str]:
        return {
            **os.environ,
            "HOTLINE_ENV": "production",
            "PUBLIC_BASE_URL": PUBLIC,
            "SECRET_KEY": KEY,
            "DATA_KEY": KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": NUMBER,
            "TWILIO_API_BASE": f"http://127.0.0.1:{self.peer_port}",
            "TEXTS_PER_SECOND": str(self.options.sending_rate),
            "DATABASE_URL": database_url,
            "REDIS_URL": state_url,
            # The model that was learnt before is used again.
            "VAR_DIR": str(ROOT / "var"),
        }

    def _start(self, stack: ExitStack, environment: Mapping[str, str]) -> None:
        web = [
            sys.executable, "-m", "gunicorn", "-c", "python:app.gunicorn_settings",
            "--bind", f"127.0.0.1:{self.port}", "--workers", str(self.options.workers),
            "--no-control-socket", "app.wsgi:application",
        ]  # fmt: skip
        scheduler = [sys.executable, "-m", "app", "scheduler"]
        learner = [sys.executable, "-m", "app", "learn"]
        for name, command in (("learner", learner), ("web", web), ("scheduler", scheduler)):
            log = stack.enter_context((self.folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=log, stdout=log)
            stack.callback(_end, process)
            self.parts.append(Part(name, process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not _is_healthy(self.port):
            if time.monotonic() > deadline:
                raise SystemExit((self.folder / "web.log").read_text()[-3000:])
            time.sleep(0.2)

    def _start_peer(self, stack: ExitStack) -> subprocess.Popen[str]:
        order = Order(
            service_port=self.port, port=self.peer_port, public=PUBLIC, token=TOKEN,
            account=ACCOUNT, number=NUMBER, rate=self.options.rate, seconds=self.options.seconds,
        )  # fmt: skip
        file = self.folder / "order.json"
        file.write_text(json.dumps(asdict(order)), encoding="utf-8")
        peer = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.text_peer", str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        stack.callback(_end, peer)
        self.parts.append(Part("provider and citizens", peer.pid))
        return peer

    def _measure(self, database: Database, peer: subprocess.Popen[str]) -> int:
        planned = _next(peer)
        # The engine may have to learn first.
        _wait_until_served(database)
        loop = loop_milliseconds()
        before = {part: cpu_seconds(part.pid) for part in self.parts}
        _go_on(peer)
        came = _next(peer)
        loop = (loop + loop_milliseconds()) / 2
        texts = planned["texts"]
        print(f"{self.options.database}: {texts} texts at {self.options.rate} a second", end=" ")
        print(f"from {planned['phones']} numbers")
        p99 = _print_latencies(came["milliseconds"])
        seconds = self._wait_until_all_left(database)
        used = {part.name: cpu_seconds(part.pid) - before[part] for part in self.parts}
        _go_on(peer)
        taken = Counter((to, body) for to, body in _next(peer)["taken"])
        faults = _faults(database, texts, came["failures"], taken)
        _print_replies(database, seconds, came["due_at"])
        _print_processor_times(used, texts, loop)
        if p99 >= LIMIT_MS:
            faults.append(f"99 % were answered in {p99:.0f} ms only")
        for name in ("web", "scheduler"):
            for line in _errors(self.folder / f"{name}.log")[:3]:
                print(f"  {name}: {line[-1500:]}")
        print("good" if not faults else "NOT good: " + "; ".join(faults))
        return 1 if faults else 0

    def _wait_until_all_left(self, database: Database) -> float:
        """Wait for the last reply; the seconds since the last webhook was answered."""
        began = time.monotonic()
        waiting = select(func.count()).where(
            OutgoingText.state.in_((TextState.QUEUED, TextState.SENDING, TextState.UNKNOWN))
        )
        patience = 120 + self.options.rate * self.options.seconds * 2 / self.options.sending_rate
        while time.monotonic() < began + patience:
            with database.read() as db:
                if not db.scalar(_IN_LINE) and not db.scalar(waiting):
                    break
            time.sleep(1)
        return time.monotonic() - began


def _wait_until_served(database: Database) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with database.read() as db:
            if not db.scalar(_IN_LINE):
                return
        time.sleep(0.2)
    raise SystemExit("the first texts were not served")


def _errors(log: Path) -> list[str]:
    """What a process logged as an error, or could not log at all."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if '"level": "error"' in line or line.startswith("Traceback")]


def _faults(
    database: Database, texts: int, failures: Mapping[str, int], taken: Counter[tuple[str, str]]
) -> list[str]:
    """What went wrong, in words; empty when nothing did."""
    faults = [f"{count} answered {status}" for status, count in failures.items()]
    with database.read() as db:
        came = {
            sid: outcome
            for sid, outcome in db.execute(select(InboundText.message_sid, InboundText.outcome))
            if not sid.startswith("SMwarm")
        }
        replies = list(db.scalars(select(OutgoingText)))
    if len(came) != texts:
        faults.append(f"{texts - len(came)} texts lost")
    # Who opts out and in again within a moment may be heard in the other order.
    served = {*ANSWERED, Outcome.OPTED_OUT, Outcome.UNHEARD}
    unserved = Counter(outcome for outcome in came.values() if outcome not in served)
    faults += [f"{count} texts {outcome}" for outcome, count in unserved.items()]
    keys = {reply.key for reply in replies}
    mute = [s for s, o in came.items() if o in ANSWERED and f"in/{s}/0" not in keys]
    if mute:
        faults.append(f"{len(mute)} texts without a reply")
    wanted = Counter((r.phone, r.words) for r in replies if r.state != TextState.SUPPRESSED)
    for name, difference in (("did not leave", wanted - taken), ("left twice", taken - wanted)):
        if difference:
            faults.append(f"{difference.total()} replies {name}")
    return faults


def _print_latencies(milliseconds: list[float]) -> float:
    times = sorted(milliseconds)
    p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
    print(
        f"  answered in {p50:.0f} ms (50 %), {p99:.0f} ms (99 %), {times[-1]:.0f} ms (all)",
        flush=True,
    )
    return p99


def _print_replies(database: Database, seconds: float, due_at: Mapping[str, float]) -> None:
    with database.read() as db:
        rows = db.execute(
            select(OutgoingText.key, OutgoingText.created_at, OutgoingText.sent_at)
        ).all()
    made = [
        made_at.timestamp() - due_at[key.split("/")[1]]
        for key, made_at, _ in rows
        if key.endswith("/0") and key.split("/")[1] in due_at
    ]
    print(f"  replies were made {_answered_seconds(made)} after their text was due")
    waits = [(sent - made_at).total_seconds() for _, made_at, sent in rows if sent is not None]
    print(f"  {len(waits)} replies left, the last {seconds:.0f} s after the last text;", end=" ")
    print(f"they waited {_answered_seconds(waits)}")


def _answered_seconds(seconds: list[float]) -> str:
    listed = sorted(seconds)
    half, most = listed[len(listed) // 2], listed[int(len(listed) * 0.99)]
    return f"{half:.2f} s (50 %), {most:.2f} s (99 %), {listed[-1]:.2f} s (all)"


def _print_processor_times(used: Mapping[str, float], texts: int, loop: float) -> None:
    each = {name: seconds / texts * 1000 for name, seconds in used.items()}
    peer = each.pop("provider and citizens")
    of_which = ", ".join(f"{name} {cost:.1f}" for name, cost in each.items())
    print(f"  processor milliseconds a text: {sum(each.values()):.1f} ({of_which})", end="")
    print(f", beside the {peer:.1f} of the provider; the fixed loop took {loop:.0f} ms")


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _next(peer: subprocess.Popen[str]) -> dict[str, Any]:
    line = cast("IO[str]", peer.stdout).readline()
    if not line:
        raise SystemExit("the provider's process ended")
    return cast("dict[str, Any]", json.loads(line))


def _go_on(peer: subprocess.Popen[str]) -> None:
    stdin = cast("IO[str]", peer.stdin)
    stdin.write("\n")
    stdin.flush()


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())

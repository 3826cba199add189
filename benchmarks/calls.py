"""How the phone line bears all its lines at once: 60 calls through the stand-in for Twilio.

    python -m benchmarks.calls [--calls 60] [--pause 2.0] [--ramp 10]
    python -m benchmarks.calls --simulator http://127.0.0.1:8010      a service that runs already

Without --simulator the whole service is started as ``python -m app run`` starts it, on free ports
and in a temporary folder. Each caller takes one of six ways through the service and pauses between
its turns for ``--pause`` seconds on average (people listen and speak longer). While all lines are
taken one more calls. Latencies are those of the voice webhooks, measured at the stand-in. Fails
when a turn took 1 s or more, when the 99th percentile is over 250 ms, when a call was lost, or when
the caller after the last line did not hear that all lines are taken.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from simulator.driver import DriverError, PhoneCaller, SimulatorClient

MAX_MS, P99_MS = 1000, 250
ROOT = Path(__file__).parents[1]
START_SECONDS = 180
FULL = "线路全忙"
FAILURES = ("系统出了点问题", "something went wrong", "application error")
Way = Callable[[PhoneCaller, Callable[[], None]], None]


def ask_and_text(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """A question, the answer by text, another question, more of it."""
    caller.say("老板拖欠工资三个月怎么办")
    pause()
    caller.press("1")
    pause()
    caller.say("试用期最长多久")
    pause()
    caller.press("3")


def ask_in_english(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """The same in English."""
    caller.press("3")
    pause()
    caller.say("How long can probation last for a one year contract?")
    pause()
    caller.press("1")
    pause()
    caller.say("How is overtime paid?")


def stay_silent(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """Silence, the key list, a topic by key."""
    caller.stay_silent()
    pause()
    caller.stay_silent()
    pause()
    caller.press("5")
    pause()
    caller.press("2")


def leave_a_message(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """A message, recorded anew, kept."""
    caller.press("9")
    pause()
    caller.record(4)
    pause()
    caller.press("2")
    caller.record(5)
    pause()
    caller.press("1")


def lodge_a_petition(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """A petition with all its questions."""
    for words in (
        "我要投诉",
        "老板拖欠我们三个月的工资一直不发",
        "东莞市长安镇明辉电子厂",
        "二零二六年九月",
    ):
        caller.say(words)
        pause()
    for keys in ("12#", "36000#", "#", "#", "#", "1"):
        caller.press(keys)
        pause()


def ask_in_cantonese(caller: PhoneCaller, pause: Callable[[], None]) -> None:
    """In Cantonese: a question, help, and how a case stands."""
    caller.press("2")
    pause()
    caller.say("我想辭工要提前幾耐同公司講")
    pause()
    caller.say("進度")
    pause()
    caller.press("2026112300013#")


WAYS: tuple[Way, ...] = (
    ask_and_text, ask_in_english, stay_silent, leave_a_message, lodge_a_petition, ask_in_cantonese,
)  # fmt: skip


class Rush:
    """All callers of one run."""

    def __init__(self, simulator_url: str, calls: int, pause: float, ramp: float) -> None:
        self.url, self.calls, self.pause, self.ramp = simulator_url, calls, pause, ramp
        self.all_on_line = threading.Barrier(calls + 1)
        self.lost: list[str] = []

    def call(self, number: int) -> None:
        """One caller, who holds the line until all are on it."""
        chance = random.Random(number)
        caller = PhoneCaller(self.url, f"+86138{number:08d}")

        def pause() -> None:
            time.sleep(chance.uniform(0.5, 1.5) * self.pause)

        time.sleep(self.ramp * number / self.calls)
        try:
            caller.call()
        except DriverError as error:
            self.lost.append(f"caller {number}: {error}")
        self.all_on_line.wait(timeout=120)
        try:
            pause()
            WAYS[number % len(WAYS)](caller, pause)
            self._look_at(number, caller)
            if caller.is_live:
                caller.hang_up()
        except DriverError as error:
            self.lost.append(f"caller {number}: {error}")

    def _look_at(self, number: int, caller: PhoneCaller) -> None:
        heard = caller.heard_text
        for words in FAILURES:
            if words in heard:
                self.lost.append(f"caller {number} heard {words!r}: {heard[-200:]}")
        if not caller.is_live:
            self.lost.append(f"caller {number} was cut off: {heard[-200:]}")

    def run(self) -> str:
        """Let all call; what the caller after the last line heard."""
        with ThreadPoolExecutor(self.calls) as pool:
            done = [pool.submit(self.call, number) for number in range(self.calls)]
            self.all_on_line.wait(timeout=120 + self.ramp)
            one_more = PhoneCaller(self.url, "+8613900000000")
            one_more.call()
            heard = one_more.heard_text
            one_more.hang_up()
            for future in done:
                future.result()
        return heard


@contextmanager
def running_service() -> Iterator[str]:
    """The whole service in a temporary folder; gives the stand-in's address."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        port, simulator_port = free_port(), free_port()
        log = Path(folder) / "log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [
                    sys.executable, "-u", "-m", "app", "run", "--port", str(port),
                    "--simulator-port", str(simulator_port), "--var", str(var),
                ],
                cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
                env={k: v for k, v in os.environ.items() if k not in {"REDIS_URL"}},
            )  # fmt: skip
        try:
            deadline = time.monotonic() + START_SECONDS
            while "Ctrl-C" not in log.read_text(encoding="utf-8"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(log.read_text(encoding="utf-8")[-3000:])
                time.sleep(0.2)
            yield f"http://127.0.0.1:{simulator_port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def warm_up(url: str) -> None:
    """Call until a question is answered: the engine is opened in the background."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        caller = PhoneCaller(url, "+8613700000000")
        caller.call()
        if "发短信给您请按1" in "".join(h.text for h in caller.say("试用期最长多久")):
            caller.hang_up()
            return
        caller.hang_up()
        time.sleep(1)
    raise SystemExit("the service does not answer questions")


def measure(url: str, calls: int, pause: float, ramp: float) -> bool:
    """Run, print what came out, and say whether it is good enough."""
    client = SimulatorClient(url)
    warm_up(url)
    before = len(client.exchanges(limit=4000))
    violations = len(client.violations())
    rush = Rush(url, calls, pause, ramp)
    heard = rush.run()
    client.settle(30)
    exchanges = [
        e
        for e in client.exchanges(limit=4000)[before:]
        if e["kind"] == "webhook" and "/voice/" in e["url"]
    ]
    failed = [e for e in exchanges if e["status"] != 200]
    times = sorted(e["milliseconds"] for e in exchanges)
    p50, p99, most = (times[min(int(len(times) * q), len(times) - 1)] for q in (0.5, 0.99, 1.0))
    slow = [e for e in exchanges if e["milliseconds"] == most]
    broken = client.violations()[violations:]
    print(f"{calls} calls at once, {len(times)} webhooks on {os.cpu_count()} cores")
    print(f"p50 {p50} ms, p99 {p99} ms, most {most} ms ({slow[0]['url'].rpartition('/')[2]})")
    print(f"lost {len(rush.lost)}, failed {len(failed)}, rules broken {len(broken)}")
    print(f"one more heard: {heard}")
    for line in (*rush.lost[:5], *(str(e)[:300] for e in (*failed[:3], *broken[:3]))):
        print("  ", line)
    is_good = not rush.lost and not failed and not broken and FULL in heard
    return is_good and most < MAX_MS and p99 <= P99_MS


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description="All lines of the hotline at once")
    parser.add_argument("--simulator", help="address of a stand-in that runs already")
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--ramp", type=float, default=10.0)
    arguments = parser.parse_args()
    wanted = (arguments.calls, arguments.pause, arguments.ramp)
    if arguments.simulator:
        is_good = measure(arguments.simulator, *wanted)
    else:
        with running_service() as url:
            is_good = measure(url, *wanted)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()

"""``python -m app run``: the whole service on embedded defaults, for trials and development.

Starts the embedded state store, brings the database up to date, then learner, web, scheduler and
the Twilio stand-in as child processes; starts one that died again; ends all on Ctrl-C or SIGTERM.
The addresses are printed when the first question can be answered.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from app.model_places import models_of_user
from app.starting import SlowStartError, Start
from core.embedded_valkey import EmbeddedValkey
from core.errors import ConfigurationError
from core.processes import end_kindly, end_with_parent

_SECRETS_FILE = "secrets.env"
_MANY_STARTS, _MANY_STARTS_SECONDS = 5, 60


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("run", help="serve everything on embedded defaults (for trials)")
    parser.add_argument("--port", type=int, default=8000, help="port of the service")
    parser.add_argument("--simulator-port", type=int, default=8010, help="port of the web phone")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--var", type=Path, default=Path("var"), help="folder of all data")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; the exit status."""
    for name, port in (("--port", options.port), ("--simulator-port", options.simulator_port)):
        _require_free_port(options.host, port, name)
    var = options.var.resolve()
    var.mkdir(parents=True, exist_ok=True, mode=0o700)
    state = EmbeddedValkey(var / "state")
    state.launch()
    children: list[Child] = []
    demo: subprocess.Popen[str] | None = None
    stop = threading.Event()
    _stop_on_signals(stop)
    try:
        os.environ.update(_environment(options, var, state.url))
        # All at once: the others wait by themselves until the database is up to date.
        children += _start_serving(options, var)
        demo = _start_demo("--accounts-only")
        state.wait_until_it_answers()
        accounts, _ = demo.communicate()
        if demo.returncode != 0 and not stop.is_set():
            raise ConfigurationError("The database could not be prepared; see above.")
        can_answer = _wait_until_serving(options, children, stop)
        if not stop.is_set():
            # Nobody waited for these: they must not slow the start of what people wait for.
            children.append(Child("scheduler", [sys.executable, "-m", "app", "scheduler"]))
            demo = _start_demo()
            _print_addresses(options, accounts, can_answer=can_answer)
        return _watch(children, stop)
    finally:
        if demo is not None:
            end_kindly(demo)
        for child in reversed(children):
            child.stop()
        state.stop()


class Child:
    """One child process, in a session of its own so that Ctrl-C reaches the parent only."""

    def __init__(self, name: str, command: list[str], *, is_quiet: bool = False) -> None:
        self.name = name
        self._out = subprocess.DEVNULL if is_quiet else None
        self._command = command
        self._starts: list[float] = []
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        self._starts.append(time.monotonic())
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )

    def starts_within(self, seconds: float) -> int:
        """How often it was started in the last ``seconds``."""
        return sum(at > time.monotonic() - seconds for at in self._starts)

    @property
    def exit_status(self) -> int | None:
        """The exit status once it ended, else None."""
        return self._process.poll()

    def stop(self) -> None:
        """End it, first kindly."""
        end_kindly(self._process)


def _start_serving(options: argparse.Namespace, var: Path) -> list[Child]:
    web = [
        sys.executable, "-m", "gunicorn", "-c", "python:app.gunicorn_settings",
        "--bind", f"{options.host}:{options.port}", "--workers", "2",
        "--pid", str(var / "web.pid"), "--no-control-socket", "app.wsgi:application",
    ]  # fmt: skip
    learner = [sys.executable, "-m", "app", "learn"]
    simulator = [sys.executable, "-m", "simulator"]
    return [
        Child("learner", learner),
        Child("web", web),
        # It prints its address as soon as it listens, which is before anybody should call.
        Child("simulator", simulator, is_quiet=True),
    ]


def _start_demo(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", "demo", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )


def _environment(options: argparse.Namespace, var: Path, redis_url: str) -> dict[str, str]:
    own = _own_secrets(var / _SECRETS_FILE)
    base = f"http://{options.host}:{options.port}"
    simulator = f"http://{options.host}:{options.simulator_port}"
    return {
        **own,
        "HOTLINE_ENV": "development",
        "PUBLIC_BASE_URL": base,
        "TWILIO_API_BASE": simulator,
        "TWILIO_FROM": "+8676912333",
        # The stand-in carries answers from every number.
        "TWILIO_ONE_WAY_PREFIXES": "",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{var / 'hotline.sqlite3'}",
        "REDIS_URL": redis_url,
        "VAR_DIR": str(var),
        "MODEL_DIR": os.environ.get("MODEL_DIR") or str(models_of_user(else_in=var / "nlu")),
        "CLOCK_OFFSET_FILE": str(var / "clock-offset"),
        "AGENT_NUMBERS": os.environ.get("AGENT_NUMBERS", "+8676922000000"),
        # The simulator's telephones have the numbers that they say.
        "VOUCHED_CALLER_IDS": os.environ.get("VOUCHED_CALLER_IDS", "*=+86"),
        "SIMULATOR_PORT": str(options.simulator_port),
        "SIMULATOR_HOST": options.host,
        "SIMULATOR_DIR": str(var / "simulator"),
        "SERVICE_URL": base,
    }


def _own_secrets(path: Path) -> dict[str, str]:
    """Secrets made at the first start and kept for the next."""
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_hex(32),
            "DATA_KEY": secrets.token_hex(32),
            "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        }
        path.touch(mode=0o600)
        path.write_text("".join(f"{k}={v}\n" for k, v in made.items()), encoding="ascii")
    lines = path.read_text(encoding="ascii").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _require_free_port(host: str, port: int, option: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = os.strerror(error.errno or 0).lower()
            raise ConfigurationError(
                f"Port {port} cannot be used ({reason}): choose another with {option}."
            ) from error


def _wait_until_serving(
    options: argparse.Namespace, children: list[Child], stop: threading.Event
) -> bool:
    """Wait until questions can be answered, but no longer than people should wait; whether."""

    def check() -> None:
        for child in children:
            if child.exit_status is None:
                continue
            # Questions may wait for a learner that was killed; for the others there is no start.
            if child.name != "learner" or child.starts_within(_MANY_STARTS_SECONDS) >= _MANY_STARTS:
                raise ConfigurationError(f"The {child.name} process did not start; see above.")
            child.start()

    health = f"http://{options.host}:{options.port}/health"
    simulator = f"http://{options.host}:{options.simulator_port}/"
    try:
        return Start(health, (simulator,), stop, check).wait()
    except SlowStartError as error:
        raise ConfigurationError(str(error)) from error


def _watch(children: list[Child], stop: threading.Event) -> int:
    """Start a process that died again; give up when one keeps dying."""
    while not stop.wait(0.2):
        for child in children:
            if child.exit_status is None:
                continue
            if child.starts_within(_MANY_STARTS_SECONDS) >= _MANY_STARTS:
                print(f"error: the {child.name} process keeps ending, all stop.", file=sys.stderr)
                return 1
            print(f"The {child.name} process ended and is started again.", file=sys.stderr)
            child.start()
    print("\nStopping.", flush=True)
    return 0


def _print_addresses(options: argparse.Namespace, accounts: str, *, can_answer: bool) -> None:
    print(f"\n  Web phone and text thread   http://{options.host}:{options.simulator_port}/")
    print(f"  Staff console               http://{options.host}:{options.port}/staff/sign-in")
    print("\n  Demo accounts")
    print(accounts, end="")
    if not can_answer:
        print("\n  The questions are still being learnt: calls hear so, texts are answered later.")
    print("\n  Ctrl-C stops everything.\n", flush=True)


def _stop_on_signals(stop: threading.Event) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)

"""Processes of the service that are killed (SIGKILL) before a given step of their work.

python -m tests.recordings.killed, set up by the environment as the service itself. Reads orders
from its input, one a line, and answers each with one line:

web N     serve the voice webhooks and be killed before step N (-1: never; or the first step of a
          name); answers "ready"
stop      kill the web process where it stands; answers what it was killed before, or "alive"
jobs N    carry out the jobs for recordings once, killed before step N; answers what it was killed
          before, or "done"

A step is a commit, a webhook that comes in or is answered, a request to the provider or the reading
of its answer, or the moment between a file's bytes and its name. Every process is forked from one
that has loaded the code, so that hundreds can be killed in a test.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask
from requests import PreparedRequest, Response, Session
from sqlalchemy.orm import Session as DatabaseSession
from werkzeug.serving import make_server

from app.jobs import JOBS
from app.scheduler import run_job
from app.wiring import Parts
from casework.case_services import CaseServices
from config.offices import load_offices
from config.settings import load_settings
from core.database import Database
from core.encryption import Vault
from core.working_calendar import WorkingCalendar
from hotline.twilio.blueprint import make_blueprint
from knowledge_base.loader import load_content
from knowledge_base.published import KnowledgeBase
from nlu.loaded_engine import EngineState
from providers.twilio_client import make_client

_PR_SET_PDEATHSIG = 1
RECORDING_JOBS = (
    "collect_recordings", "end_lost_calls", "claim_recordings", "fetch_recordings",
    "discard_recordings",
)  # fmt: skip


class Countdown:
    """Kills this process before its step of this number, or the first of this name, and leaves in
    a file what that was."""

    def __init__(self, steps: int | str, note: Path) -> None:
        self._left = steps if isinstance(steps, int) else -1
        self._name = steps
        self._note = note

    def step(self, name: str) -> None:
        if self._left == 0 or name == self._name:
            self._note.write_text(name, encoding="ascii")
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


class FragileDatabase(Database):
    """A database whose process may die before and after each commit."""

    countdown: Countdown

    @contextmanager
    def write(self) -> Iterator[DatabaseSession]:
        with super().write() as db:
            yield db
            self.countdown.step("a commit")
        self.countdown.step("going on after a commit")


def make_fragile(parts: Parts, countdown: Countdown) -> None:
    """Let a process die at everything that it does to the outside."""
    database = FragileDatabase(parts.settings.database_url, parts.vault)
    database.countdown = countdown
    send, replace = Session.send, Path.replace

    def fragile_send(session: Session, request: PreparedRequest, **more: Any) -> Response:
        countdown.step(f"a request: {request.method}")
        answer = send(session, request, **more)
        countdown.step(f"reading the answer: {request.method}")
        return answer

    def fragile_replace(path: Path, target: Path) -> Path:
        countdown.step("naming a file")
        named = replace(path, target)
        countdown.step("going on after naming a file")
        return named

    Session.send = fragile_send  # type: ignore[method-assign]
    Path.replace = fragile_replace  # type: ignore[method-assign,assignment]
    vars(parts)["database"] = database


class NoEngine:
    """Nobody speaks in this test."""

    state = EngineState.READY

    def interpret(self, text: str, *, language: object = None) -> object:
        raise RuntimeError("nobody speaks here")


def prepare() -> dict[str, Any]:
    """Parts that never change, made once for all processes; and the SDK's modules, which it loads
    when they are first used."""
    client = make_client("AC" + "0" * 32, "a token", "http://127.0.0.1:9")
    client.recordings("RE1")
    client.calls("CA1")
    content = load_content()
    case_services = CaseServices(
        Vault(load_settings().data_key), WorkingCalendar.from_config(), load_offices()
    )
    return {"nlu": NoEngine(), "knowledge": KnowledgeBase(lambda: content), "desk": case_services}


def make_parts(prepared: dict[str, Any], steps: int | str, note: Path) -> tuple[Parts, Countdown]:
    """The parts of a service, without the engine: people press keys only."""
    parts, countdown = Parts(load_settings()), Countdown(steps, note)
    vars(parts).update(prepared)
    make_fragile(parts, countdown)
    return parts, countdown


def serve(prepared: dict[str, Any], port: int, steps: int | str, note: Path, ready: int) -> None:
    """Serve the voice webhooks until killed."""
    parts, countdown = make_parts(prepared, steps, note)
    app = Flask("killed")
    app.register_blueprint(make_blueprint(parts.call_services, parts.signatures))
    inner: Callable[[dict[str, Any], Any], Iterable[bytes]] = app.wsgi_app

    def fragile(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        countdown.step(f"the webhook {path}")
        answer = b"".join(inner(environ, start_response))
        countdown.step(f"the answer to {path}")
        return [answer]

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, fragile, threaded=True)
    os.write(ready, b"!")
    server.serve_forever()


def carry_out_jobs(prepared: dict[str, Any], steps: int | str, note: Path) -> None:
    """Each job for recordings once, as the scheduler does."""
    parts, _ = make_parts(prepared, steps, note)
    for name in RECORDING_JOBS:
        run_job(parts, next(job for job in JOBS if job.name == name))
    parts.database.dispose()


def main(note: Path, port: int) -> None:
    """Take orders until the input ends."""
    prepared = prepare()
    web = 0
    for line in sys.stdin:
        order, _, word = line.strip().partition(" ")
        number = _step_of(word)
        if order != "stop":
            note.unlink(missing_ok=True)
        if order == "web":
            reading, ready = os.pipe()
            web = _fork(lambda n=number, r=ready: serve(prepared, port, n, note, r))  # type: ignore[misc]
            os.close(ready)
            print("ready" if os.read(reading, 1) else "did not start", flush=True)
            os.close(reading)
        elif order == "jobs":
            _, status = os.waitpid(
                _fork(lambda n=number: carry_out_jobs(prepared, n, note)),  # type: ignore[misc]
                0,
            )
            print(_how_it_ended(status, note, "done"), flush=True)
        else:
            killed = os.waitpid(web, os.WNOHANG)[0] == web
            if not killed:
                os.kill(web, signal.SIGKILL)
                os.waitpid(web, 0)
            print(note.read_text(encoding="ascii") if killed else "alive", flush=True)
    if web:
        with suppress(ProcessLookupError):
            os.kill(web, signal.SIGKILL)


def _step_of(word: str) -> int | str:
    return int(word) if word.removeprefix("-").isdecimal() else word


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        # Not even a killed test leaves a process behind.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # What is logged is no answer.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def _how_it_ended(status: int, note: Path, well: str) -> str:
    if os.WIFSIGNALED(status):
        return note.read_text(encoding="ascii")
    return well if os.WEXITSTATUS(status) == 0 else "failed"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

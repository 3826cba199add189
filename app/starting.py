"""Waiting for a service that is being started, and saying meanwhile what it waits for."""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

_LOOK_EACH_SECONDS = 0.05
_LEARNING_LOOK_EACH_SECONDS = 0.25
_LINE_EACH_SECONDS = 5
_CAN_ANSWER = frozenset({"ready", "renewing"})


@dataclass(frozen=True)
class Patience:
    """How long a start may take: until everything answers at all, and until questions are
    understood, both in seconds from the start."""

    serving_seconds: float = 90
    engine_seconds: float = 55


class SlowStartError(Exception):
    """Something did not answer in time; the message names its address."""


@dataclass(frozen=True)
class Start:
    """A start to be waited for. ``check`` raises when a process cannot be started at all."""

    health_url: str
    other_urls: tuple[str, ...]
    stop: threading.Event
    check: Callable[[], None]
    patience: Patience = Patience()
    out: TextIO = sys.stdout

    def wait(self) -> bool:
        """Wait until questions can be answered; False when that takes longer than it may, or when
        the wait was stopped. Raises SlowStartError, and what ``check`` raises."""
        begun = time.monotonic()
        progress = _Progress(self.out)
        pause = _LOOK_EACH_SECONDS
        try:
            while not self.stop.wait(pause):
                self.check()
                passed = time.monotonic() - begun
                health = _find_health(self.health_url)
                if health.get("engine") in _CAN_ANSWER and not self._list_silent(health):
                    return True
                if health.get("database"):
                    # From now on the machine has more to do than to answer this process.
                    pause = _LEARNING_LOOK_EACH_SECONDS
                    progress.show(passed)
                if passed > self.patience.engine_seconds and self._is_served(health, passed):
                    return False
            return False
        finally:
            progress.end()

    def _list_silent(self, health: dict[str, Any]) -> list[str]:
        """Addresses that do not answer; health only while it cannot reach the database."""
        silent = [url for url in self.other_urls if not _answers(url)]
        return silent if health.get("database") else [self.health_url, *silent]

    def _is_served(self, health: dict[str, Any], passed: float) -> bool:
        silent = self._list_silent(health)
        if silent and passed > self.patience.serving_seconds:
            raise SlowStartError(f"{silent[0]} did not answer in {passed:.0f} s.")
        return not silent


class _Progress:
    """One line that is rewritten on a terminal, and a line now and then elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._shown = -1

    def show(self, seconds: float) -> None:
        whole = int(seconds)
        is_due = whole != self._shown if self._is_terminal else whole % _LINE_EACH_SECONDS == 0
        if whole and is_due and whole != self._shown:
            self._shown = whole
            words = f"  Learning the questions … {whole} s"
            print(f"\r{words}" if self._is_terminal else words, end="", file=self._out)
            print("", end="" if self._is_terminal else "\n", file=self._out, flush=True)

    def end(self) -> None:
        if self._is_terminal and self._shown >= 0:
            print(f"\r{' ' * 40}\r", end="", file=self._out, flush=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _find_health(url: str) -> dict[str, Any]:
    """What the service says of its health, also when it is not well; empty without an answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            found = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            found = _read_json(error)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_json(error: urllib.error.HTTPError) -> Any:
    try:
        return json.load(error)
    except ValueError:
        return {}

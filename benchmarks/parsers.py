"""How long every parser of outside text takes on awkward texts, and whether twice the text takes
more than twice the time.

    python -m benchmarks.parsers
    python -m benchmarks.parsers --only masking,dates

Each parser reads 20,000 and 40,000 characters of each awkward kind (``AWKWARD``: what makes regular
expressions back up, nested brackets, marks and digits in endless rows). The times are processor
time without the collection of garbage, the better of several runs. The last line is the verdict. It
fails (exit status 1) when 40,000 characters take more than 2.5 times as long as 20,000, or longer
than ``MAX_SECONDS``.
Differences below ``NOISE_SECONDS`` are not looked at: of a busy machine they say nothing.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from benchmarks.parsers_table import AWKWARD, PARSERS
from core.errors import HotlineError

SHORT, LONG = 20_000, 40_000
MAX_RATIO, MAX_SECONDS, NOISE_SECONDS = 2.5, 10.0, 0.05
_RUNS = 3


class TooSlowError(Exception):
    """A parser was still at work after ``MAX_SECONDS``."""


@dataclass(frozen=True)
class Measured:
    """Processor seconds of one parser for the short and the long text of one kind; None: it was
    still at work after the limit."""

    parser: str
    kind: str
    short: float | None
    long: float | None

    @property
    def is_bounded(self) -> bool:
        """Whether twice the text takes about twice the time."""
        if self.short is None or self.long is None:
            return False
        is_noise = self.long - self.short < NOISE_SECONDS
        return is_noise or self.long <= MAX_RATIO * self.short


def main() -> int:
    """Run the benchmark; exit status 0 when no parser runs away."""
    options = argparse.ArgumentParser(description="Parsers of outside text on awkward texts")
    options.add_argument("--only", default="", help="names of parsers, by commas")
    wanted = {name for name in options.parse_args().only.split(",") if name}
    if unknown := wanted - PARSERS.keys():
        raise SystemExit(f"No such parser: {', '.join(sorted(unknown))}.")
    # What is loaded is no garbage, and searching it takes longer than most parsers.
    gc.freeze()
    runaways: list[Measured] = []
    for name, parse in PARSERS.items():
        if wanted and name not in wanted:
            continue
        found = [measure(name, parse, kind, unit) for kind, unit in AWKWARD.items()]
        runaways += [one for one in found if not one.is_bounded]
        slowest = max(found, key=lambda one: MAX_SECONDS if one.long is None else one.long)
        print(f"{name:24} slowest kind {slowest.kind!r}: {_shown(slowest)}", flush=True)
    for one in runaways:
        print(f"RUNS AWAY {one.parser} on {one.kind!r}: {_shown(one)}")
    print("FAILED" if runaways else "PASSED")
    return 1 if runaways else 0


def measure(name: str, parse: Callable[[str], Any], kind: str, unit: str) -> Measured:
    """One parser on one kind."""
    with suppress(HotlineError, ValueError):
        # What is loaded with the first text is not measured.
        parse("一天 1")
    short = _seconds(parse, awkward(unit, SHORT))
    long = None if short is None else _seconds(parse, awkward(unit, LONG))
    return Measured(name, kind, short, long)


def awkward(unit: str, size: int) -> str:
    """A text of ``size`` characters of one kind, ended by what keeps most expressions from
    matching."""
    return (unit * (size // len(unit) + 1))[:size] + "!x"


def _seconds(parse: Callable[[str], Any], text: str) -> float | None:
    best: float | None = None
    for _ in range(_RUNS):
        gc.disable()
        started = time.process_time()
        try:
            with _time_limit():
                parse(text)
        except TooSlowError:
            return best
        except (HotlineError, ValueError):
            # Refusing is an answer too.
            pass
        finally:
            gc.enable()
        taken = time.process_time() - started
        best = taken if best is None else min(best, taken)
        if taken < NOISE_SECONDS / 2:
            break
    return best


@contextmanager
def _time_limit() -> Iterator[None]:
    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _shown(one: Measured) -> str:
    def said(seconds: float | None) -> str:
        return f"over {MAX_SECONDS:.0f} s" if seconds is None else f"{seconds * 1000:.0f} ms"

    return f"{said(one.short)}, twice as long {said(one.long)}"


if __name__ == "__main__":
    sys.exit(main())

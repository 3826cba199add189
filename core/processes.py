"""Child processes: ended kindly, and never outliving a killed parent."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

_PR_SET_PDEATHSIG = 1


def end_kindly(process: subprocess.Popen[Any], patience_seconds: float = 10) -> None:
    """Ask a child to end, and kill it where it does not; harmless when it has ended."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn``: the child gets this signal when its parent is gone, however that ended.

    None where the system has no such thing.
    """
    if sys.platform != "linux":
        return None
    # Found before the fork: the child should do as little as it can.
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, number)

    return ask

"""Processor time of processes, and how fast this machine is at the moment (Linux)."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOPS = 2_000_000


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and of all that it started, ended ones included."""
    total = 0.0
    for one in [pid, *_descendants(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        # utime, stime, and those of ended children (proc(5)).
        total += sum(map(int, fields[11:15])) / _TICKS
    return total


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_descendants(child)]
    return found


def loop_milliseconds() -> float:
    """Processor time of a fixed piece of work: figures of two runs compare by its ratio."""
    began, total = time.thread_time(), 0
    for number in range(_LOOPS):
        total += number
    return (time.thread_time() - began) * 1000

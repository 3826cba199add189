"""One holder at a time; the dead and the stuck are passed over."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.back_off import BackOff
from core.file_lease import FileLease

HOLD = (
    "import sys, time; from pathlib import Path; from core.file_lease import FileLease;"
    "lease = FileLease(Path(sys.argv[1]), 600); print(lease.acquire(), flush=True); time.sleep(60)"
)


class WallTime:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


def test_one_of_many_gets_it_and_the_next_after_it_was_given_up(tmp_path: Path) -> None:
    leases = [FileLease(tmp_path / "lease", 600) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(FileLease.acquire, leases))
    assert got.count(True) == 1
    assert not leases[0].is_free()
    leases[got.index(True)].release()
    other = leases[got.index(False)]
    assert other.is_free() and other.acquire()
    other.release()


def test_a_killed_holder_frees_it_at_once(tmp_path: Path) -> None:
    lease = FileLease(tmp_path / "lease", 600)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lease")], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None and holder.stdout.readline().strip() == "True"
        assert not lease.acquire()
        holder.kill()
        holder.wait()
    assert lease.acquire()
    lease.release()


def test_a_stuck_holder_is_skipped_and_takes_nothing_back(tmp_path: Path) -> None:
    now = WallTime()
    stuck, next_one, third = (FileLease(tmp_path / "lease", 600, now) for _ in range(3))
    assert stuck.acquire()
    now.seconds += 600
    assert not next_one.acquire()
    now.seconds += 1
    assert next_one.is_free() and next_one.acquire()
    stuck.release()
    assert not third.acquire()
    next_one.release()
    assert third.acquire()
    third.release()


def test_waits_double_up_to_the_longest() -> None:
    back_off = BackOff(first_seconds=2, max_seconds=60)
    assert [back_off.delay(n) for n in (0, 1, 2, 3, 5, 6, 10_000)] == [0, 2, 4, 8, 32, 60, 60]

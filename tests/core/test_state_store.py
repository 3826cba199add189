"""The embedded state store: private, persistent, bound to its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.embedded_valkey import EmbeddedValkey
from core.errors import ConfigurationError
from core.locks import Lease
from core.state_store import StateStore


def test_counters_count_and_expire(state: StateStore) -> None:
    assert [state.count({"c": 60, "d": 60}) for _ in range(3)] == [[1, 1], [2, 2], [3, 3]]
    assert 0 < state.client.ttl("c") <= 60


def test_a_lease_is_renewed_by_its_holder_only(state: StateStore) -> None:
    first, second = Lease(state, "l", seconds=30), Lease(state, "l", seconds=30)
    assert first.hold() and first.hold() and not second.hold()
    second.release()
    assert not second.hold()
    first.release()
    assert second.hold()


def test_data_survive_a_restart_and_the_folder_is_not_shared(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path / "state")
    server.start()
    assert StateStore(server.url).count({"a": 600}) == [1]
    with pytest.raises(ConfigurationError, match="Another service"):
        EmbeddedValkey(tmp_path / "state").start()
    server.stop()
    server.start()
    assert StateStore(server.url).count({"a": 600}) == [2]
    server.stop()
    assert not server.socket_path.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_it_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from core.embedded_valkey import EmbeddedValkey\n"
        "server = EmbeddedValkey(Path(sys.argv[1]))\nserver.start()\n"
        "print(server.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 5
        while _is_alive(child) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert not _is_alive(child)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z" and os.getpid() != pid

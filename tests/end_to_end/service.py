"""The whole service as a newcomer starts it, on free ports and in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 120


@dataclass
class Service:
    """A running ``python -m app run``."""

    var: Path
    port: int = field(default_factory=lambda: free_port())
    simulator_port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[str] | None = None
    printed: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def log(self) -> Path:
        return self.var.parent / f"{self.var.name}.log"

    models: Path = ROOT / "var" / "nlu"

    def prepare(self) -> None:
        """Make the folder of data. The model that was learnt for all tests lies in ``models``."""
        self.var.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start it and wait until it has printed its addresses."""
        environment = {
            k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}
        } | {"MODEL_DIR": str(self.models)}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-u", "-m", "app", "run", "--port", str(self.port),
                    "--simulator-port", str(self.simulator_port), "--var", str(self.var),
                ],
                cwd=ROOT, stdout=log, stderr=log, text=True, env=environment,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while "Ctrl-C" not in self.log.read_text(encoding="utf-8"):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")
            time.sleep(0.1)
        self.printed = self.log.read_text(encoding="utf-8")

    def password(self, login: str) -> str:
        """The password of a demo account, as it was printed."""
        found = re.search(rf"^\s+{login}\s+(\S+)", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def kill_web(self) -> None:
        """kill -9 the web process, the master before its workers: it would make new ones."""
        master = int((self.var / "web.pid").read_text())
        workers = children_of(master)
        for pid in [master, *workers]:
            os.kill(pid, signal.SIGKILL)

    def kill_scheduler(self) -> None:
        """kill -9 the scheduler process."""
        (pid,) = (
            pid
            for pid in self.processes()
            if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"\0app\0scheduler\0")
        )
        os.kill(pid, signal.SIGKILL)

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def processes(self) -> list[int]:
        """Every process that still belongs to this service."""
        mine = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes()
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            name = str(self.var).encode()
            if state != "Z" and (name in environment or name in command):
                mine.append(int(folder.name))
        return [pid for pid in mine if pid != os.getpid()]


def children_of(pid: int) -> list[int]:
    """The child processes of a process."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

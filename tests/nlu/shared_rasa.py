"""One real Rasa server for all workers of a test run: it takes a gigabyte and some seconds."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlu.rasa_server import RasaServer

_ADDRESS = "rasa-address"
_USER = "rasa-user-"


@contextmanager
def share_rasa(folder: Path, open_model: Callable[[], Path]) -> Iterator[str]:
    """The address of a server, used by all processes that name the same folder.

    Who comes first starts it, and stops it when nobody else uses it any more.
    """
    mark = folder / f"{_USER}{os.getpid()}"
    with _locked(folder):
        mark.touch()
        try:
            server = None if (folder / _ADDRESS).exists() else _start(folder, open_model())
        except BaseException:
            mark.unlink()
            raise
        url = (folder / _ADDRESS).read_text()
    try:
        yield url
    finally:
        mark.unlink()
        while server and not _stopped(folder, server):
            time.sleep(0.1)


def _start(folder: Path, model: Path) -> RasaServer:
    server = RasaServer(model, folder)
    server.start()
    (folder / _ADDRESS).write_text(server.url)
    return server


def _stopped(folder: Path, server: RasaServer) -> bool:
    """Whether the server could be stopped because nobody uses it."""
    with _locked(folder):
        if any(_is_alive(path) for path in folder.glob(f"{_USER}*")):
            return False
        (folder / _ADDRESS).unlink()
        server.stop()
        return True


def _is_alive(mark: Path) -> bool:
    try:
        os.kill(int(mark.name.removeprefix(_USER)), 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "rasa-lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield

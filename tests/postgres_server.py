"""A PostgreSQL server of the tests' own: in a temporary folder, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_FOLDERS = ("/usr/lib/postgresql", "/usr/local/opt/postgresql", "/opt/homebrew/opt/postgresql")


def find_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, or None when PostgreSQL is not installed."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    candidates = [p for f in _FOLDERS for p in sorted(Path(f).glob("*/bin/pg_ctl"))]
    return candidates[-1].parent if candidates else None


class PostgresServer:
    """One server. It refuses to run as root, so root hands it to the postgres user.

    Tests need nothing on the disk; one that ``is_durable`` waits for it as a real server does.
    """

    def __init__(self, binaries: Path, *, is_durable: bool = False) -> None:
        self._binaries = binaries
        self._durability = "" if is_durable else " -c fsync=off"
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        # Not pytest's own folder: that one is closed to other users.
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
        self.port = _free_port()

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the server's own database."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        """Process id of a server that runs."""
        return int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def start(self) -> None:
        """Make a cluster and start it; raises CalledProcessError."""
        if self._as_user:
            shutil.chown(self._folder, "postgres")
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder}"
            f"{self._durability} -c max_connections=200"
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """End it and remove its folder."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as_user, str(self._binaries / program), *arguments],
            check=True,
            capture_output=True,
            cwd="/",
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

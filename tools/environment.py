"""Gives this clone its ``.venv``: a link to an environment that all clones of a user share.

    python3 -I tools/environment.py uv|run|dev CACHE UV_VERSION

``run`` has what the service needs, ``dev`` all of that and what checks and tests need; ``uv`` only
fetches the installer. An environment stands in the cache folder under a name made of all that it
is made from, and is whole once its marker, which is written last, is there
(docs/decisions/0006-one-environment-for-all-clones.md).

This runs before anything is installed and says itself when Python is too old: it needs nothing but
the standard library, and none of its newer parts.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
LOCK_FILES = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
UV_LOCK_FILE = "requirements-uv.lock"
LINK = ".venv"
# Which kinds serve who asks for one; what is made where there is none comes first.
_SERVED_BY = {"run": ("run", "dev"), "dev": ("dev",)}
_WHOLE = ".whole"
# Nothing but what the lock file names, each file by its hash.
_EXACTLY = ("--quiet", "--no-deps", "--require-hashes")
_INTERRUPTED = 130


def provide(kind: str, clone: Path, cache: Path, uv: Path) -> Path:
    """Link the clone's ``.venv`` to a whole environment of a kind, made where there is none yet.

    Returns the environment's folder. A link that serves already stays. Several may ask at once:
    one makes it, the others wait. A ``.venv`` that somebody made in the clone is kept and installed
    into. Raises CalledProcessError when the installer fails.
    """
    link = clone / LINK
    homes = [_home(serving, clone, cache, uv) for serving in _SERVED_BY[kind]]
    if _is_folder_of_own(link):
        _install(link, [home.name for home in homes], clone / LOCK_FILES[kind], uv)
        return link
    whole = [home for home in homes if is_whole(home)]
    linked = link.readlink() if link.is_symlink() else None
    if linked in whole:
        return linked
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(str(link))
    home = whole[0] if whole else _make(homes[0], clone / LOCK_FILES[kind], uv)
    new_link = clone / f"{LINK}.{os.getpid()}"
    new_link.symlink_to(home)
    new_link.replace(link)
    return home


def is_whole(home: Path) -> bool:
    """Whether an environment was made to its end and its Python is still there."""
    return (home / _WHOLE).exists() and os.access(str(home / "bin" / "python"), os.X_OK)


def provide_uv(cache: Path, version: str) -> Path:
    """The uv program, which installs in seconds what pip takes minutes for.

    Fetched into the cache folder where it is not there yet, and only when its hash is the one in
    the lock file. Raises CalledProcessError, also when the lock file has another version.
    """
    home = cache / f"uv-{version}"
    program = home / "bin" / "uv"
    if program.exists():
        return program
    with _alone(home), tempfile.TemporaryDirectory(prefix=f"{home.name}.", dir=str(cache)) as made:
        if not program.exists():
            venv, aside = Path(made) / "venv", Path(made) / "uv"
            _run(_python(), "-m", "venv", venv)
            _run(
                venv / "bin" / "python", "-m", "pip", "install", "--quiet",
                "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:",
                "--target", aside, "-r", _lock_of_uv(version),
            )  # fmt: skip
            shutil.rmtree(str(home), ignore_errors=True)
            aside.replace(home)
    return program


def _lock_of_uv(version: str) -> Path:
    """The lock file of uv, refused when it is of another version than the one asked for."""
    lock = ROOT / UV_LOCK_FILE
    if f"uv=={version} " not in lock.read_text(encoding="utf-8"):
        print(f"error: {UV_LOCK_FILE} has no uv {version}: run make lock.", file=sys.stderr)
        raise subprocess.CalledProcessError(1, [UV_LOCK_FILE])
    return lock


def _home(kind: str, clone: Path, cache: Path, uv: Path) -> Path:
    made_from = hashlib.sha256((clone / LOCK_FILES[kind]).read_bytes())
    for part in (_python(), sys.version, str(uv)):
        made_from.update(b"\0" + part.encode())
    return cache / f"{kind}-{made_from.hexdigest()[:16]}"


def _make(home: Path, lock_file: Path, uv: Path) -> Path:
    with _alone(home):
        if not is_whole(home):
            print(f"Making the environment in {home}, once for all clones.", flush=True)
            shutil.rmtree(str(home), ignore_errors=True)
            python = home / "bin" / "python"
            _run(uv, "venv", "--quiet", "--python", _python(), home)
            _run(uv, "pip", "install", *_EXACTLY, "--python", python, "-r", lock_file)
            (home / _WHOLE).touch()
    return home


def _is_folder_of_own(link: Path) -> bool:
    """Whether somebody made a ``.venv`` in the clone. Make did so once, and marked it."""
    is_folder = link.is_dir() and not link.is_symlink()
    return is_folder and not any((link / marker).exists() for marker in (".run", ".dev"))


def _install(own: Path, names: "list[str]", lock_file: Path, uv: Path) -> None:
    """Install into somebody's own environment, unless one of these was installed there before."""
    if any((own / f"{_WHOLE}-{name}").exists() for name in names):
        return
    python = own / "bin" / "python"
    if not python.exists():
        _run(uv, "venv", "--quiet", "--allow-existing", "--python", _python(), own)
    _run(uv, "pip", "install", *_EXACTLY, "--python", python, "-r", lock_file)
    (own / f"{_WHOLE}-{names[0]}").touch()


def _python() -> str:
    # Not the program of an environment that happens to be in use: it may be removed.
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def _alone(home: Path) -> IO[str]:
    """Wait until nobody else makes it; until the file is closed nobody else will."""
    home.parent.mkdir(parents=True, exist_ok=True)
    guard = Path(f"{home}.lock").open("w")  # noqa: SIM115 (the caller closes it)
    # An installer whose parent was killed must end before the next one begins.
    os.set_inheritable(guard.fileno(), True)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"Waiting for {home}, which another clone makes.", flush=True)
        fcntl.flock(guard, fcntl.LOCK_EX)
    return guard


def _run(*command: "str | Path") -> None:
    subprocess.run([str(word) for word in command], check=True, close_fds=False)


def main(kind: str, cache_folder: str, uv_version: str) -> int:
    """Carry out one command; the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this is where it is refused)
        print("Python 3.11 or later is needed: set PYTHON=...", file=sys.stderr)
        return 1
    cache = Path(cache_folder).absolute()
    try:
        uv = provide_uv(cache, uv_version)
        if kind != "uv":
            provide(kind, ROOT, cache, uv)
    except subprocess.CalledProcessError as error:
        print(f"error: {error.cmd[0]} could not install; see above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

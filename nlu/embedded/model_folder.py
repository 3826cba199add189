"""The folder of learnt models: which one stands for which content, whole or not there at all.

A model is a folder named by the hash of all it was learnt from. It is renamed into place when it
is complete, never changed afterwards, and carries the hash of each of its files. Nothing here
needs the libraries that learning or reading needs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

from core.errors import HotlineError
from core.file_lease import FileLease
from nlu.training import TrainingTopic

MAX_LEARNING_SECONDS = 600
_PREFIX = "embedded-"
_UNFINISHED = "unfinished-"
_MANIFEST = "manifest.json"
# Clones of one user share a folder: each keeps its last models when others learn.
_MAX_MODELS = 8
_PACKAGE = Path(__file__).parent.parent


class BrokenModelError(HotlineError):
    """A model is not what was written: incomplete, damaged, or of another form."""


class ModelFolder:
    """The models in one folder. Safe to use from several processes at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        """Whether the model has been learnt."""
        return (self.path / name / _MANIFEST).is_file()

    def find(self, name: str) -> Path | None:
        """The folder of a model whose files are as they were written; None when there is none.

        Raises BrokenModelError when they are not.
        """
        if not self.has(name):
            return None
        folder = self.path / name
        try:
            manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            broken = [file for file, digest in manifest.items() if _hash(folder / file) != digest]
        except (OSError, ValueError, AttributeError) as error:
            raise BrokenModelError(f"Model {name} cannot be read: {error}.") from error
        if broken:
            raise BrokenModelError(f"Model {name} is damaged: {', '.join(broken)}.")
        # What is used is kept when old ones are removed.
        os.utime(folder)
        return folder

    def write(self, name: str, save: Callable[[Path], None]) -> None:
        """Let ``save`` fill a folder and give it its name, all of it or nothing.

        A model that was there before, or was written meanwhile, stays.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.path))
        try:
            save(unfinished)
            manifest = {file.name: _hash(file) for file in sorted(unfinished.iterdir())}
            (unfinished / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            unfinished.rename(self.path / name)
        except OSError:
            if not self.has(name):
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def discard(self, name: str) -> None:
        """Take a broken model away, so that it is learnt again."""
        self.path.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.path))
        # Gone already where another process was faster.
        with suppress(FileNotFoundError):
            (self.path / name).rename(aside / name)
        shutil.rmtree(aside, ignore_errors=True)

    def forget_old(self) -> None:
        """Remove the models used longest ago, and what learners that were killed left."""
        models = sorted(self.path.glob(f"{_PREFIX}*"), key=_last_used)
        for folder in (*models[:-_MAX_MODELS], *self.path.glob(f"{_UNFINISHED}*")):
            shutil.rmtree(folder, ignore_errors=True)

    def lease(self) -> FileLease:
        """The lease that lets one process at a time learn."""
        return FileLease(self.path / "learning.lease", MAX_LEARNING_SECONDS)


def model_name(topics: Sequence[TrainingTopic]) -> str:
    """The name of the model for these topics: by the code that learns, and by what it learns."""
    return f"{_PREFIX}{_code_hash()[:12]}-{content_hash(topics)[:20]}"


def is_readable(name: str) -> bool:
    """Whether the code of this process can read a model of that name."""
    return name.startswith(f"{_PREFIX}{_code_hash()[:12]}-")


def content_hash(topics: Sequence[TrainingTopic]) -> str:
    """A hash of the topics and of every file of training data; their order does not matter."""
    digest = hashlib.sha256()
    rows = sorted((asdict(topic) for topic in topics), key=lambda row: str(row["topic"]))
    digest.update(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode())
    _update(digest, ("training",))
    return digest.hexdigest()


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    _update(digest, ("embedded", "entities"))
    return digest.hexdigest()


def _update(digest: hashlib._Hash, folders: Sequence[str]) -> None:
    for folder in folders:
        for path in sorted((_PACKAGE / folder).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                digest.update(path.name.encode() + path.read_bytes())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0

"""The Rasa project's models: trained by Rasa itself, kept in a folder by what they learnt from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from core.errors import ConfigurationError
from core.processes import end_with_parent
from nlu.rasa_export import HELD_BACK

ROOT = Path(__file__).parents[1]
PROJECT = Path(__file__).parent / "rasa"
PROGRAM = ROOT / ".venv-rasa" / "bin" / "rasa"
CONFIG = "config.yml"
# What a model and its calibration are made of, beside the program that makes them.
_MADE_FROM = (CONFIG, "domain.yml", "data/nlu.yml", HELD_BACK)
_MADE_BY = (ROOT / "requirements-rasa.lock", PROJECT / "clause_tokenizer.py")
CALIBRATION = PROJECT / "calibration.json"
"""Where the service finds the curve of the model that was opened last."""
_LAST_WORDS = 2000


def cache_folder() -> Path:
    """Where all clones of a user keep what takes long to make; the Makefile says the same."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "hotline-12333" / "rasa-models"


def copy_config(project: Path, *, epochs: int) -> None:
    """Give another project folder the pipeline of ours with fewer (or more) epochs."""
    config = yaml.safe_load((PROJECT / CONFIG).read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if "epochs" in component:
            component["epochs"] = epochs
    project.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    (project / CONFIG).write_text(text, encoding="utf-8")


def content_hash(project: Path) -> str:
    """A hash of pipeline, domain, examples, our own component and Rasa's environment.

    ConfigurationError names what the project lacks."""
    digest = hashlib.sha256()
    for path in (*(project / name for name in _MADE_FROM), *_MADE_BY):
        if not path.is_file():
            raise ConfigurationError(f"{path} is missing: run python -m app nlu export-rasa.")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def open_model(project: Path, cache: Path, program: Path = PROGRAM) -> Path:
    """The model of an exported project: found in ``cache``, else trained now and kept there.

    Several processes may ask at once: one trains, the others wait. ConfigurationError when the
    environment is missing or Rasa fails; the message ends with Rasa's last words.
    """
    model = cache / f"{content_hash(project)[:24]}.tar.gz"
    cache.mkdir(parents=True, exist_ok=True)
    with locked(model):
        if not model.is_file():
            _train(project, model, program)
    return model


@contextmanager
def locked(model: Path) -> Iterator[None]:
    """Be the only process that makes a model or what is kept beside it."""
    with model.with_name(f"{model.name}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def environment(program: Path = PROGRAM) -> dict[str, str]:
    """The environment in which Rasa runs: it tells nobody of its use, and warns less.

    ConfigurationError when Rasa is not installed."""
    if not program.is_file():
        raise ConfigurationError(f"{program} is missing: run make rasa-env.")
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        # Where the pipeline's own component is found, wherever Rasa is started.
        "PYTHONPATH": str(PROJECT),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def _train(project: Path, model: Path, program: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="rasa-", dir=model.parent) as folder:
        log = Path(folder) / "log"
        made_of = ["--config", CONFIG, "--domain", "domain.yml", "--nlu", "data"]
        stored_as = ["--out", folder, "--fixed-model-name", "model"]
        with log.open("wb") as written:
            status = subprocess.run(
                [program, "train", "nlu", *made_of, *stored_as],
                cwd=project,
                env=environment(program),
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                preexec_fn=end_with_parent(signal.SIGKILL),
            ).returncode
        trained = Path(folder) / "model.tar.gz"
        if status != 0 or not trained.is_file():
            words = log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
            raise ConfigurationError(f"Rasa did not train (status {status}): {words}")
        shutil.move(trained, model)

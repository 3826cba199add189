"""Where learnt models lie for commands and trials; an installation sets MODEL_DIR."""

from __future__ import annotations

import os
from pathlib import Path


def models_of(var_dir: Path | None) -> Path:
    """The models in a folder of data that was named, else those of the user."""
    return models_of_user(else_in=Path("var/nlu")) if var_dir is None else var_dir / "nlu"


def models_of_user(else_in: Path) -> Path:
    """The folder in which all clones of a user keep models, so that what one has learnt the next
    need not; a folder of the clone itself where the user has no place to write to."""
    caches = os.environ.get("XDG_CACHE_HOME")
    folder = Path(caches) if caches else Path.home() / ".cache" if os.environ.get("HOME") else None
    if folder is not None:
        models = folder / "hotline-12333" / "models"
        try:
            models.mkdir(parents=True, exist_ok=True)
        except OSError:
            return else_in
        if os.access(models, os.W_OK):
            return models
    return else_in

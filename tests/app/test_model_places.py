"""Where commands and trials look for models."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.model_places import models_of, models_of_user


def test_all_clones_of_a_user_share_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    shared = tmp_path / "home" / ".cache" / "hotline-12333" / "models"
    assert models_of_user(else_in=tmp_path / "clone") == shared and shared.is_dir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert models_of(None) == tmp_path / "caches" / "hotline-12333" / "models"
    assert models_of(tmp_path / "var") == tmp_path / "var" / "nlu"


def test_who_has_no_place_to_write_to_keeps_them_in_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    assert models_of_user(else_in=tmp_path / "clone") == tmp_path / "clone"
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    assert models_of_user(else_in=tmp_path / "clone") == tmp_path / "clone"

"""One environment for all clones: made once, whole or not at all, and found again by what it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.environment import LOCK_FILES

ROOT = Path(__file__).parents[2]
VERSION = "1.2.3"
# Stands in for uv: makes the folder, notes what it was asked, and can die with its parent.
UV = """#!/bin/sh
echo "$1" >> "$UV_ASKED"
case "$1" in
venv) eval home=\\${$#}; mkdir -p "$home/bin" && ln -s "$(command -v sh)" "$home/bin/python" ;;
pip) sleep 0.3; [ -z "$UV_KILLED" ] || kill -9 $PPID; [ -z "$UV_FAILS" ] || exit 3 ;;
esac
"""


@dataclass
class Clones:
    """Clones of one user, who has a cache folder with a stand-in for uv."""

    folder: Path

    def __post_init__(self) -> None:
        uv = self.cache / f"uv-{VERSION}" / "bin" / "uv"
        uv.parent.mkdir(parents=True)
        uv.write_text(UV, encoding="ascii")
        uv.chmod(0o755)

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def made(self) -> int:
        """How often an environment was begun."""
        asked = self.folder / "asked"
        return asked.read_text().split().count("venv") if asked.exists() else 0

    def add(self, name: str) -> Path:
        clone = self.folder / name
        (clone / "tools").mkdir(parents=True)
        for file in ("tools/environment.py", *LOCK_FILES.values()):
            shutil.copy(ROOT / file, clone / file)
        return clone

    def begin(self, clone: Path, kind: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", clone / "tools" / "environment.py", kind, self.cache, VERSION],
            env={**os.environ, "UV_ASKED": str(self.folder / "asked"), **variables},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def provide(self, clone: Path, kind: str) -> Path:
        """Where ``.venv`` leads then."""
        process = self.begin(clone, kind)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        return (clone / ".venv").readlink()


@pytest.fixture
def clones(tmp_path: Path) -> Clones:
    return Clones(tmp_path)


def test_the_second_clone_finds_what_the_first_made(clones: Clones) -> None:
    home = clones.provide(clones.add("one"), "run")
    assert home.parent == clones.cache and (home / "bin" / "python").exists()
    assert clones.provide(clones.add("two"), "run") == home
    assert clones.made == 1


def test_two_clones_that_start_at_once_make_it_once(clones: Clones) -> None:
    starts = [clones.begin(clones.add(name), "run") for name in ("one", "two", "three")]
    said = [start.communicate(timeout=30)[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert clones.made == 1
    assert sum("Making the environment" in words for words in said) == 1


def test_an_interrupted_one_is_made_again(clones: Clones) -> None:
    clone = clones.add("one")
    killed = clones.begin(clone, "run", UV_KILLED="yes")
    killed.communicate(timeout=30)
    assert killed.returncode == -9 and not (clone / ".venv").is_symlink()
    assert (clones.provide(clone, "run") / "bin" / "python").exists()
    assert clones.made == 2


def test_an_installer_that_fails_is_told_and_leaves_no_link(clones: Clones) -> None:
    clone = clones.add("one")
    failing = clones.begin(clone, "run", UV_FAILS="yes")
    _, errors = failing.communicate(timeout=30)
    assert failing.returncode == 1 and "could not install" in errors
    assert "Traceback" not in errors and not (clone / ".venv").is_symlink()


def test_other_requirements_are_another_environment(clones: Clones) -> None:
    clone = clones.add("one")
    before = clones.provide(clone, "run")
    with (clone / LOCK_FILES["run"]).open("a", encoding="utf-8") as lock_file:
        lock_file.write("another==1.0\n")
    after = clones.provide(clone, "run")
    assert after != before and before.exists()


def test_the_larger_environment_serves_too_and_is_kept(clones: Clones) -> None:
    clone = clones.add("one")
    small, large = clones.provide(clone, "run"), clones.provide(clone, "dev")
    assert small != large
    assert clones.provide(clone, "run") == large
    assert clones.provide(clones.add("two"), "run") == small


def test_the_larger_environment_has_all_of_the_smaller() -> None:
    pins = {
        kind: {line for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for kind, name in LOCK_FILES.items()
    }
    assert pins["run"] < pins["dev"]


def test_one_whose_python_is_gone_is_made_again(clones: Clones) -> None:
    clone = clones.add("one")
    home = clones.provide(clone, "run")
    (home / "bin" / "python").unlink()
    (home / "bin" / "python").symlink_to(clones.folder / "removed" / "python")
    assert clones.provide(clone, "run") == home
    assert (home / "bin" / "python").exists() and clones.made == 2


def test_somebodys_own_environment_is_kept_and_installed_into_once(clones: Clones) -> None:
    clone = clones.add("one")
    own = clone / ".venv"
    (own / "bin").mkdir(parents=True)
    (own / "bin" / "python").touch()
    for _ in range(2):
        process = clones.begin(clone, "run")
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    assert not own.is_symlink() and clones.made == 0
    assert (clones.folder / "asked").read_text().split() == ["pip"]


def test_a_folder_that_make_made_before_is_replaced(clones: Clones) -> None:
    clone = clones.add("one")
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".run").touch()
    assert clones.provide(clone, "run").parent == clones.cache


@pytest.mark.parametrize(
    ("variables", "cache"),
    [
        ({"HOME": "/dev/null/nobody"}, f"{ROOT}/var/cache/hotline-12333"),
        ({"HOME": ""}, f"{ROOT}/var/cache/hotline-12333"),
        ({"HOME": "/dev/null/nobody", "XDG_CACHE_HOME": "{tmp}"}, "{tmp}/hotline-12333"),
    ],
)
def test_who_cannot_write_at_home_keeps_everything_in_the_clone(
    variables: dict[str, str], cache: str, tmp_path: Path
) -> None:
    plain = {k: v for k, v in os.environ.items() if k not in {"HOME", "XDG_CACHE_HOME"}}
    given = {name: value.format(tmp=tmp_path) for name, value in variables.items()}
    said = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "run-env"],
        cwd=ROOT, env={**plain, **given}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert f"environment.py run {cache.format(tmp=tmp_path)} " in said

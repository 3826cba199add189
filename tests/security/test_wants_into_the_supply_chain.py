"""The attacker replaces a package, or waits for one with a known hole to stay pinned."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.utils import canonicalize_name

from tools.advisories import FILE, find_faults, main, read_pins
from tools.environment import LOCK_FILES, UV_LOCK_FILE

ROOT = Path(__file__).parents[2]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
HASH = "--hash=sha256:" + "0" * 64
ADVISORIES: dict[str, Any] = {
    "advisories": [
        {"package": "Flask", "id": "CVE-1", "below": "3.1.1", "from": "3.1.0", "what": "x"},
        {"package": "old-thing", "id": "CVE-2", "below": "2.0", "what": "x"},
    ],
    "accepted": [],
}


def faults(lock: str, **more: Any) -> list[str]:
    return list(find_faults({"a.lock": lock}, {**ADVISORIES, **more}))


def test_every_lock_file_pins_by_hash_and_none_is_forgotten() -> None:
    assert {*LOCK_FILES.values(), UV_LOCK_FILE, "requirements-rasa.lock"} == set(LOCKS)
    for name in LOCKS:
        pins = read_pins((ROOT / name).read_text(encoding="utf-8"))
        assert pins and all(pin.has_hash for pin in pins), name


def test_the_installer_and_the_environments_are_installed_by_hash_only() -> None:
    environment = (ROOT / "tools" / "environment.py").read_text(encoding="utf-8")
    rasa = (ROOT / "nlu" / "rasa" / "environment.sh").read_text(encoding="utf-8")
    installs = re.findall(r'"pip", "install",([^)]*)', environment)
    assert len(installs) == 3
    assert all("--require-hashes" in one or "*_EXACTLY" in one for one in installs)
    assert "--require-hashes" in rasa
    version = re.search(r"UV_VERSION := (\S+)", (ROOT / "Makefile").read_text())
    assert version and f"uv=={version[1]} " in (ROOT / UV_LOCK_FILE).read_text()


def test_nothing_that_is_pinned_has_a_known_hole_that_was_not_accepted() -> None:
    assert main() == 0
    file = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert len(file["advisories"]) >= 50
    assert all(accepted["why"] for accepted in file["accepted"])


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        (f"flask==3.1.0 \\\n    {HASH}", ["a.lock: flask is affected by CVE-1."]),
        (f"flask==3.1.1 \\\n    {HASH}", []),
        (f"flask==3.0.9 \\\n    {HASH}", []),
        (f"Old_Thing==1.9.post1 ; python_version < '4' \\\n    {HASH}",
         ["a.lock: old-thing is affected by CVE-2."]),
        ("flask==3.1.2", ["a.lock: flask 3.1.2 has no hash."]),
    ],
)  # fmt: skip
def test_a_hole_or_a_missing_hash_is_named(pin: str, expected: list[str]) -> None:
    assert faults(f"{pin}\n") == expected


def test_what_is_accepted_for_one_lock_file_is_so_for_no_other_and_not_for_ever() -> None:
    hole = {"package": "flask", "id": "CVE-1", "why": "x"}
    lock = f"flask==3.1.0 \\\n    {HASH}\n"
    assert faults(lock, accepted=[{**hole, "lock": "a.lock"}]) == []
    assert len(faults(lock, accepted=[{**hole, "lock": "b.lock"}])) == 1
    mended = lock.replace("3.1.0", "3.1.1")
    (notified,) = faults(mended, accepted=[{**hole, "lock": "a.lock"}])
    assert "accept it no more" in notified


def test_each_native_wheel_has_its_line_and_no_other_has_one() -> None:
    page = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| ([a-z0-9-]+) \| (.{20,}) \|$", page, re.MULTILINE))
    pinned = {pin.package for pin in read_pins((ROOT / "requirements-dev.lock").read_text())}
    native = set()
    for distribution in importlib.metadata.distributions():
        name = canonicalize_name(distribution.metadata["Name"])
        tags = re.findall(r"^Tag: (\S+)", distribution.read_text("WHEEL") or "", re.MULTILINE)
        if name in pinned and not any(tag.endswith("-any") for tag in tags):
            native.add(name)
    # Its wheel has a program for one platform, or none, by where it comes from.
    assert native | {"playwright"} == set(lines)

"""Compares what the lock files pin with the advisories kept in the repository.

    python -m tools.advisories

No network is needed. The exit status is 1, and each is named, when a pinned version is affected by
an advisory that is not accepted for its lock file, when an accepted one no longer applies, or when
something is pinned without a hash.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
FILE = ROOT / "deploy" / "advisories.yaml"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")


@dataclass(frozen=True)
class Pin:
    """One pinned version, and whether its files are known by hash."""

    package: str
    version: str
    has_hash: bool


def read_pins(lock: str) -> list[Pin]:
    """The pins of a lock file's text, in its order."""
    pins = []
    for part in re.split(r"\n(?=[A-Za-z])", lock):
        found = _PIN.match(part)
        if found:
            has_hash = "--hash=sha256:" in part
            pins.append(Pin(canonicalize_name(found[1]), found[2], has_hash))
    return pins


def find_affected(pins: list[Pin], advisories: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Package and id of each advisory by which a pin is affected."""
    return {
        (pin.package, advisory["id"])
        for pin in pins
        for advisory in advisories
        if pin.package == canonicalize_name(advisory["package"])
        and _is_affected(Version(pin.version), advisory)
    }


def find_faults(locks: dict[str, str], file: dict[str, Any]) -> Iterator[str]:
    """What is wrong with lock files (text by name) and the advisories, a sentence each."""
    for name, text in locks.items():
        pins = read_pins(text)
        accepted = {(a["package"], a["id"]) for a in file["accepted"] if a["lock"] == name}
        affected = find_affected(pins, file["advisories"])
        for pin in pins:
            if not pin.has_hash:
                yield f"{name}: {pin.package} {pin.version} has no hash."
        for package, number in sorted(affected - accepted):
            yield f"{name}: {package} is affected by {number}."
        for package, number in sorted(accepted - affected):
            yield f"{name}: {package} is no longer affected by {number}; accept it no more."


def main() -> int:
    """Check the repository; the exit status."""
    locks = {
        path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("requirements*.lock")
    }
    file = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    faults = list(find_faults(locks, file))
    for fault in faults:
        print(fault, file=sys.stderr)
    counts = f"{len(locks)} lock files, {len(file['advisories'])} advisories"
    print(f"{counts}, reviewed on {file['reviewed_on']}: {len(faults)} faults")
    return 1 if faults else 0


def _is_affected(version: Version, advisory: dict[str, Any]) -> bool:
    begins = Version(advisory["from"]) if "from" in advisory else None
    is_begun = begins is None or version >= begins
    return is_begun and version < Version(advisory["below"])


if __name__ == "__main__":
    sys.exit(main())

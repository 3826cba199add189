"""How long personal data is kept: dated policies from ``retention.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.errors import SettingsError
from config.yaml_files import read_yaml

RETENTION_FILE = Path(__file__).with_name("retention.yaml")
_MIN_DAYS = 30


@dataclass(frozen=True)
class RetainedKind:
    """One kind of data. ``keeps_for`` is None for what is kept as long as its purpose lasts.

    ``is_statutory``: the law asks for it to be kept, and a request does not end it earlier.
    """

    id: str
    keeps_for: timedelta | None
    law: str
    is_statutory: bool = False


@dataclass(frozen=True)
class RetentionPolicy:
    """What rules from a local day on."""

    from_on: date
    why: str
    kinds: Mapping[str, RetainedKind]


def load_retention(path: Path = RETENTION_FILE) -> tuple[RetentionPolicy, ...]:
    """All policies, the first one first. Raises SettingsError for a file that is not usable."""
    policies = tuple(_policy(raw) for raw in read_yaml(path)["policies"])
    days = [policy.from_on for policy in policies]
    if not policies or days != sorted(set(days)):
        raise SettingsError(f"{path.name}: the policies must have days that follow each other.")
    return policies


def policy_on(policies: tuple[RetentionPolicy, ...], day: date) -> RetentionPolicy | None:
    """The policy that rules on a local day; None before the first one."""
    return next((p for p in reversed(policies) if p.from_on <= day), None)


def _policy(raw: Mapping[str, Any]) -> RetentionPolicy:
    kinds = {name: _kind(name, kind) for name, kind in raw["kinds"].items()}
    return RetentionPolicy(raw["from"], str(raw["why"]), MappingProxyType(kinds))


def _kind(name: str, raw: Mapping[str, Any]) -> RetainedKind:
    days, law = raw["days"], str(raw.get("law") or "")
    if not law:
        raise SettingsError(f"retention.yaml: {name} has no ground in law.")
    if days is not None and (not isinstance(days, int) or days < _MIN_DAYS):
        raise SettingsError(f"retention.yaml: {name} must be kept for {_MIN_DAYS} days or longer.")
    keeps_for = None if days is None else timedelta(days=days)
    return RetainedKind(name, keeps_for, law, bool(raw.get("is_statutory", False)))

"""Offices from ``offices.yaml`` (bureau, branches, stations) and the towns of ``towns.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from config.yaml_files import read_yaml

OFFICES_FILE = Path(__file__).with_name("offices.yaml")
TOWNS_FILE = Path(__file__).with_name("towns.yaml")

Level = Literal["bureau", "town", "station"]
TownKind = Literal["street", "town", "park"]
_PARENT_LEVEL: Mapping[str, str | None] = {"bureau": None, "town": "bureau", "station": "town"}


class OfficesFileError(ValueError):
    """One of the two files is not acceptable. The message names the entry and the reason."""


@dataclass(frozen=True)
class Town:
    """A street, town or park. ``aliases``: other names and places within; ``misheard``: what
    speech recognition makes of the name."""

    id: str
    kind: TownKind
    name_zh: str
    name_en: str
    aliases: tuple[str, ...] = ()
    misheard: tuple[str, ...] = ()

    @property
    def full_name_zh(self) -> str:
        """The name with its kind: 长安镇, 东城街道, 松山湖."""
        return self.name_zh + {"street": "街道", "town": "镇", "park": ""}[self.kind]


@dataclass(frozen=True)
class Office:
    """One office. ``topics`` are the only matters that a station takes; others take all."""

    id: str
    level: Level
    name_zh: str
    name_en: str
    town: str | None
    parent: str | None
    village: str | None = None
    head_phone: str | None = None
    topics: frozenset[str] = frozenset()


class OfficeDirectory:
    """All offices and towns, found by id, by town and by level."""

    def __init__(
        self, offices: Iterable[Office], towns: Iterable[Town], default_office: str
    ) -> None:
        self.offices = tuple(offices)
        self.towns = tuple(towns)
        self._offices = {office.id: office for office in self.offices}
        self._towns = {town.id: town for town in self.towns}
        _check(self.offices, self._offices, self._towns, default_office)
        self.default = self._offices[default_office]

    def find(self, office_id: str) -> Office | None:
        """The office, or None."""
        return self._offices.get(office_id)

    def get(self, office_id: str) -> Office:
        """The office. Raises KeyError when there is none of that id."""
        return self._offices[office_id]

    def find_town(self, town_id: str | None) -> Town | None:
        """The town, or None."""
        return self._towns.get(town_id or "")

    def of_town(self, town_id: str | None) -> Office:
        """The branch of a town, street or park; the default office when the town is unknown."""
        branches = (o for o in self.offices if o.level == "town" and o.town == town_id)
        return next(branches, self.default)

    def children(self, office_id: str) -> tuple[Office, ...]:
        """Offices directly below."""
        return tuple(office for office in self.offices if office.parent == office_id)

    def subtree(self, office_id: str) -> frozenset[str]:
        """Ids of the office and of all below it."""
        below = (self.subtree(child.id) for child in self.children(office_id))
        return frozenset({office_id}).union(*below)

    def above(self, office_id: str) -> Office:
        """The office one level up; the bureau itself for the bureau."""
        parent = self.get(office_id).parent
        return self.get(parent if parent is not None else office_id)

    @property
    def bureau(self) -> Office:
        """The city bureau."""
        return next(office for office in self.offices if office.level == "bureau")


def load_offices(path: Path = OFFICES_FILE, towns_path: Path = TOWNS_FILE) -> OfficeDirectory:
    """The directory of both files. Raises OfficesFileError when they are not acceptable."""
    try:
        raw = read_yaml(path)
        raw_towns = read_yaml(towns_path)
        offices = [_office(entry) for entry in raw["offices"]]
        towns = [_town(entry) for entry in raw_towns["towns"]]
        return OfficeDirectory(offices, towns, raw["default_office"])
    except (OSError, yaml.YAMLError) as error:
        raise OfficesFileError(f"The offices cannot be read: {error}") from error
    except (KeyError, TypeError) as error:
        raise OfficesFileError(
            f"A field of an office or town is missing or odd: {error}"
        ) from error


def _town(entry: Mapping[str, Any]) -> Town:
    return Town(
        id=entry["id"],
        kind=_one_of(entry["kind"], get_args(TownKind), entry["id"]),
        name_zh=entry["zh"],
        name_en=entry["en"],
        aliases=tuple(entry.get("aliases") or ()),
        misheard=tuple(entry.get("misheard") or ()),
    )


def _office(entry: Mapping[str, Any]) -> Office:
    return Office(
        id=entry["id"],
        level=_one_of(entry["level"], get_args(Level), entry["id"]),
        name_zh=entry["name"]["zh"],
        name_en=entry["name"]["en"],
        town=entry["town"],
        parent=entry["parent"],
        village=entry.get("village"),
        head_phone=entry.get("head_phone"),
        topics=frozenset(entry.get("topics") or ()),
    )


def _one_of(value: str, allowed: tuple[str, ...], entry_id: str) -> Any:
    if value not in allowed:
        raise OfficesFileError(f"{entry_id}: {value!r} is none of {', '.join(allowed)}.")
    return value


def _check(
    offices: tuple[Office, ...],
    by_id: Mapping[str, Office],
    towns: Mapping[str, Town],
    default_office: str,
) -> None:
    if len(by_id) != len(offices):
        raise OfficesFileError("Two offices have the same id.")
    if default_office not in by_id:
        raise OfficesFileError(f"default_office {default_office!r} is no office.")
    if sum(office.level == "bureau" for office in offices) != 1:
        raise OfficesFileError("There must be exactly one bureau.")
    for office in offices:
        parent = by_id.get(office.parent or "")
        if (parent.level if parent else None) != _PARENT_LEVEL[office.level]:
            raise OfficesFileError(f"{office.id}: its parent is not one level above it.")
        if office.town is not None and office.town not in towns:
            raise OfficesFileError(f"{office.id}: {office.town!r} is no town.")

"""The place, the province and the authorities' telephone numbers, from ``authorities.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.languages import SPOKEN_LANGUAGES
from config.yaml_files import read_yaml

_LANGUAGES = f"{', '.join(SPOKEN_LANGUAGES[:-1])} and {SPOKEN_LANGUAGES[-1]}"
AUTHORITIES_FILE = Path(__file__).with_name("authorities.yaml")


class AuthoritiesFileError(ValueError):
    """The file is not acceptable. The message names the field and the reason."""


@dataclass(frozen=True)
class AuthorityPhone:
    """A telephone number. ``source`` says where it was checked; None means not checked."""

    number: str
    source: str | None

    @property
    def is_verified(self) -> bool:
        """Whether the number was checked at a source."""
        return self.source is not None


@dataclass(frozen=True)
class LocalAuthorities:
    """Names of the place by language (zh, yue, en), and telephone numbers by authority."""

    place: Mapping[str, str]
    province: Mapping[str, str]
    phones: Mapping[str, AuthorityPhone]


@cache
def local_authorities(file: Path = AUTHORITIES_FILE) -> LocalAuthorities:
    """The file's content, read once a process. Raises AuthoritiesFileError."""
    raw = read_yaml(file)
    if not isinstance(raw, dict) or set(raw) != {"place", "province", "phones"}:
        raise AuthoritiesFileError(f"{file.name}: needs place, province and phones.")
    return LocalAuthorities(
        place=_names(raw, "place", file),
        province=_names(raw, "province", file),
        phones={str(name): _phone(name, row, file) for name, row in raw["phones"].items()},
    )


def _names(raw: Mapping[str, Any], field: str, file: Path) -> Mapping[str, str]:
    names = raw[field]
    if not isinstance(names, dict) or set(names) != set(SPOKEN_LANGUAGES):
        raise AuthoritiesFileError(f"{file.name}: {field}: needs {_LANGUAGES}.")
    return {language: str(name) for language, name in names.items()}


def _phone(name: object, row: object, file: Path) -> AuthorityPhone:
    if not isinstance(row, dict) or set(row) != {"number", "source"}:
        raise AuthoritiesFileError(f"{file.name}: phones.{name}: needs number and source.")
    number, source = row["number"], row["source"]
    if not isinstance(number, str) or not number.isdigit():
        raise AuthoritiesFileError(f"{file.name}: phones.{name}: number must be quoted digits.")
    return AuthorityPhone(number, None if source is None else str(source))

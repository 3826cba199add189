"""The renderer's own words and the ways it writes days and amounts, by language."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from knowledge_base.spoken_numbers import say_day

Channel = Literal["text", "voice"]


def written_language(language: str) -> str:
    """The written language for a spoken one: Cantonese speakers are written to in Chinese."""
    return "en" if language == "en" else "zh"


def wording(language: str, name: str) -> str:
    """One template. Spoken Cantonese has its own words where they differ from Mandarin."""
    table = _tables()
    found = table[language].get(name) or table[written_language(language)][name]
    assert isinstance(found, str)
    return found


def write_day(day: date, language: str, channel: Channel) -> str:
    """A day as it is written, or in English as it is said. Chinese digits become words later."""
    if language == "en" and channel == "voice":
        return say_day(day)
    return wording(language, "day").format(
        year=day.year, month=day.month, day=day.day, month_name=calendar.month_name[day.month]
    )


def write_value(value: str, unit: str, language: str) -> str:
    """A figure's value with its unit. Raises KeyError for a unit without words."""
    units = _tables()["units"]
    template: str = units[language if language in units else written_language(language)][unit]
    return template.format(value=value)


def has_unit(unit: str) -> bool:
    """Whether there are words for a unit of ``figures.yaml``."""
    return all(unit in words for words in _tables()["units"].values())


@cache
def _tables() -> Mapping[str, Any]:
    path = Path(__file__).with_name("wordings.toml")
    with path.open("rb") as file:
        return tomllib.load(file)

"""Figures are said as people say them, in three languages."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.spoken_numbers import speak_numbers

_TABLE = Path(__file__).with_name("spoken_numbers.yaml")
_ROWS = yaml.load(_TABLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
ROWS = [(lang, written, said) for lang, rows in _ROWS.items() for written, said in rows.items()]


def test_there_are_at_least_120_figures() -> None:
    assert len(ROWS) >= 120


@pytest.mark.parametrize(("language", "written", "said"), ROWS)
def test_a_figure_is_said_as_people_say_it(language: str, written: str, said: str) -> None:
    assert speak_numbers(written, language) == said


@given(
    st.text("0123456789.,:：-–/%年月日元个第条 -a", max_size=40),
    st.sampled_from(["zh", "yue", "en"]),
)
def test_no_digit_is_left_and_nothing_breaks(written: str, language: str) -> None:
    assert not re.search(r"[0-9]", speak_numbers(written, language))


@pytest.mark.parametrize(
    "written", ["1" * 20_000, "1-" * 10_000, "1,000," * 6_000, "8:30-" * 6_000]
)
def test_awkward_figures_take_no_time(written: str) -> None:
    started = time.perf_counter()
    for language in ("zh", "en"):
        speak_numbers(written, language)
    assert time.perf_counter() - started < 2

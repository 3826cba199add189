from __future__ import annotations

from datetime import date

import pytest

from core.ranges import Range


def test_an_open_end_falls_back_to_the_other() -> None:
    assert Range(100, None).at_most == 100
    assert Range(None, date(2026, 1, 31)).at_least == date(2026, 1, 31)


def test_only_one_value_is_exact() -> None:
    assert Range.exactly(5).is_exact
    assert not Range(2, 3).is_exact
    assert not Range[int](None, None).is_exact


def test_the_ends_are_in_order() -> None:
    with pytest.raises(ValueError, match="comes after"):
        Range(3, 2)

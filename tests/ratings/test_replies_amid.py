"""Ratings that arrive amid other things: corrected, decorated, beside a question."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ratings.replies import parse_rating
from tests.ratings.test_replies import meaning_of

_FOLDER = Path(__file__).parent
FILES = ("replies_amid.yaml", "replies_fresh.yaml")


def load(name: str) -> list[tuple[str, str, str]]:
    """Reply, what it is, and what is left of it as a question."""
    rows = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    beside = [(reply, str(level), rest) for reply, level, rest in rows.pop("with_rest")]
    return beside + [(reply, meaning, "") for meaning in rows for reply in rows[meaning]]


ALL = [row for name in FILES for row in load(name)]


def test_there_are_at_least_250_different_replies() -> None:
    assert len({reply for reply, _meaning, _rest in ALL}) >= 250


@pytest.mark.parametrize(("reply", "meaning", "rest"), ALL)
def test_a_reply_is_read_as_what_it_is(reply: str, meaning: str, rest: str) -> None:
    assert (meaning_of(reply), parse_rating(reply).rest) == (meaning, rest)

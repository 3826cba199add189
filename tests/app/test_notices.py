"""Every notice of casework has words in every language."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import app
from casework.notices import TEXT_KEYS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_notice_has_words_and_no_word_is_left_over(language: str) -> None:
    path = Path(app.__file__).parent / "wordings" / f"{language}.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))["notice"]
    assert {f"notice.{name}" for name in words} == TEXT_KEYS

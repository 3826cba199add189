"""Every notice of casework has words in every language."""

from __future__ import annotations

import pytest

from casework.notices import TEXT_KEYS
from casework.wordings import wordings


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_notice_has_words_and_no_word_is_left_over(language: str) -> None:
    assert {f"notice.{name}" for name in wordings(language, "notice")} == TEXT_KEYS

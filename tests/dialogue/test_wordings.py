"""The wordings: complete in every language, and every one of them used."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from core.text_segments import Encoding, encoding_of
from dialogue.wordings import LANGUAGES, all_wordings

ROOT = Path(__file__).parents[2]


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("channel", ["voice", "text"])
def test_every_language_has_the_same_keys_and_places(channel: str) -> None:
    chinese = all_wordings("zh", channel)
    for language in LANGUAGES[channel]:
        other = all_wordings(language, channel)
        assert other.keys() == chinese.keys()
        for key in chinese:
            assert places(other[key]) == places(chinese[key]), (language, key)


def test_english_texts_stay_in_the_cheap_alphabet() -> None:
    for key, words in all_wordings("en", "text").items():
        assert encoding_of(words) is Encoding.GSM7, key


def test_no_prompt_is_longer_than_a_caller_can_keep_in_mind() -> None:
    for language in ("zh", "yue"):
        for key, words in all_wordings(language, "voice").items():
            assert len(words) <= 120, (language, key)


def test_every_key_that_the_flows_name_exists() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "dialogue").rglob("*.py"))
    named = set(re.findall(r"""(?:say|words)\(\s*"([a-z_.]+)\"""", source))
    known = all_wordings("zh", "voice").keys() | all_wordings("zh", "text").keys()
    assert named and named <= known

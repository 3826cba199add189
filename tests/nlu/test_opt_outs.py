"""Who wants no more texts: in the spellings people send back, and never in others."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from nlu.embedded.keywords import find_keyword
from nlu.embedded.opt_outs import footer_key, is_opt_out
from nlu.interpretation import Intent

ROWS = yaml.safe_load(Path(__file__).with_name("opt_outs.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", ROWS["opt_out"])
def test_a_wish_for_no_more_texts_is_found(words: str) -> None:
    assert find_keyword(words) is Intent.OPT_OUT


@pytest.mark.parametrize("words", ROWS["none"])
def test_words_about_something_else_are_none(words: str) -> None:
    assert find_keyword(words) is not Intent.OPT_OUT


@pytest.mark.parametrize(
    ("words", "key"),
    [("7天内有效，退订回T。", "t"), ("回N退订", "n"), ("7 days. STOP ends.", "stop"), ("你好", "")],
)
def test_a_text_says_by_which_key_it_is_stopped(words: str, key: str) -> None:
    assert footer_key(words) == key


@pytest.mark.parametrize(
    "words",
    ["不要再" * 6_000, "stop " * 8_000, "退订回" * 6_000, "别发我" * 26, "please stop me " * 100],
)
def test_awkward_messages_take_no_time(words: str) -> None:
    started = time.perf_counter()
    is_opt_out(words)
    assert time.perf_counter() - started < 0.5

"""Machines are known by what machines send; people who write about machines are answered."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from sms.loops import is_automatic, is_last_answer, is_repetition

ROWS = yaml.safe_load(Path(__file__).with_name("senders.yaml").read_text(encoding="utf-8"))


def test_there_are_sixty_of_each() -> None:
    assert min(len(set(ROWS["machine"])), len(set(ROWS["human"]))) >= 60


@pytest.mark.parametrize("words", ROWS["machine"])
def test_a_machine_is_known_by_its_form(words: str) -> None:
    assert is_automatic(words)


@pytest.mark.parametrize("words", ROWS["human"])
def test_a_person_is_no_machine(words: str) -> None:
    assert not is_automatic(words)


@pytest.mark.parametrize(
    "words", ["【" * 40_000, "您的" * 20_000, "id:" * 13_000, "退订回" * 13_000]
)
def test_awkward_texts_take_no_time(words: str) -> None:
    started = time.perf_counter()
    is_automatic(words)
    assert time.perf_counter() - started < 0.5


def test_the_same_words_are_answered_three_times_and_the_third_offers_a_person() -> None:
    question = "年假几天"
    assert [is_last_answer(question, before) for before in range(4)] == [False, False, True, False]
    assert [is_repetition(question, before) for before in range(4)] == [False, False, False, True]
    assert not is_repetition("1", 9), "keys may repeat"

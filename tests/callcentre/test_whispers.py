"""What an agent hears before taking a call."""

from __future__ import annotations

import pytest

from callcentre.replies import Screening
from callcentre.whispers import Whisper, screen, word_dangers
from callcentre.wordings import staff_words
from casework.danger import DangerKind
from dialogue.wordings import LANGUAGES

KEYS = "接听请按1，不接请按2。"


def test_the_language_and_the_question_are_said_and_then_the_keys() -> None:
    said = screen(Whisper("yue", "工资拖欠三个月"))
    assert said == Screening("来电人说广东话，刚才问的是：工资拖欠三个月。" + KEYS)


def test_a_caller_who_asked_nothing_wanted_a_person_at_once() -> None:
    assert screen(Whisper("en", "")) == Screening("来电人说英语，直接要求人工。" + KEYS)


def test_a_call_back_is_announced_and_a_danger_comes_before_everything() -> None:
    whisper = Whisper("zh", "", dangers=("fire", "injury"), is_call_back=True)
    words = screen(whisper).words
    assert words.startswith("紧急：现场有火情，有人伤病危急。这是回电")
    assert words.endswith(KEYS)


def test_without_a_whisper_only_the_keys_are_said() -> None:
    assert screen(None) == Screening(KEYS)


def test_nobody_in_danger_is_no_word() -> None:
    assert word_dangers(()) == ""


@pytest.mark.parametrize("kind", [*DangerKind, "unknown"])
def test_every_kind_of_danger_has_words(kind: str) -> None:
    assert word_dangers((kind,)) == f"紧急：{staff_words('danger', kind)}。"


@pytest.mark.parametrize("language", LANGUAGES["voice"])
def test_every_spoken_language_has_a_name(language: str) -> None:
    assert staff_words("tongue", language) in screen(Whisper(language, "")).words

"""What a turn does to the conversation itself, by tables in three languages."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.yaml_files import read_yaml
from nlu.repair import (
    Correction,
    RepairKind,
    find_correction,
    find_corrections,
    find_language_wish,
    find_named_values,
    find_repair,
    has_more_than_repair,
    is_whole_sentence_of,
    read_yes_no,
    split_compound,
)

_FOLDER = Path(__file__).parent
_TABLES = ("first", "second", "third")
_ANSWERS = {"yes": True, "no": False, "neither": None}
_MAX_MEAN_SECONDS = 0.0015  # five times the promise: the machine may be busy


def _by_name(stem: str) -> Iterator[tuple[str, str]]:
    for half in _TABLES:
        for name, texts in read_yaml(_FOLDER / f"{stem}_{half}.yaml").items():
            yield from ((str(text), str(name)) for text in texts)


def _rows(stem: str) -> list[list[str | bool | None]]:
    return [row for half in _TABLES for row in read_yaml(_FOLDER / f"{stem}_{half}.yaml")]


def _negatives() -> list[str]:
    return [str(text) for text in _rows("negatives")]


def _languages(table: str) -> Iterator[tuple[str, str | None]]:
    for language, texts in read_yaml(_FOLDER / "languages.yaml")[table].items():
        for text in texts:
            yield str(text), None if language == "none" else str(language)


@pytest.mark.parametrize(("text", "kind"), list(_by_name("kinds")))
def test_a_whole_message_of_repair_has_its_kind(text: str, kind: str) -> None:
    assert find_repair(text) is RepairKind(kind)
    assert split_compound(text) == (RepairKind(kind), "")
    assert not has_more_than_repair(text)


@pytest.mark.parametrize(("text", "kind"), list(_by_name("kinds")))
def test_marks_fillers_and_politeness_change_no_kind(text: str, kind: str) -> None:
    assert find_repair(f"嗯 {text}。") is RepairKind(kind)
    assert find_repair(f"  {text}!!") is RepairKind(kind)


@pytest.mark.parametrize("text", _negatives())
def test_ordinary_telling_and_asking_is_no_repair(text: str) -> None:
    assert find_repair(text) is None
    assert find_correction(text) is None
    assert read_yes_no(text) is None


@pytest.mark.parametrize("text", read_yaml(_FOLDER / "wishes.yaml"))
def test_a_wish_to_register_is_no_repair(text: str) -> None:
    assert find_repair(text) is None
    assert split_compound(text) == (None, text)


@pytest.mark.parametrize(("text", "answer"), list(_by_name("yes_no")))
def test_yes_and_no_are_read_as_people_say_them(text: str, answer: str) -> None:
    assert read_yes_no(text) is _ANSWERS[answer]


@pytest.mark.parametrize("row", _rows("corrections"), ids=lambda row: str(row[0]))
def test_corrections_name_slot_and_words(row: list[str | bool | None]) -> None:
    text, slot, new, old, is_earlier, *is_addition = row
    text = str(text)
    expected = Correction(
        None if slot is None else str(slot),
        str(new),
        str(old),
        is_earlier is True,
        is_addition == [True],
    )
    assert find_correction(text) == expected
    assert find_repair(text) is None
    assert read_yes_no(text) is not True


@pytest.mark.parametrize(("text", "found"), read_yaml(_FOLDER / "several.yaml"))
def test_several_corrections_come_in_their_order(text: str, found: list[list[str]]) -> None:
    corrections = find_corrections(text)
    assert [[one.slot, one.new, one.old] for one in corrections] == found
    assert find_correction(text) == (corrections[0] if corrections else None)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("金额是十三万二人数是八个人", [("amount_yuan", "十三万二"), ("people", "八个人")]),
        ("人数八个 金额三万", [("people", "八个"), ("amount_yuan", "三万")]),
        ("单位是宏发五金厂，镇是厚街", [("employer", "宏发五金厂"), ("town", "厚街")]),
        ("公司是黑厂吗", []),
        ("问题是没发工资", []),
        ("厚街", []),
    ],
)
def test_slots_are_named_with_what_they_are(text: str, named: list[tuple[str, str]]) -> None:
    assert [(one.slot, one.new) for one in find_named_values(text)] == named


@pytest.mark.parametrize(("text", "kind", "rest"), read_yaml(_FOLDER / "compounds.yaml"))
def test_content_behind_a_repair_phrase_is_kept(text: str, kind: str | None, rest: str) -> None:
    assert split_compound(text) == (RepairKind(kind) if kind else None, rest)
    if kind:
        assert has_more_than_repair(text) is bool(rest)


@pytest.mark.parametrize(("text", "language"), list(_languages("wish")))
def test_only_an_express_wish_asks_for_a_language(text: str, language: str | None) -> None:
    assert find_language_wish(text) == language


@pytest.mark.parametrize(("text", "language"), list(_languages("sentence")))
def test_only_a_whole_sentence_shows_a_language(text: str, language: str | None) -> None:
    assert is_whole_sentence_of(text) == language


_ALL: tuple[Callable[[str], object], ...] = (
    find_repair,
    find_correction,
    find_corrections,
    read_yes_no,
    find_language_wish,
    is_whole_sentence_of,
    has_more_than_repair,
    split_compound,
)
_AWKWARD = ("嗯", "不是", "算了", "你好", "no ", "sorry ", "不知道", "，", "是的", "a", "1", "改成")


@pytest.fixture
def own_garbage_only() -> Iterator[None]:
    """What other tests left in memory is not searched for garbage while a function is timed."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("function", _ALL)
@pytest.mark.parametrize("piece", _AWKWARD)
@pytest.mark.usefixtures("own_garbage_only")
def test_long_awkward_input_takes_no_time(function: Callable[[str], object], piece: str) -> None:
    function(piece)
    function(piece * 40)
    started = time.process_time()
    function(piece * (40_000 // len(piece)))
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("function", _ALL)
def test_a_message_is_read_in_a_fraction_of_a_millisecond(
    function: Callable[[str], object],
) -> None:
    texts = [text for text, _ in _by_name("kinds")] + _negatives()
    random.Random(14).shuffle(texts)
    for text in texts:
        function(text)
    started = time.process_time()
    for text in texts:
        function(text)
    assert (time.process_time() - started) / len(texts) < _MAX_MEAN_SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "谢娜",
        "吴明",
        "魏伟",
        "梅明",
        "武安",
        "任工",
        "李四",
        "厚街",
        "录音",
        "聊天记录",
        "五万",
        "三个月",
        "补发工资",
        "永新电子厂",
        "March",
        "15000",
        "去年三月",
        "东坑镇",
        "Humen",
    ],
)
def test_the_value_of_a_slot_is_no_repair(text: str) -> None:
    assert find_repair(text) is None
    assert find_correction(text) is None
    assert read_yes_no(text) is None

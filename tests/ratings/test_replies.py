"""Replies of citizens, one by one: all spellings of five levels, negations, mixed ones, others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.replies import ReplyReading, find_reason, parse_rating

_FILE = Path(__file__).with_name("replies.txt")


def load_replies() -> list[tuple[str, str]]:
    """Pairs of reply and what it is: a level, ``ask`` or ``none``."""
    pairs, meaning = [], ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            meaning = line[3:]
        elif line and not line.startswith("#"):
            pairs += [(reply, meaning) for reply in line.split(" | ")]
    return pairs


REPLIES = load_replies()


def meaning_of(reply: str) -> str:
    parsed = parse_rating(reply)
    names = {
        ReplyReading.CLEAR: str(parsed.level),
        ReplyReading.AMBIGUOUS: "ask",
        ReplyReading.NONE: "none",
    }
    return names[parsed.reading]


def test_there_are_at_least_600_different_replies() -> None:
    assert len({reply for reply, _meaning in REPLIES}) >= 600
    assert len(dict(REPLIES)) == len(REPLIES), "a reply stands in the table once"


@pytest.mark.parametrize("meaning", ["5", "4", "3", "2", "1", "ask", "none"])
def test_every_reply_is_read_as_what_it_is(meaning: str) -> None:
    replies = [reply for reply, theirs in REPLIES if theirs == meaning]
    assert {reply: meaning_of(reply) for reply in replies} == dict.fromkeys(replies, meaning)


@pytest.mark.parametrize(
    ("reply", "is_bare"),
    [("5", True), ("五", True), ("⑤", True), ("5分", False), ("满意", False), ("5，等太久", False)],
)
def test_a_bare_numeral_may_answer_another_question(reply: str, is_bare: bool) -> None:
    assert parse_rating(reply).is_bare is is_bare


@pytest.mark.parametrize(
    ("reply", "comment"),
    [
        ("5分 谢谢", None),
        ("非常满意", None),
        ("不满意，等太久", "不满意，等太久"),
        ("4 but slow", "4 but slow"),
    ],
)
def test_what_says_more_than_the_level_is_a_comment(reply: str, comment: str | None) -> None:
    assert parse_rating(reply).comment == comment


def test_a_question_beside_a_rating_is_marked() -> None:
    parsed = parse_rating("非常满意，请问加班费怎么算？")
    assert (parsed.level, parsed.has_question) == (5, True)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("等了一个小时", "long_wait"),
        ("打唔通", "long_wait"),
        ("接線員態度好差", "unfriendly"),
        ("she was rude", "unfriendly"),
        ("没说清楚", "unclear"),
        ("问题没有解决", "not_solved"),
        ("其他", "other"),
        ("老板拖欠工资很久了", None),
        ("等一下再说", None),
    ],
)
def test_reasons_are_found_in_words(words: str, reason: str | None) -> None:
    assert find_reason(words) == reason


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(words: str) -> None:
    parsed = parse_rating(words)
    assert (parsed.level is not None) == (parsed.reading is ReplyReading.CLEAR)


@given(st.sampled_from("不没未非"), st.sampled_from(["", "是", "有", "太", "很", "曾"]))
def test_a_negated_satisfaction_is_never_satisfaction(negation: str, between: str) -> None:
    assert parse_rating(f"{negation}{between}满意").level not in {3, 4, 5}

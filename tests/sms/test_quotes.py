"""What a citizen adds to a quoted text is what counts."""

from __future__ import annotations

import time

import pytest

from sms.quotes import without_quote

INVITATION = (
    "12333：请为刚才的服务评分，回复数字：5非常满意 4满意 3基本满意 2不满意 1非常不满意。"
    "7天内有效，退订回T。"
)
ENGLISH = "12333: please rate the service you just had. Reply 5 very satisfied. STOP ends."
ANSWER = "试用期最长六个月。\n依据：《劳动合同法》第19条。"


@pytest.mark.parametrize(
    ("words", "added"),
    [
        (f"{INVITATION}\nT", "T"),
        (f"{INVITATION} T", "T"),
        (f"{INVITATION}5", "5"),
        (f"{INVITATION}\n\n很满意", "很满意"),
        (f"{ENGLISH}\n5", "5"),
        (f"{ENGLISH} STOP", "STOP"),
        (f"> {INVITATION}\n5", "5"),
        (f"5\n\n> {INVITATION}", "5"),
        (f"「{INVITATION}」\n- - - - - - - -\n4", "4"),
        (f"不满意\n-----Original Message-----\n{INVITATION}", "不满意"),
        (f"5\nOn 3 May 2026, 12333 wrote:\n> {ENGLISH}", "5"),
        (f"{ANSWER}\n那三年合同呢？", "那三年合同呢？"),
        (f"“{ANSWER}” 看不懂", "看不懂"),
        (f"看不懂：{ANSWER}", "看不懂"),
    ],
)
def test_what_was_added_is_read_alone(words: str, added: str) -> None:
    assert without_quote(words, [ANSWER]) == added


@pytest.mark.parametrize(
    "words",
    [
        "年假几天？",
        INVITATION,
        ANSWER,
        f"{INVITATION}这是真的吗",
        "工资3000 > 最低工资",
        "第一行\n第二行",
        "公司说：\n明天不用来了",
        "",
        ">",
    ],
)
def test_where_nothing_was_added_the_words_stay(words: str) -> None:
    assert without_quote(words, [ANSWER]) == words


@pytest.mark.parametrize("words", ["> " * 2_000, "\n" * 4_000, "12333：" * 800, "「-" * 1_900])
def test_awkward_texts_take_no_time(words: str) -> None:
    started = time.perf_counter()
    without_quote(words, [ANSWER])
    assert time.perf_counter() - started < 0.5

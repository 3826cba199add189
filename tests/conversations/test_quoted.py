"""What the demands quote of citizens stands in conversations, each with two variants at least.

``quotes`` in the metadata of a conversation names the sentence (or the thing to show, where no
sentence is quoted); ``variant_of`` names it in those that say the same in other words.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.trial.scripts import Conversations, TestCase
from nlu.embedded.normalising import simplify

HERE = Path(__file__).parent
MIN_VARIANTS = 2

# Sentences that stand in a conversation word for word.
SENTENCES = [
    *("我想死", "我不是想死，就是要钱", "累死了", "想死心", "工地死人了赔多少"),
    *("不对，是厚街", "刚才说错了，不是三个月是两个月"),
    *("算了", "不投诉了", "取消", "返回", "cancel"),
    *("不知道", "跳过", "你刚才说什么", "等一下", "谢谢", "再见", "你是机器人吗"),
    *("没错", "对没错", "是的没错", "嗯对", "好的", "可以", "确认提交", "啱", "冇錯", "yep"),
    *("that's right", "不是", "不对", "错了", "唔係", "no", "不满意"),
    *("投诉", "I want to file a complaint"),
    *("去年年底", "去年国庆", "上个月15号", "12 March", "年初", "春节前", "前年夏天"),
    *("农历八月十五", "本月10号", "三个月前", "两个多月"),
    *("两三个人", "七八个", "十几万", "一百多人", "1万5", "13万2", "3万2千", "2百"),
    *("东莞2020年最低工资多少", "明年最低工资"),
    *("请说普通话", "English please", "OK", "hello", "bye"),
    *("回T", "TD退订", "T退订", "我要退订", "别再发了", "Stop. Thank you", "ＴＤ"),
    *("系统自动把我辞退了", "out of office work on weekends"),
    *("👍🏻", "⭐⭐⭐⭐⭐", "改成5", "我要改成非常满意", "应该是5", "给个满分", "1到5我选5"),
    *("没什么不满意的", "算了改成5", "不怎么满意", "很满意。年假几天？", "-1"),
]
# What is to be shown without a sentence of its own, or with one that is left open ("名字改成……").
SUBJECTS = [
    *("老板上个月打过我", "threat to jump", "violence", "being locked in", "collapse"),
    *("electric shock", "buried", "fire", "poisoning", "名字改成……", "any slot by name"),
    *("接着登记您的投诉……", "a person at any time", "这一项先空着", "0"),
    *("several problems in one story", "a single question in the other language"),
    *("no opting out", "a forwarded scam text with a question", "5 with invisible characters"),
    *("A, B, C", "typographic quotes become plain ones", "2,080 spoken", "clock times spoken"),
    *("housing fund", "medical insurance entries", "disability card", "inventions", "work abroad"),
    *("national rules", "dismissal-for-fault", "unemployment-benefit-conditions"),
    *("relapse of an injury", "protected-from-dismissal", "work-injury-deemed"),
    *("work-injury-apply-deadline", "inspection-complaint", "double-wage-no-contract"),
    *("maternity-insurance", "bereavement-leave", "maternity-leave-days"),
    *("severance-payment-time", "talent-residence", "vocational-training-subsidy"),
]
CASES = [
    case for path in sorted(HERE.glob("quoted_*.yaml")) for case in Conversations.load(path).cases
]
VARIANTS = Counter(case.metadata.get("variant_of") for case in CASES)


def _spoken(case: TestCase) -> list[str]:
    """What the citizen says in a conversation, a sentence in mid-speech included."""
    said = [str(step["user"]) for step in case.steps if "user" in step]
    return [simplify(words).lower() for words in said]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_quoted_sentence_is_said_word_for_word(sentence: str) -> None:
    quoting = [case for case in CASES if case.metadata.get("quotes") == sentence]
    assert quoting
    wanted = simplify(sentence).lower()
    assert any(wanted in words for case in quoting for words in _spoken(case))


@pytest.mark.parametrize("quoted", [*SENTENCES, *SUBJECTS])
def test_what_is_quoted_has_two_variants_that_check_something(quoted: str) -> None:
    assert VARIANTS[quoted] >= MIN_VARIANTS
    assert any(case.metadata.get("quotes") == quoted for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_of_these_files_checks_what_comes_back(case: TestCase) -> None:
    inputs = {"user", "key", "silence", "wait", "record", "hang_up", "agent"}
    assert any(not inputs & step.keys() for step in case.steps)
    assert {"quotes", "variant_of"} & case.metadata.keys()


def test_variants_of_a_sentence_are_other_words_than_the_sentence() -> None:
    repeated = [
        case.name
        for case in CASES
        if (sentence := case.metadata.get("variant_of")) in SENTENCES
        and simplify(str(sentence)) in _spoken(case)[-1:]
    ]
    assert repeated == []

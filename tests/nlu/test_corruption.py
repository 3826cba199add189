"""Mistakes made on purpose, and what the spelling makes of them."""

from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin

from nlu.embedded.spelling import Spelling
from nlu.evaluation.corruption import CORRUPTIONS, mishear, mistype, without_punctuation
from nlu.evaluation.labelled_questions import LabelledQuestion
from nlu.evaluation.measuring import evaluate
from nlu.evaluation.robustness import measure_robustness
from tests.nlu.test_evaluation import SCRIPT, ScriptedEngine

TEXT = "老板拖欠我三个月工资，一直不给我结算，我应该去哪里投诉才有用呢？"
SAMPLES = [
    "老板拖欠工资怎么办",
    "公司拖欠工资找谁",
    "厂里拖欠工资",
    "How is overtime paid",
    "怎么算加班费",
]


def test_misheard_characters_sound_alike() -> None:
    spoilt = mishear(TEXT)
    changed = [(a, b) for a, b in zip(TEXT, spoilt, strict=True) if a != b]
    assert 2 <= len(changed) <= 4
    assert all(lazy_pinyin(a) == lazy_pinyin(b) for a, b in changed)


def test_about_one_character_in_ten_is_mistyped() -> None:
    long = "".join(chr(0x4E00 + 7 * i) for i in range(1000))
    spoilt = mistype(long)
    assert 60 <= sum(a not in spoilt for a in long) <= 100
    assert mistype("How can I get back the salary that they owe me") != long


def test_marks_are_taken_out_and_words_kept_apart() -> None:
    assert without_punctuation("工资,没发?怎么办!") == "工资没发怎么办"
    assert without_punctuation("Late pay, what now?") == "Late pay what now"


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_the_same_every_time(name: str) -> None:
    assert CORRUPTIONS[name](TEXT) == CORRUPTIONS[name](TEXT)
    assert CORRUPTIONS[name]("") == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("老板拖欠工姿怎么办", "老板拖欠工资怎么办"),
        ("公司拖欠资工找谁", "公司拖欠工资找谁"),
        ("厂里拖欠工工资", "厂里拖欠工资"),
        ("how is ovrtime paid", "how is overtime paid"),
        ("老板拖欠工资怎么办", "老板拖欠工资怎么办"),
        ("今天天气很好", "今天天气很好"),
    ],
)
def test_mistakes_are_put_right_and_the_rest_is_left_alone(written: str, meant: str) -> None:
    assert Spelling.fit(SAMPLES * 3, []).correct(written) == meant


def test_a_word_of_the_language_is_no_mistake_for_one_of_the_samples() -> None:
    samples = ["what is the deadline for filing a claim"] * 3
    assert Spelling.fit(samples, []).correct("he keeps failing") == "he keeps filing"
    assert Spelling.fit(samples, [], ["failing"]).correct("he keeps failing") == "he keeps failing"
    assert Spelling.fit(samples, [], ["failing"]).correct("the filling date") == "the filing date"


def test_the_table_tells_what_is_lost() -> None:
    question = LabelledQuestion("1", "a!", "question", frozenset({"y"}), False)
    script = {"a!": SCRIPT["a"], "a": SCRIPT["b"]}
    engine = ScriptedEngine(script)
    clean = evaluate(engine, [question])
    table = measure_robustness(
        engine, [question], clean, {"without punctuation": without_punctuation}
    )
    assert table.lost_points("without punctuation", "first candidate right") == 100
    assert table.lost_points("without punctuation", "acts right") == 0
    assert "as written" in table.to_table()

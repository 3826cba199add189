"""What a Cantonese voice caller hears: words of their own, true to the Mandarin ones."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import ContentError
from knowledge_base.cantonese import countable, mandarin_words, simplified_characters
from knowledge_base.conditions import list_differences
from knowledge_base.coverage import list_coverage
from knowledge_base.entry import Entry
from knowledge_base.loader import Content
from knowledge_base.numbers import numbers_in
from knowledge_base.published import KnowledgeBase
from knowledge_base.rendering import figures_of, fill, own_words, render_answer, render_full
from knowledge_base.spoken_numbers import speak_numbers
from tests.knowledge_base.conftest import TODAY, ContentFolder
from tests.knowledge_base.test_checks import run_kb

PROBATION = "labour-contract/probation-period-length"
WAGE = "wages/minimum-wage-dongguan"
SAID = "東莞月最低工資係{minimum_wage_monthly}元，鐘點工每小時{minimum_wage_hourly}元。"


def give_cantonese(folder: ContentFolder, words: str, name: str = WAGE) -> None:
    """Write spoken Cantonese into an entry of the folder that has none."""
    folder.change(name, "spoken:\n", f"spoken:\n  yue: {words}\n")


def reasons(folder: ContentFolder, field: str) -> list[str]:
    """Why the check refuses a field."""
    return [problem.reason for problem in folder.problems() if problem.field == field]


def differences(entry: Entry, zh: str, yue: str) -> set[str]:
    """Kinds of condition on which a Mandarin and a Cantonese answer differ."""
    changed = replace(entry, spoken={"zh": zh, "yue": yue, "en": "."})
    return {one.kind for one in list_differences(changed) if one.second == "spoken.yue"}


@pytest.fixture
def entry(content: Content) -> Entry:
    """An entry whose answers the tests replace."""
    return content.entries["protected-from-dismissal"]


def test_every_published_entry_is_spoken_and_named_in_cantonese(content: Content) -> None:
    for entry in content.entries.values():
        assert entry.spoken["yue"] != entry.spoken["zh"], entry.topic
        assert entry.short_name.get("yue"), entry.topic


def test_a_cantonese_caller_hears_the_cantonese_answer_of_every_entry(content: Content) -> None:
    for entry in content.entries.values():
        said = render_answer(content, entry, "voice", "yue", TODAY).text
        own = fill(entry.spoken["yue"], figures_of(content, entry, TODAY))
        assert speak_numbers(own, "yue") in said, entry.topic
        assert said != render_answer(content, entry, "voice", "zh", TODAY).text


def test_no_cantonese_answer_mixes_the_scripts_where_its_numbers_are_said(content: Content) -> None:
    for entry in content.entries.values():
        own = fill(own_words(entry, "voice", "yue"), figures_of(content, entry, TODAY))
        said = speak_numbers(own, "yue")
        assert not re.search(r"[两万亿点负\d]", said), (entry.topic, said)


def test_a_figure_is_said_as_a_cantonese_number(folder: ContentFolder) -> None:
    give_cantonese(folder, SAID)
    content = folder.load()
    said = render_answer(content, content.entries["minimum-wage-dongguan"], "voice", "yue", TODAY)
    assert said.text.startswith("東莞月最低工資係兩千零八十元，鐘點工每小時十九點八元。")


def test_an_entry_without_cantonese_is_still_answered_in_mandarin(folder: ContentFolder) -> None:
    content = folder.load()
    entry = content.entries["probation-period-length"]
    assert render_answer(content, entry, "voice", "yue", TODAY).text.startswith("合同满三个月")
    assert KnowledgeBase(lambda: content).short_name(entry.topic, "yue") == entry.short_name["zh"]


def test_a_topic_is_offered_by_its_cantonese_name_and_written_to_in_chinese(
    content: Content,
) -> None:
    knowledge = KnowledgeBase(lambda: content)
    entry = content.entries["wage-arrears-what-to-do"]
    assert knowledge.short_name(entry.topic, "yue") == "拖糧點算"
    assert knowledge.short_name(entry.topic, "zh") == "拖欠工资怎么办"
    assert render_full(content, entry, "yue", TODAY) == render_full(content, entry, "zh", TODAY)


def test_another_cantonese_answer_is_another_version(folder: ContentFolder) -> None:
    before = folder.load().entries["minimum-wage-dongguan"].version
    give_cantonese(folder, SAID)
    assert folder.load().entries["minimum-wage-dongguan"].version != before


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("spoken:\n", "spoken:\n  yue:\n", "field spoken.yue: text is missing"),
        ("text:\n", "text:\n  yue: 試用期。\n", "field text.yue: language is not known"),
    ],
)
def test_cantonese_is_for_the_voice_and_never_empty(
    folder: ContentFolder, old: str, new: str, reason: str
) -> None:
    folder.change(PROBATION, f"\n{old}", f"\n{new}")
    with pytest.raises(ContentError, match=reason):
        folder.load()


def test_mandarin_in_cantonese_is_refused(folder: ContentFolder) -> None:
    give_cantonese(folder, SAID + "這個不包括加班的工資。")
    assert reasons(folder, "spoken.yue") == ["Mandarin words 這 不 的"]


def test_simplified_characters_in_cantonese_are_refused(folder: ContentFolder) -> None:
    give_cantonese(folder, SAID.replace("東莞", "东莞"))
    assert reasons(folder, "spoken.yue") == ["simplified characters 东"]


def test_a_figure_that_cantonese_leaves_out_is_named(folder: ContentFolder) -> None:
    give_cantonese(folder, "東莞月最低工資係{minimum_wage_monthly}元。")
    assert reasons(folder, "spoken.yue") == ["figure minimum_wage_hourly in Mandarin only"]


def test_a_number_that_no_article_has_is_found_in_cantonese(folder: ContentFolder) -> None:
    give_cantonese(folder, "試用期最多五個月。", PROBATION)
    assert reasons(folder, "spoken.yue") == ["5 stand in no cited article"]


def test_an_over_long_cantonese_answer_and_name_are_refused(folder: ContentFolder) -> None:
    give_cantonese(folder, "請你注意，" * 30 + SAID)
    folder.change(WAGE, "short_name: {", "short_name: {yue: 東莞市最低工資嘅最新標準, ")
    assert "at most 120" in reasons(folder, "spoken.yue")[0]
    assert reasons(folder, "short_name.yue") == ["12 characters, at most 10"]


@pytest.mark.parametrize(
    "words", ["呢個同嗰個", "返緊工或者在職都得", "不定時工時", "其他所在地", "去酒吧返工"]
)
def test_cantonese_and_fixed_terms_are_no_mandarin(words: str) -> None:
    assert mandarin_words(words) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("我們在這裏", ["們", "在", "這"]), ("給您錢嗎", ["給", "您", "嗎"]), ("點算呢", ["呢"])],
)
def test_mandarin_function_words_are_found(words: str, found: list[str]) -> None:
    assert sorted(mandarin_words(words)) == sorted(found)


def test_a_character_of_both_scripts_is_not_simplified() -> None:
    assert simplified_characters("台賬唔准拖，周年公布") == []
    assert simplified_characters("合同嘅证据") == ["证", "据"]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("兩個月一齊交，另一間公司都係", {2}),
        ("二萬元以下", {20000}),
        ("婦女放半日", {"0.5"}),
        ("零就業家庭一樣", set()),
        ("百分之一百五十", {150}),
    ],
)
def test_the_numbers_of_a_cantonese_sentence(words: str, numbers: set[object]) -> None:
    assert numbers_in(countable(words)) == {Decimal(str(number)) for number in numbers}


@pytest.mark.parametrize(
    ("zh", "yue", "kind"),
    [
        ("丧失或者部分丧失劳动能力。", "喪失勞動能力。", "part"),
        ("要书面通知您。", "要通知你。", "written"),
        ("要通知您。", "要書面通知你。", "written"),
        ("一般要一年。", "要一年。", "hedge"),
        ("最长二十四个月。", "二十四個月。", "at_most"),
        ("满三个月。", "滿四個月。", "number"),
        ("自受理之日起六十日。", "六十日。", "start"),
        ("五个工作日内。", "五日內。", "working_day"),
        ("您不能领。", "你可以領。", "negation"),
        ("有过错的除外。", "有過錯嘅都得。", "exception"),
    ],
)
def test_a_condition_that_one_of_mandarin_and_cantonese_lacks(
    entry: Entry, zh: str, yue: str, kind: str
) -> None:
    assert kind in differences(entry, zh, yue)


@pytest.mark.parametrize(
    ("zh", "yue"),
    [
        ("丧失或者部分丧失劳动能力。", "喪失或者部分喪失勞動能力。"),
        ("一般最长二十四个月，有过错的除外。", "一般最長二十四個月，有過錯嘅除外。"),
        ("不能低于百分之八十。", "唔可以低過百分之八十。"),
        ("是不是员工看管理。", "係咪員工睇管理。"),
    ],
)
def test_the_same_condition_in_cantonese_is_no_difference(entry: Entry, zh: str, yue: str) -> None:
    assert differences(entry, zh, yue) == set()


def test_the_coverage_counts_what_stands_in_a_language_of_its_own(folder: ContentFolder) -> None:
    give_cantonese(folder, SAID)
    entries = folder.load().entries.values()
    found = {(one.channel, one.language): one for one in list_coverage(entries)}
    assert (found["voice", "yue"].answers, found["voice", "yue"].short_names) == (1, 0)
    assert found["voice", "zh"].answers == found["text", "en"].answers == len(entries)
    assert ("text", "yue") not in found


def test_the_command_prints_cantonese_answers_and_the_coverage(
    content: Content, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_kb(["answers", "--channel", "voice", "--lang", "yue", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = {row["topic"]: row["text"] for row in rows}
    assert "仲裁唔收費" in said["wage-arrears-what-to-do"]
    run_kb(["check"])
    count = len(content.entries)
    assert ["voice", "yue", str(count), "answers", str(count), "names"] in [
        line.split() for line in capsys.readouterr().out.splitlines()
    ]

"""Answers as they are sent and spoken."""

from __future__ import annotations

import re
from datetime import date

import pytest

from core.errors import ContentError
from core.text_segments import Encoding, count_segments, encoding_of
from knowledge_base.caveats import said_caveat
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from knowledge_base.rendering import MAX_TEXT_SEGMENTS, render_answer, render_full
from knowledge_base.spoken_numbers import speak_numbers
from tests.knowledge_base.conftest import TODAY, ContentFolder

WAGE = "wages/minimum-wage-dongguan"
PROBATION = "labour-contract/probation-period-length"


def test_every_real_text_answer_has_at_most_four_segments_and_a_way_on(content: Content) -> None:
    for entry in content.entries.values():
        for language, way_on in (("zh", "3人工"), ("en", "3 a person")):
            answer = render_answer(content, entry, "text", language, TODAY)
            assert count_segments(answer.text).segments <= MAX_TEXT_SEGMENTS, entry.topic
            assert way_on in answer.text
            assert "{" not in answer.text
        assert encoding_of(answer.text) is Encoding.GSM7, entry.topic


def test_every_real_spoken_answer_is_short_and_without_digits(content: Content) -> None:
    for entry in content.entries.values():
        for language, most in (("zh", 120), ("yue", 120), ("en", 320)):
            spoken = render_answer(content, entry, "voice", language, TODAY).text
            caveat = speak_numbers(said_caveat(content.figures, entry, language, TODAY), language)
            assert spoken.endswith(caveat)
            assert len(spoken.removesuffix(caveat).rstrip()) <= most, (entry.topic, language)
            assert not re.search(r"[\d{}()（）/]", spoken), (entry.topic, language)


def test_a_text_answer_says_conclusion_basis_and_way_on_in_this_order(
    folder: ContentFolder,
) -> None:
    content = folder.load()
    text = render_answer(
        content, content.entries["probation-period-length"], "text", "zh", TODAY
    ).text
    assert text.startswith("试用期上限看合同期限")
    assert text.index("依据：《劳动合同法》第19条、第83条。") < text.index("回复1详情")


def test_the_figures_of_the_day_stand_in_the_answer_and_in_what_is_remembered(
    folder: ContentFolder,
) -> None:
    figures = folder.path / "figures.yaml"
    text = figures.read_text(encoding="utf-8")
    more = "    - {value: 2300, from: 2027-03-01, source: 新文, verified: true}\n"
    line = next(row for row in text.splitlines(keepends=True) if "value: 2080" in row)
    figures.write_text(text.replace(line, line + more, 1), encoding="utf-8")
    content = folder.load()
    entry = content.entries["minimum-wage-dongguan"]
    before = render_answer(content, entry, "text", "zh", date(2027, 2, 28))
    after = render_answer(content, entry, "text", "zh", date(2027, 3, 1))
    assert "最低工资2080元" in before.text
    assert before.figures["minimum_wage_monthly"] == "2080"
    assert "最低工资2300元" in after.text
    assert after.figures["minimum_wage_monthly"] == "2300"
    spoken = render_answer(content, entry, "voice", "en", date(2027, 3, 1)).text
    assert "two thousand, three hundred yuan" in spoken


def test_an_unverified_entry_says_so_in_text_and_voice(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "verified", "null")
    folder.change_field(
        PROBATION, "unverified", "{zh: 计算口径, en: how it is counted}\nscope: local"
    )
    content = folder.load()
    entry = content.entries["probation-period-length"]
    text = render_answer(content, entry, "text", "zh", TODAY)
    assert not text.is_verified
    assert "注意：计算口径，请以东莞市人社局劳动监察最新公布为准。" in text.text
    english = render_answer(content, entry, "text", "en", TODAY).text
    assert "Note: how it is counted - confirm with the Dongguan labour inspection." in english
    spoken = render_answer(content, entry, "voice", "zh", TODAY).text
    assert spoken.endswith("。计算口径我们还没有核实，请以东莞市人社局劳动监察最新公布的为准。")


def test_an_unverified_figure_alone_brings_the_caveat(folder: ContentFolder) -> None:
    figures = folder.path / "figures.yaml"
    text = figures.read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if "value: 19.8" in row)
    doubtful = line.replace("verified: true", "verified: false")
    figures.write_text(text.replace(line, doubtful, 1), encoding="utf-8")
    content = folder.load()
    answer = render_answer(content, content.entries["minimum-wage-dongguan"], "text", "zh", TODAY)
    assert not answer.is_verified
    assert "注意：金额标准，请以东莞市人社局最新公布为准（数据自2025年3月1日起）。" in answer.text


def test_the_full_answer_says_what_to_bring_where_to_go_and_the_whole_basis(
    folder: ContentFolder,
) -> None:
    content = folder.load()
    full = render_full(content, content.entries["minimum-wage-dongguan"], "zh", TODAY)
    assert "带上：工资条、银行流水、考勤记录。" in full
    assert "去哪里：工作地的人社分局。" in full
    assert "《劳动合同法实施条例》第14条" in full


def test_cantonese_speakers_are_written_to_in_chinese(content: Content) -> None:
    entry = content.entries["probation-period-length"]
    assert render_full(content, entry, "yue", TODAY) == render_full(content, entry, "zh", TODAY)


def test_nothing_is_answered_outside_its_dates(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "expires_on", "2026-12-31")
    content = folder.load()
    knowledge = KnowledgeBase(lambda: content)
    assert knowledge.find_answer("probation-period-length", "text", "zh", date(2026, 12, 31))
    assert not knowledge.find_answer("probation-period-length", "text", "zh", date(2027, 1, 1))
    assert knowledge.find_full("probation-period-length", "zh", date(2027, 1, 1)) is None


def test_a_figure_without_a_value_that_day_gives_no_answer_but_an_error(content: Content) -> None:
    with pytest.raises(ContentError, match="has no value"):
        render_answer(
            content, content.entries["minimum-wage-dongguan"], "text", "zh", date(2020, 1, 1)
        )


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("enforce-award", "申请执行的期限我们还没有核实，请以人民法院"),
        ("work-injury-deemed", "四十八小时从何时起算我们还没有核实，请以人社部门的答复为准"),
        ("medical-referral", "这一点我们还没有核实，请以东莞市医疗保障局幺二三九三"),
        ("childcare-subsidy", "这个数我们还没有核实，请以卫生健康部门的答复为准"),
    ],
)
def test_the_spoken_caveat_names_what_is_open_where_it_can_be_said(
    content: Content, topic: str, said: str
) -> None:
    assert said in render_answer(content, content.entries[topic], "voice", "zh", TODAY).text

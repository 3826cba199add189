"""A question about a year gets what is known of it, never today's figure without its date."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.loader import Content, load_content
from knowledge_base.published import KnowledgeBase
from knowledge_base.rendering import Answer
from tests.knowledge_base.conftest import TODAY, ContentFolder

WAGE = "minimum-wage-dongguan"


def ask(
    content: Content, channel: str, language: str, year: int | None, topic: str = WAGE
) -> Answer:
    """The answer as given on 23 November 2026."""
    assert channel in ("text", "voice")
    knowledge = KnowledgeBase(lambda: content)
    answer = knowledge.find_answer(
        topic, "voice" if channel == "voice" else "text", language, TODAY, year=year
    )
    assert answer is not None
    return answer


@pytest.fixture
def raised(folder: ContentFolder) -> Content:
    """The small content with a minimum wage of 2020 to 2022, and a rise known for July 2027."""
    file = folder.path / "figures.yaml"
    text = file.read_text(encoding="utf-8")
    for now, before, later in (("2080", "1900", "2300"), ("19.8", "18.1", "22")):
        line = next(row for row in text.splitlines(keepends=True) if f"value: {now}" in row)
        older = line.replace(now, before).replace("2025-03-01", "2021-12-01")
        newer = line.replace(now, later).replace("2025-03-01", "2027-07-01")
        text = text.replace(line, older + line + newer, 1)
    file.write_text(text, encoding="utf-8")
    return load_content(folder.path)


@pytest.mark.parametrize("year", [2010, 2019, 2020, 2024])
def test_a_year_before_the_first_value_gets_what_is_known_with_its_date(
    content: Content, year: int
) -> None:
    text = ask(content, "text", "zh", year)
    assert text.text.startswith(
        f"{year}年的标准本线没有核实，请问东莞市人社局。本线只核实了2025年3月1日起的标准："
        "东莞市月最低工资标准2080元；东莞市非全日制小时最低工资标准每小时19.8元。"
    )
    assert text.year == year
    assert text.text.endswith("回复1详情 2不对题 3人工，或直接再问。")
    said = ask(content, "voice", "zh", year).text
    assert "本线只核实了二零二五年三月一日起的标准，东莞市月最低工资标准两千零八十元" in said


def test_last_year_in_english_text_and_voice(content: Content) -> None:
    text = ask(content, "text", "en", 2020).text
    assert text.startswith("We have not verified the standard of 2020, please ask the Dongguan")
    assert "from 1 March 2025, Dongguan monthly minimum wage 2080 yuan" in text
    said = ask(content, "voice", "en", 2020).text
    assert "from March twenty twenty-five" in said
    assert "two thousand and eighty yuan" in said


def test_a_cantonese_caller_hears_it_in_cantonese(content: Content) -> None:
    said = ask(content, "voice", "yue", 2020).text
    assert said.startswith("二零二零年嘅標準我哋未核實")


@pytest.mark.parametrize("year", [2027, 2030])
def test_a_year_to_come_gets_the_present_standard_and_that_the_new_one_is_unknown(
    content: Content, year: int
) -> None:
    text = ask(content, "text", "zh", year).text
    assert text.startswith(
        f"{year}年的新标准本线还不知道。现在知道的是2025年3月1日起的标准："
        "东莞市月最低工资标准2080元；"
    )
    english = ask(content, "text", "en", year).text
    assert english.startswith(f"We do not know the new standard of {year} yet.")
    assert "1 March 2025" in english


def test_the_present_year_is_answered_with_the_day_since_when_it_holds(content: Content) -> None:
    text = ask(content, "text", "zh", 2026).text
    assert text.startswith("2026年适用的是2025年3月1日起的标准。东莞月最低工资2080元")
    said = ask(content, "voice", "zh", 2026).text
    assert said.startswith("二零二六年适用的是二零二五年三月一日起的标准。东莞月最低工资是两千")
    english = ask(content, "text", "en", 2026).text
    assert english.startswith("In 2026 the standard from 1 March 2025 applies. Dongguan: 2080")


def test_a_year_in_the_middle_of_which_the_first_value_began(content: Content) -> None:
    text = ask(content, "text", "zh", 2025).text
    assert text.startswith(
        "2025年适用的是2025年3月1日起的标准。2025年3月1日以前的标准，本线没有核实。"
    )
    said = ask(content, "voice", "en", 2025).text
    assert "We have not verified the standard before March twenty twenty-five." in said


def test_an_older_value_answers_its_years(raised: Content) -> None:
    answer = ask(raised, "text", "zh", 2023)
    assert answer.text.startswith(
        "2023年适用的是2021年12月1日到2025年2月28日的标准。东莞月最低工资1900元"
    )
    assert answer.figures["minimum_wage_monthly"] == "1900"
    assert "2080" not in answer.text


def test_a_year_with_a_change_in_it_gets_both_values(raised: Content) -> None:
    text = ask(raised, "text", "zh", 2025).text
    assert "2021年12月1日到2025年2月28日，东莞市月最低工资标准1900元" in text
    assert "2025年3月1日到2027年6月30日，东莞市月最低工资标准2080元" in text


def test_a_rise_that_is_already_known_answers_its_year(raised: Content) -> None:
    answer = ask(raised, "text", "zh", 2027)
    assert answer.figures["minimum_wage_monthly"] == "2300"
    assert "2027年7月1日起的标准：东莞市月最低工资标准2300元" in answer.text
    assert ask(raised, "text", "zh", 2028).text.startswith("2028年适用的是2027年7月1日起的标准。")


def test_what_the_figure_is_not_the_answer_to_is_still_answered(content: Content) -> None:
    text = ask(content, "text", "zh", 2020, "severance-calculation").text
    assert "2025年3月1日起的标准：东莞市月最低工资标准2080元" in text
    assert "以下按2026年7月1日起适用的规定，2020年的规定可能不同。" in text
    assert "每满一年" in text


def test_an_entry_without_figures_says_only_that_the_rule_may_have_been_another(
    content: Content,
) -> None:
    plain = ask(content, "text", "zh", None, "probation-period-length").text
    assert ask(content, "text", "zh", 2026, "probation-period-length").text == plain
    assert ask(content, "text", "zh", 2027, "probation-period-length").text == plain
    assert ask(content, "text", "zh", 2018, "probation-period-length").text.startswith(
        "以下按2026年7月1日起适用的规定，2018年的规定可能不同。"
    )


def test_the_minimum_wage_never_stands_without_its_date(content: Content) -> None:
    for entry in content.entries.values():
        if not any(content.figures.states_date(figure) for figure in entry.figures):
            continue
        for language in ("zh", "yue", "en"):
            for channel in ("text", "voice"):
                answer = ask(content, channel, language, None, entry.topic)
                amounts = {
                    "text": ("2080", "19.8", "1872", "1664", "24960", "5616"),
                    "voice": ("八十元", "十九点八", "eighty yuan", "nineteen point eight"),
                }[channel]
                if any(amount in answer.text for amount in amounts):
                    dates = ("2025年3月1日", "二零二五年三月一日", "1 March 2025", "March twenty")
                    assert any(day in answer.text for day in dates), (entry.topic, language)


def test_unverified_figures_of_another_year_are_never_called_verified(content: Content) -> None:
    for entry in content.entries.values():
        if not entry.figures:
            continue
        for year in (1950, TODAY.year + 1):
            text = ask(content, "text", "zh", year, entry.topic).text
            is_verified = all(content.figures.is_verified(f, TODAY) for f in entry.figures)
            assert is_verified or "本线只核实了" not in text, entry.topic
            said = ask(content, "voice", "yue", year, entry.topic).text
            assert not set(said) & set("0123456789（）()：；"), entry.topic


def test_asked_on_the_first_day_of_a_new_value(raised: Content) -> None:
    knowledge = KnowledgeBase(lambda: raised)
    answer = knowledge.find_answer(WAGE, "text", "zh", date(2027, 7, 1), year=2026)
    assert answer is not None
    assert answer.figures["minimum_wage_monthly"] == "2080"
    assert "2025年3月1日到2027年6月30日" in answer.text

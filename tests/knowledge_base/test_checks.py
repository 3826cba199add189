"""Broken content is refused with file, field and reason."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from app.commands import kb
from knowledge_base.checks import Problem, check_content
from knowledge_base.loader import CONTENT_FOLDER, Content
from knowledge_base.nearness import nearer_to_others
from knowledge_base.rendering import render_answer
from knowledge_base.statute_numbers import NumberIndex, numbers_of_texts
from tests.knowledge_base.conftest import TODAY, ContentFolder

PROBATION = "labour-contract/probation-period-length"
WAGE = "wages/minimum-wage-dongguan"
ARREARS = "wages/wage-arrears-what-to-do"


def run_kb(arguments: Sequence[str]) -> int:
    """``python -m app kb ...`` without the other commands."""
    parser = argparse.ArgumentParser()
    kb.add_to(parser.add_subparsers())
    options = parser.parse_args(["kb", *arguments])
    status: int = options.run(options)
    return status


def the_problem(folder: ContentFolder, on: date = TODAY) -> Problem:
    """The one problem that the folder has."""
    (problem,) = folder.problems(on)
    return problem


def test_the_copy_is_sound_before_it_is_broken(folder: ContentFolder) -> None:
    assert folder.problems() == []


def test_a_wrong_article_number(folder: ContentFolder) -> None:
    folder.change(PROBATION, "labour-contract-law#83", "labour-contract-law#183")
    problems = folder.problems()
    assert Problem(
        f"{PROBATION}.yaml",
        "citations",
        "labour-contract-law#183: 劳动合同法 has 98 articles only.",
    ) in problems  # fmt: skip


def test_a_law_that_is_not_in_the_index(folder: ContentFolder) -> None:
    folder.change(PROBATION, "labour-contract-law#83", "law-of-mars#83")
    assert "statute law-of-mars is not in the index." in {p.reason for p in folder.problems()}


def test_a_citation_that_does_not_carry_the_numbers(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "citations", "[labour-contract-law#83]")
    fields = {p.field for p in folder.problems() if "stand in no cited article" in p.reason}
    assert fields == {"spoken.zh", "spoken.en", "text.zh", "text.en"}


def test_a_changed_amount(folder: ContentFolder) -> None:
    folder.change(PROBATION, "满一年不满三年的最多2个月", "满一年不满三年的最多5个月")
    assert str(the_problem(folder)) == (f"{PROBATION}.yaml: spoken.zh: 5 stand in no cited article")


def test_an_amount_changed_in_words(folder: ContentFolder) -> None:
    folder.change(ARREARS, "百分之五十至百分之一百的赔偿金。在职", "百分之七十的赔偿金。在职")
    assert the_problem(folder) == Problem(
        f"{ARREARS}.yaml", "text.zh", "70 stand in no cited article"
    )


def test_an_over_long_spoken_answer(folder: ContentFolder) -> None:
    folder.change(PROBATION, "  zh: 合同满三个月", "  zh: " + "请您注意，" * 12 + "合同满三个月")
    assert ("spoken.zh", "141 characters, at most 120") in {
        (p.field, p.reason) for p in folder.problems()
    }


def test_a_spoken_answer_that_becomes_too_long_by_its_figures(folder: ContentFolder) -> None:
    content = folder.load()
    entry = content.entries["minimum-wage-dongguan"]
    room = 120 - len(render_answer(content, entry, "voice", "zh", TODAY).text)
    folder.change(WAGE, "单位要补差额", "单位要补" + "足" * room + "差额")
    assert folder.problems() == []
    folder.change(WAGE, "单位要补", "单位要补足")
    # Cantonese callers hear the same words, with a date sentence of their own.
    found = {problem.field: problem.reason for problem in folder.problems()}
    assert found["spoken.zh"] == "121 characters when spoken, at most 120"


def english_spoken(folder: ContentFolder, name: str) -> str:
    """The English spoken answer of an entry, as its file has it."""
    spoken = folder.read(name).split("\nspoken:\n", 1)[1]
    line = next(line for line in spoken.splitlines() if line.startswith("  en: "))
    return line.removeprefix("  en: ")


def test_an_english_answer_that_becomes_too_long_by_its_numbers_as_words(
    folder: ContentFolder,
) -> None:
    words = "You get 98 days. " + "Ask us, " * 37 + "now."
    assert len(words) <= 320
    folder.change(PROBATION, english_spoken(folder, PROBATION), words)
    reasons = [p.reason for p in folder.problems() if p.field == "spoken.en"]
    assert "327 characters when spoken, at most 320" in reasons


def test_an_english_answer_of_six_sentences(folder: ContentFolder) -> None:
    folder.change(
        PROBATION, english_spoken(folder, PROBATION), "Yes. It is so. Ask us. Do. Now. Here."
    )
    reasons = {(p.file, p.field, p.reason) for p in folder.problems()}
    assert (f"{PROBATION}.yaml", "spoken.en", "more than 5 sentences") in reasons


def test_the_caveat_is_a_sentence_more_and_not_counted(folder: ContentFolder) -> None:
    most = "试" * 119 + "。"
    chinese = folder.read(PROBATION).split("\nspoken:\n", 1)[1].splitlines()[0]
    folder.change(PROBATION, chinese, f"  zh: {most}")
    assert folder.problems() == []
    folder.change_field(PROBATION, "verified", "null")
    folder.change_field(PROBATION, "unverified", "{zh: 期限, en: the length}\nscope: local")
    assert folder.problems() == []


def test_a_missing_english_text(folder: ContentFolder) -> None:
    lines = folder.read(PROBATION).splitlines(keepends=True)
    stored = [line for line in lines if not line.startswith("  en: Probation is at most")]
    folder.write(PROBATION, "".join(stored))
    assert the_problem(folder) == Problem(
        f"{PROBATION}.yaml", "file", "field spoken.en: text is missing."
    )


def test_an_expired_entry_and_an_overdue_review(folder: ContentFolder) -> None:
    folder.change_field(PROBATION, "expires_on", "2026-11-22")
    folder.change_field(ARREARS, "review_by", "2026-11-22")
    assert [str(problem) for problem in folder.problems()] == [
        f"{PROBATION}.yaml: expires_on: expired on 2026-11-22",
        f"{ARREARS}.yaml: review_by: review was due on 2026-11-22",
    ]
    assert folder.problems(on=date(2026, 11, 22)) == []


def test_an_undeclared_an_unknown_and_an_unused_figure(folder: ContentFolder) -> None:
    folder.change_field(WAGE, "figures", "[minimum_wage_monthly, minimum_wage_martian]")
    reasons = {p.reason for p in folder.problems()}
    assert "figure minimum_wage_hourly undeclared" in reasons
    assert "minimum_wage_martian is not in figures.yaml" in reasons
    assert "minimum_wage_martian is not used" in reasons


def test_the_same_sample_in_two_entries(folder: ContentFolder) -> None:
    folder.change(PROBATION, "能试用半年吗", "欠薪怎么办？")
    assert the_problem(folder).reason.startswith("'欠薪怎么办' stands also in ")


def test_too_few_samples_and_a_style_without_any(folder: ContentFolder) -> None:
    text = folder.read(PROBATION)
    folder.write(PROBATION, text[: text.index("samples:")] + "samples: {short: [试用期多长]}\n")
    fields = {p.field: p.reason for p in folder.problems()}
    assert fields["samples"] == "1 only, at least 12"
    assert fields["samples.yue"] == "none"


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("最多1个月，", "最多1个月（含），", "spoken.zh", "'（' cannot be spoken"),
        ("最多1个月，", "最多。1。个。月。", "spoken.zh", "more than 5 sentences"),
        ("您可以要求", "请看 https://a.b 您可以要求", "text.zh", "holds a link"),
        ("The limit depends", "The limit – depends", "text.en", "not GSM-7: –"),
        ("related: []", "related: [no-such-topic]", "related", "no-such-topic is no entry"),
        (
            "unverified: null",
            "scope: local\nunverified: {zh: 某, en: x}",
            "verified",
            "exactly one of",
        ),
    ],
)
def test_other_faults(folder: ContentFolder, old: str, new: str, field: str, reason: str) -> None:
    folder.change(PROBATION, old, new)
    found = [p for p in folder.problems() if p.field == field]
    assert any(p.reason.startswith(reason) for p in found)


def test_one_unreadable_file_does_not_hide_the_faults_of_the_others(folder: ContentFolder) -> None:
    folder.write(PROBATION, "- a list")
    folder.change_field(ARREARS, "review_by", "2026-11-22")
    assert {p.field for p in folder.problems()} == {"file", "review_by"}


def test_topics_whose_samples_cannot_be_told_apart() -> None:
    mixed = {
        "a": ["工资什么时候发", "仲裁要多久", "产假几天"],
        "b": ["工资什么时候发放", "工资几时发", "工资哪天发"],
    }
    assert nearer_to_others(mixed) == [("a", "b")]


def test_kb_check_passes_on_the_real_content_and_prints_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_kb(["check", "--on", TODAY.isoformat()]) == 0
    out = capsys.readouterr().out
    assert "no problems" in out
    assert out.splitlines()[0].split() == ["category", "entries", "verified", "zh", "yue", "en"]


def test_kb_check_fails_on_a_broken_copy_and_says_where(
    folder: ContentFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.change_field(ARREARS, "review_by", "2026-11-22")
    assert run_kb(["check", "--on", TODAY.isoformat(), "--folder", str(folder.path)]) == 1
    captured = capsys.readouterr()
    assert f"{ARREARS}.yaml: review_by: review was due on 2026-11-22" in captured.err
    assert "1 problems" in captured.out


def test_every_number_stands_in_the_statutes_themselves(
    content: Content, statutes_folder: Path
) -> None:
    assert check_content(content, numbers_of_texts(statutes_folder), TODAY) == []


def test_the_kept_numbers_and_article_counts_are_those_of_the_statutes(
    content: Content, numbers: NumberIndex, statutes_folder: Path
) -> None:
    fresh = numbers_of_texts(statutes_folder)
    assert numbers == fresh
    counts = {statute.id: statute.articles for statute in content.statutes.by_id.values()}
    assert counts == {statute: len(articles) for statute, articles in fresh.items()}
    assert all(list(articles) == list(range(1, len(articles) + 1)) for articles in fresh.values())


def test_the_content_lies_where_the_command_looks_for_it() -> None:
    assert (CONTENT_FOLDER / "figures.yaml").is_file()

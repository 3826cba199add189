"""``python -m app kb``: the curated content: check it, print its answers, publish, correct."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from app.commands import kb_affected, kb_versions
from config.languages import SPOKEN_LANGUAGES
from core.clock import SystemClock, local_date
from core.errors import ContentError
from knowledge_base.checks import Problem, check_folder
from knowledge_base.coverage import list_coverage
from knowledge_base.entry import SAMPLE_STYLES
from knowledge_base.loader import CONTENT_FOLDER, Content, load_content
from knowledge_base.rendering import render_answer
from knowledge_base.statute_numbers import (
    load_number_index,
    numbers_of_texts,
    save_number_index,
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("kb", help="check, print, publish and correct the knowledge base")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    check = actions.add_parser("check", help="check every entry; non-zero when one is not right")
    check.add_argument("--category", default="", help="report one category only")
    check.add_argument("--folder", type=Path, default=CONTENT_FOLDER, help="content to check")
    check.add_argument("--statutes", type=Path, help="folder of statute texts to check against")
    check.add_argument("--on", type=date.fromisoformat, help="as if today were this day")
    check.set_defaults(run=run_check)

    answers = actions.add_parser("answers", help="print every published answer, one a line")
    answers.add_argument("--channel", choices=("text", "voice"), default="text")
    answers.add_argument("--lang", choices=SPOKEN_LANGUAGES, default="zh")
    answers.add_argument("--json", action="store_true", help="one JSON object a line")
    answers.set_defaults(run=run_answers)

    index = actions.add_parser("index-numbers", help="note which numbers stand in which article")
    index.add_argument("statutes", type=Path, help="folder of statute texts in Markdown")
    index.set_defaults(run=run_index_numbers)
    kb_versions.add_actions(actions)
    kb_affected.add_actions(actions)


def run_check(options: argparse.Namespace) -> int:
    """Print all problems and the counts; 1 when there is a problem."""
    numbers = load_number_index()
    if options.statutes is not None:
        numbers = numbers_of_texts(options.statutes)
    today = options.on or local_date(SystemClock().now())
    content, problems = check_folder(numbers, today, options.folder, category=options.category)
    for problem in problems:
        print(problem, file=sys.stderr)
    _print_counts(content, problems)
    return 1 if problems else 0


def _print_counts(content: Content, problems: list[Problem]) -> None:
    entries = content.entries.values()
    print(f"{'category':34} {'entries':>7} {'verified':>8} {'zh':>6} {'yue':>5} {'en':>5}")
    samples = dict.fromkeys(SAMPLE_STYLES, 0)
    for category, count in sorted(Counter(entry.category for entry in entries).items()):
        mine = [entry for entry in entries if entry.category == category]
        by_style = {s: sum(len(e.samples.get(s, ())) for e in mine) for s in SAMPLE_STYLES}
        for style, number in by_style.items():
            samples[style] += number
        in_zh = sum(by_style.values()) - by_style["yue"] - by_style["en"]
        verified = sum(entry.verified is not None for entry in mine)
        print(
            f"{category:34} {count:7} {verified:8} {in_zh:6} {by_style['yue']:5} {by_style['en']:5}"
        )
    for one in list_coverage(entries):
        print(f"{one.channel:6} {one.language:4} {one.answers:4} answers {one.short_names:4} names")
    print(f"{len(content.entries)} entries, {sum(samples.values())} samples", end="; ")
    print(f"{len(problems)} problems" if problems else "no problems")


def run_answers(options: argparse.Namespace) -> int:
    """Print the answers of all entries in force today, rendered with today's figures."""
    content = load_content()
    today = local_date(SystemClock().now())
    for entry in content.entries.values():
        if not entry.is_in_force(today):
            continue
        answer = render_answer(content, entry, options.channel, options.lang, today)
        if options.json:
            row = {
                "topic": answer.topic,
                "text": answer.text,
                "citations": [str(citation) for citation in answer.citations],
                "version": answer.version,
            }
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{answer.topic}: {answer.text}")
    return 0


def run_index_numbers(options: argparse.Namespace) -> int:
    """Write the number index from a folder of statute texts."""
    if not options.statutes.is_dir():
        raise ContentError(f"{options.statutes} is no folder.")
    index = numbers_of_texts(options.statutes)
    save_number_index(index)
    print(f"{len(index)} statutes, {sum(map(len, index.values()))} articles")
    return 0

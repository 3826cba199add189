"""An attacker wants one text or one draft to keep workers busy until they are killed."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from benchmarks.parsers_table import AWKWARD, PARSERS
from casework.case_services import CaseRules
from casework.urgency import find_urgent_reasons, load_signals
from config.yaml_files import UnsafeYamlError, parse_yaml
from core.characters import MAX_FOR_ONE, half_width
from core.clock import FixedClock
from core.database import Database
from core.errors import ContentError, HotlineError
from core.state_store import StateStore
from dialogue.flows.petition.names import read_employer
from dialogue.services import Facilities
from knowledge_base.entry_texts import with_samples
from knowledge_base.figures import Figures
from knowledge_base.loader import parse_entry
from knowledge_base.statute_files import read_statute
from nlu.entities.towns import find_town_by_sound
from outbox.models import OutgoingText, StaffTask
from sms.attempts import Standing, Turn, begin_attempt
from sms.cutting import MAX_CHARACTERS, cut_words
from sms.inbound import InboundMessage, make_message
from sms.models import InboundText
from sms.services import TextServices
from sms.turns import serve_text, take_text
from sms.waiting import WaitingText, list_words, store

WANG = "+8613800138000"
LONG_AGO = timedelta(minutes=2)


@pytest.fixture
def services(
    database: Database,
    state: StateStore,
    clock: FixedClock,
    make_facilities: Callable[..., Facilities],
) -> TextServices:
    return TextServices(database, make_facilities(), state, clock, lambda *_: None)


def came(services: TextServices, sid: str, words: str = "试用期最长多久") -> WaitingText:
    text = store(services.database, InboundMessage(sid, WANG, words), services.clock.now())
    assert text is not None
    return text


def outcomes(services: TextServices) -> list[str]:
    with services.database.read() as db:
        return list(db.scalars(select(InboundText.outcome).order_by(InboundText.id)))


def die_of(services: TextServices, text: WaitingText) -> None:
    """A process begins the text and is killed in the middle: what it wrote before is all there
    is."""
    attempt = begin_attempt(services.database, text.phone_key, services.clock.now(), Turn())
    assert attempt is not None and attempt.standing is Standing.BEGUN


def test_a_text_that_kills_its_worker_twice_is_never_tried_a_third_time(
    services: TextServices, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = came(services, "SM1", "1-" * 800)
    for _ in range(2):
        die_of(services, text)
        clock.advance(LONG_AGO)

    def never(*_: object) -> None:
        raise AssertionError("tried a third time")

    monkeypatch.setattr("sms.turns.judge_and_understand", never)
    serve_text(services, text)
    assert outcomes(services) == ["set_aside"]


def test_staff_have_a_text_that_was_set_aside_as_a_task_with_its_words_and_a_case(
    services: TextServices, clock: FixedClock
) -> None:
    text = came(services, "SM1", "1-" * 800)
    for _ in range(2):
        die_of(services, text)
        clock.advance(LONG_AGO)
    serve_text(services, text)
    with services.database.read() as db:
        (task,) = db.scalars(select(StaffTask))
        (sent,) = db.scalars(select(OutgoingText))
        assert (task.reason, task.inbound_id) == ("text_set_aside", text.id)
        assert list_words(db, [text.id]) == {text.id: "1-" * 800}
        assert task.case_number is not None and task.case_number in sent.words
        assert "110" in sent.words


def test_texts_behind_one_that_kills_its_worker_are_served(
    services: TextServices, clock: FixedClock
) -> None:
    poison, question = came(services, "SM1", "1-" * 800), came(services, "SM2")
    for _ in range(2):
        die_of(services, question)
        clock.advance(LONG_AGO)
    serve_text(services, question)
    assert outcomes(services) == ["set_aside", "served"]
    assert poison.id < question.id


def test_a_text_in_the_hands_of_another_process_is_not_begun_a_second_time(
    services: TextServices, clock: FixedClock
) -> None:
    text = came(services, "SM1")
    die_of(services, text)
    serve_text(services, text)
    assert outcomes(services) == ["waiting"]
    clock.advance(LONG_AGO)
    serve_text(services, text)
    assert outcomes(services) == ["served"]


def test_a_text_of_200_000_characters_is_cut_and_its_sender_is_told(
    services: TextServices,
) -> None:
    take_text(services, make_message("SM1", WANG, "试用期最长多久？" + "1-" * 100_000))
    with services.database.read() as db:
        (stored,) = db.scalars(select(InboundText.words))
        sent = "".join(db.scalars(select(OutgoingText.words).order_by(OutgoingText.id)))
    assert len(stored) <= MAX_CHARACTERS
    assert "超过1600个字" in sent


def test_a_danger_behind_the_limit_is_not_cut_off() -> None:
    words, is_cut = cut_words("厂里的情况" * 500 + "。我被锁在仓库里出不去，救命")
    assert is_cut and len(words) <= MAX_CHARACTERS
    assert "救命" in words


class _Work:
    """Counts the lines of Python that are run: work instead of time, the same on each machine."""

    def __init__(self) -> None:
        self.lines = 0

    def _count(self, _frame: object, event: str, _argument: object) -> object:
        self.lines += event == "line"
        return self._count

    def of(self, parse: Callable[[str], object], text: str) -> int:
        """How many lines a parser runs for a text."""
        self.lines = 0
        before = sys.gettrace()
        sys.settrace(self._count)
        try:
            with suppress(HotlineError):
                parse(text)
        finally:
            sys.settrace(before)
        return self.lines


def _kinds() -> Iterator[tuple[str, str]]:
    """Each parser with a few kinds of its own, so that all kinds are met."""
    kinds = list(AWKWARD)
    for number, name in enumerate(PARSERS):
        yield from ((name, kinds[(number * 7 + i * 41) % len(kinds)]) for i in range(2))


@pytest.mark.parametrize(("name", "kind"), tuple(_kinds()))
def test_twice_the_text_is_at_most_two_and_a_half_times_the_work(name: str, kind: str) -> None:
    parse, unit = PARSERS[name], AWKWARD[kind]
    short, long = (unit * (size // len(unit)) + "!x" for size in (3_000, 6_000))
    with suppress(HotlineError):
        parse(long)
    work = _Work()
    assert work.of(parse, long) <= 2.5 * work.of(parse, short) + 200


class _Pattern:
    """A pattern that keeps how long the texts are in which it is looked for."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.lengths: list[int] = []

    def __getattr__(self, name: str) -> Callable[..., object]:
        def look(*texts: str) -> object:
            self.lengths.append(len(texts[-1]))
            return getattr(self._pattern, name)(*texts)

        return look


@pytest.mark.parametrize(
    ("where", "read", "unit", "most"),
    [
        ("dialogue.flows.petition.names._FALSE_START", read_employer, "不是", 200),
        ("nlu.entities.towns._SURROUNDINGS", find_town_by_sound, "的", 80),
    ],
)
def test_no_slow_pattern_is_run_over_more_than_the_longest_answer(
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    read: Callable[[str], str | None],
    unit: str,
    most: int,
) -> None:
    module, _, name = where.rpartition(".")
    pattern = _Pattern(getattr(import_module(module), name))
    monkeypatch.setattr(where, pattern)
    for size in (most, most + 1, 40_000):
        assert read((unit * size)[:size]) is None
    assert pattern.lengths == [most]


def test_what_takes_a_signal_back_is_looked_for_close_before_it_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signals = load_signals()
    pattern = _Pattern(signals.taken_back)
    seen = replace(signals, taken_back=cast("re.Pattern[str]", pattern))
    monkeypatch.setattr("casework.urgency.load_signals", lambda: seen)
    assert find_urgent_reasons(CaseRules(), ["没有受伤" * 500]) == ()
    assert len(pattern.lengths) >= 500 and max(pattern.lengths) <= 40
    assert find_urgent_reasons(CaseRules(), ["没有受伤" * 500 + "他受伤了"]) == ("injury",)


def test_no_character_grows_to_a_sentence_when_it_is_read() -> None:
    everything = map(chr, range(sys.maxunicode + 1))
    assert max(len(half_width(one)) for one in everything) == MAX_FOR_ONE
    assert half_width("１２３３３ ㍿\ufdfaＡ") == "12333 株式会社 A"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n",
        "[" * 5_000,
        "a: " + "{a: " * 30,
        "a: " + "1" * 5_000,
        "a: 0x" + "f" * 5_000,
        "a: " + "x" * 100_001,
    ],
    ids=["aliases", "brackets", "depth", "digits", "hexadecimal digits", "size"],
)
def test_a_draft_that_grows_when_it_is_read_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        parse_entry(text, "draft")


def test_aliases_are_refused_wherever_a_text_from_outside_is_read() -> None:
    with pytest.raises(UnsafeYamlError, match="alias"):
        parse_yaml("a: &x [1]\nb: *x")
    with pytest.raises(ContentError):
        with_samples("samples: &x {zh: [a]}\nmore: *x", "zh", ["b"])


@pytest.mark.parametrize(
    "text", ["a: 2025-02-30", "a: !!timestamp x", "a: !!int x", "1: a\nb: c", "a: \ud800"]
)
def test_a_draft_that_is_no_yaml_of_ours_is_refused_in_words(text: str) -> None:
    with pytest.raises(ContentError):
        parse_entry(text, "draft")


def test_figures_that_rest_on_each_other_without_end_are_refused() -> None:
    rows = [
        {"id": f"f{n}", "name": {"zh": "数", "en": "figure"}, "unit": "yuan", "source": "law",
         "computed": f"f{n + 1} + f{n + 1}"}
        for n in range(40)
    ]  # fmt: skip
    with pytest.raises(ContentError, match="too many formulas"):
        Figures.parse(str(rows))


def test_a_docx_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "law.docx"
    bomb = (
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        "<w:document xmlns:w='x'>&b;</w:document>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", bomb.encode("utf-16"))
    with pytest.raises(ContentError, match="document type"):
        read_statute(path)


def test_a_docx_that_unpacks_to_a_disk_full_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "law.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (51 * 1024 * 1024) + b"</a>")
    with pytest.raises(ContentError, match="unpacks"):
        read_statute(path)

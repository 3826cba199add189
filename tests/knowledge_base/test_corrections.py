"""Who got an answer that has since changed, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from core.errors import ConflictError
from core.text_segments import count_segments
from knowledge_base.corrections import (
    approve_correction,
    draft_corrections,
    drop_correction,
    list_affected,
    list_corrections,
    reword_correction,
    send_approved_corrections,
)
from knowledge_base.loader import Content
from knowledge_base.models import AnswerReceipt, CorrectionState, CorrectionText
from knowledge_base.operations import record_answer
from knowledge_base.rendering import AnswerGiven, render_answer, render_correction
from tests.knowledge_base.conftest import TODAY, ContentFolder

WAGE, PROBATION = "minimum-wage-dongguan", "probation-period-length"
MOBILE = "+8613800138000"
SINCE = datetime(2026, 11, 1, tzinfo=LOCAL_ZONE)


class Line:
    """Answers given from a content that tests may change."""

    def __init__(self, db: Session, folder: ContentFolder, clock: FixedClock) -> None:
        self.db, self.folder, self.clock = db, folder, clock
        self.answers = 0

    @property
    def content(self) -> Content:
        return self.folder.load()

    def answer(
        self, topic: str, phone: str = MOBILE, language: str = "zh", year: int | None = None
    ) -> AnswerReceipt:
        self.answers += 1
        content = self.content
        record_answer(
            self.db,
            render_answer(content, content.entries[topic], "text", language, TODAY, year=year),
            conversation_id=f"T{self.answers}",
            turn=1,
            channel="text",
            confidence=0.9,
            phone=phone,
            phone_key=f"key of {phone}" if phone else "",
            now=self.clock.now(),
        )
        given = select(AnswerReceipt).where(AnswerReceipt.conversation_id == f"T{self.answers}")
        return self.db.scalars(given).one()

    def set_wage(self, old: str, new: str) -> None:
        path = self.folder.path / "figures.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def drafts(self, on: date = TODAY) -> list[CorrectionText]:
        affected = list_affected(self.db, self.content, SINCE, on)
        return draft_corrections(self.db, self.content, affected, self.clock.now())


@pytest.fixture
def line(database: Database, folder: ContentFolder, clock: FixedClock) -> Iterator[Line]:
    with database.write() as db:
        yield Line(db, folder, clock)


def test_while_nothing_changed_nobody_is_affected(line: Line) -> None:
    line.answer(WAGE)
    assert list_affected(line.db, line.content, SINCE, TODAY) == []
    assert line.drafts() == []


def test_a_changed_entry_affects_those_who_got_it_and_no_others(line: Line) -> None:
    line.answer(WAGE)
    given = line.answer(PROBATION)
    line.folder.change(f"labour-contract/{PROBATION}", "您可以要求单位", "您有权要求单位")
    (one,) = list_affected(line.db, line.content, SINCE, TODAY)
    assert one.receipt is given
    assert (one.is_entry_changed, one.is_withdrawn, one.figures) == (True, False, {})
    assert one.masked_phone == "+86138****8000"


def test_another_sample_or_a_later_review_affects_nobody(line: Line) -> None:
    line.answer(PROBATION)
    line.folder.change(f"labour-contract/{PROBATION}", "能试用半年吗", "半年试用行不行")
    line.folder.change_field(f"labour-contract/{PROBATION}", "review_by", "2028-01-31")
    assert list_affected(line.db, line.content, SINCE, TODAY) == []


def test_a_figure_that_was_wrong_is_told_apart_from_one_that_was_renewed(line: Line) -> None:
    line.answer(WAGE)
    line.set_wage(
        "    - {value: 2080, from: 2025-03-01, source: 粤府函〔2025〕23号, verified: true}\n",
        "    - {value: 2080, from: 2025-03-01, source: 粤府函〔2025〕23号, verified: true}\n"
        "    - {value: 2300, from: 2027-03-01, source: 新文, verified: true}\n",
    )
    line.set_wage("value: 19.8", "value: 20.1")
    (one,) = list_affected(line.db, line.content, SINCE, date(2027, 3, 1))
    monthly, hourly = one.figures["minimum_wage_monthly"], one.figures["minimum_wage_hourly"]
    assert (monthly.answered, monthly.now, monthly.is_correction) == ("2080", "2300", False)
    assert (hourly.answered, hourly.now, hourly.is_correction) == ("19.8", "20.1", True)


def test_a_withdrawn_entry_affects_those_who_got_it(line: Line) -> None:
    line.answer(PROBATION)
    line.folder.change_field(f"labour-contract/{PROBATION}", "expires_on", "2026-11-22")
    (one,) = list_affected(line.db, line.content, SINCE, TODAY)
    assert one.is_withdrawn
    (draft,) = line.drafts()
    assert draft.words.startswith("12333更正：您2026-11-23得到的答复已停止使用")


def test_only_answers_since_the_given_moment_count(line: Line) -> None:
    line.answer(PROBATION)
    line.folder.change(f"labour-contract/{PROBATION}", "您可以要求单位", "您有权要求单位")
    later = line.clock.now() + timedelta(seconds=1)
    assert list_affected(line.db, line.content, later, TODAY) == []


def test_a_correction_tells_the_present_answer_once_a_citizen_and_topic(line: Line) -> None:
    line.answer(PROBATION)
    line.answer(PROBATION)
    line.answer(PROBATION, phone="")
    line.answer(PROBATION, phone="+8613900139000", language="en")
    line.folder.change(f"labour-contract/{PROBATION}", "您可以要求单位", "您有权要求单位")
    chinese, english = line.drafts()
    assert chinese.words.startswith("12333更正：您2026-11-23问的“试用期多长”，答复已有变化")
    assert "您有权要求单位" in chinese.words
    assert "依据：《劳动合同法》第19条" in chinese.words
    assert english.words.startswith("12333 corrects its answer of 2026-11-23 about")
    assert line.drafts() == []


def test_every_real_correction_has_at_most_four_segments(content: Content) -> None:
    for entry in content.entries.values():
        for language in ("zh", "en"):
            words = render_correction(content, entry, AnswerGiven(TODAY, language), TODAY)
            assert count_segments(words).segments <= 4, entry.topic


def test_a_correction_is_sent_only_when_a_person_approved_it(line: Line) -> None:
    for phone in (MOBILE, "+8613900139000", "+8613700137000"):
        line.answer(PROBATION, phone=phone)
    line.folder.change(f"labour-contract/{PROBATION}", "您可以要求单位", "您有权要求单位")
    approved, dropped, waiting = line.drafts()
    now = line.clock.now()
    reword_correction(line.db, approved, "更正：请以新答复为准。")
    approve_correction(line.db, approved, by="mei", now=now)
    drop_correction(line.db, dropped, by="mei", now=now)
    sent: list[CorrectionText] = []
    assert send_approved_corrections(line.db, sent.append, now) == {"corrections": 1}
    assert [(one.phone, one.words) for one in sent] == [(MOBILE, "更正：请以新答复为准。")]
    assert send_approved_corrections(line.db, sent.append, now) == {"corrections": 0}
    assert (approved.state, approved.settled_by, approved.sent_at) == ("sent", "mei", now)
    assert list_corrections(line.db) == [waiting]
    assert list_corrections(line.db, [CorrectionState.SENT]) == [approved]
    with pytest.raises(ConflictError, match="is sent already"):
        drop_correction(line.db, approved, by="mei", now=now)


def test_a_withdrawn_figure_is_no_error(line: Line) -> None:
    given = line.answer(WAGE)
    given.figures = {**given.figures, "figure_of_old": "1"}
    line.db.flush()
    (one,) = list_affected(line.db, line.content, SINCE, TODAY)
    assert one.figures["figure_of_old"].now is None


def test_a_receipt_keeps_what_was_said_byte_for_byte_though_the_content_changes(
    line: Line,
) -> None:
    said = line.content
    answer = render_answer(said, said.entries[WAGE], "text", "zh", TODAY)
    receipt = line.answer(WAGE)
    line.set_wage("2080", "2300")
    line.db.expire_all()
    assert receipt.text == answer.text
    assert "2080" in answer.text
    (one,) = list_affected(line.db, line.content, SINCE, TODAY)
    assert one.receipt.text == answer.text


def test_the_answer_for_a_past_year_is_not_changed_by_a_new_standard(line: Line) -> None:
    receipt = line.answer(WAGE, year=2025)
    assert receipt.year == 2025
    line.set_wage(
        "    - {value: 2080, from: 2025-03-01",
        "    - {value: 2300, from: 2027-07-01, source: 新文, verified: true}\n"
        "    - {value: 2080, from: 2025-03-01",
    )
    assert list_affected(line.db, line.content, SINCE, date(2027, 8, 1)) == []


def test_a_year_that_becomes_known_changes_the_answer_and_the_correction_says_it(
    line: Line,
) -> None:
    line.answer(WAGE, year=2020)
    for wage in ("2080", "19.8"):
        line.set_wage(
            f"    - {{value: {wage}, from: 2025-03-01",
            f"    - {{value: {wage[:-1]}0, from: 2018-07-01, source: 旧文, verified: true}}\n"
            f"    - {{value: {wage}, from: 2025-03-01",
        )
    line.set_wage("value: 2080, from: 2018", "value: 1720, from: 2018")
    (draft,) = line.drafts()
    assert "2020年适用的是2018年7月1日到2025年2月28日的标准。" in draft.words
    assert "1720元" in draft.words

"""What is published: table, chart, CSV, XLSX, page, and the texts to office heads."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from casework.case_services import CaseServices
from config.offices import OfficeDirectory
from core.clock import FixedClock
from core.database import Database
from core.text_segments import count_segments
from outbox.models import OutgoingText
from ratings.chart import Bar, Mean, ranking_chart
from ratings.demo import create_demo_ratings
from ratings.digests import send_digests
from ratings.exports import ranking_csv, ranking_xlsx
from ratings.page import RankingPage, page_of, public_page
from ratings.queries import get_ranking
from ratings.tables import RankingTable
from ratings.wordings import all_wordings
from tests.ratings.hotline import local

HEAD_PHONE = "+8613700137000"


@pytest.fixture
def published(database: Database, case_services: CaseServices, clock: FixedClock) -> Database:
    """Two frozen months of invented ratings."""
    with database.write() as db:
        create_demo_ratings(db, case_services.offices, clock.now(), months=2)
    return database


def page(database: Database, case_services: CaseServices, language: str = "zh") -> RankingPage:
    with database.read() as db:
        return public_page(db, case_services.offices, "2026-10", language)


def test_the_public_page_has_one_table_one_chart_and_four_sentences(
    published: Database, case_services: CaseServices
) -> None:
    shown = page(published, case_services)
    assert shown.table.title == "2026年10月服务评价排名"
    assert shown.table.headings[:4] == ("名次", "变化", "办公室", "得分")
    assert len(shown.table.method) == 4
    assert "（30×全市前12个月平均分" in shown.table.method[1]
    assert shown.table.notes == ("本期没有剔除任何评价。",)
    assert shown.periods == ("2026-10", "2026-09")
    assert shown.table.rows[0][0] == 1
    assert len(shown.table.rows) == len(shown.ranking.document.standings)


def test_offices_with_too_few_ratings_say_so(
    published: Database, case_services: CaseServices
) -> None:
    shown = page(published, case_services)
    unranked = [row for row in shown.table.rows if row[0] == "样本不足"]
    assert len(unranked) == len(shown.table.rows) - len(shown.ranking.document.ranks)
    assert unranked
    assert all(row[1] == row[3] == row[4] == "—" for row in unranked)


def test_the_chart_is_xml_that_names_every_ranked_office(
    published: Database, case_services: CaseServices
) -> None:
    shown = page(published, case_services, "en")
    words = [element.text for element in ET.fromstring(shown.chart)[:] if element.text]
    assert words[0] == "Scores of the offices"
    for office_id in shown.ranking.document.ranks:
        assert case_services.offices.get(office_id).name_en in words


def test_names_cannot_break_the_chart() -> None:
    chart = ranking_chart(
        'a "title" & more',
        [Bar("<b>甲</b>", Decimal("88.3"), "B")],
        Mean(Decimal("82.5"), "mean <82.5>"),
    )
    words = [element.text for element in ET.fromstring(chart).iter() if element.text]
    assert "<b>甲</b>" in words
    assert "88.3" in words
    assert ET.fromstring(chart).get("aria-label") == 'a "title" & more'


def test_csv_and_xlsx_hold_the_same_cells(published: Database, case_services: CaseServices) -> None:
    table = page(published, case_services).table
    text = ranking_csv(table)
    assert text.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert tuple(lines[0]) == table.headings
    sheet = load_workbook(io.BytesIO(ranking_xlsx(table))).worksheets[0]
    assert sheet["A1"].value == table.title
    for number, row in enumerate(table.rows):
        assert lines[number + 1] == [str(cell) for cell in row]
        in_sheet = [cell.value for cell in sheet[number + 3]]
        assert in_sheet == [float(c) if isinstance(c, Decimal) else c for c in row]
    assert [line for line in lines if line][-1] == [table.method[-1]]


def test_a_name_is_never_a_formula() -> None:
    table = RankingTable("t", ("office",), ("=head",), (("=1+1",), (-5,)), (), ("@SUM",))
    lines = ranking_csv(table).decode("utf-8-sig").split("\r\n")
    assert lines[1:3] == ["'=1+1", "-5"]
    sheet = load_workbook(io.BytesIO(ranking_xlsx(table))).worksheets[0]
    assert [sheet.cell(3, 1).value, sheet.cell(3, 1).data_type] == ["'=1+1", "s"]


def test_the_running_month_is_marked_as_such(
    published: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    clock.set(local(11, 5))
    with published.read() as db:
        frozen = get_ranking(db, "2026-09", clock.now())
        running = replace(frozen, frozen_at=None)
        notes = page_of(db, case_services.offices, running, "zh").table.notes
    assert notes[0].startswith("本月尚未结束统计")


def test_each_office_head_gets_rank_score_and_change_once(
    published: Database, case_services: CaseServices, clock: FixedClock
) -> None:
    shown = page(published, case_services)
    best, last = shown.table.rows[0], shown.ranking.document.standings[-1]
    with_phones = _with_heads(
        case_services, {shown.ranking.document.standings[0].office_id, last.office_id}
    )
    assert send_digests(published, clock, with_phones) == {"digests": 4}
    assert send_digests(published, clock, with_phones) == {"digests": 0}
    with published.read() as db:
        words = [text.words for text in db.scalars(select(OutgoingText)) if "10月" in text.words]
    assert f"{best[2]}第1名（{best[1]}），得分{best[3]}" in words[0]
    assert "样本不足" in words[1]
    assert all(count_segments(text).segments <= 2 for text in words)


def test_both_languages_have_all_words() -> None:
    chinese, english = all_wordings("zh"), all_wordings("en")
    assert chinese.keys() == english.keys()
    for words in (chinese, english):
        for key in ("invitation", "ask_again", "ask_reason", "follow_up"):
            assert count_segments(words[f"text.{key}"]).segments == 1


def _with_heads(case_services: CaseServices, office_ids: set[str]) -> CaseServices:
    offices = [
        replace(office, head_phone=HEAD_PHONE) if office.id in office_ids else office
        for office in case_services.offices.offices
    ]
    directory = OfficeDirectory(
        offices, case_services.offices.towns, case_services.offices.default.id
    )
    return replace(case_services, offices=directory)

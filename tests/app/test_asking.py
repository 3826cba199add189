"""``python -m app ask``: one row a message, for each outcome and field, in three languages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.asking import OUTCOMES, Asker, ask
from app.cli import main
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from nlu.engine import NluEngine
from nlu.interpretation import MAX_CANDIDATES, Language

FIELDS = (
    "text", "outcome", "topic", "topics", "confidence", "candidates", "offered", "hedged",
    "entities", "answer", "citations", "entry_version",
)  # fmt: skip
MONDAY = date(2026, 11, 30)
Row = dict[str, Any]
Asking = Callable[..., Row]


@pytest.fixture
def asking(nlu: NluEngine, content: Content) -> Asking:
    knowledge = KnowledgeBase(lambda: content)

    def row(
        text: str, *, channel: Any = "text", on: date = MONDAY, language: Language | None = None
    ) -> Row:
        return ask(nlu, knowledge, text, Asker(channel, on, language))

    return row


@pytest.mark.parametrize(
    ("outcome", "texts"),
    [
        ("danger", ("我站在楼顶，不想活了", "我企咗喺天台，唔想做人喇", "I want to kill myself")),
        ("opt_out", ("退订", "唔好再send信息俾我", "stop texting me")),
        ("agent", ("转人工", "我要搵真人", "let me talk to a person")),
        (
            "petition",
            (
                "工厂三个月没发工资，我要投诉",
                "间厂拖粮两个月，我要投诉",
                "My boss did not pay me for two months, I want to file a complaint",
            ),
        ),
        ("status", ("我的投诉处理得怎么样了", "我单投诉而家点样", "What's the status of my case?")),
        ("message", ("我要留言", "我想留言", "leave a message")),
        ("help", ("你能做什么", "你可以做啲咩", "what can you do")),
        ("answer", ("试用期最长多久", "做满一年有几多日年假", "How is overtime paid?")),
        ("clarify", ("最低工资呢", "工伤点赔", "contract")),
        ("none", ("离婚以后孩子归谁", "离婚啲仔女归边个", "Who gets the children in a divorce?")),
        ("chat", ("你好", "唔该晒", "thank you")),
    ],
)  # fmt: skip
def test_every_outcome_in_three_languages(
    asking: Asking, outcome: str, texts: tuple[str, ...]
) -> None:
    assert [(text, asking(text)["outcome"]) for text in texts] == [(t, outcome) for t in texts]


def test_a_row_has_the_fields_in_their_order(asking: Asking) -> None:
    for text in ("", "试用期最长多久", "转人工", "我不想活了"):
        assert tuple(asking(text)) == FIELDS
        assert asking(text)["hedged"] is False


# --- which outcome wins -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("我要投诉，再不处理我就从楼上跳下去", "danger"),
        ("转人工，老板不发工资", "agent"),
        ("你好，我要投诉老板不发工资", "petition"),
        ("谢谢，年假有几天", "answer"),
        ("算了，我要留言", "message"),
        ("算了，试用期最长多久", "answer"),
        ("thanks, how is overtime paid?", "answer"),
    ],
)
def test_of_several_that_fit_the_first_of_the_list_wins(
    asking: Asking, text: str, outcome: str
) -> None:
    assert asking(text)["outcome"] == outcome


@pytest.mark.parametrize(
    "text", ["三年前工地上有人摔死了，赔偿怎么算", "火灾隐患向谁举报", "去年我的手被机器压断了"]
)
def test_past_danger_and_questions_about_it_are_no_danger(asking: Asking, text: str) -> None:
    assert asking(text)["outcome"] != "danger"


@pytest.mark.parametrize("text", ["更多", "恢复", "取消", "more", "START"])
def test_what_needs_a_conversation_is_help(asking: Asking, text: str) -> None:
    assert asking(text)["outcome"] == "help"


# --- topics, answers, candidates --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topic", "citation"),
    [
        ("试用期最长多久", "probation-period-length", "labour-contract-law#19"),
        ("补水点计", "overtime-pay-rates", "labour-law#44"),
        ("How is overtime paid?", "overtime-pay-rates", "labour-law#44"),
    ],
)
def test_an_answer_has_its_topic_law_and_version(
    asking: Asking, content: Content, text: str, topic: str, citation: str
) -> None:
    row = asking(text)
    assert (row["topic"], row["topics"]) == (topic, [topic])
    assert citation in row["citations"]
    assert row["entry_version"] == content.entries[topic].version
    assert row["candidates"][0] == {"topic": topic, "confidence": row["confidence"]}
    assert row["answer"]


def test_a_petition_covers_every_problem_that_is_told(asking: Asking, content: Content) -> None:
    row = asking("老板拖欠我三个月工资，也没签劳动合同，我要投诉")
    assert row["topics"] == ["wage-arrears-what-to-do", "double-wage-no-contract"]
    assert (row["topic"], row["offered"]) == (row["topics"][0], row["topics"])
    assert [candidate["topic"] for candidate in row["candidates"][:2]] == row["topics"]
    assert row["candidates"][0]["confidence"] == row["confidence"]
    assert len(row["answer"].split("\n\n")) == 2
    assert "回复1" not in row["answer"]
    assert {"gd-wage-payment-regulations#47", "labour-contract-law#82"} <= set(row["citations"])
    assert len(set(row["citations"])) == len(row["citations"])
    assert row["entry_version"] == content.entries[row["topic"]].version


@pytest.mark.parametrize("text", ["我要投诉", "我想投诉间厂", "I want to file a complaint"])
def test_a_bare_wish_to_complain_has_no_problem_yet(asking: Asking, text: str) -> None:
    row = asking(text)
    assert row["outcome"] == "petition"
    assert (row["topic"], row["topics"], row["answer"]) == (None, [], None)


@pytest.mark.parametrize("channel", ["text", "voice"])
def test_a_clarification_offers_topics_and_answers_none(asking: Asking, channel: str) -> None:
    row = asking("最低工资呢", channel=channel)
    assert (row["topic"], row["topics"], row["answer"], row["citations"]) == (None, [], None, [])
    assert 2 <= len(row["offered"]) <= 3
    assert [c["topic"] for c in row["candidates"][: len(row["offered"])]] == row["offered"]


def test_candidates_are_at_most_ten_and_best_first(asking: Asking) -> None:
    for text in ("试用期最长多久", "最低工资呢", "离婚以后孩子归谁", "How is overtime paid?"):
        candidates = asking(text)["candidates"]
        confidences = [candidate["confidence"] for candidate in candidates]
        assert len(candidates) == MAX_CANDIDATES
        assert confidences == sorted(confidences, reverse=True)
        assert len({candidate["topic"] for candidate in candidates}) == MAX_CANDIDATES


def test_an_entry_that_is_not_in_force_is_neither_answered_nor_offered(
    asking: Asking, content: Content
) -> None:
    before_all = date(1990, 1, 1)
    assert not any(entry.is_in_force(before_all) for entry in content.entries.values())
    for text in ("试用期最长多久", "最低工资呢"):
        row = asking(text, on=before_all)
        assert (row["outcome"], row["topic"], row["offered"]) == ("none", None, [])
    assert asking("工厂没发工资，我要投诉", on=before_all)["topics"] == []


def test_the_channel_and_the_language_shape_the_answer(asking: Asking) -> None:
    text, voice = asking("试用期最长多久"), asking("试用期最长多久", channel="voice")
    assert "依据" in text["answer"] and "依据" not in voice["answer"]
    assert asking("试用期最长多久", language="en")["answer"].startswith("The limit")
    yue = asking("试用期最长几耐", channel="voice", language="yue")["answer"]
    assert yue != voice["answer"]


@pytest.mark.parametrize("text", ["东莞2020年最低工资多少", "What was the minimum wage in 2020?"])
def test_a_year_that_is_asked_about_is_answered(asking: Asking, text: str) -> None:
    row = asking(text)
    assert row["topic"] == "minimum-wage-dongguan"
    assert "2020" in row["answer"]


# --- entities -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "我在长安镇的恒达电子厂，从去年年底开始欠薪，一百多人，欠了8万多",
            {"dates": [["2025-12-01", "2025-12-31"]], "people": [100, None],
             "amount_yuan": [80000, 89999], "town": "changan", "employer": "恒达电子厂"},
        ),
        (
            "我喺大朗返工，3月5号起老细爭我八千蚊，两三个人",
            {"dates": [["2026-03-05", "2026-03-05"]], "people": [2, 3],
             "amount_yuan": [8000, 8000], "town": "dalang"},
        ),
        (
            "The factory in Chang'an owes more than 20 of us 5000 yuan since 5 March 2026",
            {"dates": [["2026-03-05", "2026-03-05"]], "amount_yuan": [5000, 5000],
             "town": "changan"},
        ),
        (
            "试用期最长多久",
            {"dates": [], "people": None, "amount_yuan": None, "town": None, "employer": None},
        ),
    ],
)  # fmt: skip
def test_entities_are_ranges_and_names(asking: Asking, text: str, expected: Row) -> None:
    found = asking(text)["entities"]
    assert list(found) == ["dates", "people", "amount_yuan", "town", "employer"]
    assert {name: found[name] for name in expected} == expected


def test_an_open_end_is_null(asking: Asking) -> None:
    assert asking("起码一百人以上被拖欠工资")["entities"]["people"] == [100, None]


# --- the command --------------------------------------------------------------------------------


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: bytes, *more: str
) -> tuple[int, list[Row], str]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
    status = main(["ask", "--json", *more])
    notified = capsys.readouterr()
    return status, [json.loads(line) for line in notified.out.splitlines()], notified.err


def test_each_line_gives_a_row_at_the_time_that_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = "从昨天开始没发工资\n\n转人工\r\n".encode()
    status, rows, errors = run(monkeypatch, capsys, given, "--now", "2026-03-01T08:00")
    assert (status, errors) == (0, "")
    assert [row["text"] for row in rows] == ["从昨天开始没发工资", "", "转人工"]
    assert rows[0]["entities"]["dates"] == [["2026-02-28", "2026-02-28"]]
    assert all(row["outcome"] in OUTCOMES for row in rows)


@pytest.mark.parametrize(
    ("given", "options"),
    [(b"\xff\xfe\n", ()), (b"", ("--now", "gestern")), (b"", ("--now", "25:00"))],
)
def test_unusable_input_is_one_line_and_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: bytes,
    options: tuple[str, ...],
) -> None:
    status, rows, errors = run(monkeypatch, capsys, given, *options)
    assert (status, rows, errors.count("\n")) == (2, [], 1)

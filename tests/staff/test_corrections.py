"""An answer that has since changed: one person drafts the text about it, another lets it go."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from knowledge_base.models import CorrectionText
from knowledge_base.operations import record_answer
from tests.staff.conftest import Console

TOPIC = "wage-arrears-what-to-do"


def _give_an_answer_of_an_older_version(console: Console) -> None:
    services = console.services
    now = services.clock.now()
    answer = services.knowledge.find_answer(TOPIC, "text", "zh", now.date())
    assert answer is not None
    with services.database.write() as db:
        record_answer(
            db, replace(answer, version="older"), conversation_id="c1", turn=1, channel="text",
            confidence=0.9, phone="+8613800138000", phone_key="k", now=now,
        )  # fmt: skip


def test_an_editor_drafts_and_a_reviewer_lets_it_go(console: Console) -> None:
    editor = console.sign_in_as("editor")
    assert "这段时间的答复都没有变化" in editor.open("/staff/corrections").words
    _give_an_answer_of_an_older_version(console)
    page = editor.open("/staff/corrections?since=2026-11-01")
    said = console.services.knowledge.find_answer(
        TOPIC, "text", "zh", console.services.clock.now().date()
    )
    assert said is not None and said.text in page.words
    assert "条目已更新" in page.words and "13800138000" not in page.html
    assert "拟好1条短信" in editor.send("/staff/corrections").words
    assert "拟好0条短信" in editor.send("/staff/corrections").words
    assert editor.send("/staff/corrections/1", decision="approve").status == 403
    reviewer = console.sign_in_as("reviewer")
    reviewer.open("/staff/corrections")
    assert "已决定" in reviewer.send("/staff/corrections/1", decision="approve").words
    assert "现在不能这样办理" in reviewer.send("/staff/corrections/1", decision="drop").words
    with console.services.database.read() as db:
        correction = db.scalars(select(CorrectionText)).one()
        assert correction.state == "approved" and correction.settled_by is not None

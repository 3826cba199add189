"""An entry on its way: questions become a draft, a second person publishes, the answer changes."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from accounts.permissions import Role
from accounts.queries import find_user_by_login
from core.clock import FixedClock, local_date
from core.database import Database
from knowledge_base.gaps import group_unanswered, list_gaps
from knowledge_base.loader import Content
from knowledge_base.models import EntryVersion, GroupState
from knowledge_base.operations import record_unanswered
from knowledge_base.published import KnowledgeBase
from knowledge_base.queries import find_open_version, get_version
from knowledge_base.source import ContentSource
from staff.knowledge_refusals import REFUSALS
from staff.services import keep_services
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import Console

ROOT = Path(__file__).parents[2]
TOPIC = "probation-period-length"
ENTRY = f"/staff/knowledge/{TOPIC}"
OLD, NEW = "试用期上限看合同期限", "新的说法：试用期上限看合同期限"
Source = ContentSource


@pytest.fixture
def source(database: Database, clock: FixedClock, content: Content) -> Source:
    """The curated content with what was published, as of the last refresh."""
    return ContentSource(content, database, clock)


@pytest.fixture
def console(console: Console, source: Source) -> Console:
    """The console over what is published."""
    services = replace(console.services, knowledge=KnowledgeBase(source.current))
    keep_services(console.application.extensions, services)
    return Console(console.application, services)


def _box(page: Page) -> str:
    found = re.search(r'<textarea class="source"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def _seen(page: Page) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page.html)
    assert found is not None
    return found[1]


def _send(browser: StaffBrowser, step: str, **fields: Any) -> Page:
    """Take a step from the entry's page as it is now."""
    seen = _seen(browser.open(ENTRY))
    return browser.send(f"{ENTRY}/{step}", **{"seen": seen, **fields})


def _submit_changed(editor: StaffBrowser) -> Page:
    text = _box(editor.open(ENTRY)).replace(OLD, NEW)
    return _send(editor, "drafting/submit", text=text, reason="说得更清楚")


def _notified(console: Console, source: Source) -> str:
    source.refresh()
    day = local_date(console.services.clock.now())
    answer = console.services.knowledge.find_answer(TOPIC, "text", "zh", day)
    return answer.text if answer is not None else ""


def _open_version(console: Console) -> EntryVersion | None:
    with console.services.database.read() as db:
        return find_open_version(db, TOPIC)


def _ask(console: Console, *questions: str) -> int:
    services = console.services
    now = services.clock.now()
    with services.database.write() as db:
        for words in questions:
            record_unanswered(
                db, words, reason="none", channel="text", language="zh",
                now=now.replace(day=now.day - 5),
            )  # fmt: skip
        group_unanswered(db, services.knowledge.content, now)
        return list_gaps(db)[0].group.id


def test_an_editor_turns_a_group_of_questions_into_a_draft(console: Console) -> None:
    group = _ask(console, "试用期最长能签多久呀", "试用期最长能签多久呢")
    editor = console.sign_in_as("editor")
    page = editor.open("/staff/gaps")
    assert "2个问题" in page.words and "试用期最长能签多久呢" in page.words
    assert f'href="{ENTRY}"' in page.html
    page = editor.send(f"/staff/gaps/{group}/draft", topic=TOPIC)
    assert page.path == ENTRY and "已开草稿" in page.words
    assert '"试用期最长能签多久呀"' in _box(page)
    assert "这里没有问题" in editor.open("/staff/gaps").words
    assert "Name of editor" in editor.open("/staff/gaps?state=drafted").words


def test_a_group_becomes_a_new_entry_that_only_editors_see(console: Console) -> None:
    group = _ask(console, "公司年会抽奖要不要交税")
    editor = console.sign_in_as("editor")
    editor.open("/staff/gaps")
    page = editor.send(f"/staff/gaps/{group}/draft", topic=TOPIC, other="Annual Party")
    assert page.status == 422
    assert "条目名称用小写字母" in page.words and 'value="Annual Party"' in page.html
    page = editor.send(f"/staff/gaps/{group}/draft", topic=TOPIC, other="annual-party")
    assert "公司年会抽奖要不要交税" in _box(page) and "还没有发布" in page.words
    assert "annual-party" in editor.open("/staff/knowledge").words
    agent = console.sign_in_as("agent")
    assert agent.open("/staff/knowledge/annual-party").status == 404
    assert "annual-party" not in agent.open("/staff/knowledge").words


def test_a_group_is_set_aside_once(console: Console) -> None:
    group = _ask(console, "食堂的饭有虫子")
    editor = console.sign_in_as("editor")
    editor.open("/staff/gaps")
    assert "已搁置。" in editor.send(f"/staff/gaps/{group}/aside").words
    again = editor.send(f"/staff/gaps/{group}/draft", topic=TOPIC)
    assert again.status == 409 and "这一组已处理过" in again.words
    with console.services.database.read() as db:
        assert [gap.group.id for gap in list_gaps(db, state=GroupState.SET_ASIDE)] == [group]


def test_an_editor_drafts_and_another_publishes_what_callers_then_hear(
    console: Console, source: Source
) -> None:
    editor = console.sign_in_as("editor")
    assert "已提交审核" in _submit_changed(editor).words
    assert "请审核人先退回" in editor.open(ENTRY).words
    assert editor.send(f"{ENTRY}/reviewing/publish").status == 403
    assert NEW not in _notified(console, source)
    reviewer = console.sign_in_as("reviewer")
    assert "说得更清楚" in reviewer.open("/staff/knowledge").words
    page = reviewer.open(ENTRY)
    assert '<span class="added">' in page.html and NEW in page.words
    assert "已发布" in _send(reviewer, "reviewing/publish").words
    assert NEW in _notified(console, source)
    assert NEW in reviewer.open(ENTRY).words


def test_who_wrote_a_version_may_not_publish_it_as_a_reviewer_either(
    console: Console, source: Source
) -> None:
    editor = console.sign_in_as("editor")
    _submit_changed(editor)
    with console.services.database.write() as db:
        user = find_user_by_login(db, "editor")
        assert user is not None
        user.role = Role.REVIEWER
    assert "发布后两秒内生效" not in editor.open(ENTRY).words
    page = _send(editor, "reviewing/publish")
    assert page.status == 409 and "须另一人审核" in page.words
    assert NEW not in _notified(console, source)


def test_a_broken_text_is_refused_with_its_reason_and_stays_in_the_box(console: Console) -> None:
    editor = console.sign_in_as("editor")
    broken = _box(editor.open(ENTRY)).replace("citations: [", "citations: [[", 1)
    page = _send(editor, "drafting/submit", text=broken, reason="试一试")
    assert page.status == 422
    assert "没有通过检查" in page.words and "not readable as YAML" in page.words
    assert _box(page) == broken and 'value="试一试"' in page.html
    assert _open_version(console) is None
    assert "草稿已保存" in _send(editor, "drafting/save", text=broken, reason="先存着").words
    assert _box(editor.open(ENTRY)) == broken


@pytest.mark.parametrize("text", ["", "- a", "5", "topic: x", "a: b: c", "{", "\t", "? [a]: b"])
def test_no_text_whatever_breaks_the_page(console: Console, text: str) -> None:
    editor = console.sign_in_as("editor")
    page = _send(editor, "drafting/submit", text=text, reason="x")
    assert page.status == 422 and "没有通过检查" in page.words


def test_what_a_check_finds_keeps_a_text_from_being_published(
    console: Console, source: Source
) -> None:
    editor = console.sign_in_as("editor")
    text = _box(editor.open(ENTRY)).replace(OLD, "满九十九个月，" + OLD)
    _send(editor, "drafting/submit", text=text, reason="错的")
    reviewer = console.sign_in_as("reviewer")
    page = _send(reviewer, "reviewing/publish", effective_from="2026-12-01")
    assert page.status == 422
    assert "没有通过检查" in page.words and 'value="2026-12-01"' in page.html
    assert "九十九" not in _notified(console, source)
    page = _send(reviewer, "reviewing/return", reason="")
    assert page.status == 422 and "请写明理由" in page.words
    assert "已退回" in _send(reviewer, "reviewing/return", reason="数字没有依据").words
    assert "数字没有依据" in editor.open(ENTRY).words
    assert "已放弃草稿" in _send(editor, "drafting/discard", reason="作罢").words
    assert _open_version(console) is None


def test_a_version_waits_for_its_day(console: Console, source: Source) -> None:
    _submit_changed(console.sign_in_as("editor"))
    reviewer = console.sign_in_as("reviewer")
    page = _send(reviewer, "reviewing/publish", effective_from="no day")
    assert page.status == 422 and "日期不对" in page.words
    _send(reviewer, "reviewing/publish", effective_from="2026-12-01", expires_on="2027-01-01")
    assert NEW not in _notified(console, source)
    with console.services.database.read() as db:
        version = get_version(db, TOPIC, 2)
        assert (str(version.effective_from), str(version.expires_on)) == (
            "2026-12-01", "2027-01-01",
        )  # fmt: skip


def test_nothing_typed_is_lost_when_somebody_else_was_faster(console: Console) -> None:
    editor = console.sign_in_as("editor")
    page = editor.open(ENTRY)
    text, seen = _box(page), _seen(page)
    _send(editor, "drafting/save", text=text + "# theirs\n", reason="first")
    mine = {"text": text + "# mine\n", "reason": "second", "seen": seen}
    page = editor.send(f"{ENTRY}/drafting/save", **mine)
    assert page.status == 409 and "别的同事刚刚更新了本条目" in page.words
    assert _box(page).endswith("# mine\n") and 'value="second"' in page.html
    version = _open_version(console)
    assert version is not None and version.content.endswith("# theirs\n")
    assert _seen(page) == version.content_hash


def test_a_reviewer_rolls_back_and_takes_out(console: Console, source: Source) -> None:
    _submit_changed(console.sign_in_as("editor"))
    reviewer = console.sign_in_as("reviewer")
    _send(reviewer, "reviewing/publish")
    page = _send(reviewer, "reviewing/roll-back", number=1, reason="")
    assert page.status == 422 and "请写明理由" in page.words
    page = _send(reviewer, "reviewing/roll-back", number=1, reason="说错了")
    assert "已恢复" in page.words and NEW not in _notified(console, source)
    page = _send(reviewer, "reviewing/retire", reason=" ")
    assert page.status == 409 and "请写明理由" in page.words
    assert "条目已撤下" in _send(reviewer, "reviewing/retire", reason="法律废止").words
    assert _notified(console, source) == ""
    assert "不会用来答复市民" in reviewer.open(ENTRY).words


def test_the_figures_are_not_edited_here(console: Console) -> None:
    editor = console.sign_in_as("editor")
    assert editor.open("/staff/knowledge/figures.yaml").status == 404


def _refusals() -> set[str]:
    """What editing and gaps refuse with, "x" in each place."""
    found = set()
    for name in ("editing.py", "gaps.py"):
        tree = ast.parse((ROOT / "knowledge_base" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"ConflictError", "NotFoundError"}:
                found.add(_sentence(node.args[0]))
    return found


def _sentence(words: ast.expr) -> str:
    if isinstance(words, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "x" for part in words.values
        )
    assert isinstance(words, ast.Constant)
    return str(words.value)


def test_every_refusal_of_the_knowledge_base_has_its_words() -> None:
    sentences = _refusals()
    assert len(sentences) >= 12
    for sentence in sentences:
        assert any(re.fullmatch(pattern, sentence) for pattern, _ in REFUSALS), sentence

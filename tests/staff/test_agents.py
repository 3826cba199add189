"""Agents in the console: one's own availability, all agents, the call queue, and editing them."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.permissions import Role, permissions_of
from callcentre.addresses import mask_address
from callcentre.models import Agent, Availability, QueuedCaller
from callcentre.operations import (
    AgentDraft,
    add_agent,
    engage_agent,
    enter_queue,
    keep_place,
    note_connected,
    note_offer,
    ring_agent,
)
from callcentre.queries import find_agent_of_staff, list_agents
from callcentre.queue_rules import QueueEntry
from core.clock import FixedClock
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.stored_conversation import conversation_to_json
from staff.agent_board import AGENT_TONES
from tests.staff.conftest import BRANCH, BUREAU, OTHER_BRANCH, PASSWORD, Console

NUMBER, SIP = "+8676922000001", "sip:second@hotline.cn"
CITIZEN = "+8613800138000"


def add(console: Console, address: str, office: str = BUREAU, user_id: int | None = None) -> Agent:
    services = console.services
    draft = AgentDraft(
        name=f"Agent {address[-4:]}", office_id=office, languages=("zh", "yue"), address=address,
        staff_user_id=user_id,
    )  # fmt: skip
    with services.database.write() as db:
        return add_agent(db, services.case_services.vault, draft, services.clock.now())


def agents(console: Console) -> list[Agent]:
    with console.services.database.read() as db:
        return list_agents(db)


def audited(console: Console) -> list[tuple[str, str, dict[str, object]]]:
    with console.services.database.read() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.subject.startswith("seat ")))
        return [(entry.action, entry.actor, entry.detail) for entry in entries]


def keep_conversation(console: Console, sid: str, **changes: object) -> None:
    """A call that asked a question."""
    now = console.services.clock.now()
    state = Conversation(
        id=sid, channel="voice", phone=CITIZEN, phone_key="", can_text=True, language="yue",
        started_at=now.isoformat(), asked=("人工要等几耐，我电话13812345678",), **changes,
    )  # type: ignore[arg-type]  # fmt: skip
    with console.services.database.write() as db:
        db.add(
            TakenTurn(
                conversation_id=sid, number=1, request_key=sid, channel="voice", heard="Arrived()",
                step="person.transfer", state=json.dumps(conversation_to_json(state)), replies="[]",
                taken_at=now,
            )
        )  # fmt: skip


def test_an_agent_sees_and_sets_their_own_availability(console: Console, clock: FixedClock) -> None:
    user = console.add_user("agent", BUREAU)
    agent = add(console, NUMBER, user_id=user.id)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    page = browser.open("/staff/agents")
    assert "我的坐席" in page.words and "离开" in page.words
    for wished in ("available", "after_call", "away", "available"):
        clock.advance(timedelta(minutes=1))
        page = browser.send("/staff/agents/mine", availability=wished)
        assert page.path == "/staff/agents"
        (stored,) = agents(console)
        assert (stored.availability, stored.changed_at) == (wished, clock.now())
        pressed = re.search(r'value="(\w+)"[^>]*aria-pressed="true"', page.html)
        assert pressed is not None and pressed[1] == wished
    assert [detail["availability"] for _, _, detail in audited(console)] == [
        "available", "after_call", "away", "available",
    ]  # fmt: skip
    assert {actor for _, actor, _ in audited(console)} == {f"staff:{user.id}"}
    # The same again is nothing new.
    browser.send("/staff/agents/mine", availability="available")
    assert len(audited(console)) == 4 and agent.id == stored.id


def test_who_has_no_agent_is_told_whom_to_ask(console: Console) -> None:
    browser = console.sign_in_as("agent")
    assert "还没有给您安排坐席" in browser.open("/staff/agents").words
    assert browser.send("/staff/agents/mine", availability="available").status == 404


def test_an_availability_that_there_is_not_is_refused(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    add(console, NUMBER, user_id=user.id)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    assert browser.send("/staff/agents/mine", availability="asleep").status == 422
    boss = console.sign_in_as("supervisor")
    boss.open("/staff/agents")
    one = f"/staff/agents/{agents(console)[0].id}"
    assert boss.send(f"{one}/availability", availability="").status == 422
    assert agents(console)[0].availability == Availability.AWAY


def test_an_agent_sees_neither_other_agents_nor_the_form_for_one(console: Console) -> None:
    add(console, NUMBER)
    page = console.sign_in_as("agent").open("/staff/agents")
    assert "全部坐席" not in page.words and "添加坐席" not in page.words
    assert "0001" not in page.words


def test_a_supervisor_sees_all_agents_with_what_they_do_since_when(
    console: Console, clock: FixedClock
) -> None:
    first, second, third = (add(console, a) for a in (NUMBER, SIP, "+8676922000003"))
    keep_conversation(console, "CA1")
    with console.services.database.write() as db:
        engage_agent(db, db.get_one(Agent, first.id), "CA1", clock.now())
        ring_agent(db, db.get_one(Agent, second.id), "offer/1", clock.now(), serving="CA1")
    clock.advance(timedelta(minutes=4))
    page = console.sign_in_as("supervisor").open("/staff/agents")
    for words in ("通话中", "离开", "4分钟前", "普通话、粤语", "东莞市人力资源和社会保障局"):
        assert words in page.words, words
    # The citizen and the addresses are masked; what was asked is told without its number.
    for masked in ("+86138****8000", "sip:s****@hotline.cn", "+86769****0003", "人工要等几耐"):
        assert masked in page.words, masked
    for plain in (CITIZEN, NUMBER, SIP, "13812345678", "second@"):
        assert plain not in page.html, plain
    assert third.id in {agent.id for agent in agents(console)}


def test_an_agent_that_rings_says_so(console: Console, clock: FixedClock) -> None:
    agent = add(console, NUMBER)
    with console.services.database.write() as db:
        ring_agent(db, db.get_one(Agent, agent.id), "CA1", clock.now())
    browser = console.sign_in_as("supervisor")
    assert "振铃中" in browser.open("/staff/agents").words
    clock.advance(timedelta(minutes=3))
    assert "振铃中" not in browser.open("/staff/agents").words


def test_the_line_shows_place_wait_and_wish(console: Console, clock: FixedClock) -> None:
    callers: list[QueuedCaller] = []
    with console.services.database.write() as db:
        for number, phone in enumerate(("+8613800138001", "", "+8613800138003"), start=1):
            clock.advance(timedelta(minutes=2))
            caller = enter_queue(
                db,
                QueueEntry(
                    f"CA{number}",
                    phone=phone,
                    language="zh",
                    office_ids=(BUREAU,),
                    about=f"问题{number}",
                ),
                clock.now(),
            )
            callers.append(caller)
        note_connected(db, callers[0], clock.now())
        note_offer(db, callers[1], clock.now())
        keep_place(db, callers[2])
    clock.advance(timedelta(minutes=1))
    page = console.sign_in_as("agent").open("/staff/agents/board")
    rows = re.findall(r"<tr>(.*?)</tr>", page.html, re.DOTALL)[1:]
    assert len(rows) == 2 and "问题1" not in page.html
    assert "未显示号码" in rows[0] and "正在接通坐席" in rows[0] and "在线等候" in rows[0]
    assert "+86138****8003" in rows[1] and "等回电" in rows[1]
    assert [re.search(r'class="n">(\d)<', row)[1] for row in rows] == ["1", "2"]  # type: ignore[index]
    # The first waited four minutes; the second has waited three.
    assert "约1分钟" in rows[0] and "约3分钟" in rows[1]


def test_the_line_of_another_office_is_not_shown(console: Console, clock: FixedClock) -> None:
    with console.services.database.write() as db:
        enter_queue(
            db,
            QueueEntry(
                "CA1", phone=CITIZEN, language="zh", office_ids=(OTHER_BRANCH,), about="别处"
            ),
            clock.now(),
        )
    assert "别处" not in console.sign_in_as("officer", BRANCH).open("/staff/agents").words
    assert "别处" in console.sign_in_as("agent", BUREAU).open("/staff/agents").words


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_an_agent_is_added_changed_set_and_removed(console: Console, role: str) -> None:
    user = console.add_user("agent", BUREAU)
    browser = console.sign_in_as(role)
    browser.open("/staff/agents")
    page = browser.send(
        "/staff/agents", name="一号", office=BUREAU, languages=["zh", "en"],
        address="0769-22000001", place="2", staff_user=str(user.id),
    )  # fmt: skip
    assert "坐席已保存" in page.words and "一号" in page.words
    (agent,) = agents(console)
    assert (agent.address, agent.languages, agent.place) == (NUMBER, ["zh", "en"], 2)
    assert agent.staff_user_id == user.id and agent.availability == Availability.AWAY

    one = f"/staff/agents/{agent.id}"
    form = browser.open(one)
    assert NUMBER not in form.html and mask_address(NUMBER) in form.html
    browser.send(one, name="一号改", office=BRANCH, languages=["yue"], address="", place="1")
    (agent,) = agents(console)
    assert (agent.name, agent.office_id, agent.address) == ("一号改", BRANCH, NUMBER)
    assert agent.staff_user_id is None
    browser.send(one, name="一号改", office=BRANCH, languages=["yue"], address=SIP, place="1")
    assert agents(console)[0].address == SIP

    browser.send(f"{one}/availability", availability="available")
    assert agents(console)[0].availability == Availability.AVAILABLE
    assert "坐席已移除" in browser.send(f"{one}/remove").words
    assert agents(console) == []
    actions = [action for action, _, _ in audited(console)]
    assert actions == [
        "seat_added", "seat_changed", "seat_changed", "availability_set", "seat_removed",
    ]  # fmt: skip
    assert NUMBER not in str(audited(console)) and SIP not in str(audited(console))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "请写坐席名称"),
        ({"languages": []}, "请至少选一种语言"),
        ({"languages": ["fr"]}, "请至少选一种语言"),
        ({"address": "123"}, "电话号码不对"),
        ({"address": "sip:nobody"}, "SIP 地址不对"),
        ({"address": NUMBER}, "已有坐席用这个号码"),
        ({"office": "nowhere"}, "请从列表中选择"),
        ({"staff_user": "987654"}, "请从列表中选择"),
        ({"place": "first"}, "请填整数"),
    ],
)
def test_an_unusable_agent_is_refused_with_its_reason_and_what_was_typed(
    console: Console, changes: dict[str, object], words: str
) -> None:
    add(console, NUMBER)
    browser = console.sign_in_as("supervisor")
    browser.open("/staff/agents")
    form = {"name": "二号", "office": BUREAU, "languages": ["zh"], "address": "0769-22000002"}
    page = browser.send("/staff/agents", **(form | changes))
    assert page.status == 422 and words in page.words
    assert len(agents(console)) == 1
    if "name" not in changes:
        assert 'value="二号"' in page.html


def test_agents_of_offices_out_of_reach_do_not_exist(console: Console) -> None:
    theirs = add(console, NUMBER, OTHER_BRANCH)
    browser = console.sign_in_as("supervisor", BRANCH)
    assert "0001" not in browser.open("/staff/agents").words
    for path in ("", "/availability", "/remove"):
        sent = browser.send(f"/staff/agents/{theirs.id}{path}", availability="away")
        assert sent.status == 404, path
    refused = browser.send(
        "/staff/agents", name="x", office=OTHER_BRANCH, languages=["zh"], address="0769-22000009"
    )
    assert refused.status == 422 and len(agents(console)) == 1


def test_who_leaves_leaves_the_agent(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    agent = add(console, NUMBER, user_id=user.id)
    with console.services.database.write() as db:
        db.get_one(Agent, agent.id).availability = Availability.AVAILABLE
    admin = console.sign_in_as("administrator")
    admin.open(f"/staff/accounts/{user.id}")
    admin.send(f"/staff/accounts/{user.id}", name="x", role="agent", office=BUREAU)
    assert agents(console)[0].availability == Availability.AWAY
    with console.services.database.read() as db:
        assert find_agent_of_staff(db, user.id) is None


def test_who_may_do_what_at_the_agents() -> None:
    may = {role: {p for p in permissions_of(role) if p.startswith("agents.")} for role in Role}
    sit, see, edit = "agents.answer", "agents.see", "agents.edit"
    assert may[Role.AGENT] == may[Role.OFFICER] == {sit}
    assert may[Role.OFFICE_HEAD] == {sit, see}
    assert may[Role.SUPERVISOR] == {sit, see, edit}
    assert may[Role.ADMINISTRATOR] == {see, edit}
    assert may[Role.EDITOR] == may[Role.REVIEWER] == set()


def test_every_state_that_is_shown_has_a_tone_but_away() -> None:
    shown = {"talking", "ringing", *Availability}
    assert set(AGENT_TONES) == shown - {"away"}


def test_the_addresses_of_before_lead_to_the_agents(console: Console) -> None:
    user = console.add_user("agent", BUREAU)
    agent = add(console, NUMBER, user_id=user.id)
    browser = console.open()
    browser.sign_in(user.login, PASSWORD)
    assert browser.open("/staff/seats").path == "/staff/agents"
    assert browser.open("/staff/seats/board").path == "/staff/agents/board"
    page = browser.send("/staff/seats/mine", availability="available")
    assert page.path == "/staff/agents" and agents(console)[0].availability == "available"
    boss = console.sign_in_as("supervisor")
    assert boss.open(f"/staff/seats/{agent.id}").path == f"/staff/agents/{agent.id}"
    boss.send(f"/staff/seats/{agent.id}/remove")
    assert agents(console) == []

"""Pictures of every page of the console over invented cases, to be looked at by a person.

``python -m tests.staff.look FOLDER [NAME ...]`` writes PNG files at 1280 and 390 pixels, light and
dark. Needs Chromium and a Chinese font.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import threading
import wave
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

import app.tables  # noqa: F401  (declares all tables)
from accounts.demo import create_demo_accounts
from callcentre.models import Availability
from callcentre.operations import (
    AgentDraft,
    add_agent,
    engage_agent,
    enter_queue,
    keep_place,
    note_connected,
    ring_agent,
    set_availability,
)
from callcentre.queue_rules import QueueEntry
from casework import operations as ops
from casework.canned_replies import save_canned_reply
from casework.case_services import Actor, CaseServices
from casework.danger import (
    AlertOutcome,
    DangerAlert,
    DangerReport,
    Handling,
    close_alert,
    note_call_reached,
    note_call_unanswered,
    note_caller_gone,
    raise_danger_alert,
    take_alert,
)
from casework.drafts import (
    Contact,
    ContactDraft,
    IdempotencyKey,
    MessageDraft,
    PetitionDraft,
    Recording,
)
from casework.models import Attachment, Case
from casework.notices import list_waiting_notices
from casework.transition_table import PERMISSIONS
from casework.vocabulary import AttachmentKind, Audience
from config.offices import load_offices
from config.retention import load_retention
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Base, Database
from core.encryption import Vault
from core.phones import parse_phone
from core.ranges import Range
from core.working_calendar import WorkingCalendar
from dialogue.conversation import Conversation
from dialogue.models import TakenTurn
from dialogue.replies import Say, replies_to_json
from dialogue.stored_conversation import conversation_to_json
from hotline.calls import begin_call, end_call
from hotline.records import find_record, list_records
from knowledge_base.editing import draft_entry, submit_draft
from knowledge_base.editing_services import EditingServices
from knowledge_base.gaps import group_unanswered
from knowledge_base.loader import load_content
from knowledge_base.operations import record_unanswered
from knowledge_base.published import KnowledgeBase
from outbox.models import OutgoingText
from outbox.operations import TextOrder, ask_staff, enqueue_text
from privacy.operations import propose_erasure
from privacy.retention import delete_expired
from providers.pictures import PictureStore
from ratings.demo import create_demo_ratings
from ratings.operations import add_rating, note_service_ended
from ratings.service import ServiceEnded
from ratings.vocabulary import ServiceKind, Source
from staff.application import register_console
from staff.services import StaffServices
from tests.browsing import open_browser
from tests.pictures import make_picture

_OPEN = "document.querySelectorAll('.picture, .dealings details').forEach(d => d.open = true)"
_PASSWORD = "Look-At-It-2026"
_SIZES = {"wide": (1280, 860), "narrow": (390, 844)}


def _contact_of(phone: str) -> Contact:
    number = parse_phone(phone) if phone else None
    return Contact(phone=number, channel="voice", is_proved=True)


_MESSAGE_CALL = Conversation(
    id="CA0001", channel="voice", phone="+8613712345678", phone_key="", can_text=True,
    language="zh", started_at="2026-11-20T02:00:00+00:00", services=("message",),
)  # fmt: skip
_LINE = (
    ("+8613800138001", "zh", "社保断缴了怎么补"),
    ("", "zh", "试用期没过被辞退有没有补偿，人事不肯写离职证明"),
    ("+8613800138003", "en", "How is overtime on a public holiday paid?"),
    ("+8613800138004", "zh", "工伤认定要多久"),
)
_BOSS = Actor("staff:4", PERMISSIONS | {"case.edit_replies"})
_CALL_REPLIES = json.dumps(
    replies_to_json([Say("您好，这里是12333。请说您的问题。", "zh")]), ensure_ascii=False
)
_HEARD = "Spoke(words='我叫刘芳，电话13712345678，厂里不给我买社保', confidence=0.9)"


class Trial:
    """A console over a fresh SQLite file with invented cases."""

    def __init__(self, folder: Path) -> None:
        self.case_services = CaseServices(
            Vault("l" * 32), WorkingCalendar.from_config(), load_offices()
        )
        self.database = Database(f"sqlite:///{folder}/look.db", self.case_services.vault)
        Base.metadata.create_all(self.database.engine)
        self.clock = FixedClock(datetime(2026, 11, 20, 9, 30, tzinfo=LOCAL_ZONE))
        self.cases: dict[str, str] = {}
        self.pictures = PictureStore(folder / "pictures", self.case_services.vault)
        content = load_content()
        services = StaffServices(
            database=self.database,
            case_services=self.case_services,
            clock=self.clock,
            knowledge=KnowledgeBase(lambda: content),
            read_attachment=self._read,
            store_picture=self.pictures.write,
            list_calls=partial(list_records, yuan_a_minute=Decimal("0.1")),
            find_call=partial(find_record, yuan_a_minute=Decimal("0.1")),
            remove_file=lambda _attachment: None,
            word_answer=lambda case, answer: f"12333答复您的诉求{case.number}：{answer}",
        )
        self.application = Flask("look", static_folder=None, template_folder=None)
        self.application.config["SECRET_KEY"] = "l" * 32
        register_console(self.application, services)
        create_demo_accounts(
            self.database, self.case_services.offices, lambda _login: _PASSWORD, self.clock.now()
        )
        with self.database.write() as db:
            create_demo_ratings(db, self.case_services.offices, self.clock.now())
        self._fill()

    def _read(self, attachment: Attachment) -> tuple[bytes, str]:
        if attachment.kind == AttachmentKind.PICTURE:
            return self.pictures.read(attachment.storage_path or ""), "image/png"
        return _sound(), "audio/x-wav"

    def _fill(self) -> None:
        with self.database.write() as db:
            save_canned_reply(
                db, _BOSS, self.clock.now(), title="请带材料到窗口",
                body="您的诉求{number}请带身份证和劳动合同到{office}办理。", language="zh",
            )  # fmt: skip
        self._message()
        self.clock.advance(timedelta(days=3, minutes=40))
        self._asked_before()
        self._petition()
        self._others()
        self._questions()
        self._agents()
        self._calls()
        self._dangers()
        self._personal_data()

    def _personal_data(self) -> None:
        """A request to erase that waits, and a night in which old data was deleted."""
        admin = Actor("staff:1", frozenset({"privacy.erase"}))
        with self.database.write() as db:
            propose_erasure(
                db, self.case_services.vault, "13800138004", "6月3日持身份证到窗口提出。", admin,
                self.clock.now(),
            )  # fmt: skip
            record_unanswered(
                db, "[姓名]欠薪怎么办", reason="none", channel="text", language="zh",
                now=self.clock.now() - timedelta(days=400),
            )  # fmt: skip
        night = datetime(2026, 12, 1, 2, 30, tzinfo=LOCAL_ZONE)
        delete_expired(self.database, load_retention(), lambda _attachment: None, night)

    def _dangers(self) -> None:
        """Alerts: one overdue, one of somebody who is held, one that is handled, one closed."""
        notified = (
            ("CA91", "13800138091", "fire", "仓库着火了，有人没出来", "humen", True),
            ("CA92", "13800138092", "self_harm", "我在厂里楼顶，拿不到钱就跳下去", "changan", True),
            ("CA93", None, "violence", "他们把我锁在宿舍，不让我走", None, False),
            ("CA94", "13800138094", "injury", "有人触电了，没有呼吸", "nancheng", True),
        )
        ids = []
        with self.database.write() as db:
            for call, phone, kind, words, town, can_call_back in notified:
                report = DangerReport(
                    idempotency_key=IdempotencyKey(call, "1"),
                    conversation_id=call,
                    kind=kind,
                    words=words,
                    town=town,
                    can_call_back=can_call_back,
                    contact=_contact_of(phone),
                )
                ids.append(raise_danger_alert(db, self.case_services, report, self.clock.now()).id)
                self.clock.advance(timedelta(seconds=100))
                note_caller_gone(db, self.case_services, call, self.clock.now())
        with self.database.write() as db:
            fire, jump, _held, shock = (db.get_one(DangerAlert, one) for one in ids)
            by = Handling(self.case_services, _BOSS, self.clock.now())
            close_alert(db, fire, by, AlertOutcome.HANDED_OVER, "119已到场，人员全部撤出。")
            take_alert(db, shock, by)
            note_call_reached(db, shock, by, "120已到，正在抢救。")
            note_call_unanswered(db, jump, by, "占线")
            self.cases["danger"] = str(jump.id)
            self.cases["danger-case"] = jump.case.number
        self.clock.advance(timedelta(minutes=6))

    def _questions(self) -> None:
        """Questions without an answer, a draft and a version in review."""
        case_services, now = EditingServices(), self.clock.now()
        asked = ("年会抽奖中了手机要交税吗", "年会抽奖的奖品要交税吗", "食堂的饭有虫子怎么赔")
        with self.database.write() as db:
            for words in (*asked, asked[0]):
                record_unanswered(
                    db, words, reason="none", channel="text", language="zh",
                    now=now - timedelta(days=7),
                )  # fmt: skip
            group_unanswered(db, case_services.base, now)
            for topic in ("probation-period-length", "probation-wage"):
                text = (case_services.find_file_text(topic) or "").replace("试用期", "试用期间", 3)
                draft = draft_entry(
                    db, case_services, topic, text, author="staff:5", reason="说得更清楚", now=now
                )
            submit_draft(db, draft, by="staff:5", now=now)

    def _calls(self) -> None:
        """A call that left a message, and one that goes on."""
        now = self.clock.now()
        with self.database.write() as db:
            for sid, phone, language in (("CA0001", "13712345678", "zh"), ("CA0003", "", "yue")):
                number = parse_phone(phone) if phone else None
                begun = now - timedelta(hours=2)
                call = begin_call(
                    db, sid, number, "", language=language, has_line=True, now=begun
                )  # fmt: skip
                if phone:
                    end_call(db, call, "completed", 95, begun + timedelta(seconds=95))

    def _agents(self) -> None:
        """Agents that talk, ring and are away, and a line."""
        now, minutes = self.clock.now(), timedelta(minutes=1)
        draft = AgentDraft(
            name="一号坐席", office_id="dg-bureau", languages=("zh", "yue"), staff_user_id=1,
            address="+8676922000001",
        )  # fmt: skip
        others = (
            ("二号坐席", "dg-bureau", ("zh",), "sip:second@hotline.cn", 2),
            ("三号坐席", "dg-bureau", ("en", "zh"), "+8676922000003", 4),
            ("长安一号", "dg-changan", ("zh", "yue", "en"), "+8676922000004", None),
        )
        with self.database.write() as db:
            first = add_agent(db, self.case_services.vault, draft, now - 40 * minutes)
            set_availability(db, first, Availability.AVAILABLE, now - 30 * minutes)
            engage_agent(db, first, "CA0003", now - 4 * minutes)
            for name, office, languages, address, user in others:
                draft = AgentDraft(
                    name=name, office_id=office, languages=languages, address=address,
                    staff_user_id=user,
                )  # fmt: skip
                agent = add_agent(db, self.case_services.vault, draft, now - 50 * minutes)
                if user == 2:
                    set_availability(db, agent, Availability.AVAILABLE, now - 9 * minutes)
                    ring_agent(db, agent, "offer/1", now, serving="CA0003")
                if user == 4:
                    set_availability(db, agent, Availability.AFTER_CALL, now - 2 * minutes)
            called = Conversation(
                id="CA0003", channel="voice", phone="+8613500135000", phone_key="", can_text=True,
                language="yue", started_at=now.isoformat(), asked=("老細拖咗三個月糧點算",),
            )  # fmt: skip
            db.add(
                TakenTurn(
                    conversation_id="CA0003", number=1, request_key="CA0003/1", channel="voice",
                    step="person.transfer", replies="[]", heard="Arrived()", taken_at=now,
                    state=json.dumps(conversation_to_json(called)),
                )
            )  # fmt: skip
            for number, (phone, language, about) in enumerate(_LINE):
                waiting = enter_queue(
                    db,
                    QueueEntry(
                        f"CA2{number}",
                        phone=phone,
                        language=language,
                        office_ids=("dg-bureau",),
                        about=about,
                    ),
                    now - (9 - 3 * number) * minutes,
                )
                if number == 0:
                    note_connected(db, waiting, now - 3 * minutes)
            keep_place(db, waiting)

    def _message(self) -> None:
        contact = Contact(
            phone=parse_phone("13712345678"), channel="voice", name="刘芳", is_proved=True
        )
        draft = MessageDraft(
            idempotency_key=IdempotencyKey("CA0001", "message3"), contact=contact, text=None,
            recording=Recording(provider_sid="RE0001", seconds=9),
        )  # fmt: skip
        with self.database.write() as db:
            case = ops.take_message(db, self.case_services, draft, self.clock.now()).case
            self.cases["message"] = case.number
            ops.store_recording(
                db, case.attachments[0], storage_path="x", sha256="0" * 64, size_bytes=1,
                content_type="audio/x-wav",
            )  # fmt: skip
            db.add(
                TakenTurn(
                    conversation_id="CA0001", number=1, request_key="CA0001/1", channel="voice",
                    step="message.record", replies=_CALL_REPLIES,
                    state=json.dumps(conversation_to_json(_MESSAGE_CALL)), heard=_HEARD,
                    taken_at=self.clock.now(),
                )
            )  # fmt: skip

    def _petition(self) -> None:
        contact = Contact(
            phone=parse_phone("13800138000"), channel="voice", name="王小明", is_proved=True
        )
        draft = PetitionDraft(
            idempotency_key=IdempotencyKey("CA0002", "petition9"), contact=contact,
            issue="老板拖欠三个月工资，一共两万四千元，多次讨要都说没钱，现在连宿舍也不让住了。",
            employer="东莞市鸿达电子有限公司", town="changan",
            topics=("wage-arrears-what-to-do", "employer-social-insurance-duty"),
            since=Range(date(2026, 8, 1), date(2026, 8, 31)), people=Range.exactly(14),
            amount_yuan=Range(Decimal(24000), None),
            wanted="补发工资", evidence="工资条、打卡记录、微信聊天",
        )  # fmt: skip
        with self.database.write() as db:
            case = ops.lodge_petition(db, self.case_services, draft, self.clock.now()).case
            self.cases["petition"] = case.number
            notified = ContactDraft(
                idempotency_key=IdempotencyKey("CA0009", "contact"),
                contact=contact,
                town="changan",
                issue="厂里扣了押金不退，还欠两个多月工资，我们七八个人……（说到这里断线）",
                people=Range(7, 8),
                topics=("wage-arrears-what-to-do",),
            )
            opened_case = ops.lodge_contact(db, self.case_services, notified, self.clock.now()).case
            self.cases["contact"] = opened_case.number
            self.clock.advance(timedelta(minutes=35))
            ops.assign_case(db, self.case_services, case, _BOSS, "staff:2", self.clock.now())
            ops.accept_case(db, self.case_services, case, _BOSS, self.clock.now())
            ops.add_note(
                db, self.case_services, case, _BOSS, "厂方电话打不通，下午上门。", self.clock.now()
            )
            picture = self.pictures.write(case.number, make_picture("PNG", 320, 200))
            ops.attach_picture(
                db, self.case_services, case, _BOSS, self.clock.now(), storage_path=picture.path,
                sha256=picture.sha256, size_bytes=picture.size_bytes,
                content_type=picture.content_type,
            )  # fmt: skip
            self.clock.advance(timedelta(minutes=20))
            ops.answer_case(
                db, self.case_services, case, _BOSS,
                "已立案监察，责令单位11月30日前补发工资。依据《劳动合同法》第30条、第85条。",
                self.clock.now(),
            )  # fmt: skip
            self._text_notices(db)

    def _asked_before(self) -> None:
        """A text conversation of the petitioner, and how they rated it."""
        phone = parse_phone("13800138000").e164
        key, now = self.case_services.vault.keyed_hash(phone), self.clock.now() - timedelta(days=2)
        said = [Say("不签合同，从第二个月起可以要双倍工资，最多十一个月。", "zh")]
        with self.database.write() as db:
            db.add(
                TakenTurn(
                    conversation_id="SM0009", number=1, request_key="SM0009", channel="text",
                    phone_key=key, step="question.answered", state="{}", taken_at=now,
                    heard="Texted(words='老板不签合同怎么办，我电话13800138000', attachments=0)",
                    replies=json.dumps(replies_to_json(said), ensure_ascii=False),
                )
            )  # fmt: skip
            ended = ServiceEnded(
                key="SM0009", office_id="dg-changan", channel="text", kind=ServiceKind.TEXT,
                phone=phone, phone_key=key, can_text=True, language="zh", ended_at=now,
            )  # fmt: skip
            service = note_service_ended(db, ended, now)
            add_rating(db, self.case_services, service, 4, Source.TEXT, now, comment="说得清楚")

    def _text_notices(self, db: object) -> None:
        for notice in list_waiting_notices(db):  # type: ignore[arg-type]
            case = db.get_one(Case, notice.case_id)  # type: ignore[attr-defined]
            if notice.audience != Audience.CITIZEN or case.phone is None:
                continue
            order = TextOrder(
                phone=case.phone, phone_key=self.case_services.vault.keyed_hash(case.phone),
                words=f"12333答复您的诉求{case.number}：已立案监察，责令单位11月30日前补发工资。",
                kind="case_answer", language="zh", key=f"n{notice.id}", case_number=case.number,
            )  # fmt: skip
            text_id = enqueue_text(db, order, self.clock.now())  # type: ignore[arg-type]
            text = db.get_one(OutgoingText, text_id)  # type: ignore[attr-defined]
            text.state, text.delivered_at = "undelivered", None
            ask_staff(db, text, "undelivered", self.clock.now())  # type: ignore[arg-type]
            ops.conclude_notice(
                db,
                self.case_services,
                notice,
                self.clock.now(),
                text_id=str(text.id),  # type: ignore[arg-type]
            )

    def _others(self) -> None:
        issues = (
            (
                "公司没有给我买社保，我已经工作两年多了，请问可以补缴吗？",
                "nancheng",
                "东莞市南城佳美餐饮店",
            ),
            ("试用期被辞退，老板说没有补偿。", "humen", "虎门镇锦绣服装厂"),
            ("机器伤到手，老板不肯报工伤。", "changan", "东莞市长安精密五金厂"),
            ("加班费一直没有发。", "houjie", None),
            ("想问失业金怎么领。", None, None),
        )
        for number, (issue, town, employer) in enumerate(issues):
            self.clock.advance(timedelta(minutes=7))
            phone = parse_phone(f"1390013900{number}")
            contact = Contact(
                phone=phone, channel="text" if number % 2 else "voice", is_proved=True
            )
            draft = PetitionDraft(
                idempotency_key=IdempotencyKey(f"CA1{number}", "p"),
                contact=contact,
                issue=issue,
                town=town,
                employer=employer,
            )
            with self.database.write() as db:
                ops.lodge_petition(db, self.case_services, draft, self.clock.now())
        english = Contact(
            phone=parse_phone("13600136000"), channel="text", language="en", is_proved=True
        )
        draft_en = MessageDraft(
            idempotency_key=IdempotencyKey("T1", "m"), contact=english,
            text="My boss keeps my passport and has not paid me for two months. Please call me.",
        )  # fmt: skip
        with self.database.write() as db:
            case = ops.take_message(db, self.case_services, draft_en, self.clock.now()).case
            self.cases["english"] = case.number
            ops.answer_case(
                db, self.case_services, case, _BOSS, "We will call you today.", self.clock.now()
            )
        self.clock.advance(timedelta(hours=2))


def _sound() -> bytes:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(128 for _ in range(72_000)))
    return buffer.getvalue()


def _pages(trial: Trial) -> dict[str, tuple[str | None, str]]:
    """Name of the picture: who is signed in, and the address."""
    case = "/staff/cases/"
    return {
        "sign-in": (None, "/staff/sign-in"),
        "inbox": ("agent", "/staff/cases"),
        "inbox-empty": ("officer", "/staff/cases?folder=closed"),
        "message": ("agent", case + trial.cases["message"]),
        "petition": ("supervisor", case + trial.cases["petition"]),
        "contact": ("supervisor", case + trial.cases["contact"]),
        "english": ("agent", case + trial.cases["english"]),
        "new-case": ("agent", "/staff/new-case"),
        "replies": ("supervisor", "/staff/replies"),
        "corrections": ("editor", "/staff/corrections"),
        "oversight": ("supervisor", "/staff/oversight"),
        "tasks": ("supervisor", "/staff/tasks"),
        "calls": ("supervisor", "/staff/calls"),
        "call": ("supervisor", "/staff/calls/CA0001"),
        "agents": ("supervisor", "/staff/agents"),
        "agents-agent": ("agent", "/staff/agents"),
        "agents-none": ("officer", "/staff/agents"),
        "danger": ("supervisor", "/staff/danger"),
        "danger-alert": ("agent", "/staff/danger/" + trial.cases["danger"]),
        "danger-case": ("agent", case + trial.cases["danger-case"]),
        "agent": ("supervisor", "/staff/agents/2"),
        "gaps": ("editor", "/staff/gaps"),
        "entry-editing": ("editor", "/staff/knowledge/probation-period-length"),
        "entry-review": ("reviewer", "/staff/knowledge/probation-wage"),
        "entries": ("editor", "/staff/knowledge"),
        "entry": ("editor", "/staff/knowledge/wage-arrears-what-to-do"),
        "accounts": ("admin", "/staff/accounts"),
        "account": ("admin", "/staff/accounts/1"),
        "audit": ("admin", "/staff/audit"),
        "citizens": ("admin", "/staff/citizens"),
        "retention": ("admin", "/staff/retention"),
        "privacy": (None, "/privacy"),
        "own-account": ("agent", "/staff/account"),
        "missing": ("agent", "/staff/nothing-here"),
        "ratings": ("supervisor", "/staff/ratings?month=2026-10"),
        "ranking": ("supervisor", "/staff/ranking"),
        "public-ranking": (None, "/ranking/"),
    }


def _shoot(browser: Browser, base: str, folder: Path, trial: Trial, only: set[str]) -> None:
    for size, (width, height) in _SIZES.items():
        for scheme in ("light", "dark"):
            for name, (login, path) in _pages(trial).items():
                if only and name not in only:
                    continue
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,  # type: ignore[arg-type]
                    locale="zh-CN",
                )
                page = context.new_page()
                page.on("console", lambda m, n=name: print(n, m.type, m.text))
                if login:
                    page.goto(base + "/staff/sign-in")
                    page.fill("[name=login]", login)
                    page.fill("[name=password]", _PASSWORD)
                    page.click("button.primary")
                page.goto(base + path)
                if name == "citizens":
                    page.fill("[name=phone]", "13800138001")
                    page.click("main button.primary")
                page.evaluate(_OPEN)
                page.wait_for_load_state("networkidle")
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    print(f"{name} at {width}: {wide} pixels wide")
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                context.close()


def main(folder: Path, only: set[str]) -> None:
    """Serve the trial on a free port and take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        trial = Trial(Path(temporary))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, trial.application, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with open_browser() as browser:
            _shoot(browser, f"http://127.0.0.1:{server.port}", folder, trial, only)
        server.shutdown()
        trial.database.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))

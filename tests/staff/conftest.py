"""The console over an empty database, staff of each role, and a browser for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

import app.tables  # noqa: F401  (declares all tables)
from accounts.models import StaffUser
from accounts.operations import create_user
from accounts.passwords import Passwords
from app.factory import MAX_REQUEST_BYTES
from casework.case_services import CaseServices
from casework.models import Attachment, Case
from casework.vocabulary import AttachmentKind
from config.offices import load_offices
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Base, Database
from core.encryption import Vault
from core.errors import NotFoundError
from core.working_calendar import WorkingCalendar
from hotline.records import find_record, list_records
from knowledge_base.loader import Content, load_content
from knowledge_base.published import KnowledgeBase
from providers.pictures import PictureStore
from staff.application import register_console
from staff.services import StaffServices
from tests.pictures import make_picture
from tests.staff.browser import StaffBrowser

PASSWORD = "Long-Enough-2026"
PICTURE = make_picture()
SOUND = b"RIFF" + bytes(range(256)) * 8
BUREAU, BRANCH, OTHER_BRANCH = "dg-bureau", "dg-changan", "dg-nancheng"
QUICK_PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD_HASH = QUICK_PASSWORDS.hash(PASSWORD)


@pytest.fixture(scope="session")
def content() -> Content:
    """The curated content."""
    return load_content()


@pytest.fixture(scope="session")
def case_services() -> CaseServices:
    """The real offices and calendar with a test key."""
    return CaseServices(Vault("t" * 32), WorkingCalendar.from_config(), load_offices())


@pytest.fixture
def database(tmp_path: Path, case_services: CaseServices) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(f"sqlite:///{tmp_path}/console.db", case_services.vault)
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> FixedClock:
    """Monday, 23 November 2026, ten in the morning in Dongguan."""
    return FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL_ZONE))


@dataclass
class Console:
    """The console under test."""

    application: Flask
    services: StaffServices

    def open(self) -> StaffBrowser:
        """A browser in which nobody is signed in."""
        return StaffBrowser(self.application)

    def add_user(self, role: str, office_id: str, login: str | None = None) -> StaffUser:
        """A staff user with PASSWORD."""
        with self.services.database.write() as db:
            return create_user(
                db, "system", self.services.clock.now(),
                login=login or role.replace("_", "-"), name=f"Name of {role}", role=role,
                office_id=office_id, password_hash=PASSWORD_HASH,
            )  # fmt: skip

    def sign_in_as(self, role: str, office_id: str = BUREAU) -> StaffBrowser:
        """A browser in which a new user of this role is signed in."""
        user = self.add_user(role, office_id)
        browser = self.open()
        browser.sign_in(user.login, PASSWORD)
        return browser


@pytest.fixture
def console(
    database: Database,
    case_services: CaseServices,
    clock: FixedClock,
    content: Content,
    tmp_path: Path,
) -> Console:
    """The console."""
    pictures = PictureStore(tmp_path / "pictures", case_services.vault)

    def read_attachment(attachment: Attachment) -> tuple[bytes, str]:
        if attachment.kind == AttachmentKind.PICTURE:
            return pictures.read(attachment.storage_path or ""), attachment.content_type or ""
        return _read_recording(attachment)

    services = StaffServices(
        database=database,
        case_services=case_services,
        clock=clock,
        knowledge=KnowledgeBase(lambda: content),
        read_attachment=read_attachment,
        store_picture=pictures.write,
        remove_file=lambda _attachment: None,
        word_answer=_word_answer,
        list_calls=partial(list_records, yuan_a_minute=Decimal("0.1")),
        find_call=partial(find_record, yuan_a_minute=Decimal("0.1")),
        passwords=QUICK_PASSWORDS,
    )
    application = Flask("console-under-test", static_folder=None, template_folder=None)
    application.config.update(
        SECRET_KEY="s" * 32, TESTING=False, PROPAGATE_EXCEPTIONS=False,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
    )  # fmt: skip
    register_console(application, services)
    return Console(application, services)


def _read_recording(attachment: Attachment) -> tuple[bytes, str]:
    if attachment.storage_path != "there":
        raise NotFoundError("The file is gone.")
    return SOUND, "audio/x-wav"


def _word_answer(case: Case, answer: str) -> str:
    return f"12333答复您的诉求{case.number}：{answer}"

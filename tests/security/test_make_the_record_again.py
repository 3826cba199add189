"""Who holds the database and its keys wants to make the whole record again.

Nothing inside the house can show that. Each day's seal is with others by then.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from casework.jobs import export_seals
from casework.models import RecordSeal
from casework.seal_exports import SealExport, compare_statements, statement_of
from casework.seal_handover import verify_stamps
from config.errors import SettingsError
from config.settings import Settings, load_settings
from core.errors import ConfigurationError, ProviderRefusedError, ProviderUnknownError
from outbox.models import OutgoingText
from providers.seal_targets import SealFolder, SealMail, TimeStampAuthority, make_targets
from tests.security.tampering import Record
from tests.security.time_stamps import LocalAuthority, make_authority

DAY, STATEMENT = date(2026, 11, 23), '{"day":"2026-11-23","hash":"ab"}'
ENVIRONMENT = {
    "HOTLINE_ENV": "test",
    "PUBLIC_BASE_URL": "http://localhost",
    "SECRET_KEY": "s" * 32,
    "DATA_KEY": "d" * 32,
    "DATABASE_URL": "sqlite:///x",
    "REDIS_URL": "unix:///x",
    "TEXT_PROVIDERS": "file",
}


@pytest.fixture
def encrypted(record: Record) -> Record:
    """The record three days later, with its seals."""
    record.clock.advance(timedelta(days=3))
    record.seal()
    return record


def parts_with(record: Record, **settings: object) -> Any:
    given = Settings(**{name.lower(): value for name, value in ENVIRONMENT.items()}, **settings)  # type: ignore[arg-type]
    return SimpleNamespace(
        settings=given,
        database=record.database,
        clock=record.clock,
        vault=record.database.vault,
        seal_targets=make_targets(given),
        seal_phones=given.seal_phones_listed,
    )


def differences(record: Record, folder: Path) -> list[str]:
    lines = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))]
    with record.database.read() as db:
        return list(compare_statements(db, lines))


def test_a_seal_goes_to_a_folder_once_and_is_found_again(encrypted: Record, tmp_path: Path) -> None:
    parts = parts_with(encrypted, seal_folder=tmp_path)
    assert export_seals(parts) == {"exported": 1, "failed": 0}
    assert export_seals(parts) == {"exported": 0, "failed": 0}
    assert [file.name for file in tmp_path.glob("seal-*")] == ["seal-2026-11-25.json"]
    assert differences(encrypted, tmp_path) == []
    encrypted.clock.advance(timedelta(days=2))
    encrypted.seal()
    assert export_seals(parts) == {"exported": 2, "failed": 0}
    assert differences(encrypted, tmp_path) == []


def test_to_seal_a_changed_record_once_more(encrypted: Record, tmp_path: Path) -> None:
    export_seals(parts_with(encrypted, seal_folder=tmp_path))
    encrypted.edit("DELETE FROM record_seals")
    encrypted.edit("UPDATE cases SET office_id = 'dg-humen' WHERE id = 1")
    assert differences(encrypted, tmp_path) == ["the seal of 2026-11-25 is gone"]
    encrypted.clock.advance(timedelta(hours=1))
    encrypted.seal()
    assert differences(encrypted, tmp_path) == [
        "the seal of 2026-11-25 is not the one that was handed over"
    ]


def test_to_write_over_what_the_folder_holds(tmp_path: Path) -> None:
    folder = SealFolder(tmp_path)
    folder.hand_over(DAY, STATEMENT)
    assert folder.hand_over(DAY, STATEMENT) == ""
    with pytest.raises(ProviderRefusedError):
        folder.hand_over(DAY, STATEMENT.replace("ab", "cd"))
    with pytest.raises(ProviderUnknownError):
        SealFolder(tmp_path / "nowhere").hand_over(DAY, STATEMENT)


def test_what_is_no_statement_is_said_to_be_none(encrypted: Record, tmp_path: Path) -> None:
    for number, line in enumerate(("[]", "nonsense", '{"day":1}', '{"day":"2026-99-01"}')):
        (tmp_path / f"{number}.json").write_text(line, encoding="utf-8")
    assert len(differences(encrypted, tmp_path)) == 4


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return make_authority(tmp_path_factory.mktemp("tsa") / "here")


def stamping(authority: LocalAuthority, **changes: Any) -> TimeStampAuthority:
    target = TimeStampAuthority.of("http://tsa.test/", authority.roots)
    return replace(target, **{"post": authority.post, **changes})


def test_to_date_a_seal_back(authority: LocalAuthority) -> None:
    target = stamping(authority)
    receipt = target.hand_over(DAY, STATEMENT)
    assert target.is_stamp_of(receipt, STATEMENT)
    assert not target.is_stamp_of(receipt, STATEMENT.replace("ab", "cd"))
    assert not target.is_stamp_of("no base64!", STATEMENT)
    assert not target.is_stamp_of("AAAA", STATEMENT)


def test_to_stamp_as_an_authority_that_is_none(authority: LocalAuthority, tmp_path: Path) -> None:
    forger = make_authority(tmp_path / "forger")
    with pytest.raises(ProviderRefusedError):
        stamping(authority, post=forger.post).hand_over(DAY, STATEMENT)


def test_to_answer_with_an_older_stamp(authority: LocalAuthority) -> None:
    answers: list[bytes] = []

    def replaying(url: str, body: bytes) -> bytes:
        answers.append(authority.post(url, body))
        return answers[0]

    target = stamping(authority, post=replaying)
    target.hand_over(DAY, STATEMENT)
    with pytest.raises(ProviderRefusedError):
        target.hand_over(DAY, STATEMENT)


def test_a_stamp_in_the_database_that_fits_another_seal_is_found(
    encrypted: Record, authority: LocalAuthority
) -> None:
    target = stamping(authority)
    parts = parts_with(encrypted)
    parts.seal_targets = (target,)
    export_seals(parts)
    with encrypted.database.read() as db:
        assert list(verify_stamps(db, target)) == []
    encrypted.edit("UPDATE record_seals SET hash = 'ff' WHERE day = '2026-11-25'")
    with encrypted.database.read() as db:
        assert list(verify_stamps(db, target)) == [
            "the time stamp of 2026-11-25 does not fit its seal"
        ]


class Mailbox:
    """A mail server that keeps what it is given."""

    def __init__(self, refuses: dict[str, tuple[int, bytes]] | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self.signed_in: list[tuple[str, str]] = []
        self.is_private = False
        self._refuses = refuses or {}

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def has_extn(self, name: str) -> bool:
        return name == "starttls"

    def starttls(self) -> None:
        self.is_private = True

    def login(self, user: str, password: str) -> None:
        assert self.is_private
        self.signed_in.append((user, password))

    def send_message(self, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        self.messages.append(message)
        return self._refuses


def mail_to(mailbox: Mailbox) -> SealMail:
    connect: Callable[..., Any] = lambda _host, _port: mailbox  # noqa: E731
    url = "smtp://seal:pa%40ss@mail.test"
    return SealMail(url, "seal@dg.test", ("notary@dg.test", "audit@dg.test"), connect=connect)


def test_a_seal_is_mailed_to_named_persons() -> None:
    mailbox = Mailbox()
    target = mail_to(mailbox)
    assert target.hand_over(DAY, STATEMENT) == ""
    (message,) = mailbox.messages
    assert message["To"] == "notary@dg.test, audit@dg.test"
    assert message.get_content().strip() == STATEMENT
    assert mailbox.signed_in == [("seal", "pa@ss")] and "pa%40ss" not in repr(target)


def test_a_mail_that_does_not_arrive_is_sent_again(encrypted: Record) -> None:
    def unreachable(_host: str, _port: int) -> smtplib.SMTP:
        raise smtplib.SMTPServerDisconnected("gone")

    down = replace(mail_to(Mailbox()), connect=unreachable)
    parts = parts_with(encrypted)
    parts.seal_targets = (down,)
    assert export_seals(parts) == {"exported": 0, "failed": 1}
    with pytest.raises(ProviderRefusedError):
        mail_to(Mailbox({"audit@dg.test": (550, b"no")})).hand_over(DAY, STATEMENT)
    mailbox = Mailbox()
    parts.seal_targets = (mail_to(mailbox),)
    assert export_seals(parts) == {"exported": 1, "failed": 0}


def test_a_seal_is_texted_to_named_persons(encrypted: Record) -> None:
    parts = parts_with(encrypted, seal_phones="+8613800000001, +8613800000002")
    assert export_seals(parts) == {"exported": 1, "failed": 0}
    assert export_seals(parts)["exported"] == 0
    with encrypted.database.read() as db:
        seal = db.scalars(select(RecordSeal).order_by(RecordSeal.day.desc())).first()
        assert seal is not None
        texts = db.scalars(select(OutgoingText)).all()
        assert {text.phone for text in texts} == {"+8613800000001", "+8613800000002"}
        assert all(
            seal.hash in text.words and str(seal.ledger_hash) in text.words for text in texts
        )
        assert db.scalars(select(SealExport.target)).all() == ["texts"]


def test_a_statement_tells_nothing_of_a_citizen(encrypted: Record) -> None:
    with encrypted.database.read() as db:
        statements = [statement_of(seal) for seal in db.scalars(select(RecordSeal))]
    assert len(statements) == 3
    assert all("138" not in line and "DG" not in line for line in statements)


def test_half_a_setting_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="SEAL_TSA_ROOTS"):
        make_targets(Settings(seal_tsa_url="https://tsa.test"))  # type: ignore[call-arg]
    odd = tmp_path / "roots.pem"
    odd.write_text("no certificate", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="SEAL_TSA_ROOTS"):
        TimeStampAuthority.of("https://tsa.test", odd)
    monkeypatch.setenv("SEAL_MAIL_TO", "a@b.cn")
    with pytest.raises(SettingsError, match="together"):
        load_settings()
    monkeypatch.delenv("SEAL_MAIL_TO")
    monkeypatch.setenv("SEAL_PHONES", "110")
    with pytest.raises(SettingsError, match="SEAL_PHONES"):
        load_settings()

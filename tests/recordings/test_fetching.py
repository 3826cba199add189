"""Nothing that a citizen recorded is given up early, voided, or removed before it is safe here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.tables import metadata
from app.wiring import Parts
from casework.drafts import Contact, IdempotencyKey, MessageDraft, Recording
from casework.models import Attachment, Case
from casework.operations import take_message
from casework.queries import find_attachment
from casework.vocabulary import AttachmentState, CaseState
from config.settings import load_settings
from core.clock import FixedClock
from core.errors import NotFoundError, ProviderError, ProviderRefusedError, ProviderUnknownError
from core.phones import parse_phone
from hotline.calls import RecordingReport, report_recording
from hotline.fetching import fetch_recordings
from hotline.models import CallRecording
from hotline.recordings import discard_recordings
from outbox.models import OutgoingText, StaffTask
from providers.encrypted_files import StoredFile
from providers.recordings import ListedRecording, Media
from simulator.recordings import spoken_wav
from tests.app.test_settings import COMPLETE

SOUND = spoken_wav(7)
WAV = Media(SOUND, "audio/x-wav")
TRUNCATED = Media(SOUND[:20_000], "audio/x-wav")
DOWN = ProviderUnknownError("The provider answered 500.")
TIMEOUT = ProviderUnknownError("ReadTimeout")
MISSING = NotFoundError("The provider has no such recording.")


@dataclass
class Provider:
    """Answers as it is told: ``media`` and ``found`` are given, or raised."""

    media: Media | Exception = WAV
    found: str | ProviderError | None = "completed"
    deleted: list[str] = field(default_factory=list)
    fetches: int = 0
    is_deleting: bool = True

    def fetch(self, sid: str) -> Media:
        self.fetches += 1
        if sid in self.deleted:
            raise MISSING
        if isinstance(self.media, Exception):
            raise self.media
        return self.media

    def find(self, sid: str) -> ListedRecording | None:
        if isinstance(self.found, ProviderError):
            raise self.found
        return None if self.found is None else ListedRecording(sid, "CA1", 7, self.found)

    def delete(self, sid: str) -> None:
        if not self.is_deleting:
            raise DOWN
        self.deleted.append(sid)


class Bench:
    """The jobs of a scheduler, a provider, and a message that its caller was notified of."""

    def __init__(self, parts: Parts, clock: FixedClock) -> None:
        self.parts, self.clock, self.provider = parts, clock, Provider()
        vars(parts)["recordings"] = self.provider

    def leave(
        self, sid: str = "RE1", *, phone: str | None = "+8613800138000", status: str = "completed"
    ) -> None:
        with self.parts.database.write() as db:
            if status:
                report_recording(db, RecordingReport(sid, "CA1", 7, status), self.clock.now())
            draft = MessageDraft(
                idempotency_key=IdempotencyKey("CA1", sid),
                contact=Contact(
                    phone=parse_phone(phone) if phone else None, channel="voice", is_proved=True
                ),
                recording=Recording(provider_sid=sid, seconds=7),
            )
            take_message(db, self.parts.case_services, draft, self.clock.now())

    def fetch(self) -> dict[str, int]:
        return {k: v for k, v in fetch_recordings(self.parts).items() if v}

    def let_pass(self, span: timedelta) -> None:
        """Time passes, and the job runs each half minute of it, or rarer where it is long."""
        step = max(span / 120, timedelta(seconds=30))
        until = self.clock.now() + span
        while self.clock.now() < until:
            self.clock.advance(step)
            self.fetch()

    def case(self) -> Case:
        with self.parts.database.read() as db:
            return db.scalars(select(Case)).one()

    def attachment(self, sid: str = "RE1") -> Attachment:
        with self.parts.database.read() as db:
            found = find_attachment(db, sid)
        assert found is not None
        return found

    def row(self, sid: str = "RE1") -> CallRecording:
        with self.parts.database.read() as db:
            return db.scalars(select(CallRecording).where(CallRecording.sid == sid)).one()

    def tasks(self) -> list[str]:
        with self.parts.database.read() as db:
            return [task.reason for task in db.scalars(select(StaffTask).order_by(StaffTask.id))]

    def texts(self) -> list[str]:
        with self.parts.database.read() as db:
            return list(db.scalars(select(OutgoingText.words)))

    def stored(self) -> bytes:
        path = self.attachment().storage_path
        assert path is not None
        return self.parts.recording_store.read(path)

    def assert_waiting(self) -> None:
        """Nobody was troubled, nothing was decided, nothing was removed."""
        assert self.attachment().state == AttachmentState.PENDING
        assert self.case().state == CaseState.REGISTERED
        assert (self.tasks(), self.texts(), self.provider.deleted) == ([], [], [])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> Iterator[Bench]:
    settings = {
        **COMPLETE,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite3'}",
        "VAR_DIR": str(tmp_path),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    parts = Parts(load_settings())
    vars(parts)["clock"] = clock
    metadata.create_all(parts.database.engine)
    yield Bench(parts, clock)
    parts.database.dispose()


def test_a_recording_is_kept_and_then_removed_at_the_provider(bench: Bench) -> None:
    bench.leave()
    assert bench.fetch() == {"stored": 1}
    assert bench.stored() == SOUND and bench.provider.deleted == ["RE1"]
    assert bench.row().state == "removed" and bench.tasks() == []


@pytest.mark.parametrize(
    "trouble",
    [MISSING, DOWN, TIMEOUT, ProviderRefusedError("The provider answered 403."), TRUNCATED,
     Media(b"", "audio/x-wav"), Media(b"<html>", "text/html"), Media(SOUND[:10], "audio/x-wav")],
    ids=["404", "500", "timeout", "403", "truncated", "empty", "html", "damaged"],
)  # fmt: skip
@pytest.mark.parametrize("span", [timedelta(seconds=5), timedelta(hours=1), timedelta(hours=23)])
def test_trouble_that_passes_costs_nothing(
    bench: Bench, trouble: Media | Exception, span: timedelta
) -> None:
    bench.leave()
    bench.provider.media = trouble
    assert bench.fetch() == {"failed": 1}
    bench.let_pass(span)
    bench.assert_waiting()
    bench.provider.media = WAV
    bench.let_pass(timedelta(hours=1))
    assert bench.stored() == SOUND and bench.provider.deleted == ["RE1"]
    assert (bench.tasks(), bench.texts()) == ([], [])


def test_attempts_become_rarer(bench: Bench) -> None:
    bench.leave()
    bench.provider.media = MISSING
    bench.let_pass(timedelta(hours=1))
    assert 8 <= bench.provider.fetches <= 14
    bench.let_pass(timedelta(hours=10))
    assert bench.provider.fetches <= 26


@pytest.mark.parametrize("trouble", [MISSING, DOWN, Media(b"", "audio/x-wav")])
def test_what_cannot_be_had_for_a_day_becomes_a_task_and_a_text_and_no_void_case(
    bench: Bench, trouble: Media | Exception
) -> None:
    bench.leave()
    bench.provider.media = trouble
    bench.let_pass(timedelta(hours=23, minutes=30))
    bench.assert_waiting()
    bench.let_pass(timedelta(hours=3))
    case = bench.case()
    assert (case.state, case.is_open) == (CaseState.REGISTERED, True)
    assert bench.tasks() == ["recording_lost"]
    (words,) = bench.texts()
    assert case.number in words and "回电话" in words
    assert bench.attachment().state == AttachmentState.REJECTED and bench.row().state == "lost"
    fetches = bench.provider.fetches
    bench.let_pass(timedelta(hours=10))
    assert bench.provider.fetches == fetches and len(bench.texts()) == 1
    # Whatever the provider may still have is the only copy.
    discard_recordings(bench.parts)
    assert bench.provider.deleted == []


@pytest.mark.parametrize("found", [None, "processing", DOWN], ids=["none", "processing", "500"])
def test_nothing_is_given_up_before_the_provider_has_said_how_it_stands(
    bench: Bench, found: str | ProviderError | None
) -> None:
    bench.leave(status="")
    bench.provider.found = found
    bench.let_pass(timedelta(hours=23))
    bench.assert_waiting()
    assert bench.provider.fetches == 0
    bench.let_pass(timedelta(days=3))
    # People are asked, but the recording is still waited for.
    assert bench.tasks() == ["recording_lost"] and len(bench.texts()) == 1
    assert bench.attachment().state == AttachmentState.PENDING
    bench.provider.found = "completed"
    bench.let_pass(timedelta(hours=2))
    assert bench.stored() == SOUND


def test_an_absent_recording_of_a_known_case_is_asked_about_soon_and_given_up_late(
    bench: Bench,
) -> None:
    bench.leave(status="absent")
    bench.provider.found, bench.provider.media = "absent", MISSING
    bench.let_pass(timedelta(minutes=8))
    bench.assert_waiting()
    bench.let_pass(timedelta(minutes=20))
    assert bench.tasks() == ["recording_lost"] and len(bench.texts()) == 1
    assert bench.attachment().state == AttachmentState.PENDING
    bench.let_pass(timedelta(hours=25))
    assert bench.attachment().state == AttachmentState.REJECTED
    assert bench.case().is_open and len(bench.tasks()) == 1


def test_a_report_of_absence_that_was_wrong_is_overruled_by_the_provider(bench: Bench) -> None:
    bench.leave(status="absent")
    assert bench.fetch() == {"stored": 1}
    assert bench.stored() == SOUND


def test_what_is_left_of_a_truncated_one_is_kept_in_the_end(bench: Bench) -> None:
    bench.leave()
    bench.provider.media = TRUNCATED
    bench.let_pass(timedelta(hours=26))
    assert bench.stored() == TRUNCATED.content
    assert bench.tasks() == ["recording_lost"] and bench.case().is_open


def test_one_that_is_shorter_than_reported_is_fetched_again_before_it_is_believed(
    bench: Bench,
) -> None:
    bench.leave()
    bench.provider.media = Media(spoken_wav(2), "audio/x-wav")
    assert bench.fetch() == {"failed": 1}
    bench.provider.media = WAV
    bench.let_pass(timedelta(minutes=1))
    assert bench.stored() == SOUND


@pytest.mark.parametrize("seconds", [0.2, 7])
def test_a_recording_without_sound_is_kept_and_asked_about(bench: Bench, seconds: float) -> None:
    bench.leave()
    bench.provider.media = Media(spoken_wav(seconds, silent=True), "audio/x-wav")
    bench.let_pass(timedelta(minutes=5))
    assert bench.attachment().state == AttachmentState.STORED
    assert bench.tasks() == ["recording_silent"] and len(bench.texts()) == 1
    assert bench.case().is_open


@pytest.mark.parametrize("phone", [None, "+8676922800000"])
def test_who_can_have_no_text_is_a_task_all_the_same(bench: Bench, phone: str | None) -> None:
    bench.leave(phone=phone)
    bench.provider.media = MISSING
    bench.let_pass(timedelta(hours=26))
    assert bench.tasks() == ["recording_lost"] and bench.texts() == []


def test_a_disk_that_does_not_keep_it_leaves_the_providers_copy(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.leave()
    store = bench.parts.recording_store
    write = store.write

    def write_badly(sid: str, content: bytes) -> StoredFile:
        stored = write(sid, content)
        for path in (bench.parts.settings.var_dir / "recordings").iterdir():
            path.write_bytes(path.read_bytes()[:-5])
        return stored

    monkeypatch.setattr(store, "write", write_badly)
    assert bench.fetch() == {"failed": 1}
    bench.assert_waiting()
    bench.let_pass(timedelta(hours=30))
    # It is there, only not here: staff are asked, and nothing is given up.
    assert bench.tasks() == ["recording_lost"]
    assert bench.attachment().state == AttachmentState.PENDING and bench.provider.deleted == []
    monkeypatch.undo()
    bench.let_pass(timedelta(hours=2))
    assert bench.stored() == SOUND and bench.provider.deleted == ["RE1"]


def test_a_removal_that_fails_is_left_to_the_job_of_discarding(bench: Bench) -> None:
    bench.leave()
    bench.provider.is_deleting = False
    assert bench.fetch() == {"stored": 1}
    bench.provider.is_deleting = True
    with bench.parts.database.write() as db:
        db.scalars(select(CallRecording)).one().state = "claimed"
    discard_recordings(bench.parts)
    assert bench.provider.deleted == ["RE1"] and bench.row().state == "removed"


def test_a_provider_that_is_down_is_not_asked_for_every_recording(bench: Bench) -> None:
    for number in range(10):
        bench.leave(f"RE{number}")
    bench.provider.media = TIMEOUT
    assert bench.fetch() == {"failed": 3}
    bench.provider.media = WAV
    bench.clock.advance(timedelta(minutes=1))
    assert bench.fetch() == {"stored": 10}

"""No recording is lost, doubled or spoilt when a process is killed, whatever it was doing.

Real processes, each killed with SIGKILL before one step of its work; a call and the jobs are gone
through with every step in turn.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.models import Attachment, Case
from casework.vocabulary import AttachmentState, CaseState
from core.database import Database
from core.encryption import Vault
from providers.recordings import ListedRecording, RecordingStore, TwilioRecordings
from providers.twilio_client import make_client
from simulator.application import SimulatorServer
from simulator.driver import DriverError, PhoneCaller, SimulatorClient
from simulator.recordings import spoken_wav
from simulator.settings import SimulatorSettings
from tests.end_to_end.service import free_port

ROOT = Path(__file__).parents[2]
TEST_KEY = "a key that is only for tests, 32+ characters"
ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "a-token-for-tests"
NEVER = -1
MAX_STEPS = 120
MINUTES_BETWEEN = 17


@dataclass
class KilledService:
    """A service whose processes are killed, the stand-in, and what citizens recorded there."""

    simulator: SimulatorServer
    workers: subprocess.Popen[str]
    database: Database
    store: RecordingStore
    offset_file: Path
    left: dict[str, bytes] = field(default_factory=dict)
    discarded: list[bytes] = field(default_factory=list)
    minutes: int = 0

    def order(self, words: str) -> str:
        """Give an order to tests.recordings.killed; its answer."""
        assert self.workers.stdin is not None and self.workers.stdout is not None
        self.workers.stdin.write(words + "\n")
        self.workers.stdin.flush()
        answer = self.workers.stdout.readline().strip()
        assert answer not in {"", "failed", "did not start"}, words
        return answer

    def caller(self) -> PhoneCaller:
        """A citizen with a number of their own."""
        return PhoneCaller(self.simulator.url, f"+86138{len(self.left) + 10_000_000:08d}")

    def record(self, caller: PhoneCaller, *, is_stored: bool = True) -> None:
        """Leave a message whose sound is like no other."""
        if caller.waiting_for != "record":
            return
        wav = spoken_wav(2 + (len(self.left) + len(self.discarded)) / 200)
        if is_stored:
            self.left[caller.phone] = wav
        else:
            self.discarded.append(wav)
        caller.record(wav=wav)

    def settle(self) -> None:
        assert SimulatorClient(self.simulator.url).settle(10)

    def let_time_pass(self) -> None:
        """So long that calls without a sign of life are over, and their recordings are claimed."""
        self.minutes += MINUTES_BETWEEN
        self.offset_file.write_text(str(self.minutes * 60), encoding="ascii")

    def finish(self) -> None:
        """Let the jobs run as often as it takes until nothing is left to do."""
        for _ in range(3):
            self.let_time_pass()
            assert self.order(f"jobs {NEVER}") == "done"

    def assert_nothing_lost(self) -> None:
        """Each message is one case with its own sound; the provider holds nothing any more."""
        stored = {hashlib.sha256(wav).hexdigest(): phone for phone, wav in self.left.items()}
        with self.database.read() as db:
            rows = db.execute(select(Attachment, Case).join(Attachment.case)).all()
            cases = db.scalar(select(func.count()).select_from(Case))
        found = Counter((attachment.sha256, case.phone) for attachment, case in rows)
        assert found == Counter(stored.items())
        assert cases == len(stored)
        for attachment, case in rows:
            assert attachment.state == AttachmentState.STORED
            assert case.state == CaseState.REGISTERED
            content = self.store.read(attachment.storage_path or "")
            assert content == self.left[case.phone or ""]
        assert self.at_provider() == []

    def at_provider(self) -> list[ListedRecording]:
        """What the provider still holds."""
        client = make_client(ACCOUNT, TOKEN, self.simulator.url)
        provider = TwilioRecordings(client, ACCOUNT, TOKEN, self.simulator.url)
        return provider.list_since(date(2026, 1, 1))


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[KilledService]:
    assert database.vault.keyed_hash("x") == Vault(TEST_KEY).keyed_hash("x")
    port, offset_file = free_port(), tmp_path / "offset"
    settings = SimulatorSettings(
        port=0,
        service_url=f"http://127.0.0.1:{port}",
        public_base_url="https://hotline.example",
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number="+867691233300",
        directory=tmp_path / "simulator",
        clock_offset_file=offset_file,
        status_delay_seconds=0,
    )
    with SimulatorServer(settings) as server:
        environment = os.environ | {
            "HOTLINE_ENV": "test",
            "PUBLIC_BASE_URL": settings.public_base_url,
            "SECRET_KEY": "s" * 32,
            "DATA_KEY": TEST_KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE": server.url,
            "TWILIO_FROM": settings.from_number,
            "DATABASE_URL": database.url,
            "REDIS_URL": "redis://127.0.0.1:9",
            "VAR_DIR": str(tmp_path / "var"),
            "CLOCK_OFFSET_FILE": str(offset_file),
        }
        workers = subprocess.Popen(
            [sys.executable, "-m", "tests.recordings.killed", str(tmp_path / "note"), str(port)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        store = RecordingStore(tmp_path / "var" / "recordings", database.vault)
        try:
            yield KilledService(server, workers, database, store, offset_file)
        finally:
            assert workers.stdin is not None and workers.stdout is not None
            workers.stdin.close()
            workers.stdout.close()
            workers.wait(timeout=20)


def test_messages_survive_a_web_process_killed_at_every_step_of_a_call(
    service: KilledService,
) -> None:
    died: list[str] = []
    # The report of a recording comes beside the call: its steps have no number of their own.
    reports = ["the webhook /voice/recording", "the answer to /voice/recording"]
    for step in (*reports, *range(MAX_STEPS)):
        assert service.order(f"web {step}") == "ready"
        caller = service.caller()
        try:
            caller.call()
            caller.press("9")
            service.record(caller)
            caller.press("1")
            caller.hang_up()
        except DriverError:
            # The call broke off where the process died.
            pass
        service.settle()
        died.append(service.order("stop"))
        if died[-1] == "alive":
            break
    assert died[-1] == "alive" and len(died) >= 20
    reached = {
        "the webhook /voice/turn", "the answer to /voice/turn", "the webhook /voice/recording",
        "the answer to /voice/recording", "the webhook /voice/status", "a commit",
        "going on after a commit",
    }  # fmt: skip
    assert reached <= set(died)
    service.finish()
    service.assert_nothing_lost()


def leave_again(service: KilledService) -> None:
    """A message recorded anew and kept."""
    caller = service.caller()
    caller.call()
    caller.press("9")
    service.record(caller, is_stored=False)
    caller.press("2")
    service.record(caller)
    caller.press("1")
    caller.hang_up()


def leave_and_hang_up(service: KilledService) -> None:
    """A message whose caller hung up without a word more."""
    caller = service.caller()
    caller.call()
    caller.press("9")
    service.record(caller)
    caller.hang_up()


def leave_untold(service: KilledService) -> None:
    """A message of which no webhook told us."""
    caller = service.caller()
    caller.call()
    caller.press("9")
    client = SimulatorClient(service.simulator.url)
    client.switch_on_fault("webhooks-badly-signed", phone=caller.phone)
    service.record(caller)
    service.settle()
    client.switch_off_faults()


@pytest.mark.parametrize("leave", [leave_again, leave_and_hang_up, leave_untold])
def test_a_message_survives_a_scheduler_killed_at_every_step_of_its_jobs(
    service: KilledService, leave: Callable[[KilledService], None]
) -> None:
    assert service.order(f"web {NEVER}") == "ready"
    died: list[str] = []
    for step in range(MAX_STEPS):
        leave(service)
        service.let_time_pass()
        died.append(service.order(f"jobs {step}"))
        # Whoever leads next finds what the dead one left.
        assert service.order(f"jobs {NEVER}") == "done"
        if died[-1] == "done":
            break
    assert died[-1] == "done"
    reached = {
        "a request: GET", "reading the answer: GET", "naming a file",
        "going on after naming a file", "a commit", "going on after a commit",
        "a request: DELETE", "reading the answer: DELETE",
    }  # fmt: skip
    assert reached <= set(died)
    service.finish()
    service.assert_nothing_lost()
    assert service.order("stop") == "alive"

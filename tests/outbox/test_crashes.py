"""A sender that is killed again and again, at every step, loses no text and sends none twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from core.clock import SystemClock
from core.database import Database
from core.encryption import Vault
from outbox.models import OutgoingText
from outbox.operations import TextOrder, enqueue_text
from simulator.application import SimulatorServer
from simulator.settings import SimulatorSettings
from tests.outbox.killed_sender import TEST_KEY

ACCOUNT, TOKEN, HOTLINE = "AC" + "0" * 31 + "1", "a-token-for-tests", "+867691233300"
TEXTS, NUMBERS = 200, 25
EVERY_STEP = {
    "before a claim is committed",
    "after a claim was committed",
    "before POST",
    "POST answered",
    "answer to POST read",
    "before an answer is committed",
    "after an answer was committed",
    "before GET",
    "GET answered",
    "answer to GET read",
}


def queue_texts(database: Database) -> list[tuple[str, str]]:
    """Several texts to each number; each third has the same words as one before."""
    wanted = []
    with database.write() as db:
        for number in range(TEXTS):
            phone = f"+86138001380{number % NUMBERS:02}"
            words = "您的短信已收到。" if number // NUMBERS % 3 == 0 else f"答复{number}"
            key = database.vault.keyed_hash(phone)
            order = TextOrder(phone, key, words, "case_answer", "zh", f"text-{number}")
            assert enqueue_text(db, order, SystemClock().now()) is not None
            wanted.append((phone, words))
    return wanted


def test_two_hundred_texts_survive_senders_killed_at_every_step(
    database: Database, tmp_path: Path
) -> None:
    assert database.vault.keyed_hash("x") == Vault(TEST_KEY).keyed_hash("x")
    wanted = queue_texts(database)
    settings = SimulatorSettings(
        port=0,
        service_url="http://127.0.0.1:9",
        public_base_url="https://hotline.example",
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number=HOTLINE,
        directory=tmp_path / "simulator",
        clock_offset_file=tmp_path / "offset",
        status_delay_seconds=0,
    )
    with SimulatorServer(settings) as server:
        server.simulator.faults.switch_on("statuses-lost")
        arguments = [database.url, server.url, str(tmp_path / "offset"), ACCOUNT, TOKEN, HOTLINE]
        run = subprocess.run(
            [sys.executable, "-m", "tests.outbox.killed_sender", *arguments, "12333"],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        arrived = server.simulator.texting.list_messages()
    assert run.returncode == 0, run.stdout[-500:] + run.stderr[-2000:]
    killed = json.loads(run.stdout.splitlines()[-1])
    assert set(killed) >= EVERY_STEP, killed
    assert sum(killed.values()) - killed["never"] >= 40
    assert Counter((one["to"], one["body"]) for one in arrived) == Counter(wanted)
    with database.read() as db:
        rows = list(db.scalars(select(OutgoingText)))
        assert {row.state for row in rows} <= {"accepted", "sent", "delivered"}
        assert {row.provider_sid for row in rows} == {one["sid"] for one in arrived}
    for phone in {phone for phone, _ in wanted}:
        in_order = [words for number, words in wanted if number == phone]
        assert [one["body"] for one in arrived if one["to"] == phone] == in_order

"""Sends what is in an outbox with processes that are killed in the middle, one after the other.

python -m tests.outbox.killed_sender DATABASE_URL SIMULATOR_URL OFFSET_FILE ACCOUNT TOKEN FROM SEED

Each process is killed (SIGKILL) before a randomly chosen step of sending: a commit, the request,
the reading of its answer, and the next commit. Between two processes the clock moves on, so that
leases end. Prints as JSON how many processes were killed at which step before everything was sent.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import AdvancedClock
from core.database import Database
from core.encryption import Vault
from outbox.claims import SendingPolicy
from outbox.models import OutgoingText
from outbox.sending import send_due_texts
from outbox.states import PENDING
from providers.texts import AcceptedText, TextToSend
from providers.twilio_client import BaseAddressClient, make_client
from providers.twilio_texts import TwilioTexts

TEST_KEY = "a key that is only for tests, 32+ characters"
MAX_PROCESSES = 1500
SECONDS_BETWEEN = 45
LOOKUP_STEPS = ("before GET", "GET answered", "answer to GET read")


class Countdown:
    """Kills this process when it has taken so many steps, or reaches the step ``target``, and
    leaves behind where it was."""

    def __init__(self, steps: int, target: str, note: Path) -> None:
        self._left = steps
        self._target = target
        self._note = note
        self.last = ""

    def step(self, name: str) -> None:
        if self._left == 0 or name == self._target:
            self._note.write_text(name, encoding="ascii")
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        self.last = name


class FragileDatabase(Database):
    """A database whose process may die before and after each commit."""

    countdown: Countdown

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as db:
            yield db
            is_answer = self.countdown.last.endswith("read")
            doing = "an answer" if is_answer else "a claim"
            self.countdown.step(f"before {doing} is committed")
        self.countdown.step(f"after {doing} was committed")


class FragileHttp(BaseAddressClient):
    """An HTTP client whose process may die before a request and before its answer is read."""

    countdown: Countdown

    def request(self, *args: Any, **more: Any) -> Any:
        method = str(args[0])
        self.countdown.step(f"before {method}")
        answer = super().request(*args, **more)
        self.countdown.step(f"{method} answered")
        return answer


class FragileTexts(TwilioTexts):
    """A provider whose process may die between the answer and what is made of it."""

    def send(self, text: TextToSend) -> AcceptedText:
        accepted = super().send(text)
        self.client.http_client.countdown.step("answer to POST read")
        return accepted

    def find_sent(
        self, text: TextToSend, since: datetime, known_sids: frozenset[str]
    ) -> AcceptedText | None:
        found = super().find_sent(text, since, known_sids)
        self.client.http_client.countdown.step("answer to GET read")
        return found


def main(arguments: list[str]) -> int:
    """Send everything; exit status 0 when nothing is left to send."""
    database_url, simulator_url, offset_file, account, token, sender, seed = arguments
    chance = random.Random(int(seed))
    killed: Counter[str] = Counter()
    note = Path(f"{offset_file}-killed-at")
    for number in range(MAX_PROCESSES):
        Path(offset_file).write_text(str(number * SECONDS_BETWEEN), encoding="ascii")
        child = os.fork()
        if child == 0:
            # Texts are looked up far less often than sent: every third process waits for that.
            target = LOOKUP_STEPS[number // 3 % len(LOOKUP_STEPS)] if number % 3 == 2 else ""
            countdown = Countdown(chance.randrange(40), target, note)
            _send(
                database_url, simulator_url, Path(offset_file), (account, token, sender), countdown
            )
            os._exit(0)
        chance.randrange(40)
        _, status = os.waitpid(child, 0)
        killed[note.read_text(encoding="ascii") if os.WIFSIGNALED(status) else "never"] += 1
        if os.WIFEXITED(status) and _count_pending(database_url) == 0:
            print(json.dumps(killed))
            return 0
    return 1


def _send(
    database_url: str,
    simulator_url: str,
    offset_file: Path,
    account: tuple[str, str, str],
    countdown: Countdown,
) -> None:
    database = FragileDatabase(database_url, Vault(TEST_KEY))
    database.countdown = countdown
    client = make_client(account[0], account[1], simulator_url)
    client.http_client = FragileHttp(simulator_url)
    client.http_client.countdown = countdown
    provider = FragileTexts(client, account[2], "https://hotline.example/sms/status")
    policy = SendingPolicy(texts_per_second=10_000, workers=1)
    send_due_texts(database, [provider], AdvancedClock(offset_file), policy)


def _count_pending(database_url: str) -> int:
    database = Database(database_url, Vault(TEST_KEY))
    pending = select(func.count()).select_from(OutgoingText)
    with database.read() as db:
        count = db.scalar(pending.where(OutgoingText.state.in_(PENDING))) or 0
    database.dispose()
    return count


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How the text channel bears a flood: signed webhooks at a steady rate, every one answered.

    python -m benchmarks.inbound_texts [--rate 100] [--seconds 60] [--workers 2]
    DATABASE_URL=postgresql+psycopg://... python -m benchmarks.inbound_texts

Serves the real text channel (dialogue, content, engine, outbox) with gunicorn over SQLite in a
temporary folder, or over the empty database of DATABASE_URL, and posts a text from another number
at each beat. Fails when one is lost or answered by an error, or when the 99th percentile of the
answers is over 500 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import local

import requests
import structlog
from flask import Flask
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from app.tables import metadata
from app.training import training_topics
from casework.desk import CaseDesk
from config.office_hours import load_office_hours
from config.offices import load_offices
from core.clock import SystemClock
from core.database import Database
from core.sealing import Vault
from core.state_store import EmbeddedValkey, StateStore
from core.working_calendar import WorkingCalendar
from dialogue.services import Facilities
from knowledge_base.loader import load_content
from knowledge_base.published import KnowledgeBase
from nlu.embedded.storage import open_engine
from outbox.models import OutgoingText
from providers.signatures import SignatureCheck
from sms.blueprint import make_blueprint
from sms.models import InboundText
from sms.turns import TextServices

TOKEN, PUBLIC = "a-token-for-the-benchmark", "https://hotline.example"
KEY = "a key that is only for the benchmark, 32+"
LIMIT_MS = 500
THREADS = 48
QUESTIONS = (
    "试用期最长多久", "老板拖欠工资三个月怎么办", "加班费怎么算", "公司冇签合同点算",
    "How is overtime paid?", "产假有多少天", "你好", "工伤认定要什么材料",
)  # fmt: skip
_kept = local()


def make_app() -> Flask:
    """The text channel over BENCHMARK_DATABASE and BENCHMARK_STATE (for gunicorn)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    database = Database(os.environ["BENCHMARK_DATABASE"], Vault(KEY))
    content = load_content()
    facilities = Facilities(
        nlu=open_engine(training_topics(content), Path("var/nlu"), SystemClock()),
        knowledge=KnowledgeBase(lambda: content),
        desk=CaseDesk(database.vault, WorkingCalendar.from_config(), load_offices()),
        office_hours=load_office_hours(),
        list_agents=lambda _db: (),
    )
    services = TextServices(
        database=database,
        facilities=facilities,
        state=StateStore(os.environ["BENCHMARK_STATE"]),
        clock=SystemClock(),
        take_rating_reply=_no_rating,
    )
    app = Flask("inbound_texts")
    app.register_blueprint(make_blueprint(services, SignatureCheck(PUBLIC, (TOKEN,))))
    return app


def _no_rating(_db: object, _phone_key: str, _words: str, _now: datetime) -> str | None:
    return None


def main() -> int:
    """Run the benchmark; exit status 0 when every text was answered in time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/benchmark.sqlite3"
        database = Database(url, Vault(KEY))
        metadata.create_all(database.engine)
        valkey = EmbeddedValkey(Path(folder) / "state")
        valkey.start()
        try:
            return _measure(database, valkey.url, Path(folder) / "web.log", options)
        finally:
            valkey.stop()
            if "DATABASE_URL" in os.environ:
                metadata.drop_all(database.engine)
            database.dispose()


def _measure(
    database: Database, state_url: str, log_file: Path, options: argparse.Namespace
) -> int:
    environment = {
        **os.environ,
        "BENCHMARK_DATABASE": database.url,
        "BENCHMARK_STATE": state_url,
    }
    arguments = ["-w", str(options.workers), "--threads", "8", "-b", "127.0.0.1:0", "--preload"]
    with log_file.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments, "benchmarks.inbound_texts:make_app()"],
            env=environment,
            stderr=log,
        )
    try:
        base = _wait_for(log_file, server)
        milliseconds, errors = _post_all(base, options.rate, options.seconds)
    finally:
        server.terminate()
        server.wait(30)
    wanted = options.rate * options.seconds
    with database.read() as db:
        stored = db.scalar(select(func.count()).select_from(InboundText)) or 0
        answers = db.scalar(select(func.count()).select_from(OutgoingText)) or 0
    p50, p99 = (milliseconds[int(len(milliseconds) * share)] for share in (0.5, 0.99))
    print(f"{database.engine.dialect.name}: {wanted} texts at {options.rate} a second")
    print(f"  stored {stored}, answers queued {answers}, errors {errors}")
    print(
        f"  answered in {p50:.0f} ms (50 %), {p99:.0f} ms (99 %), {milliseconds[-1]:.0f} ms (all)"
    )
    is_good = stored == wanted and not errors and p99 < LIMIT_MS
    print("  good" if is_good else f"  NOT good: 99 % must be under {LIMIT_MS} ms, none lost")
    return 0 if is_good else 1


def _wait_for(log: Path, server: subprocess.Popen[bytes]) -> str:
    """The address at which gunicorn says that it listens, once it serves."""
    while server.poll() is None:
        for line in log.read_text().splitlines():
            if "Listening at: " in line:
                return line.split("Listening at: ")[1].split()[0]
        time.sleep(0.1)
    raise SystemExit(f"gunicorn did not start:\n{log.read_text()}")


def _post_all(base: str, rate: int, seconds: int) -> tuple[list[float], int]:
    """Post at a steady rate; each answer's milliseconds from its beat on, sorted, and errors."""
    chance = random.Random(12333)
    validator = RequestValidator(TOKEN)
    began = time.perf_counter() + 0.5

    def post(number: int, words: str) -> tuple[float, bool]:
        form = {
            "MessageSid": f"SM{number:032x}",
            "From": f"+86138{number:08d}",
            "To": "12333",
            "Body": words,
            "NumMedia": "0",
        }
        signature = validator.compute_signature(f"{PUBLIC}/sms/incoming", form)
        session = getattr(_kept, "session", None)
        if session is None:
            session = _kept.session = requests.Session()
            session.trust_env = False
        beat = began + number / rate
        time.sleep(max(0.0, beat - time.perf_counter()))
        headers = {"X-Twilio-Signature": signature}
        response = session.post(f"{base}/sms/incoming", data=form, headers=headers, timeout=60)
        return (time.perf_counter() - beat) * 1000, response.status_code == 200

    with ThreadPoolExecutor(THREADS) as pool:
        posted = [
            pool.submit(post, number, chance.choice(QUESTIONS)) for number in range(rate * seconds)
        ]
        results = [one.result() for one in posted]
    return sorted(took for took, _ in results), sum(not is_right for _, is_right in results)


if __name__ == "__main__":
    sys.exit(main())

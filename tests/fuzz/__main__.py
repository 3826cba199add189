"""The fuzzer for as long as wanted, on both databases:

    python -m tests.fuzz --seconds 600
    python -m tests.fuzz --seconds 600 --database postgresql --only console

Each round throws new values (the seeds are 0, 1, 2 ...) at one target after the other. Prints for
each database how many values each target took; a fault ends with what led to it and exit status 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from app.training import training_topics
from core.clock import FixedClock
from core.embedded_valkey import EmbeddedValkey
from knowledge_base.loader import load_content
from nlu.embedded.storage import open_engine
from tests.conftest import MORNING
from tests.fuzz.conftest import make_database
from tests.fuzz.service import Service, fuzzed_service
from tests.fuzz.targets import TARGETS
from tests.postgres_server import PostgresServer, find_binaries

ROUND = 50


def main() -> int:
    """Run; exit status 0 when nothing had a fault."""
    parser = argparse.ArgumentParser(description="Throw odd values at a whole service")
    parser.add_argument("--seconds", type=int, default=600, help="for each database")
    parser.add_argument("--database", choices=("both", "sqlite", "postgresql"), default="both")
    parser.add_argument("--only", default="", help="names of targets, by commas")
    options = parser.parse_args()
    names = [n for n in TARGETS if not options.only or n in options.only.split(",")]
    wanted = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    found = [run(database, names, options.seconds) for database in wanted]
    return 1 if any(found) else 0


def run(database: str, names: list[str], seconds: int) -> int:
    """Faults of a service on one kind of database within some seconds."""
    with tempfile.TemporaryDirectory(prefix="hotline-fuzz-") as folder, ExitStack() as stack:
        url = f"sqlite:///{folder}/fuzz.sqlite3"
        if database == "postgresql":
            binaries = find_binaries()
            if binaries is None:
                raise SystemExit("PostgreSQL is not installed on this machine.")
            server = PostgresServer(binaries)
            server.start()
            stack.callback(server.stop)
            url = make_database(server)
        state = EmbeddedValkey(Path(folder) / "state")
        state.start()
        stack.callback(state.stop)
        topics, cache = training_topics(load_content()), Path("var") / "nlu"
        clock = FixedClock(MORNING)
        engine = open_engine(topics, cache, clock)
        made = fuzzed_service(Path(folder), url, state.url, clock, engine)
        return _throw(stack.enter_context(made), database, names, seconds)


def _throw(service: Service, database: str, names: list[str], seconds: int) -> int:
    thrown: Counter[str] = Counter()
    faults = number = 0
    until = time.monotonic() + seconds
    failed: set[str] = set()
    while time.monotonic() < until and len(failed) < len(names):
        for name in names:
            if name in failed or time.monotonic() >= until:
                continue
            try:
                _round(service, name, number, thrown)
            except Exception:
                faults += 1
                failed.add(name)
                traceback.print_exc(limit=-3)
                print(f"FAULT in {name} with seed {number} on {database}", flush=True)
        number += 1
    counts = ", ".join(f"{name} {thrown[name]}" for name in names)
    print(f"{database}: {sum(thrown.values())} values ({counts}), {faults} faults", flush=True)
    return faults


def _round(service: Service, name: str, number: int, thrown: Counter[str]) -> None:
    target = TARGETS[name]

    @seed(number)
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.values)
    def throw(value: object) -> None:
        thrown[name] += 1
        target.check(service, value)

    throw()


if __name__ == "__main__":
    sys.exit(main())

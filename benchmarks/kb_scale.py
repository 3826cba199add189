"""How the knowledge base bears 20,000 entries: loading, publishing, serving, answering.

    .venv/bin/python benchmarks/kb_scale.py [ENTRIES]

Entries are copies of the real ones under other names. Training a recogniser on so many topics is
not part of this: it belongs to the recogniser's own benchmark.

Noted on 2026-11-23 (2 shared cores, seconds of processor time, 20,000 entries): read 10, first
content of a process 25 (1.1 GB), content after one more publication 0.8, after new figures 2.9,
20,000 answers 2.4, 200 questions grouped 23 (2.7 GB).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from app.tables import metadata  # noqa: E402
from core.clock import SystemClock, local_date  # noqa: E402
from core.database import Database  # noqa: E402
from core.encryption import Vault  # noqa: E402
from knowledge_base.assembly import FIGURES_TOPIC  # noqa: E402
from knowledge_base.checks import check_content  # noqa: E402
from knowledge_base.editing import publish_text  # noqa: E402
from knowledge_base.editing_services import read_exactly, text_hash  # noqa: E402
from knowledge_base.entry import Entry  # noqa: E402
from knowledge_base.likeness import group_questions  # noqa: E402
from knowledge_base.loader import (  # noqa: E402
    CONTENT_FOLDER,
    Content,
    entry_files,
    load_content,
    parse_entry,
)
from knowledge_base.models import EntryVersion, VersionState  # noqa: E402
from knowledge_base.published import KnowledgeBase  # noqa: E402
from knowledge_base.source import ContentSource  # noqa: E402
from knowledge_base.statute_numbers import load_number_index  # noqa: E402

ANSWERS = 20_000
CHECKED = PUBLISHED = 1_000


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Print how long something took and how much memory the process has used at most."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:52} {seconds:8.2f} s  {cpu:8.2f} s cpu  peak {peak:6.0f} MB", flush=True)


def synthetic_texts(count: int) -> dict[str, str]:
    """File texts of so many entries: the real ones again and again, under names of their own."""
    real = [(path.stem, read_exactly(path)) for path in entry_files()]
    texts: dict[str, str] = {}
    for number in range(count):
        stem, text = real[number % len(real)]
        topic = f"{stem[:56]}-{number}"
        texts[topic] = text.replace(f"topic: {stem}\n", f"topic: {topic}\n", 1)
    return texts


def main(count: int) -> None:
    """Measure everything once."""
    clock = SystemClock()
    now, today = clock.now(), local_date(clock.now())
    base = load_content()
    texts = synthetic_texts(count)
    print(f"{count} entries, {sum(map(len, texts.values())) / 1e6:.0f} million characters")
    with measured("read from file texts"):
        entries = {topic: parse_entry(text, topic) for topic, text in texts.items()}
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/kb.sqlite3", Vault("b" * 32))
        metadata.create_all(database.engine)
        persons = {"author": "a", "reviewer": "b", "reason": "benchmark", "now": now}
        few = dict(list(texts.items())[:PUBLISHED])
        with measured(f"publish {len(few)} of them, one by one"), database.write() as db:
            for topic, text in few.items():
                publish_text(db, topic, text, **persons)  # type: ignore[arg-type]
        with database.write() as db:
            rest = [entry for topic, entry in entries.items() if topic not in few]
            db.execute(insert(EntryVersion), [row_of(e, texts[e.topic], now) for e in rest])
        source: ContentSource[int, int] = ContentSource(
            Content({}, base.figures, base.statutes), database, clock, len_of, int
        )
        with measured("first content of a process"):
            source.refresh()
        topic, text = next(iter(texts.items()))
        with database.write() as db:
            publish_text(db, topic, text + "\n", **persons)  # type: ignore[arg-type]
        with measured("content after one more publication"):
            source.refresh()
        with measured("one look whether anything changed"):
            source.refresh()
        figures = read_exactly(CONTENT_FOLDER / FIGURES_TOPIC)
        with database.write() as db:
            publish_text(db, FIGURES_TOPIC, figures, **persons)  # type: ignore[arg-type]
        with measured("content after new figures"):
            source.refresh()
        knowledge = KnowledgeBase(source.current)
        topics = list(entries)
        with measured(f"{ANSWERS} answers by text"):
            for number in range(ANSWERS):
                answer = knowledge.find_answer(topics[number % count], "text", "zh", today)
                assert answer is not None
        database.dispose()
    with measured("group 200 questions against all samples"):
        group_questions(
            [f"第{n}个人问加班费怎么算" for n in range(200)],
            {topic: entry.all_samples() for topic, entry in entries.items()},
        )
    some = Content(dict(list(entries.items())[:CHECKED]), base.figures, base.statutes)
    with measured(f"check {len(some.entries)} of them (kb check)"):
        problems = check_content(some, load_number_index(), today)
    print(f"{len(problems)} problems found: copies have the same samples and unknown neighbours")


def row_of(entry: Entry, text: str, now: datetime) -> dict[str, object]:
    """A published version as a row, to fill the table in one go."""
    return {
        "topic": entry.topic,
        "number": 1,
        "state": VersionState.PUBLISHED,
        "content": text,
        "content_hash": text_hash(text),
        "entry_version": entry.version,
        "author": "a",
        "reviewer": "b",
        "reason": "benchmark",
        "effective_from": entry.effective_from,
        "created_at": now,
        "published_at": now,
    }


def len_of(content: Content) -> int:
    """What the benchmark's index learns from: nothing but the size."""
    return len(content.entries)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)

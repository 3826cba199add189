"""What a process serves while others publish."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from core.clock import FixedClock
from core.database import Database
from knowledge_base.editing import publish_text, retire_topic
from knowledge_base.editing_services import EditingServices
from knowledge_base.models import ContentStamp, EntryVersion
from knowledge_base.published import KnowledgeBase
from knowledge_base.source import ContentSource
from tests.knowledge_base.conftest import TODAY, ContentFolder

TOPIC = "probation-period-length"
FILE = f"labour-contract/{TOPIC}"


class Newsroom:
    """A database in which versions are published, and sources that serve them."""

    def __init__(self, folder: ContentFolder, database: Database, clock: FixedClock) -> None:
        self.folder, self.database, self.clock = folder, database, clock
        self.services = EditingServices(folder.path)
        self.sources: list[ContentSource] = []

    def source(self) -> ContentSource:
        source = ContentSource(self.services.base, self.database, self.clock)
        self.sources.append(source)
        return source

    def publish(self, text: str, topic: str = TOPIC) -> None:
        with self.database.write() as db:
            publish_text(
                db, topic, text, author="lin", reviewer="mei", reason="r", now=self.clock.now()
            )

    def spoil(self, text: str) -> None:
        """Make the published text what no operation would have let through."""
        with self.database.write() as db:
            db.execute(update(EntryVersion).values(content=text, content_hash="spoilt"))
            db.execute(update(ContentStamp).values(value=ContentStamp.value + 1))


@pytest.fixture
def newsroom(folder: ContentFolder, database: Database, clock: FixedClock) -> Iterator[Newsroom]:
    room = Newsroom(folder, database, clock)
    yield room
    for source in room.sources:
        source.stop()


def notified(source: ContentSource, on: date = TODAY) -> str:
    answer = KnowledgeBase(source.current).find_answer(TOPIC, "text", "zh", on)
    return answer.text if answer else ""


def test_without_publications_the_files_are_served(newsroom: Newsroom) -> None:
    source = newsroom.source()
    assert source.current().entries == newsroom.services.base.entries
    assert not source.refresh()


def test_a_publication_overrides_its_topic_and_no_other(newsroom: Newsroom) -> None:
    source = newsroom.source()
    before = source.current()
    newsroom.publish(newsroom.folder.read(FILE).replace("试用期上限", "试用期的上限"))
    assert source.refresh()
    assert notified(source).startswith("试用期的上限")
    other = "minimum-wage-dongguan"
    assert source.current().entries[other] is before.entries[other]
    assert not before.entries[TOPIC].text["zh"].startswith("试用期的上限")


def test_a_retired_topic_is_answered_no_more(newsroom: Newsroom) -> None:
    source = newsroom.source()
    assert notified(source)
    with newsroom.database.write() as db:
        retire_topic(
            db, newsroom.services, TOPIC, by="mei", reason="wrong", now=newsroom.clock.now()
        )
    source.refresh()
    assert notified(source) == ""


def test_published_figures_are_told_at_once(newsroom: Newsroom) -> None:
    source = newsroom.source()
    source.current()
    figures = (newsroom.folder.path / "figures.yaml").read_text(encoding="utf-8")
    newsroom.publish(figures.replace("value: 2080,", "value: 2180,"), "figures.yaml")
    source.refresh()
    assert source.current().figures.written("minimum_wage_monthly", TODAY) == "2180"


def test_a_scheduled_version_begins_with_its_local_day(newsroom: Newsroom) -> None:
    source = newsroom.source()
    text = newsroom.folder.read(FILE).replace("试用期上限", "试用期的上限")
    newsroom.publish(text.replace("effective_from: 2026-07-01", "effective_from: 2026-11-24"))
    assert notified(source).startswith("试用期上限")
    newsroom.clock.advance(timedelta(hours=13, minutes=59))
    assert not source.refresh()
    newsroom.clock.advance(timedelta(minutes=2))
    assert source.refresh()
    assert notified(source, date(2026, 11, 24)).startswith("试用期的上限")


@pytest.mark.parametrize("spoilt", ["topic: [", "topic: another\n", "- a list", ""])
def test_a_broken_publication_leaves_the_one_before_serving(
    newsroom: Newsroom, spoilt: str
) -> None:
    running = newsroom.source()
    before = notified(running)
    newsroom.publish(newsroom.folder.read(FILE))
    newsroom.spoil(spoilt)
    running.refresh()
    assert notified(running) == before
    started_later = newsroom.source()
    assert notified(started_later) == before


def test_a_publication_that_names_an_unknown_figure_is_skipped(newsroom: Newsroom) -> None:
    source = newsroom.source()
    text = newsroom.folder.read(FILE)
    newsroom.publish(
        text.replace("figures: []", "figures: [martian]").replace("上限看", "上限{martian}看")
    )
    source.refresh()
    assert notified(source).startswith("试用期上限看")


def test_a_database_that_is_away_leaves_the_old_content_serving(newsroom: Newsroom) -> None:
    source = newsroom.source()
    before = source.current()
    newsroom.clock.advance(timedelta(days=1))
    EntryVersion.__table__.drop(newsroom.database.engine)  # type: ignore[attr-defined]
    assert not source.refresh()
    assert source.current() is before


def test_a_database_that_is_away_at_the_start_leaves_the_files_serving(
    newsroom: Newsroom,
) -> None:
    tables = newsroom.database.engine
    EntryVersion.__table__.drop(tables)  # type: ignore[attr-defined]
    source = newsroom.source()
    with capture_logs() as logs:
        assert source.current().entries == newsroom.services.base.entries
        assert not source.refresh()
    assert [entry["event"] for entry in logs] == ["content not renewed"]
    EntryVersion.__table__.create(tables)  # type: ignore[attr-defined]
    assert source.refresh()


def test_a_publication_reaches_every_running_process_within_two_seconds(
    newsroom: Newsroom,
) -> None:
    sources = [newsroom.source(), newsroom.source()]
    for source in sources:
        source.current()
        source.start()
    text = newsroom.folder.read(FILE)
    newsroom.publish(text.replace("试用期上限", "试用期的上限"))
    published_at = time.monotonic()
    waiting = list(sources)
    while waiting and time.monotonic() < published_at + 10:
        waiting = [source for source in waiting if not notified(source).startswith("试用期的上限")]
        threading.Event().wait(0.02)
    assert not waiting
    assert time.monotonic() - published_at < 2


def test_an_entry_whose_figure_is_withdrawn_gives_way_to_the_version_before(
    newsroom: Newsroom,
) -> None:
    source = newsroom.source()
    figures = (newsroom.folder.path / "figures.yaml").read_text(encoding="utf-8")
    more = figures + (
        "- id: martian\n  name: {zh: 火星, en: Mars}\n  unit: yuan\n  values:\n"
        "    - {value: 7, from: 2026-01-01, source: 文, verified: true}\n"
    )
    newsroom.publish(more, "figures.yaml")
    text = newsroom.folder.read(FILE).replace("figures: []", "figures: [martian]")
    newsroom.publish(text.replace("上限看", "上限{martian}看"))
    assert notified(source).startswith("试用期上限7看")
    newsroom.publish(figures, "figures.yaml")
    assert source.refresh()
    assert notified(source).startswith("试用期上限看")

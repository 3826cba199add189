"""Writes the transcripts of all scenarios: python -m tests.scenarios"""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.tables import metadata
from app.training import training_topics
from casework.case_services import CaseServices
from config.office_hours import load_office_hours
from config.offices import load_offices
from core.clock import SystemClock
from core.database import Database
from core.encryption import Vault
from core.working_calendar import WorkingCalendar
from dialogue.services import Facilities
from knowledge_base.loader import load_content
from knowledge_base.published import KnowledgeBase
from nlu.embedded.storage import open_engine
from tests.scenarios.runner import SCENARIOS, play
from tests.scenarios.transcripts import FOLDER, transcript_of


def main() -> None:
    """Play every scenario and write its page under docs/transcripts."""
    vault = Vault("a key that is only for transcripts, 32+")
    content = load_content()
    facilities = Facilities(
        nlu=open_engine(training_topics(content), Path("var/nlu"), SystemClock()),
        knowledge=KnowledgeBase(lambda: content),
        case_services=CaseServices(vault, WorkingCalendar.from_config(), load_offices()),
        office_hours=load_office_hours(),
        list_agents=lambda _db: (),
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/calls.sqlite3", vault)
            metadata.create_all(database.engine)
            played = play(path, database, facilities, repeats=False)
            database.dispose()
        page = FOLDER / f"{path.stem}.md"
        page.write_text(transcript_of(played), encoding="utf-8")
        print(page.relative_to(Path.cwd()))


if __name__ == "__main__":
    main()

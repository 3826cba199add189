"""Ten calls in three languages, each played as it is written, and with every webhook sent twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.database import Database
from dialogue.services import Facilities
from tests.scenarios.runner import SCENARIOS, play
from tests.scenarios.transcripts import FOLDER, citizens_part, transcript_of


@pytest.mark.parametrize("repeats", [False, True], ids=["once", "every webhook twice"])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_call_goes_as_it_is_written(
    path: Path, repeats: bool, database: Database, make_facilities: Callable[..., Facilities]
) -> None:
    played = play(path, database, make_facilities(()), repeats=repeats)
    shown = (FOLDER / f"{path.stem}.md").read_text(encoding="utf-8")
    assert citizens_part(shown) == citizens_part(transcript_of(played)), (
        "write the transcripts anew: python -m tests.scenarios"
    )


def test_there_are_eleven_calls_in_three_languages() -> None:
    assert len(SCENARIOS) == 11

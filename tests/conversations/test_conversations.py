"""Conversations with difficult citizens, played from the first word to the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trial.scripts import Conversations
from knowledge_base.loader import Content
from nlu.engine import NluEngine

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations_go_as_they_should(path: Path, nlu: NluEngine, content: Content) -> None:
    failures = Conversations.load(path).check(nlu, content)
    assert not failures, "\n".join(map(str, failures))


def test_there_are_enough_of_them_in_both_channels_and_three_languages() -> None:
    cases = [case for path in FILES for case in Conversations.load(path).cases]
    channels = [case.metadata.get("channel", "text") for case in cases]
    assert len(cases) >= 150
    assert channels.count("voice") >= 40 and channels.count("text") >= 40
    languages = {str(case.metadata.get("lang", "zh")) for case in cases}
    assert languages >= {"zh", "yue", "en"}

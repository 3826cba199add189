"""Conversations with difficult citizens, played from the first word to the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.trial.scripts import Conversations, TestCase, check_case
from knowledge_base.loader import Content
from nlu.engine import NluEngine

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
# Conversations that do not go as they should yet: whoever mends one moves it up.
NOT_YET = [
    pytest.param(case, id=case.name)
    for path in sorted((HERE / "not_yet").glob("*.yaml"))
    for case in Conversations.load(path).cases
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations_go_as_they_should(path: Path, nlu: NluEngine, content: Content) -> None:
    failures = Conversations.load(path).check(nlu, content)
    assert not failures, "\n".join(map(str, failures))


@pytest.mark.xfail(strict=True, reason="known to go wrong")
@pytest.mark.parametrize("case", NOT_YET)
def test_conversations_that_do_not_go_as_they_should_yet(
    case: TestCase, nlu: NluEngine, content: Content
) -> None:
    failures = check_case(case, nlu, content)
    assert not failures, "\n".join(map(str, failures))


def test_there_are_enough_of_them_in_both_channels_and_three_languages() -> None:
    cases = [case for path in FILES for case in Conversations.load(path).cases]
    channels = [case.metadata.get("channel", "text") for case in cases]
    assert len(cases) >= 150
    assert channels.count("voice") >= 40 and channels.count("text") >= 40
    languages = {str(case.metadata.get("lang", "zh")) for case in cases}
    assert languages >= {"zh", "yue", "en"}

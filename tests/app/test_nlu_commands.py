"""``python -m app nlu``: the chores, as far as they need no Rasa."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.cli import main
from knowledge_base.loader import Content


def test_the_export_has_every_topic(
    content: Content, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["nlu", "export-rasa", "--project", str(tmp_path)]) == 0
    assert f"examples of {len(content.entries)} topics" in capsys.readouterr().out
    domain = yaml.safe_load((tmp_path / "domain.yml").read_text(encoding="utf-8"))
    assert {f"ask_{topic}" for topic in content.entries} <= set(domain["intents"])


@pytest.mark.parametrize(
    ("files", "words"),
    [([], "QUESTIONS="), (["no-such-file.jsonl"], "is no file"), (["a", "b"], "one name")],
)
def test_a_report_needs_questions(
    files: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name / "same.jsonl" if len(name) == 1 else Path(name) for name in files]
    for path in paths:
        if path.name == "same.jsonl":
            path.parent.mkdir()
            path.write_text("", encoding="utf-8")
    assert main(["nlu", "report", *map(str, paths)]) == 1
    assert words in capsys.readouterr().err

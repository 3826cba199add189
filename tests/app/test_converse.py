"""``python -m app converse`` keeps to its interface where the input does not."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from app.cli import main
from nlu.engine import NluEngine

NOW = ("--now", "2026-11-30T10:00")


@pytest.fixture
def converse(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], nlu: NluEngine
) -> Any:
    """Runs the command; the model that ``nlu`` has learnt is there for it."""

    def run(given: bytes, *options: str) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
        status = main(["converse", "--json", *options])
        notified = capfd.readouterr()
        return status, [json.loads(line) for line in notified.out.splitlines()], notified.err

    return run


def test_standard_output_has_rows_only_and_logs_go_elsewhere(converse: Any) -> None:
    status, rows, logs = converse("试用期最长多久\n\n你好\n".encode(), "--channel", "text", *NOW)
    assert (status, len(rows)) == (0, 2)
    assert "劳动合同法" in rows[0]["replies"][0]
    assert "text" in logs


@pytest.mark.parametrize(
    "given",
    [
        b'{"say": "x", "confidence": "sure"}',
        b'{"say": "x", "confidence": 3}',
        b'{"wait": "soon"}',
        b'{"nonsense": 1}',
        b'{"key": ',
        b'{"silence": true}',
        b"\xff\xfe",
    ],
)
def test_unusable_input_is_status_2_and_a_sentence(converse: Any, given: bytes) -> None:
    status, rows, errors = converse(given + b"\n", "--channel", "text", *NOW)
    assert (status, rows) == (2, [])
    assert errors.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize("option", [("--now", "gestern"), ("--from", "abc")])
def test_an_unusable_option_is_status_2(converse: Any, option: tuple[str, str]) -> None:
    status, rows, errors = converse(b"", "--channel", "voice", *option)
    assert (status, rows, errors.count("\n")) == (2, [], 1)

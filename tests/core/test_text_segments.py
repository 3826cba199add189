"""Segments are counted exactly as carriers bill them."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from core.text_segments import (
    GSM_BASIC,
    GSM_EXTENSION,
    count_segments,
    encoding_of,
    split_into_segments,
)
from tests.conftest import missing

TOOLS = Path(__file__).parents[1] / "tools"
NAMES = {"gsm7": "GSM-7", "ucs2": "UCS-2"}
CHINESE = "老板拖欠工资三个月怎么办？《劳动合同法》第十九条，。（）"
# Each a single character outside the basic plane, thus a pair of surrogates.
PAIRS = "😀🙏🏠𠮷𡃁"


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "gsm7", 1),
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("a" * 152 + "€" + "a" * 10, "gsm7", 2),
        ("劳" * 70, "ucs2", 1),
        ("劳" * 71, "ucs2", 2),
        ("劳" * 134, "ucs2", 2),
        ("劳" * 135, "ucs2", 3),
        ("a" * 70 + "劳", "ucs2", 2),
        ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2),
        ("劳" * 66 + "😀" + "劳" * 66, "ucs2", 3),
    ],
)
def test_known_texts_cost_what_is_known(text: str, encoding: str, segments: int) -> None:
    counted = count_segments(text)
    assert (counted.encoding, counted.segments) == (encoding, segments)
    assert "".join(split_into_segments(text)) == text


def generated(count: int) -> list[str]:
    """Texts of all alphabets around each boundary (carriage returns are never sent)."""
    chance = random.Random(12333)
    alphabets = [
        "".join(sorted(GSM_BASIC - {"\r"})),
        "".join(sorted(GSM_BASIC - {"\r"})) + "".join(sorted(GSM_EXTENSION)) * 4,
        CHINESE,
        CHINESE + "abc123 ",
        CHINESE + PAIRS,
        PAIRS,
        "abc 123" + PAIRS,
    ]
    texts = []
    boundaries = (70, 134, 201, 268, 160, 306, 459)
    while len(texts) < count:
        alphabet = alphabets[len(texts) % len(alphabets)]
        length = max(1, chance.choice(boundaries) + chance.randint(-4, 4))
        texts.append("".join(chance.choice(alphabet) for _ in range(length)))
    return texts


def test_two_thousand_texts_cost_what_the_calculator_of_twilio_says() -> None:
    node = shutil.which("node")
    if node is None or not (TOOLS / "node_modules" / "sms-segments-calculator").is_dir():
        missing("sms-segments-calculator (npm ci in tests/tools)")
    assert node is not None
    texts = generated(2000)
    texts += ["劳" * before + "😀" + "劳" * 80 for before in range(140)]
    run = subprocess.run(
        [node, "segments.mjs"],
        cwd=TOOLS,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    theirs = [tuple(pair) for pair in json.loads(run.stdout)]
    ours = [(NAMES[c.encoding], c.segments) for c in map(count_segments, texts)]
    different = [(t, o, s) for t, o, s in zip(texts, ours, theirs, strict=True) if o != s]
    assert different == []
    assert {encoding_of(text) for text in texts} == {"gsm7", "ucs2"}

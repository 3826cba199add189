"""Recordings that nobody could listen to are found out."""

from __future__ import annotations

import io
import math
import struct
import wave

import pytest

from providers.recordings import Media
from providers.wav import find_recording_problem, read_wav

RATE = 8000


def tone(seconds: float, loudness: float = 0.3, channels: int = 1) -> bytes:
    samples = [
        round(loudness * 32767 * math.sin(2 * math.pi * 440 * n / RATE))
        for n in range(round(seconds * RATE))
    ]
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(RATE)
        frames = (struct.pack("<h", sample) * channels for sample in samples)
        written.writeframes(b"".join(frames))
    return file.getvalue()


def mulaw(data: bytes) -> bytes:
    form = struct.pack("<HHIIHH", 7, 1, RATE, RATE, 1, 8)
    chunks = b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(
    ("content", "content_type", "problem"),
    [
        (tone(2), "audio/x-wav", None),
        (tone(2, channels=2), "audio/wav; codecs=1", None),
        (mulaw(bytes([0x00, 0x80] * RATE)), "audio/wav", None),
        (mulaw(b"\xff\x7f" * RATE), "audio/wav", "silent"),
        (tone(2, loudness=0.002), "audio/x-wav", "silent"),
        (tone(0.3), "audio/x-wav", "too_short"),
        (tone(0), "audio/x-wav", "too_short"),
        (mulaw(b"\xff" * RATE * 601), "audio/x-wav", "too_long"),
        (tone(2)[:20], "audio/x-wav", "damaged"),
        (b"", "audio/x-wav", "damaged"),
        (b"<html>error</html>", "audio/x-wav", "damaged"),
        (tone(2), "text/html", "not_audio"),
    ],
)
def test_a_recording_is_judged(content: bytes, content_type: str, problem: str | None) -> None:
    assert find_recording_problem(Media(content, content_type)) == problem


def test_the_length_is_that_of_what_arrived_and_not_of_what_was_announced() -> None:
    whole = tone(2)
    half = read_wav(whole[: len(whole) // 2])
    assert half is not None
    assert half.seconds == pytest.approx(1, abs=0.01)


def test_loudness_of_mulaw_is_that_of_its_decoded_samples() -> None:
    loudest = read_wav(mulaw(b"\x00" * RATE))
    assert loudest is not None
    assert loudest.peak == pytest.approx(32124 / 32768, abs=0.001)

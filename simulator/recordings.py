"""Sound of recordings: 8 kHz, 16 bit, mono WAV, made here or brought by the caller."""

from __future__ import annotations

import array
import io
import math
import sys
import wave

from core.errors import InputError

RATE = 8000
"""Samples a second."""


def spoken_wav(seconds: float, *, silent: bool = False) -> bytes:
    """A recording of the given length.

    Sounds like speech to a level meter: a 220 Hz tone that swells and fades three times a second,
    with a short gap each second. ``silent`` gives nothing but zeros.
    """
    count = max(round(seconds * RATE), 0)
    samples = array.array("h", bytes(2 * count))
    if not silent:
        # One second is computed and repeated: the tone's periods fit a second exactly.
        second = array.array("h", (_sample(number) for number in range(RATE)))
        for start in range(0, count, RATE):
            end = min(start + RATE, count)
            samples[start:end] = second[: end - start]
    return _encode(samples)


def wav_seconds(wav: bytes) -> float:
    """Length of a WAV in seconds. Raises InputError when it is none."""
    with _open(wav) as sound:
        return sound.getnframes() / sound.getframerate()


def cut_wav(wav: bytes, seconds: float) -> bytes:
    """The first ``seconds`` of a WAV, all of it when it is shorter."""
    with _open(wav) as sound:
        parameters = sound.getparams()
        frames = sound.readframes(round(seconds * sound.getframerate()))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as cut:
        cut.setparams(parameters)
        cut.writeframes(frames)
    return buffer.getvalue()


def _sample(number: int) -> int:
    moment = number / RATE
    swell = abs(math.sin(math.pi * 3 * moment)) if moment < 0.9 else 0.0
    return round(9000 * swell * math.sin(2 * math.pi * 220 * moment))


def _encode(samples: array.array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return buffer.getvalue()


def _open(wav: bytes) -> wave.Wave_read:
    try:
        return wave.open(io.BytesIO(wav), "rb")
    except (wave.Error, EOFError) as error:
        raise InputError("The recording is not a PCM WAV file.", "wav") from error

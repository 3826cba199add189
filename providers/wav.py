"""Whether a recording is one that a person can listen to. Pure.

Source: the RIFF/WAVE layout (Microsoft, "Multimedia Programming Interface 1.0", 1991); Twilio
records 8 kHz, 16 bit or mu-law, one or two channels (twilio.com/docs/voice/api/recording).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from providers.recordings import Media

AUDIO_TYPES = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"})
MIN_SECONDS = 0.5
MAX_SECONDS = 10 * 60
# Sizes from here on stand for "not known yet".
_STREAM_BYTES = 0x7FFFF000
_PCM, _ALAW, _MULAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
# Loudest sample, as a part of full scale, below which there is nothing but the line's own noise.
SILENCE = 0.01


@dataclass(frozen=True)
class Sound:
    """What a WAV file holds. ``peak`` is its loudest sample, 0 to 1; ``is_whole`` says whether all
    of the sound that its header announces is there."""

    seconds: float
    peak: float
    is_whole: bool = True


INCOMPLETE = frozenset({"not_audio", "damaged", "truncated"})
"""Problems of what arrived, not of what was recorded: to be fetched again."""
WITHOUT_SOUND = frozenset({"too_short", "silent"})
"""Problems of what was recorded: nobody can hear anything in it."""


def find_recording_problem(media: Media) -> str | None:
    """What is wrong with a recording, or None: ``not_audio``, ``damaged``, ``truncated``,
    ``too_short``, ``too_long`` or ``silent``."""
    if media.content_type.split(";")[0].strip().lower() not in AUDIO_TYPES:
        return "not_audio"
    sound = read_wav(media.content)
    if sound is None:
        return "damaged"
    if not sound.is_whole:
        return "truncated"
    if sound.seconds < MIN_SECONDS:
        return "too_short"
    if sound.seconds > MAX_SECONDS:
        return "too_long"
    return "silent" if sound.peak < SILENCE else None


def read_wav(content: bytes) -> Sound | None:
    """Length and loudness of a WAV file; None when it is none that is understood here."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return None
    form: tuple[int, int, int, int] | None = None
    position = 12
    while position + 8 <= len(content):
        name, size = content[position : position + 4], _u32(content, position + 4)
        body = content[position + 8 : position + 8 + size]
        if name == b"fmt " and len(body) >= 16:
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
            if kind == _EXTENSIBLE and len(body) >= 26:
                kind = struct.unpack_from("<H", body, 24)[0]
            form = (kind, channels, rate, bits)
        elif name == b"data":
            sound = _measure(form, body) if form else None
            # A stream's size may be given as the largest number: then what is there counts.
            is_whole = len(body) == size or size >= _STREAM_BYTES
            return sound and replace(sound, is_whole=is_whole)
        position += 8 + size + size % 2
    return None


def _measure(form: tuple[int, int, int, int], data: bytes) -> Sound | None:
    kind, channels, rate, bits = form
    frame = channels * bits // 8
    if not frame or not rate:
        return None
    peak = _PEAKS.get((kind, bits))
    if peak is None:
        return None
    return Sound(seconds=len(data) / frame / rate, peak=peak(data))


def _peak_16(data: bytes) -> float:
    whole = memoryview(data[: len(data) // 2 * 2]).cast("h")
    return max((abs(sample) for sample in whole), default=0) / 32768


def _peak_8(data: bytes) -> float:
    return max((abs(sample - 128) for sample in data), default=0) / 128


def _peak_mulaw(data: bytes) -> float:
    # ITU-T G.711: the complement's low seven bits grow with the amplitude.
    loudest = max((~sample & 0x7F for sample in data), default=0)
    exponent, mantissa = loudest >> 4, loudest & 0x0F
    return (((mantissa << 3) + 0x84 << exponent) - 0x84) / 32768


def _peak_alaw(data: bytes) -> float:
    loudest = max(((sample ^ 0x55) & 0x7F for sample in data), default=0)
    exponent, mantissa = loudest >> 4, loudest & 0x0F
    value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return value / 32768


_PEAKS = {
    (_PCM, 16): _peak_16,
    (_PCM, 8): _peak_8,
    (_MULAW, 8): _peak_mulaw,
    (_ALAW, 8): _peak_alaw,
}


def _u32(content: bytes, position: int) -> int:
    return int.from_bytes(content[position : position + 4], "little")

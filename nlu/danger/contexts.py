"""Pure rules: what the words around a sign make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nlu.danger.kinds import DangerKind, DangerLevel, Sign, Strength
from nlu.danger.patterns import get_context_pattern

# Characters before a sign in which a denial of it ends.
_DENIAL_SPAN = 48
# Characters around a sign in which a context counts.
_CONTEXT_SPAN = 70
# What happens now is said near its sign.
_NOW_SPAN = 26
# A supposition stands before what is supposed.
_SUPPOSED_SPAN = 40
_MAX_SHORT = 8
_MAX_SHORT_WORDS = 4


@dataclass(frozen=True)
class Surroundings:
    """Which contexts stand around one sign."""

    is_now: bool
    is_past: bool
    is_recent: bool
    is_law: bool
    is_aftermath: bool
    is_supposed: bool
    is_quoted: bool
    is_oneself: bool
    is_other: bool
    is_short: bool
    is_severe: bool
    is_resolved: bool

    @property
    def is_stated(self) -> bool:
        """Whether something makes a mention of the sign that "now" does not outweigh."""
        return (
            self.is_past or self.is_recent or self.is_supposed or self.is_quoted or self.is_resolved
        )

    @property
    def is_asked(self) -> bool:
        """Whether a question or what came afterwards makes a mention of it."""
        return self.is_law or self.is_aftermath


def cut_out(text: str, sign: Sign) -> tuple[str, Sign]:
    """The part of a text that can say anything of a sign, and the sign's place in it."""
    start = max(0, sign.start - _CONTEXT_SPAN)
    part = text[start : sign.end + _CONTEXT_SPAN]
    return part, replace(sign, start=sign.start - start, end=sign.end - start)


def judge(text: str, sign: Sign) -> DangerLevel | None:
    """The level of one sign in its part of a respelt text, None where it is denied and no threat
    to oneself."""
    if is_denied(text, sign):
        return DangerLevel.DENIED if sign.kind is DangerKind.SELF_HARM else None
    if sign.strength is Strength.TOPIC:
        return DangerLevel.MENTIONED
    if sign.strength is Strength.THREAT and get_context_pattern("asked_threat").search(text):
        return DangerLevel.MENTIONED
    around = look_around(text, sign)
    is_acute = _RULES[sign.strength](around)
    return DangerLevel.ACUTE if is_acute else DangerLevel.MENTIONED


def is_denied(text: str, sign: Sign) -> bool:
    """Whether the words just before a sign deny it, or others take back a threat to oneself."""
    if get_context_pattern("undenied").search(text):
        return False
    before = text[max(0, sign.start - _DENIAL_SPAN) : sign.start]
    if get_context_pattern("denial").search(before):
        return True
    if get_context_pattern("denied_sign").search(text[max(0, sign.start - 1) : sign.end]):
        return True
    is_own = sign.kind is DangerKind.SELF_HARM
    return is_own and bool(get_context_pattern("taken_back").search(text))


def look_around(text: str, sign: Sign) -> Surroundings:
    """The contexts of one sign."""
    before = text[max(0, sign.start - _SUPPOSED_SPAN) : sign.end]

    near = text[max(0, sign.start - _NOW_SPAN) : sign.end + _NOW_SPAN]

    def has(name: str, where: str) -> bool:
        return bool(get_context_pattern(name).search(where))

    return Surroundings(
        is_now=has("now", near),
        is_past=has("past", text),
        is_recent=has("recent", text),
        is_law=has("law", text),
        is_aftermath=has("aftermath", text),
        is_supposed=has("hypothetical", before),
        is_quoted=has("quoted", text),
        is_oneself=has("oneself", before),
        is_other=has("other", before),
        is_short=is_short(text),
        is_severe=has("severe", text),
        is_resolved=has("resolved", text),
    )


def is_short(text: str) -> bool:
    """Whether a message is hardly more than the sign."""
    if text.isascii():
        return len(text.split()) <= _MAX_SHORT_WORDS
    return len(text) <= _MAX_SHORT


def _threat(around: Surroundings) -> bool:
    if around.is_oneself:
        return True
    return around.is_now or not (around.is_law or around.is_quoted or around.is_past)


def _now(around: Surroundings) -> bool:
    if around.is_stated:
        return False
    return around.is_now or not around.is_asked


def _event(around: Surroundings) -> bool:
    if around.is_stated:
        return False
    if around.is_now:
        return True
    return not around.is_asked and (around.is_other or around.is_short or around.is_severe)


def _plea(around: Surroundings) -> bool:
    return around.is_short and not around.is_stated


_RULES = {
    Strength.THREAT: _threat,
    Strength.NOW: _now,
    Strength.HELD: _now,
    Strength.EVENT: _event,
    Strength.PLEA: _plea,
}

"""Finding danger to life in one message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from nlu.danger.contexts import cut_out, judge
from nlu.danger.features import count_words
from nlu.danger.kinds import Danger, DangerKind, DangerLevel, Sign, Strength
from nlu.danger.learned import find_learned
from nlu.danger.patterns import get_context_pattern, get_sign_patterns
from nlu.danger.spelling import respell

_URGENCY = (DangerKind.FIRE, DangerKind.INJURY, DangerKind.VIOLENCE, DangerKind.SELF_HARM)
# A message of so many words or Chinese characters says too little for the model alone.
_MAX_SHORT = 14
_MAX_SHORT_LATIN = 12
_LEVELS = (DangerLevel.ACUTE, DangerLevel.DENIED, DangerLevel.MENTIONED)


def find_danger(text: str) -> Danger | None:
    """The most urgent danger to life that a message tells of, None for none.

    An acute one comes before a denied and a mentioned one; among acute ones a threat to oneself
    comes first, then fire, injury and violence. Never raises; linear in the length of the text.
    """
    respelt = respell(text)
    found = find_by_signs(respelt)
    if found is not None and found.level is not DangerLevel.MENTIONED:
        return found
    kind = find_learned(respelt) if may_be_learned(respelt) else None
    if kind is None:
        return found
    return Danger(kind, DangerLevel.ACUTE, is_held=kind is DangerKind.VIOLENCE)


def find_by_signs(respelt: str) -> Danger | None:
    """What the signs and their contexts say, without the learnt model."""
    judged = list(_judge_signs(respelt))
    if not judged:
        return None
    level = min((level for level, _ in judged), key=_LEVELS.index)
    signs = [sign for of_sign, sign in judged if of_sign is level]
    return Danger(_most_urgent(signs), level, _is_held(level, signs))


def _judge_signs(respelt: str) -> Iterator[tuple[DangerLevel, Sign]]:
    """Each sign with its level; of one kind and strength none after the first acute one."""
    searched = _blank_harmless(respelt)
    judge_once = cache(judge)
    for kind, strength, pattern in get_sign_patterns():
        for match in pattern.finditer(searched):
            sign = Sign(kind, strength, match.start(), match.end())
            level = judge_once(*cut_out(respelt, sign))
            if level is not None:
                yield level, sign
            if level is DangerLevel.ACUTE:
                break


def may_be_learned(respelt: str) -> bool:
    """Whether the model may raise an alarm alone: for a short message only on a weighty word."""
    max_short = _MAX_SHORT_LATIN if respelt.isascii() else _MAX_SHORT
    if count_words(respelt) > max_short:
        return True
    return bool(get_context_pattern("weighty").search(_blank_harmless(respelt)))


def _blank_harmless(respelt: str) -> str:
    return get_context_pattern("harmless").sub(_blank, respelt)


def _blank(match: re.Match[str]) -> str:
    return "_" * len(match[0])


def _most_urgent(signs: Iterable[Sign]) -> DangerKind:
    return min(signs, key=_rank).kind


def _rank(sign: Sign) -> tuple[int, int]:
    is_own_threat = sign.kind is DangerKind.SELF_HARM and sign.strength is Strength.THREAT
    order = 0 if is_own_threat else 2 if sign.strength is Strength.PLEA else 1
    return order, _URGENCY.index(sign.kind)


def _is_held(level: DangerLevel, signs: Iterable[Sign]) -> bool:
    return level is DangerLevel.ACUTE and any(s.strength is Strength.HELD for s in signs)

"""Finding danger to life in one message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from nlu.danger.contexts import cut_out, judge
from nlu.danger.kinds import Danger, DangerKind, DangerLevel, Sign, Strength
from nlu.danger.learned import Model, load_model
from nlu.danger.patterns import get_context_pattern, get_sign_patterns
from nlu.danger.spelling import respell

_URGENCY = (DangerKind.FIRE, DangerKind.INJURY, DangerKind.VIOLENCE, DangerKind.SELF_HARM)
# What is denied in so many words must sound all the more dangerous.
_DENIED_MARGIN = 2.0
# A sign in a message that sounds this harmless is an idiom or a place name.
_SIGNS_DOUBTFUL_BELOW = -4.0
_LEVELS = (DangerLevel.ACUTE, DangerLevel.DENIED, DangerLevel.MENTIONED)


def find_danger(text: str) -> Danger | None:
    """The most urgent danger to life that a message tells of, None for none.

    An acute one comes before a denied and a mentioned one; among acute ones a threat to oneself
    comes first, then fire, injury and violence. Never raises; linear in the length of the text.
    """
    respelt = respell(text)
    danger = find_in_respelt(respelt, load_model())
    return _keep_hidden(_to_the_injured(danger, respelt), respelt)


def find_in_respelt(respelt: str, model: Model | None) -> Danger | None:
    """The danger in a respelt message; without a model what the signs and their contexts say."""
    found = _find_by_signs(respelt)
    weighed = None if model is None else model.weigh(respelt)
    if weighed is None:
        return found
    if found is not None and found.level is DangerLevel.ACUTE:
        is_doubtful = weighed.score < _SIGNS_DOUBTFUL_BELOW
        return replace(found, level=DangerLevel.UNSURE, is_held=False) if is_doubtful else found
    is_held = weighed.kind is DangerKind.VIOLENCE
    is_denied = found is not None and found.level is DangerLevel.DENIED
    margin = _DENIED_MARGIN if is_denied else 0.0
    if weighed.score > weighed.thresholds.sure + margin:
        return Danger(weighed.kind, DangerLevel.ACUTE, is_held)
    if found is None and weighed.score > weighed.thresholds.unsure:
        return Danger(weighed.kind, DangerLevel.UNSURE, is_held=False)
    return found


def _find_by_signs(respelt: str) -> Danger | None:
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


def _to_the_injured(danger: Danger | None, respelt: str) -> Danger | None:
    """Somebody else who jumped or took poison is injured: an ambulance comes first."""
    if danger is None or danger.kind is not DangerKind.SELF_HARM:
        return danger
    is_done = get_context_pattern("done_by_another").search(respelt) is not None
    return replace(danger, kind=DangerKind.INJURY) if is_done else danger


def _keep_hidden(danger: Danger | None, respelt: str) -> Danger | None:
    """Who hides from somebody must not be heard ringing."""
    is_hiding = danger is not None and get_context_pattern("hiding").search(respelt) is not None
    if danger is None or not is_hiding or danger.level is not DangerLevel.ACUTE:
        return danger
    return replace(danger, is_held=True)

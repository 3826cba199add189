"""Broader topics lead before the narrower ones that are hard to tell from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.interpretation import MAX_CANDIDATES, MAX_WEIGHED, Candidate

# What of its own confidence a narrower topic keeps beside its broader one.
KEPT_SHARE = 0.5


def lead_with_broader(
    candidates: Sequence[Candidate], broader: Mapping[str, str]
) -> tuple[Candidate, ...]:
    """Candidates in which a broader topic also carries the confidence of its narrower ones.

    ``broader`` maps narrower topics to broader ones. Only the first MAX_WEIGHED are weighed; the
    others follow, none with more confidence than those before it. At most MAX_CANDIDATES come
    back, best first.
    """
    weighed = _weigh(candidates[:MAX_WEIGHED], broader)
    leading, behind = weighed[:MAX_WEIGHED], (*weighed[MAX_WEIGHED:], *candidates[MAX_WEIGHED:])
    least = min((c.confidence for c in leading), default=0.0)
    named = {c.topic for c in leading}
    rest = [
        Candidate(candidate.topic, min(candidate.confidence, least))
        for candidate in sorted(behind, key=lambda c: -c.confidence)
        if candidate.topic not in named
    ]
    return (*leading, *_once(rest))[:MAX_CANDIDATES]


def _weigh(candidates: Sequence[Candidate], broader: Mapping[str, str]) -> list[Candidate]:
    confidences = {c.topic: c.confidence for c in candidates}
    for candidate in candidates:
        parent = broader.get(candidate.topic)
        if parent:
            together = confidences.get(parent, 0.0) + candidate.confidence
            confidences[parent] = min(1.0, together)
            confidences[candidate.topic] *= KEPT_SHARE
    ranked = sorted(confidences.items(), key=lambda item: -item[1])
    return [Candidate(topic, confidence) for topic, confidence in ranked]


def _once(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each topic where it stands first."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found.setdefault(candidate.topic, candidate)
    return list(found.values())

"""Broader topics lead before the narrower ones that are hard to tell from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.interpretation import MAX_CANDIDATES, Candidate

# What of its own confidence a narrower topic keeps beside its broader one.
KEPT_SHARE = 0.5


def lead_with_broader(
    candidates: Sequence[Candidate], broader: Mapping[str, str]
) -> tuple[Candidate, ...]:
    """Candidates in which a broader topic also carries the confidence of its narrower ones.

    ``broader`` maps narrower topics to broader ones. At most five come back, best first.
    """
    confidences = {c.topic: c.confidence for c in candidates}
    for candidate in candidates:
        parent = broader.get(candidate.topic)
        if parent:
            together = confidences.get(parent, 0.0) + candidate.confidence
            confidences[parent] = min(1.0, together)
            confidences[candidate.topic] *= KEPT_SHARE
    ranked = sorted(confidences.items(), key=lambda item: -item[1])
    return tuple(Candidate(topic, confidence) for topic, confidence in ranked[:MAX_CANDIDATES])

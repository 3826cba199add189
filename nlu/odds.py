"""Probabilities and their log-odds."""

from __future__ import annotations

from math import exp, log

_MIN = 1e-6


def bounded(probability: float) -> float:
    """A probability that is neither nothing nor certain, so that it has log-odds."""
    return min(1 - _MIN, max(_MIN, probability))


def log_odds(probability: float) -> float:
    """The logarithm (natural) of the odds of a probability, which is bounded first."""
    inside = bounded(probability)
    return log(inside / (1 - inside))


def probability_of(log_odds: float) -> float:
    """The probability (0-1) that has these log-odds."""
    return 1 / (1 + exp(-log_odds))

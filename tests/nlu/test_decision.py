"""When to answer, ask back and pass on."""

from __future__ import annotations

import pytest

from nlu.decision import Decision, Outcome, Thresholds, decide
from nlu.interpretation import Candidate, Intent, Interpretation

THRESHOLDS = Thresholds(answer=0.5, offer=0.2, alongside=0.05, petition_topic=0.3)


def read(intent: Intent, *confidences: float, known: bool = True) -> Interpretation:
    candidates = tuple(Candidate(f"topic-{i}", c) for i, c in enumerate(confidences))
    best = candidates[0] if candidates and known else None
    return Interpretation(
        intent,
        1.0,
        best.topic if best else None,
        best.confidence if best else 0.0,
        candidates,
        "zh",
    )


def test_a_sure_question_is_answered() -> None:
    decision = decide(read(Intent.QUESTION, 0.9, 0.05), THRESHOLDS)
    assert (decision.outcome, decision.topic) == (Outcome.ANSWER, "topic-0")


def test_a_likely_question_is_asked_back_with_at_most_three() -> None:
    decision = decide(read(Intent.QUESTION, 0.4, 0.3, 0.2, 0.1), THRESHOLDS)
    assert (decision.outcome, decision.topic) == (Outcome.CLARIFY, None)
    assert [c.topic for c in decision.candidates] == ["topic-0", "topic-1", "topic-2"]


def test_one_likely_topic_alone_is_offered_with_the_next_best_but_without_an_unlikely_third() -> (
    None
):
    decision = decide(read(Intent.QUESTION, 0.4, 0.001, 0.001), THRESHOLDS)
    assert decision.outcome is Outcome.CLARIFY
    assert [c.topic for c in decision.candidates] == ["topic-0", "topic-1"]


@pytest.mark.parametrize(
    "interpretation",
    [
        read(Intent.QUESTION),
        read(Intent.QUESTION, 0.1, 0.05),
        read(Intent.QUESTION, 0.9, 0.1, known=False),
    ],
)
def test_an_unlikely_question_is_passed_on(interpretation: Interpretation) -> None:
    assert decide(interpretation, THRESHOLDS) == Decision(Outcome.NONE)


def test_a_petition_keeps_a_likely_topic_and_drops_an_unlikely_one() -> None:
    assert decide(read(Intent.COMPLAINT, 0.35), THRESHOLDS).topic == "topic-0"
    assert decide(read(Intent.COMPLAINT, 0.25), THRESHOLDS).topic is None


@pytest.mark.parametrize("intent", [intent for intent in Intent if intent is not Intent.QUESTION])
def test_every_other_act_has_its_own_outcome(intent: Intent) -> None:
    assert decide(read(intent)).outcome not in (Outcome.ANSWER, Outcome.CLARIFY, Outcome.NONE)

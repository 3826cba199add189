"""When to answer, when to ask back, when to pass on: pure rules over an interpretation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nlu.interpretation import Candidate, Intent, Interpretation

# One topic alone is no choice: the next best stands beside it, however unlikely.
MIN_OFFERED = 2
MAX_OFFERED = 3


class Outcome(StrEnum):
    """What the dialogue is to do next."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    NONE = "none"
    AGENT = "agent"
    PETITION = "petition"
    STATUS = "status"
    MESSAGE = "message"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CANCEL = "cancel"
    MORE = "more"
    HELP = "help"
    CHAT = "chat"


@dataclass(frozen=True)
class Thresholds:
    """Confidences (0-1) at which a question is answered, asked back about, or passed on.

    ``offer`` is the least confidence of the best topic for asking back; ``alongside`` is the least
    for a third topic to be offered; ``petition_topic`` for an answer beside a petition.
    At ``answer`` a wrong answer weighs as much as asking back four times: to ask back costs a turn,
    a wrong answer may cost somebody's wages.
    """

    answer: float = 0.8
    offer: float = 0.08
    alongside: float = 0.01
    petition_topic: float = 0.6


@dataclass(frozen=True)
class Decision:
    """The outcome, the topic to answer (or to offer beside a petition), the topics to offer."""

    outcome: Outcome
    topic: str | None = None
    candidates: tuple[Candidate, ...] = ()


OUTCOME_OF_INTENT = {
    Intent.COMPLAINT: Outcome.PETITION,
    Intent.PROGRESS: Outcome.STATUS,
    Intent.PERSON: Outcome.AGENT,
    Intent.MESSAGE: Outcome.MESSAGE,
    Intent.OPT_OUT: Outcome.OPT_OUT,
    Intent.OPT_IN: Outcome.OPT_IN,
    Intent.CANCEL: Outcome.CANCEL,
    Intent.MORE: Outcome.MORE,
    Intent.HELP: Outcome.HELP,
    Intent.CHAT: Outcome.CHAT,
}

DEFAULT_THRESHOLDS = Thresholds()


def decide(interpretation: Interpretation, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Decision:
    """What to do with a message.

    A question is answered when its topic is sure enough, asked back about with two or three topics
    when it is likely to be one of them, and passed on otherwise. Any other act has its own outcome;
    a petition keeps the topic whose answer can be offered beside it.
    """
    if interpretation.intent is not Intent.QUESTION:
        return _decide_intent(interpretation, thresholds)
    if interpretation.topic is None:
        return Decision(Outcome.NONE)
    if interpretation.confidence >= thresholds.answer:
        return Decision(Outcome.ANSWER, interpretation.topic, interpretation.candidates)
    offered = _offered(interpretation.candidates, thresholds)
    if len(offered) >= MIN_OFFERED and offered[0].confidence >= thresholds.offer:
        return Decision(Outcome.CLARIFY, None, offered)
    return Decision(Outcome.NONE)


def _decide_intent(interpretation: Interpretation, thresholds: Thresholds) -> Decision:
    outcome = OUTCOME_OF_INTENT[interpretation.intent]
    if outcome is not Outcome.PETITION:
        return Decision(outcome)
    sure = interpretation.confidence >= thresholds.petition_topic
    topic = interpretation.topic if sure else None
    return Decision(outcome, topic, _offered(interpretation.candidates, thresholds))


def _offered(candidates: tuple[Candidate, ...], thresholds: Thresholds) -> tuple[Candidate, ...]:
    sure, rest = candidates[:MIN_OFFERED], candidates[MIN_OFFERED:MAX_OFFERED]
    return sure + tuple(c for c in rest if c.confidence >= thresholds.alongside)

"""What the service would do with one message that begins a conversation. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.json_values import ends_of
from dialogue.conversation import Channel
from dialogue.flows.question.naming import MAX_OFFERED
from dialogue.heard import Heard
from dialogue.turn_inputs import Spoke, Texted
from knowledge_base.published import KnowledgeBase
from knowledge_base.rendering import Answer
from nlu.danger import DangerLevel
from nlu.decision import OUTCOME_OF_INTENT, Outcome
from nlu.engine import NluEngine
from nlu.entities.values import Entities
from nlu.interpretation import MAX_CANDIDATES, Candidate, Interpretation, Language
from nlu.problems import find_problems
from nlu.repair import RepairKind, find_language_wish

OUTCOMES = (
    "danger", "opt_out", "agent", "petition", "status", "message", "help", "answer", "clarify",
    "none", "chat",
)  # fmt: skip
"""In order of precedence: the first that matches is reported."""

_AGENT = OUTCOMES.index("agent")
# Opting in, more and cancelling need a conversation: to somebody who only asks they are help.
_WITHOUT_CONVERSATION = {Outcome.OPT_IN: "help", Outcome.MORE: "help", Outcome.CANCEL: "help"}
_OF_REPAIR: Mapping[RepairKind, str] = {
    RepairKind.PERSON: "agent",
    RepairKind.CAPABILITY: "help",
    RepairKind.CANCEL: "help",
    RepairKind.REPEAT: "help",
    RepairKind.SLOWER: "help",
    RepairKind.THANKS: "chat",
    RepairKind.GREETING: "chat",
    RepairKind.GOODBYE: "chat",
    RepairKind.BOT: "chat",
    RepairKind.ABUSE: "chat",
    RepairKind.WAIT: "chat",
    RepairKind.UNFINISHED: "chat",
}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks by a channel, on a local day. ``language`` None: that of the message."""

    channel: Channel
    on: date
    language: Language | None = None


@dataclass(frozen=True)
class _Found:
    """What is done with a message: the topics that are answered, or stand beside a petition, and
    those to choose from."""

    outcome: str
    topics: tuple[Candidate, ...] = ()
    offered: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class _InLanguage:
    """An engine with the language of the conversation fixed for every message."""

    engine: NluEngine
    language: Language | None

    def interpret(self, text: str, *, language: Language | None = None) -> Interpretation:
        return self.engine.interpret(text, language=language or self.language)


def ask(engine: NluEngine, knowledge: KnowledgeBase, text: str, asker: Asker) -> dict[str, Any]:
    """One message as the JSON object of ``docs/interfaces.md``."""
    nlu = _InLanguage(engine, asker.language)
    heard = Heard(Spoke(text, 1.0) if asker.channel == "voice" else Texted(text), nlu, asker.on)
    # "谢谢，年假几天": the courtesy is passed over.
    kind, rest = heard.compound
    meant = heard.again(rest) if kind is not None and rest else heard
    found = _find(heard, meant, knowledge, nlu)
    answers = _answers(meant, knowledge, found, asker)
    topics = [candidate.topic for candidate in found.topics]
    confidence = found.topics[0].confidence if topics else meant.interpretation.confidence
    return {
        "text": text,
        "outcome": found.outcome,
        "topic": topics[0] if topics else None,
        "topics": topics,
        "confidence": round(confidence, 4),
        "candidates": _candidates(meant.interpretation, found),
        "offered": [candidate.topic for candidate in found.offered],
        "hedged": False,
        "entities": _entities(heard.entities),
        "answer": "\n\n".join(answer.text for answer in answers) or None,
        "citations": _citations(answers),
        "entry_version": answers[0].version if answers else None,
    }


# --- what is done -----------------------------------------------------------------------------


def _find(heard: Heard, meant: Heard, knowledge: KnowledgeBase, nlu: NluEngine) -> _Found:
    """The shared layer's rules in their order, then what the engine understood."""
    if heard.danger is not None and heard.danger.level is DangerLevel.ACUTE:
        return _Found("danger")
    command = _command(heard)
    if command is not None:
        return _Found(command)
    understood = _understand(meant, knowledge, nlu)
    wants_agent = meant is not heard and heard.compound[0] is RepairKind.PERSON
    return _Found("agent") if wants_agent and _rank(understood.outcome) > _AGENT else understood


def _command(heard: Heard) -> str | None:
    """The outcome of a message that is a command or repair as a whole, or None."""
    if heard.words and find_language_wish(heard.words) is not None:
        return "chat"
    kind = heard.repair
    if kind is not None and kind in _OF_REPAIR:
        return _OF_REPAIR[kind]
    return None if heard.keyword is None else _name(OUTCOME_OF_INTENT[heard.keyword])


def _rank(outcome: str) -> int:
    return OUTCOMES.index(outcome)


def _name(outcome: Outcome) -> str:
    return _WITHOUT_CONVERSATION.get(outcome, str(outcome))


def _understand(heard: Heard, knowledge: KnowledgeBase, nlu: NluEngine) -> _Found:
    decision, on = heard.decision, heard.today
    match decision.outcome:
        case Outcome.ANSWER:
            sure = Candidate(decision.topic or "", heard.interpretation.confidence)
            topics = _in_force([sure], knowledge, on)
            return _Found("answer", topics) if topics else _Found("none")
        case Outcome.CLARIFY:
            offered = _in_force(decision.candidates, knowledge, on)
            return _Found("clarify", offered=offered) if offered else _Found("none")
        case Outcome.PETITION:
            # Each problem found in the petition has an answer offered with it.
            notified = [Candidate(p.topic, p.confidence) for p in find_problems(heard.words, nlu)]
            topics = _in_force(notified, knowledge, on)
            return _Found("petition", topics, offered=topics)
    return _Found(_name(decision.outcome))


def _in_force(
    candidates: Iterable[Candidate], knowledge: KnowledgeBase, on: date
) -> tuple[Candidate, ...]:
    """Those that may be answered that day, no more than the dialogue offers."""
    return tuple(c for c in candidates if knowledge.find_entry(c.topic, on))[:MAX_OFFERED]


# --- output fields ----------------------------------------------------------------------------


def _answers(
    heard: Heard, knowledge: KnowledgeBase, found: _Found, asker: Asker
) -> tuple[Answer, ...]:
    """The answers of all topics; beside a petition without choices of their own."""
    answers = (
        knowledge.find_answer(
            candidate.topic,
            asker.channel,
            asker.language or heard.interpretation.language,
            asker.on,
            year=heard.entities.year_asked,
            ways_on="none" if found.outcome == "petition" else "digits",
        )
        for candidate in found.topics
    )
    return tuple(answer for answer in answers if answer is not None)


def _citations(answers: Iterable[Answer]) -> list[str]:
    """What the answers rest on, each article once."""
    return list(dict.fromkeys(str(c) for answer in answers for c in answer.citations))


def _candidates(interpretation: Interpretation, found: _Found) -> list[dict[str, Any]]:
    """What was chosen in front, then the engine's other candidates, best first."""
    best: dict[str, float] = {}
    for candidate in (*found.topics, *found.offered, *interpretation.candidates):
        best.setdefault(candidate.topic, candidate.confidence)
    ranked = list(best.items())[:MAX_CANDIDATES]
    return [{"topic": topic, "confidence": round(sure, 4)} for topic, sure in ranked]


def _entities(entities: Entities) -> dict[str, Any]:
    return {
        "dates": [ends_of(day) for day in entities.dates],
        "people": ends_of(entities.people),
        "amount_yuan": ends_of(entities.amount),
        "town": entities.town,
        "employer": entities.employer,
    }

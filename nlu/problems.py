"""The problems of a story, the main one first: a petition tells several at once.

Two sources are weighed: words that tell a problem (``problems.yaml``), and what the engine makes of
the whole and of its clauses. Long stories are diffuse to an engine, single clauses noisy; where the
two agree, or the words are plain, there is a problem.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from nlu.embedded.normalising import normalise, simplify
from nlu.engine import NluEngine
from nlu.entities.names import find_employer
from nlu.entities.towns import load_towns
from nlu.interpretation import MAX_WEIGHED, Candidate, Language
from nlu.story_words import StoryWords, load_story_words

MAX_PROBLEMS = 3
MAX_CHARACTERS = 2000
_MAX_CLAUSES = 8
_MIN_CLAUSE = 5
_WINDOW = 30
_SENTENCE_END = re.compile(r"[。！？!?；;\n\r，,~～…]+|\.(?=\s|$)")
_CLAUSE_END = re.compile(
    r"[。！？!?；;\n\r，,、~～…：:]+|\.(?=\s|$)|还有|而且|并且|同时|另外|以及|也没|又没|还没|\b(?:and|also|but)\b",
    re.IGNORECASE,
)
# A problem that words tell is one at any confidence of the engine; without them it must be sure.
_WORDS_TELL, _WORDS_TELL_TWICE = 0.6, 0.75
_SURE_TOPIC, _LIKELY, _SURE_CLAUSE, _SUPPORT = 0.5, 0.35, 0.6, 0.1
_CLAUSE_WEIGHT = 0.5
# Characters that tell something, and the longest name in characters and in English words.
_MIN_NAMED, _MAX_NAME, _MAX_NAME_WORDS = 2, 6, 2


@dataclass(frozen=True)
class Problem:
    """One problem: the topic of the entry that helps, how sure (0-1), and where it was told."""

    topic: str
    confidence: float
    words: str


@dataclass
class _Evidence:
    """What speaks for one family of topics."""

    family: str
    cue_topics: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    whole: dict[str, float] = field(default_factory=dict)
    clauses: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def whole_sum(self) -> float:
        return min(sum(self.whole.values()), 1.0)

    @property
    def clause_max(self) -> float:
        return max((max(found) for found in self.clauses.values()), default=0.0)

    @property
    def is_enough(self) -> bool:
        if self.cue_topics or self.whole_sum >= _SURE_TOPIC:
            return True
        sure = [c for found in self.clauses.values() for c in found if c >= _SURE_CLAUSE]
        return len(sure) >= 2 and self.whole_sum >= _SUPPORT

    @property
    def confidence(self) -> float:
        stated = 0.0
        if self.cue_topics:
            is_twice = len(self.cue_topics) > 1 or self.whole_sum >= _SUPPORT
            stated = _WORDS_TELL_TWICE if is_twice else _WORDS_TELL
        doubt = (1 - stated) * (1 - self.whole_sum) * (1 - _CLAUSE_WEIGHT * self.clause_max)
        return 1 - doubt

    @property
    def weight(self) -> float:
        """By how much it is the main problem: told often, told first, sure as a whole."""
        stated = 0.5 * min(len(self.cue_topics), 3) + 1.5 * self.whole_sum
        return stated + 0.3 * min(sum(map(sum, self.clauses.values())), 2.0)

    @property
    def topic(self) -> str:
        """The topic that the engine is sure of, else the one that the words tell."""
        best = max(self.whole, key=lambda topic: self.whole[topic], default="")
        if best and (not self.cue_topics or self.whole[best] >= _SURE_TOPIC):
            return best
        if self.cue_topics:
            return max(self.cue_topics, key=self.cue_topics.count)
        return max(self.clauses, key=lambda topic: max(self.clauses[topic]))


def find_problems(
    text: str, nlu: NluEngine, *, max_problems: int = MAX_PROBLEMS
) -> tuple[Problem, ...]:
    """The problems that a story tells, the main one first; none when it tells nothing known.

    Of several entries about one problem only one is given. Works with and without punctuation.
    """
    if not is_story(text):
        return ()
    plain = simplify(text[:MAX_CHARACTERS].replace("’", "'"))
    table = load_story_words()
    found: dict[str, _Evidence] = {}
    whole = nlu.interpret(plain)
    story = normalise(plain, whole.language).joined
    said = table.groups_in(story)
    _read_words(plain, whole.language, table, said, found)
    if whole.topic is not None:
        for candidate in whole.candidates[:MAX_WEIGHED]:
            evidence = _family(found, table, candidate.topic)
            evidence.whole[candidate.topic] = candidate.confidence
    for clause in _clauses(plain):
        candidates = nlu.interpret(clause, language=whole.language).candidates[:MAX_WEIGHED]
        _read_clause(clause, candidates, table, found)
    likely = [one for one in found.values() if not table.is_mistaken(one.family, story, said)]
    return _ranked(likely, table, plain, max_problems)


def classify_issue(text: str, nlu: NluEngine) -> tuple[str, ...]:
    """The topics of a story for its remedies, the main one first; () for a bare wish."""
    return tuple(problem.topic for problem in find_problems(text, nlu))


def is_story(text: str) -> bool:
    """Whether something that happened is told, however briefly (老板不发工资, 被打了).

    Not for a bare wish to complain with no more than courtesy, a town or an employer's name.
    """
    if names_problem(text):
        return True
    plain = _plain(text)
    return _narrates_more(plain, load_story_words(), normalise(plain).language)


def names_problem(text: str) -> bool:
    """Whether a problem at work is named (不发工资, 没买社保, 被打): stricter than ``is_story``,
    for words that were said where something else was asked."""
    plain = _plain(text)
    table, language = load_story_words(), normalise(plain).language
    joined = [normalise(segment, language).joined for segment in _SENTENCE_END.split(plain)]
    return any(table.happenings.search(j) or next(table.find_cues(j), None) for j in joined)


def _plain(text: str) -> str:
    return simplify(text[:MAX_CHARACTERS].replace("’", "'"))


def _narrates_more(plain: str, table: StoryWords, language: Language) -> bool:
    """Whether more is left than a wish, courtesy, a place and a name."""
    employer = find_employer(plain)
    bare = plain.replace(employer, " ") if employer else plain
    bare = _town_pattern().sub(" ", table.names.sub(" ", bare))
    normal = normalise(bare, language).joined
    rest = table.wish.sub(" ", normal).split()
    length = sum(_MAX_NAME // _MAX_NAME_WORDS if word.isascii() else len(word) for word in rest)
    if length < _MIN_NAMED:
        return False
    is_maybe_name = length <= _MAX_NAME and table.complaining.search(normal) is not None
    return not is_maybe_name or table.narrating.search(" ".join(rest)) is not None


@cache
def _town_pattern() -> re.Pattern[str]:
    names = {n for t in load_towns() for n in (t.zh, t.en, t.en.replace("'", ""), *t.aliases)}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _family(found: dict[str, _Evidence], table: StoryWords, topic: str) -> _Evidence:
    family = table.family_of.get(topic, topic)
    return found.setdefault(family, _Evidence(family))


def _read_words(
    plain: str,
    language: Language,
    table: StoryWords,
    said: frozenset[str],
    found: dict[str, _Evidence],
) -> None:
    start = 0
    for segment in _SENTENCE_END.split(plain):
        for cue, place in table.find_cues(normalise(segment, language).joined, said):
            evidence = _family(found, table, cue.topic)
            evidence.cue_topics.append(cue.topic)
            evidence.places.append((start + place, segment))
        start += len(segment)


def _read_clause(
    clause: str,
    candidates: Iterable[Candidate],
    table: StoryWords,
    found: dict[str, _Evidence],
) -> None:
    for candidate in candidates:
        if candidate.confidence >= _SUPPORT:
            evidence = _family(found, table, candidate.topic)
            evidence.clauses[candidate.topic].append(candidate.confidence)
            if candidate.confidence >= _SURE_CLAUSE and not evidence.places:
                evidence.places.append((MAX_CHARACTERS, clause))


def _ranked(
    found: list[_Evidence], table: StoryWords, plain: str, max_problems: int
) -> tuple[Problem, ...]:
    enough = [evidence for evidence in found if evidence.is_enough]
    if not enough:
        enough = [evidence for evidence in found if evidence.whole_sum >= _LIKELY]
    special = [evidence for evidence in enough if evidence.topic not in table.general]
    firsts = [evidence.places[0][0] for evidence in special if evidence.cue_topics]
    first = min(firsts, default=None)

    def weight(evidence: _Evidence) -> float:
        is_first = bool(evidence.cue_topics) and evidence.places[0][0] == first
        return evidence.weight + (0.3 if is_first else 0.0)

    ranked = sorted(special or enough, key=weight, reverse=True)
    return tuple(
        Problem(one.topic, one.confidence, one.places[0][1].strip() if one.places else plain)
        for one in ranked[:max_problems]
    )


def _clauses(plain: str) -> list[str]:
    """The longest clauses, in the order of the text; a long one without marks in windows."""
    pieces = [p.strip() for p in _CLAUSE_END.split(plain) if p and len(p.strip()) >= _MIN_CLAUSE]
    windows = [
        piece[start : start + _WINDOW]
        for piece in pieces
        for start in range(0, max(len(piece) - _MIN_CLAUSE, 1), _WINDOW)
    ]
    if len(windows) <= 1:
        return []
    longest = sorted(range(len(windows)), key=lambda i: len(windows[i]), reverse=True)
    return [windows[i] for i in sorted(longest[:_MAX_CLAUSES])]

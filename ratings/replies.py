"""Reading a text as a rating from 1 to 5, in Chinese, Cantonese and English. Pure.

The reply is brought to one form (``reply_clauses.normalise``), cut into clauses, and each clause
looked up as a whole in the tables of ``reply_words.toml``. Nothing is searched for inside one, so
"不满意" is never "满意". Praise and blame outside the scale ("好评", "太差劲了") say its ends;
the citizen then reads which level was noted. What mentions satisfaction without being such a
clause, contradicts itself, mocks or lies in the middle ("还行") is ambiguous: the citizen is asked
once. What asks something or says nothing of a rating is none; a rating beside a question is both.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from ratings.reply_clauses import Clause, Part, clauses_of, normalise, read_clause, spell
from ratings.reply_tables import ReplyTables, reply_tables
from ratings.vocabulary import WORST_GOOD_LEVEL, BadReason

# A longer text is a story, not a reply to an invitation.
MAX_CHARACTERS = 600
# How many places are tried at which a rating may end and a question begin.
_MAX_CUTS = 8
_CUT = re.compile(r"[，,。.!！?？;；~～\n]+ *|(?<![A-Za-z0-9]) +|(?<=[0-9]) +(?![A-Za-z])")
# A longer piece of a text is no rating.
_MAX_RATED = 60
_CLAUSE_END = re.compile(r"[，,。.!！?？;；~～\n]+|(?<=[\u3400-\u9fff]) +| +(?=[\u3400-\u9fff])")
_SIGNED = re.compile(r"^[\s(（]*[-−–—+－＋]\s*[0-9０-９]")
# "1、公司不签合同怎么办 2、..." numbers questions.
_ENUMERATED = re.compile(r"^\W*[1１][、.．)）:：]\s*\D")


class ReplyReading(Enum):
    """What a reply is."""

    CLEAR = auto()
    AMBIGUOUS = auto()
    NONE = auto()


@dataclass(frozen=True)
class ParsedRating:
    """A reply as a rating.

    ``level`` is 1 to 5 when it is clear. ``comment`` is the whole reply where it says more than
    the level. ``is_bare``: a numeral and nothing else. ``is_inferred``: the level was said in words
    outside the scale. ``has_question``: something is asked, which is ``rest`` beside a rating.
    """

    reading: ReplyReading
    level: int | None = None
    comment: str | None = None
    is_bare: bool = False
    is_inferred: bool = False
    has_question: bool = False
    rest: str = ""


def parse_rating(words: str) -> ParsedRating:
    """Read a text as a rating. Never raises; an empty text is none."""
    tables = reply_tables()
    if len(words) > MAX_CHARACTERS or _SIGNED.match(words):
        return ParsedRating(ReplyReading.NONE, has_question=len(words) > MAX_CHARACTERS)
    whole = _parse_one(words, tables)
    if whole.has_question or _wishes(words, tables):
        for rated, rest in _cuts_of(words):
            part = _parse_one(rated, tables)
            if _is_rating_beside(part, rated, rest, tables):
                return replace(
                    part, has_question=True, is_bare=False, rest=_without_courtesies(rest, tables)
                )
    if whole.has_question and whole.level is not None:
        return replace(whole, rest=words.strip())
    return whole


def find_reason(words: str) -> BadReason | None:
    """The reason that words of dissatisfaction name, or None: also where they are about the
    citizen's own matter, which is for the dialogue."""
    tables = reply_tables()
    plain = normalise(words[:MAX_CHARACTERS], tables)
    if any(word in plain for word in tables.matter):
        return None
    for reason, signs in tables.reasons.items():
        if any(sign in plain for sign in signs):
            return reason
    return None


def find_reason_key(words: str) -> BadReason | None:
    """The reason of a bare letter, A to E; digits stay ratings."""
    letter = re.sub(r"\W", "", normalise(words[:MAX_CHARACTERS], reply_tables()))
    keys = dict(zip("abcde", BadReason, strict=True))
    return keys.get(letter)


def _parse_one(words: str, tables: ReplyTables) -> ParsedRating:
    plain = normalise(words, tables)
    pieces = [piece for piece in clauses_of(plain, tables) if piece not in tables.courtesies]
    clauses = [read_clause(piece, tables) for piece in pieces]
    asks = _is_question(plain, words, tables)
    explicit = [c for c in clauses if c.level is not None and c.part is not Part.PRAISE_OR_BLAME]
    if not explicit:
        return _read_without_level(plain, pieces, clauses, asks=asks, words=words)
    level = _level_of(plain, pieces, clauses, asks=asks)
    if level is None or (asks and all(c.part is Part.NUMERAL for c in explicit)):
        reading = ReplyReading.NONE if asks else ReplyReading.AMBIGUOUS
        return ParsedRating(reading, has_question=asks)
    is_alone = all(c in explicit and c.is_whole for c in clauses)
    return ParsedRating(
        ReplyReading.CLEAR,
        level,
        comment=None if is_alone else words.strip(),
        is_bare=re.sub(r"\W", "", spell(words, tables)) in tables.numerals,
        has_question=asks,
    )


def _level_of(plain: str, pieces: list[str], clauses: list[Clause], *, asks: bool) -> int | None:
    """The level that the clauses say, None where they leave it in doubt."""
    levels = {c.level for c in clauses if c.level and c.part is not Part.PRAISE_OR_BLAME}
    parts = {clause.part for clause in clauses}
    is_doubtful = bool(parts & {Part.UNSURE, Part.CUT_OFF}) or (plain.endswith("?") and not asks)
    level = next(iter(levels))
    beside = [
        piece
        for piece, clause in zip(pieces, clauses, strict=True)
        if not (clause.part is Part.LEVEL and clause.is_whole)
    ]
    if len(levels) > 1 or is_doubtful or _is_contradicted(beside, level):
        return None
    return level


def _read_without_level(
    plain: str, pieces: list[str], clauses: list[Clause], *, asks: bool, words: str
) -> ParsedRating:
    """A reply that names no level: praise and blame say one, vague words are asked about."""
    parts = {clause.part for clause in clauses}
    says = [c.level for c in clauses if c.part is Part.PRAISE_OR_BLAME and c.level is not None]
    if asks or any(clause.is_matter for clause in clauses):
        return ParsedRating(ReplyReading.NONE, has_question=asks)
    if not says:
        is_vague = bool(parts & {Part.UNSURE, Part.VAGUE})
        return ParsedRating(ReplyReading.AMBIGUOUS if is_vague else ReplyReading.NONE)
    level = max(says, key=lambda level: abs(level - WORST_GOOD_LEVEL))
    others = [clause for clause in clauses if clause.part is Part.OTHER]
    # "很好，那我明天过去" may thank for an answer; blame beside anything is blame.
    is_thanks = level > WORST_GOOD_LEVEL and not all(other.is_comment for other in others)
    is_split = min(says) < WORST_GOOD_LEVEL < max(says)
    is_doubtful = bool(parts & {Part.UNSURE, Part.CUT_OFF}) or plain.endswith("?")
    if is_split or is_thanks or is_doubtful or _is_contradicted(pieces, level):
        return ParsedRating(ReplyReading.AMBIGUOUS)
    comment = words.strip() if others else None
    return ParsedRating(ReplyReading.CLEAR, level, comment=comment, is_inferred=True)


def _cuts_of(words: str) -> Iterator[tuple[str, str]]:
    """The ways to part a text into a rating and the rest, the rating first or last."""
    ends = [found.end() for found in _CUT.finditer(words.rstrip())]
    for end in ends[:_MAX_CUTS]:
        if end <= _MAX_RATED:
            yield words[:end], words[end:].strip()
    for end in reversed(ends[-_MAX_CUTS:]):
        if len(words) - end <= _MAX_RATED:
            yield words[end:], words[:end].strip()


def _is_rating_beside(part: ParsedRating, rated: str, rest: str, tables: ReplyTables) -> bool:
    if part.level is None or part.has_question or _wishes(rated, tables):
        return False
    if part.is_bare and _ENUMERATED.match(rated + rest):
        return False
    plain = normalise(rest, tables)
    if plain in tables.tails:
        return False
    return _wishes(rest, tables) or _is_question(plain, rest, tables)


def _wishes(words: str, tables: ReplyTables) -> bool:
    """Whether a clause of the words asks the hotline for something without being a question."""
    clauses = (clause.strip() for clause in _CLAUSE_END.split(normalise(words, tables)))
    return any(
        c in tables.commands
        or c.startswith(tables.wishes)
        or any(wish in c for wish in tables.wishes_anywhere)
        for c in clauses
    )


def _without_courtesies(rest: str, tables: ReplyTables) -> str:
    """What is left of a message, without a greeting or thanks before or after it."""
    ends = [0, *(found.end() for found in _CUT.finditer(rest)), len(rest)]
    pieces = [rest[start:end] for start, end in itertools.pairwise(ends)]
    while pieces and _CUT.sub("", normalise(pieces[0], tables)) in tables.courtesies | {""}:
        pieces.pop(0)
    while pieces and _CUT.sub("", normalise(pieces[-1], tables)) in tables.courtesies | {""}:
        pieces.pop()
    return "".join(pieces).strip()


def _is_question(plain: str, words: str, tables: ReplyTables) -> bool:
    for phrase in tables.not_asking:
        plain = plain.replace(phrase, "")
    if any(mark in plain for mark in tables.question_marks):
        return True
    sentences = re.split(r"[,.;!?，。；！？\n]+", plain)
    asks = any(s.strip().startswith(tables.question_starts) for s in sentences)
    is_long = len(plain) > 4
    return asks or (is_long and any(mark in words for mark in "?？"))


def _is_contradicted(pieces: list[str], level: int) -> bool:
    """Whether the words beside the level mock it or say the opposite."""
    tables = reply_tables()
    if level > WORST_GOOD_LEVEL:
        against, alone = (*tables.negative, *tables.sarcasm), tables.bad
    elif level < WORST_GOOD_LEVEL:
        against, alone = tables.positive, tables.good
    else:
        return False
    words = {word for piece in pieces for word in (piece, piece.rstrip("0123456789 分"))}
    together = " ".join(pieces)
    return bool(words & alone) or any(_says(together, word, tables) for word in against)


def _says(plain: str, word: str, tables: ReplyTables) -> bool:
    """Whether a word stands in the text without a negation right before it."""
    at = plain.find(word)
    while at >= 0:
        before = plain[:at].rstrip()
        if not before.endswith(tables.negating):
            return True
        at = plain.find(word, at + 1)
    return False

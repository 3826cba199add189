"""Reading a text as a rating from 1 to 5, in Chinese, Cantonese and English. Pure.

The reply is brought to one form (half width, lower case, simplified characters, Cantonese
particles as in Mandarin), cut into clauses, and each clause looked up as a whole in the tables of
``reply_words.toml``. Nothing is searched for inside a clause, so "不满意" is never "满意". What
mentions satisfaction without being such a clause, contradicts itself or mocks is ambiguous: the
citizen is asked once. What asks something or says nothing of a rating is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from opencc import OpenCC

from ratings.reply_tables import ReplyTables, reply_tables
from ratings.vocabulary import BadReason

_SEPARATORS = re.compile(
    r"[，,。!！?？;；：、~～\n\r\t()（）【】\[\]\"“”‘—…*#+|<>《》「」『』_=^·]+"
    r"|(?<!\d)[./:]+|[./:]+(?!\d)|(?<![a-z0-9])-+|-+(?![a-z0-9])|\b(?:because|but|although)\b"
)
_CJK = r"\u3400-\u9fff"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])|(?<=\d)\s+(?=\d)")
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff★☆"
_EMOJI_RUNS = re.compile(f"[{_EMOJI}]+|[^{_EMOJI}]+")
_NUMERAL_PAIR = re.compile(r"^(\d+)\s*[./\-:~至到或]\s*(\d+)(.*)$")
_DIGITS = re.compile(r"^\d{1,3}(?:分|星|级|颗星)?$|^\d{1,3} (?:points?|stars?)$")
_MENTIONS = re.compile(
    r"满意|satisf|manyi|[0-9一二三四五零两十]分(?![钟钱之公])|[1-5一二三四五两]星(?!期)"
)
_DECORATION = re.compile("[\ufe00-\ufe0f\u20e3\u200b-\u200d]")


class Reading(Enum):
    """What a reply is."""

    CLEAR = auto()
    AMBIGUOUS = auto()
    NONE = auto()


@dataclass(frozen=True)
class ParsedRating:
    """A reply as a rating.

    ``level`` is 1 to 5 when it is clear. ``comment`` is the whole reply where it says more than
    the level. ``is_bare``: a numeral and nothing else, which may also answer another question.
    """

    reading: Reading
    level: int | None = None
    comment: str | None = None
    is_bare: bool = False
    has_question: bool = False


class _Part(Enum):
    NUMERAL = auto()
    LEVEL = auto()
    UNSURE = auto()
    VAGUE = auto()
    CUT_OFF = auto()
    OTHER = auto()


@dataclass(frozen=True)
class _Clause:
    part: _Part
    level: int | None = None
    is_whole: bool = True


def parse_rating(words: str) -> ParsedRating:
    """Read a text as a rating. Never raises; an empty text is none."""
    tables = reply_tables()
    plain = _normalise(words, tables)
    pieces = [piece for piece in _clauses_of(plain, tables) if piece not in tables.courtesies]
    clauses = [_read_clause(piece, tables) for piece in pieces]
    levels = {clause.level for clause in clauses if clause.level is not None}
    asks = _is_question(plain, words, tables)
    parts = {clause.part for clause in clauses}
    if not levels:
        is_vague = bool(parts & {_Part.UNSURE, _Part.VAGUE}) and not asks
        return ParsedRating(Reading.AMBIGUOUS if is_vague else Reading.NONE, has_question=asks)
    is_numeral_only = _Part.LEVEL not in parts
    if asks and (is_numeral_only or _Part.UNSURE in parts):
        return ParsedRating(Reading.NONE, has_question=True)
    level = next(iter(levels))
    is_doubtful = bool(parts & {_Part.UNSURE, _Part.CUT_OFF}) or (plain.endswith("?") and not asks)
    if len(levels) > 1 or is_doubtful or _is_contradicted(plain, pieces, level, tables):
        return ParsedRating(Reading.AMBIGUOUS, has_question=asks)
    is_alone = all(c.level is not None and c.is_whole for c in clauses)
    return ParsedRating(
        Reading.CLEAR,
        level,
        comment=None if is_alone else words.strip(),
        is_bare=is_alone and is_numeral_only,
        has_question=asks,
    )


def find_reason(words: str) -> BadReason | None:
    """The reason that words of dissatisfaction name, or None: also where they are about the
    citizen's own matter, which is for the dialogue."""
    tables = reply_tables()
    plain = _normalise(words, tables)
    if any(word in plain for word in tables.matter):
        return None
    for reason, signs in tables.reasons.items():
        if any(sign in plain for sign in signs):
            return reason
    return None


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def _normalise(words: str, tables: ReplyTables) -> str:
    plain = unicodedata.normalize("NFKC", _DECORATION.sub("", words)).casefold().replace("’", "'")
    plain = str(_to_simplified().convert(plain))
    for theirs, ours in tables.replaced:
        plain = plain.replace(theirs, ours)
    plain = re.sub(r"\b(un|dis|non)-(?=satis)", r"\1", plain)
    return re.sub(r"[^\S\n]+", " ", plain).strip()


def _clauses_of(plain: str, tables: ReplyTables) -> list[str]:
    """Clauses in order, a run of emoji being one."""
    return [
        clause
        for part in _SEPARATORS.split(plain)
        for run in _EMOJI_RUNS.findall(part)
        for clause in _part_at_gaps(run.strip(" '"), tables)
    ]


def _part_at_gaps(run: str, tables: ReplyTables) -> list[str]:
    """The clauses that spaces part; what they cut apart ("3 个月", "不 满意") is put together."""
    compact = _strip_around(re.sub(r"\s+", "", run), tables)
    # "好 满意" is "good, satisfied"; "好满意" is Cantonese for very satisfied.
    if (compact in tables.levels or compact in tables.counted) and not run.startswith("好 "):
        return [compact]
    clauses: list[str] = []
    for piece in filter(None, _CJK_GAP.split(run)):
        last = clauses[-1] if clauses else ""
        is_amount = last in tables.numerals and piece.startswith(tables.amounts_zh)
        is_led = last.endswith(tables.leads) and not piece[0].isdigit()
        if is_amount or is_led or (clauses and piece in tables.tails):
            clauses[-1] += piece
        else:
            clauses.append(piece)
    return clauses


def _read_clause(clause: str, tables: ReplyTables) -> _Clause:
    if pair := _NUMERAL_PAIR.match(clause):
        return _read_pair(pair)
    if clause in tables.cut_off:
        return _Clause(_Part.CUT_OFF)
    core = _strip_around(clause, tables)
    if core in tables.vague or clause in tables.vague:
        return _Clause(_Part.VAGUE)
    if core in tables.levels:
        return _Clause(_Part.LEVEL, tables.levels[core])
    if found := _read_numeral(core, tables):
        return found
    if _DIGITS.match(core) and not core.startswith("12333"):
        return _Clause(_Part.UNSURE)
    is_matter = any(word in clause for word in tables.matter)
    if _MENTIONS.search(clause) and not is_matter:
        return _Clause(_Part.UNSURE)
    return _Clause(_Part.OTHER)


def _read_pair(pair: re.Match[str]) -> _Clause:
    """Two numbers: "5/5" is a level, "4.5分" or "3-4" is not clear, "3-4个月" no rating."""
    first, second, rest = pair.groups()
    if rest.strip() not in {"", "分", "星"} or len(first) > 2 or len(second) > 2:
        return _Clause(_Part.OTHER)
    if pair.group(0)[len(first) :].strip().startswith("/") and second == "5" and first in "12345":
        return _Clause(_Part.LEVEL, int(first))
    return _Clause(_Part.UNSURE)


def _read_numeral(core: str, tables: ReplyTables) -> _Clause | None:
    """A clause that is a numeral, or begins or ends with one beside words of the table."""
    if core in tables.numerals:
        return _Clause(_Part.NUMERAL, tables.numerals[core])
    if core in tables.counted:
        return _Clause(_Part.LEVEL, tables.counted[core])
    for head, level in tables.heads:
        if core.startswith(head):
            return _read_after_numeral(core[len(head) :], head, level, tables)
    for tail, level in tables.heads:
        words = core.removesuffix(tail)
        if words != core and words.strip() in tables.levels:
            is_same = tables.levels[words.strip()] == level
            return _Clause(_Part.LEVEL, level) if is_same else _Clause(_Part.UNSURE)
        if words != words.rstrip() and words.rstrip() in tables.vague:
            return _Clause(_Part.NUMERAL, level, is_whole=False)
    return None


def _read_after_numeral(rest: str, head: str, level: int, tables: ReplyTables) -> _Clause | None:
    """What follows a numeral in the same clause: its words, an amount, or a comment."""
    words = _strip_around(rest.strip(), tables)
    if words in tables.levels:
        is_same = tables.levels[words] == level
        return _Clause(_Part.LEVEL, level) if is_same else _Clause(_Part.UNSURE)
    first_word = words.split(" ")[0]
    whole = head + rest
    is_amount = whole[1:].startswith(tables.amounts_zh) or rest.startswith(tables.amounts_zh)
    if is_amount or first_word in tables.amounts_en:
        return _Clause(_Part.UNSURE if "满意" in rest else _Part.OTHER)
    if rest[:1].isascii() and rest[:1].isalnum():
        return None
    is_digit_or_counted = head.isdigit() or head in tables.counted
    if not is_digit_or_counted or any(word in rest for word in tables.matter):
        return None
    if rest.strip().startswith(tables.opens):
        part = _Part.LEVEL if head in tables.counted else _Part.NUMERAL
        return _Clause(part, level, is_whole=False)
    return _Clause(_Part.UNSURE)


def _strip_around(clause: str, tables: ReplyTables) -> str:
    """The clause without what may stand around a level."""
    core = clause
    while True:
        before = core
        for word in tables.before_zh:
            if len(core) > len(word) and core.startswith(word) and not _is_level(core, tables):
                core = core[len(word) :].strip()
                break
        for word in tables.after_zh:
            if len(core) > len(word) and core.endswith(word) and not _is_level(core, tables):
                core = core[: -len(word)].strip()
                break
        for word in tables.before_en:
            if core.startswith(word + " ") and not _is_level(core, tables):
                core = core[len(word) + 1 :].strip()
                break
        for word in tables.after_en:
            if core.endswith(" " + word) and not _is_level(core, tables):
                core = core[: -len(word) - 1].strip()
                break
        core = core.replace("的满意", "满意").replace("的不满意", "不满意")
        if core == before:
            return core


def _is_level(core: str, tables: ReplyTables) -> bool:
    return core in tables.levels or core in tables.counted or core in tables.numerals


def _is_question(plain: str, words: str, tables: ReplyTables) -> bool:
    if any(mark in plain for mark in tables.question_marks):
        return True
    sentences = re.split(r"[,.;!?，。；！？\n]+", plain)
    asks = any(s.strip().startswith(tables.question_starts) for s in sentences)
    is_long = len(plain) > 4
    return asks or (is_long and any(mark in words for mark in "?？"))


def _is_contradicted(plain: str, pieces: list[str], level: int, tables: ReplyTables) -> bool:
    """Whether the words beside the level mock it or say the opposite."""
    if level >= 4:
        against, alone = (*tables.negative, *tables.sarcasm), tables.bad
    elif level <= 2:
        against, alone = tables.positive, tables.good
    else:
        return False
    words = {word for piece in pieces for word in (piece, piece.rstrip("0123456789 分"))}
    return bool(words & alone) or any(_says(plain, word, tables) for word in against)


def _says(plain: str, word: str, tables: ReplyTables) -> bool:
    """Whether a word stands in the text without a negation right before it."""
    at = plain.find(word)
    while at >= 0:
        before = plain[:at].rstrip()
        if not before.endswith(tables.negating):
            return True
        at = plain.find(word, at + 1)
    return False

"""Cutting a rating's reply into clauses and looking each up in the tables as a whole. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from opencc import OpenCC

from core.characters import half_width
from ratings.reply_tables import ReplyTables

_SEPARATORS = re.compile(
    r"[，,。!！?？;；：、~～\n\r\t()（）【】\[\]\"“”‘—…*#+|<>《》「」『』_=^·]+"
    r"|(?<!\d)[./:]+|[./:]+(?!\d)|(?<![a-z0-9])-+|-+(?![a-z0-9])|\b(?:because|but|although)\b"
)
_CJK = r"\u3400-\u9fff"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])|(?<=\d)\s+(?=\d)")
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff★☆"
_EMOJI_RUN = re.compile(f"[{_EMOJI}]+")
_EMOJI_RUNS = re.compile(f"[{_EMOJI}]+|[^{_EMOJI}]+")
_NUMERAL_PAIR = re.compile(r"^(\d+)\s*[./\-:~至到或]\s*(\d+)(.*)$")
_DIGITS = re.compile(r"^\d{1,3}(?:分|星|级|颗星)?$|^\d{1,3} (?:points?|stars?)$")
_MENTIONS = re.compile(
    r"满意|satisf|manyi|[0-9一二三四五六七八九零两十]分(?![钟钱之公])|[1-5一二三四五两]星(?!期)"
)
# Skin tones, keycaps, variation selectors; other signs that are not seen are of category Cf.
_DECORATION = re.compile("[\U0001f3fb-\U0001f3ff\ufe00-\ufe0f\u20e3\u3164\U000e0100-\U000e01ef]")
_STARS = re.compile("^[⭐🌟★]{2,5}$")
_STARS_OF_FIVE = re.compile("^(★{1,5})☆{0,4}$")
_SOFTENING = "吧啦咯"


class Part(Enum):
    """What a clause of a reply is."""

    NUMERAL = auto()
    LEVEL = auto()
    PRAISE_OR_BLAME = auto()
    """Words outside the scale that say which end of it is meant."""
    UNSURE = auto()
    VAGUE = auto()
    CUT_OFF = auto()
    OTHER = auto()


@dataclass(frozen=True)
class Clause:
    """A clause, the level that it says, and whether it says nothing else. ``is_matter``: it is
    about the citizen's own matter; ``is_comment``: it goes on about the service."""

    part: Part
    level: int | None = None
    is_whole: bool = True
    is_matter: bool = False
    is_comment: bool = False


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _simplified(character: str) -> str:
    # One character at a time can be remembered, and replies have no words that need more.
    return str(_converter().convert(character)) if character > "\u2e7f" else character


def normalise(words: str, tables: ReplyTables) -> str:
    """A reply in one form, as ``spell`` gives it, without what is wrapped round a corrected
    level."""
    plain = spell(words, tables)
    for pattern, ours in tables.rewritten:
        plain = pattern.sub(ours, plain)
    return plain.strip()


def spell(words: str, tables: ReplyTables) -> str:
    """A reply in one spelling: half width, lower case, simplified, without signs that are not seen,
    Cantonese particles as in Mandarin."""
    seen = "".join(c for c in words if unicodedata.category(c) != "Cf")
    plain = half_width(_DECORATION.sub("", seen)).casefold().replace("’", "'")
    plain = "".join(map(_simplified, plain))
    for theirs, ours in tables.replaced:
        plain = plain.replace(theirs, ours)
    plain = re.sub(r"\b(un|dis|non)-(?=satis)", r"\1", plain)
    return re.sub(r"[^\S\n]+", " ", plain).strip()


def clauses_of(plain: str, tables: ReplyTables) -> list[str]:
    """The clauses of a normalised reply in order, a run of emoji being one."""
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


def read_clause(clause: str, tables: ReplyTables) -> Clause:
    """What a clause is."""
    if _EMOJI_RUN.fullmatch(clause):
        return _read_emoji(clause, tables)
    if pair := _NUMERAL_PAIR.match(clause):
        return _read_pair(pair)
    if clause in tables.cut_off:
        return Clause(Part.CUT_OFF)
    core = _strip_around(clause, tables)
    return (
        _read_words(clause, core, tables)
        or _read_numeral(core, tables)
        or _read_rest(clause, core, tables)
    )


def _read_words(clause: str, core: str, tables: ReplyTables) -> Clause | None:
    level = tables.levels.get(core) or _match_pattern(clause, core, tables)
    if level is not None:
        return Clause(Part.LEVEL, level)
    for words in (core, clause, core.rstrip(_SOFTENING), clause.rstrip(_SOFTENING)):
        if words in tables.praise_or_blame:
            return Clause(Part.PRAISE_OR_BLAME, tables.praise_or_blame[words])
        if words in tables.vague:
            return Clause(Part.VAGUE)
    return None


def _match_pattern(clause: str, core: str, tables: ReplyTables) -> int | None:
    spellings = (core, clause, core.rstrip(_SOFTENING))
    for pattern, level in tables.patterns:
        if any(map(pattern.fullmatch, spellings)):
            return level
    return None


def _read_rest(clause: str, core: str, tables: ReplyTables) -> Clause:
    is_matter = any(word in clause for word in tables.matter)
    if _DIGITS.match(core) and not core.startswith("12333"):
        return Clause(Part.UNSURE)
    if _MENTIONS.search(clause) and not is_matter:
        return Clause(Part.UNSURE)
    is_comment = clause.startswith(tables.opens)
    return Clause(Part.OTHER, is_matter=is_matter, is_comment=is_comment)


def _read_emoji(run: str, tables: ReplyTables) -> Clause:
    """Stars are counted; other signs praise or blame, several times the same as once."""
    if _STARS.match(run):
        return Clause(Part.LEVEL, len(run))
    of_five = _STARS_OF_FIVE.match(run)
    if of_five and len(run) == 5:
        return Clause(Part.LEVEL, len(of_five[1]))
    levels = {tables.praise_or_blame.get(sign) for sign in run} - {None}
    if len(levels) == 1:
        return Clause(Part.PRAISE_OR_BLAME, levels.pop())
    is_vague = len(levels) > 1 or any(sign in tables.vague for sign in run)
    return Clause(Part.VAGUE if is_vague else Part.OTHER)


def _read_pair(pair: re.Match[str]) -> Clause:
    """Two numbers: "5/5" is a level, "4.5分" or "3-4" is not clear, "3-4个月" no rating."""
    first, second, rest = pair.groups()
    if rest.strip() not in {"", "分", "星"} or len(first) > 2 or len(second) > 2:
        return Clause(Part.OTHER)
    if pair.group(0)[len(first) :].strip().startswith("/") and second == "5" and first in "12345":
        return Clause(Part.LEVEL, int(first))
    return Clause(Part.UNSURE)


def _read_numeral(core: str, tables: ReplyTables) -> Clause | None:
    """A clause that is a numeral, or begins or ends with one beside words of the table."""
    if core in tables.numerals:
        return Clause(Part.NUMERAL, tables.numerals[core])
    if core in tables.counted:
        return Clause(Part.LEVEL, tables.counted[core])
    for head, level in tables.heads.get(core[:1], ()):
        if core.startswith(head):
            return _read_after_numeral(core[len(head) :], head, level, tables)
    for tail, level in tables.tails_of_numerals.get(core[-1:], ()):
        words = core.removesuffix(tail)
        if words != core and words.strip() in tables.levels:
            is_same = tables.levels[words.strip()] == level
            return Clause(Part.LEVEL, level) if is_same else Clause(Part.UNSURE)
        if words != words.rstrip() and _is_remark(words.rstrip(), tables):
            return Clause(Part.NUMERAL, level, is_whole=False)
    return None


def _read_after_numeral(rest: str, head: str, level: int, tables: ReplyTables) -> Clause | None:
    """What follows a numeral in the same clause: its words, an amount, or a comment."""
    words = _strip_around(rest.strip(), tables)
    if words in tables.levels:
        is_same = tables.levels[words] == level
        return Clause(Part.LEVEL, level) if is_same else Clause(Part.UNSURE)
    first_word = words.split(" ")[0]
    whole = head + rest
    is_amount = whole[1:].startswith(tables.amounts_zh) or rest.startswith(tables.amounts_zh)
    if is_amount or first_word in tables.amounts_en:
        return Clause(Part.UNSURE if "满意" in rest else Part.OTHER)
    if rest[:1].isascii() and rest[:1].isalnum():
        return None
    is_digit_or_counted = head.isdigit() or head in tables.counted
    if not is_digit_or_counted or any(word in rest for word in tables.matter):
        return None
    if rest.strip().startswith(tables.opens):
        part = Part.LEVEL if head in tables.counted else Part.NUMERAL
        return Clause(part, level, is_whole=False)
    return Clause(Part.UNSURE)


def _strip_around(clause: str, tables: ReplyTables) -> str:
    """The clause without what may stand around a level."""
    core = clause
    while True:
        before = core
        core = _strip_before(core, tables.before_zh, "", tables)
        core = _strip_after(core, tables.after_zh, "", tables)
        core = _strip_before(core, tables.before_en, " ", tables)
        core = _strip_after(core, tables.after_en, " ", tables)
        core = core.replace("的满意", "满意").replace("的不满意", "不满意")
        if core == before:
            return core


def _strip_before(core: str, words: tuple[str, ...], gap: str, tables: ReplyTables) -> str:
    # Asking for all at once first is what most clauses need and takes no time.
    if not core.startswith(words) or _is_level(core, tables):
        return core
    for word in words:
        if core.startswith(word + gap) and len(core) > len(word + gap):
            return core[len(word + gap) :].strip()
    return core


def _strip_after(core: str, words: tuple[str, ...], gap: str, tables: ReplyTables) -> str:
    if not core.endswith(words) or _is_level(core, tables):
        return core
    for word in words:
        if core.endswith(gap + word) and len(core) > len(gap + word):
            return core[: -len(gap + word)].strip()
    return core


def _is_remark(words: str, tables: ReplyTables) -> bool:
    return words in tables.vague or words in tables.praise_or_blame


def _is_level(core: str, tables: ReplyTables) -> bool:
    return core in tables.levels or core in tables.counted or core in tables.numerals

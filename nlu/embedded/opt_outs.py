"""Whether a whole message asks for no more texts, in the spellings that people send back. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.yaml_files import read_yaml
from core.characters import half_width
from nlu.embedded.normalising import simplify

# A longer message is no such wish, a quoted text of ours not counted.
MAX_CHARACTERS = 80
_MAX_QUOTED = 1_600
_CLAUSE_END = re.compile(r"[^\w\s':-]+|\n+")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUESTION = re.compile(r"[?？]|吗|怎么|怎样|如何|多少|为什么|点解|点样|\b(?:how|what|why|when)\b")


@dataclass(frozen=True)
class _Patterns:
    around: re.Pattern[str]
    bare: re.Pattern[str]
    explicit: re.Pattern[str]
    footers: tuple[re.Pattern[str], ...]
    not_with: tuple[str, ...]


def is_opt_out(text: str) -> bool:
    """Whether the whole message asks for no more texts ("回T", "别再发了", "stop texting me").

    Courtesies and annoyance may stand beside the wish. What stands under a quoted text that names
    its key ("退订回T") is read with that key. Never a question, and never a message in which such
    words are about something else ("退订酒店押金能退吗").
    """
    if len(text) > _MAX_QUOTED:
        return False
    plain = _plain(text)
    if len(plain) <= MAX_CHARACTERS and _is_wish(plain):
        return True
    rest, key = _under_footer(plain)
    return rest != "" and (rest == key or (len(rest) <= MAX_CHARACTERS and _is_wish(rest)))


def footer_key(text: str) -> str:
    """The key with which a text says that its sender can be stopped ("t", "n", "stop"), or ""."""
    return _find_footer(_plain(text)[-_MAX_QUOTED:])[1]


def split_at_footer(text: str) -> tuple[str, str]:
    """A text parted behind the last words that say by which key its sender is stopped; ("", text)
    when it has none."""
    found = _footers_in(half_width(text).casefold())
    # Folding keeps the length of all but a few letters; where it does not, nothing is parted.
    if not found or len(half_width(text).casefold()) != len(text):
        return "", text
    end = max(match.end() for match in found)
    return text[:end], text[end:]


def _plain(text: str) -> str:
    seen = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Mn"})
    return simplify(seen).casefold().replace("’", "'")


def _is_wish(plain: str) -> bool:
    if _QUESTION.search(plain):
        return False
    pieces = _CLAUSE_END.split(plain)
    # "回 T" is one clause, "谢谢 退订" two.
    parted = [part for piece in pieces for part in _HAN_GAP.split(piece)]
    return _are_wishes(pieces, plain) or _are_wishes(parted, plain)


def _are_wishes(pieces: list[str], plain: str) -> bool:
    patterns = _patterns()
    clauses = [_without_courtesies(_compact(piece), patterns) for piece in pieces]
    clauses = [clause for clause in clauses if clause]
    if not clauses:
        return False
    wishes = [_is_explicit(c, patterns) or bool(patterns.bare.fullmatch(c)) for c in clauses]
    if all(wishes):
        return True
    has_explicit = any(_is_explicit(c, patterns) for c in clauses)
    return has_explicit and not any(word in plain for word in patterns.not_with)


def _is_explicit(clause: str, patterns: _Patterns) -> bool:
    return bool(patterns.explicit.fullmatch(clause))


def _compact(clause: str) -> str:
    clause = clause.strip(" '-:：_")
    return re.sub(r"\s+", "", clause) if _HAN.search(clause) else " ".join(clause.split())


def _without_courtesies(clause: str, patterns: _Patterns) -> str:
    if patterns.bare.fullmatch(clause) or patterns.explicit.fullmatch(clause):
        return clause
    return patterns.around.sub("", clause).strip()


def _under_footer(plain: str) -> tuple[str, str]:
    """What stands behind the last line that names a key, and the key."""
    end, key = _find_footer(plain)
    return plain[end:].strip(" \n.。!！,，;；、)）]】」”\"'-—–_=*>~") if key else "", key


def _find_footer(plain: str) -> tuple[int, str]:
    found = _footers_in(plain)
    if not found:
        return 0, ""
    last = max(found, key=lambda match: match.end())
    return last.end(), last[1]


def _footers_in(plain: str) -> list[re.Match[str]]:
    return [match for pattern in _patterns().footers for match in pattern.finditer(plain)]


@cache
def _patterns() -> _Patterns:
    rows = read_yaml(Path(__file__).with_name("opt_outs.yaml"))

    def any_of(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{one})" for one in rows[name]))

    # English ones stand as words of their own.
    courtesies = "|".join(rf"\b(?:{one})\b" if one.isascii() else one for one in rows["courtesies"])
    return _Patterns(
        around=re.compile(rf"^(?:(?:{courtesies})\s*)+|(?:\s*(?:{courtesies}))+$"),
        bare=any_of("bare"),
        explicit=any_of("explicit"),
        footers=tuple(re.compile(one) for one in rows["footers"]),
        not_with=tuple(rows["not_with"]),
    )

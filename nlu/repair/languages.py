"""The language that somebody wishes for, or shows by a whole sentence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from config.languages import SPOKEN_LANGUAGES, Language
from nlu.embedded.normalising import simplify
from nlu.repair.grammar import Choice
from nlu.repair.kinds import find_repair
from nlu.repair.phrase_book import load_book
from nlu.repair.readings import RepairKind
from nlu.repair.units import Unit, split_units

_MAX_CHARACTERS = 160
_MIN_ENGLISH_WORDS = 4
_MIN_WORDS_OF_GRAMMAR = 2
_MIN_CHARACTERS = 4
# Said in any language by habit.
_HABITS = frozenset({RepairKind.THANKS, RepairKind.GOODBYE, RepairKind.GREETING})


def find_language_wish(text: str) -> Language | None:
    """The language that is asked for by name in a clause of its own; None for telling of one
    ("老板要求说英语合法吗")."""
    if len(text) > _MAX_CHARACTERS:
        return None
    for clause in _clauses(split_units(text)):
        for language, wishes in _wishes():
            if _is_wish(clause, wishes):
                return language
    return None


def is_whole_sentence_of(text: str) -> Language | None:
    """The language of a whole sentence, None for words that people of any language use: OK, names,
    numbers, thanks, greetings."""
    if len(text) <= _MAX_CHARACTERS and find_repair(text) in _HABITS:
        return None
    words = [unit.text for unit in split_units(text)]
    english = [word for word in words if word.isascii() and word.isalpha()]
    chinese = "".join(word for word in words if not word.isascii())
    grammar = sum(word in _words("en_words") for word in english)
    if len(english) >= _MIN_ENGLISH_WORDS and grammar >= _MIN_WORDS_OF_GRAMMAR:
        return "en" if len(english) > len(chinese) else _chinese_sentence(text, chinese)
    return _chinese_sentence(text, chinese)


def _chinese_sentence(text: str, chinese: str) -> Language | None:
    if len(chinese) < _MIN_CHARACTERS:
        return None
    plain = simplify(text).removeprefix("唔，").removeprefix("唔,")
    if any(word in plain for word in _words("yue_words")):
        return "yue"
    return "zh" if any(word in plain for word in _words("zh_words")) else None


def _clauses(units: Sequence[Unit]) -> list[list[str]]:
    clauses: list[list[str]] = []
    for unit in units:
        if unit.follows_mark or not clauses:
            clauses.append([])
        clauses[-1].append(unit.text)
    return clauses


def _is_wish(clause: Sequence[str], wishes: Choice) -> bool:
    """Whether the clause is a wish with nothing but politeness around it."""
    around = _around()
    places: dict[int, bool] = {0: False}
    for start in range(len(clause)):
        if start not in places:
            continue
        has_wish = places[start]
        for end in around.ends(clause, start):
            places[end] = places.get(end, False) or has_wish
        for end in wishes.ends(clause, start):
            places[end] = True
    return places.get(len(clause), False)


@cache
def _wishes() -> tuple[tuple[Language, Choice], ...]:
    book = load_book("languages")
    return tuple(
        (
            language,
            book.grammar.compile(
                str(wish).replace("<name>", f"<{language}>") for wish in book.rows["wish"]
            ),
        )
        for language in SPOKEN_LANGUAGES
    )


@cache
def _around() -> Choice:
    return load_book("languages").choice("around")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(map(str, load_book("languages").rows[name]))

"""One spelling for what is said and written about danger, before signs are looked for."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import chain
from typing import cast

from pypinyin import Style, lazy_pinyin

from nlu.danger.patterns import compile_words, load_spelling
from nlu.embedded.normalising import simplify

_HAN = r"[\u3400-\u9fff]"
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff\ufe0f'’‘`´\"“”「」『』]")
# A blank between two words is a pause; between single characters it is nothing.
_PAUSE = re.compile(rf"(?<={_HAN}{_HAN})\s+(?={_HAN}{_HAN})")
_INNER_MARK = re.compile(rf"(?<={_HAN})[*·_\-/.~^|+=#]{{1,3}}(?={_HAN})")
_PAUSES = re.compile(r"[,、:…~]+")
_SPACES = re.compile(r"[^\S\n]+")
_SPELT_WITH_LATIN = re.compile(r"[a-z]{2}")
# Southern accents do not tell these apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FIRST_CODE = 0xE000
_FIRST_OTHER = "\uf8ff"


def respell(text: str) -> str:
    """The text in simplified characters, half width and lower case, Cantonese words as Mandarin
    ones, misspelt and misheard words of danger mended, stammers and fillers left out."""
    visible = _PAUSE.sub(",", _INVISIBLE.sub("", text))
    plain = _PAUSES.sub(",", simplify(visible).lower())
    plain = _SPACES.sub(" ", _INNER_MARK.sub("", _INVISIBLE.sub("", plain)))
    if _SPELT_WITH_LATIN.search(plain):
        plain = _replace_pinyin(plain)
    for table in ("cantonese", "mistakes"):
        plain = _replace(table, plain)
    plain = _filler_pattern().sub("", plain)
    plain = _stammer_pattern().sub(r"\1", plain)
    # Fillers can stand inside a misspelt word.
    return _correct_by_sound(_replace("mistakes", plain)).strip()


def _replace(table: str, text: str) -> str:
    words = _get_table(table)
    return _table_pattern(table).sub(lambda match: words[match[0]], text)


@cache
def _get_table(name: str) -> dict[str, str]:
    rows = cast(dict[object, object], load_spelling()[name])
    return {str(written): str(meant) for written, meant in rows.items()}


@cache
def _table_pattern(name: str) -> re.Pattern[str]:
    written = sorted(_get_table(name), key=len, reverse=True)
    return re.compile("|".join(map(_whole, written)))


def _whole(word: str) -> str:
    """A pattern for a word: Latin letters and digits at its ends belong to no other word."""
    before = "(?<![a-z0-9])" if re.match(r"[a-z0-9]", word) else ""
    after = (
        r"(?![a-z0-9]|[\u3400-\u9fff](?<![了算给吧在,]))" if re.search("[a-z0-9]$", word) else ""
    )
    return before + re.escape(word) + after


def _replace_pinyin(text: str) -> str:
    table = _get_table("pinyin")
    return _pinyin_pattern().sub(lambda match: table[_pinyin_keys()[_joined(match[0])]], text)


@cache
def _pinyin_pattern() -> re.Pattern[str]:
    spelt = sorted(_get_table("pinyin"), key=len, reverse=True)
    alternatives = "|".join(key.replace(" ", " ?") for key in spelt)
    return re.compile(rf"(?<![a-z])(?:{alternatives})(?![a-z])")


@cache
def _pinyin_keys() -> dict[str, str]:
    return {_joined(key): key for key in _get_table("pinyin")}


def _joined(syllables: str) -> str:
    return syllables.replace(" ", "")


@cache
def _filler_pattern() -> re.Pattern[str]:
    return compile_words(cast(list[str], load_spelling()["fillers"]))


@cache
def _stammer_pattern() -> re.Pattern[str]:
    words = compile_words(cast(list[str], load_spelling()["stammered"])).pattern
    return re.compile(rf"({words})(?:,?\1){{1,9}}")


def _correct_by_sound(text: str) -> str:
    sounds = "".join(map(_code, text))
    found = list(_sound_pattern().finditer(sounds))
    if not found:
        return text
    phrases = _sounding_phrases()
    pieces, end = [], 0
    for match in found:
        pieces += [text[end : match.start()], phrases[match[0]]]
        end = match.end()
    return "".join(chain(pieces, [text[end:]]))


@cache
def _sounding_phrases() -> dict[str, str]:
    phrases = cast(list[str], load_spelling()["by_sound"])
    return {"".join(map(_code, phrase)): phrase for phrase in phrases}


@cache
def _sound_pattern() -> re.Pattern[str]:
    return compile_words(_sounding_phrases())


@lru_cache(maxsize=20_000)
def _code(character: str) -> str:
    """One private character for each sound, so that sounds can be searched like text."""
    if not re.match(_HAN, character):
        return _FIRST_OTHER
    return chr(_FIRST_CODE + _number_of_sound(get_sound(character)))


@lru_cache(maxsize=20_000)
def get_sound(character: str) -> str:
    """How one Chinese character sounds, without tone and without what accents confuse."""
    syllable = str(lazy_pinyin(character, style=Style.NORMAL)[0])
    for spoken, alike in _ALIKE:
        if syllable.startswith(spoken):
            syllable = alike + syllable[len(spoken) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


_NUMBERS: dict[str, int] = {}


def _number_of_sound(sound: str) -> int:
    return _NUMBERS.setdefault(sound, len(_NUMBERS))

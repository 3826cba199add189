"""What a text is compared by: characters, sounds, concepts and Latin words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import combinations, pairwise

from pypinyin import Style, lazy_pinyin

from nlu.embedded.lexicon import load_concepts
from nlu.embedded.normalising import has_chinese

FAMILIES = ("characters", "sounds", "concepts", "words")

_CHINESE_RUN = re.compile(r"[\u3400-\u9fff0-9+]+")
_LATIN_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_LATIN_WORD_OR_NUMBER = re.compile(rf"{_LATIN_WORD.pattern}|\d+")
_MAX_CONCEPTS = 14
# Sounds that recognisers and southern speakers take for each other.
_MERGED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_ENDINGS = ("ing", "ied", "ies", "ed", "es", "s", "ly")
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the i me my we our you your he she it they them this that is am are was were be been
        do does did to of in on at for and or but with as if so has have had will would can could
        should may not no there here then than just about from by please hi hello""",
    )
)


def count_features(text: str) -> dict[str, Counter[str]]:
    """How often each feature of each family stands in a normalised text."""
    runs = _CHINESE_RUN.findall(text) if has_chinese(text) else []
    # Beside English words a number is one of them: alone in a family it would decide the topic.
    latin = (_LATIN_WORD if runs else _LATIN_WORD_OR_NUMBER).findall(text)
    return {
        "characters": Counter(gram for run in runs for gram in _character_grams(run)),
        "sounds": Counter(gram for run in runs for gram in _sound_grams(run)),
        "concepts": _concepts(runs, latin),
        "words": Counter(_word_features(latin)),
    }


def _grams(run: str, shortest: int, longest: int) -> list[str]:
    return [run[i : i + n] for n in range(shortest, longest + 1) for i in range(len(run) - n + 1)]


def _character_grams(run: str) -> list[str]:
    """Characters, pairs of neighbours, and pairs around any third (one wrong key spoils few).
    Longer runs make it slower and no better."""
    return _grams(run, 1, 2) + [f"{a}_{b}" for a, b in zip(run, run[2:], strict=False)]


def _sound_grams(run: str) -> list[str]:
    sounds = [sound_of(character) for character in run]
    return ["-".join(sounds[i : i + n]) for n in (1, 2) for i in range(len(sounds) - n + 1)]


@lru_cache(maxsize=20_000)
def sound_of(character: str) -> str:
    """A character's sound without tone, sounds that are taken for each other made one."""
    sound = str(lazy_pinyin(character, style=Style.NORMAL)[0])
    for said, merged in _MERGED_SOUNDS:
        sound = sound.replace(said, merged)
    return f"l{sound[1:]}" if sound.startswith("n") and len(sound) > 1 else sound


def _concepts(runs: list[str], latin: list[str]) -> Counter[str]:
    found = Counter(concept for run in runs for concept in _chinese_concepts(run))
    found.update(_latin_concepts(latin))
    names = sorted(found)[:_MAX_CONCEPTS] if len(found) > _MAX_CONCEPTS else sorted(found)
    found.update(f"{a}&{b}" for a, b in combinations(names, 2))
    return found


def _chinese_concepts(run: str) -> list[str]:
    concepts, longest = load_concepts(), _longest_word()
    found: list[str] = []
    position = 0
    while position < len(run):
        for length in range(min(longest, len(run) - position), 0, -1):
            names = concepts.get(run[position : position + length])
            if names:
                found.extend(names)
                break
        else:
            length = 1
        position += length
    return found


def _latin_concepts(latin: list[str]) -> list[str]:
    concepts = load_concepts()
    phrases = (" ".join(latin[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(latin) - n + 1))
    return [name for phrase in phrases for name in concepts.get(phrase, ())]


@cache
def _longest_word() -> int:
    return max(len(word) for word in load_concepts() if not word.isascii())


def _word_features(latin: list[str]) -> list[str]:
    stems = [_stem(word) for word in latin if word not in _STOP_WORDS]
    pairs = [f"{a} {b}" for a, b in pairwise(stems)]
    parts = [f"~{part}" for stem in stems for part in _grams(f"^{stem}$", 4, 4)]
    return stems + pairs + parts


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word

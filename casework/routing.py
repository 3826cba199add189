"""Which office a matter goes to: the one where the employer is (petition-work-regulations#22)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from opencc import OpenCC

from casework.vocabulary import CaseKind
from config.offices import Office, OfficeDirectory, Town
from core.characters import half_width

# A longer text is no answer to "which town", and by sound alone 其实 would be 企石.
_LONGEST_SOUND = 8
_SOUND_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FILLERS = re.compile(
    r"广东省?|东莞市?|街道|镇|区|那边|这边|这里|那个|工厂|公司|[嗯啊呃哦喂是在的我厂]|\W"
)
_KIND_WORDS = ("镇", "街道", "街", "区", "分局")
_simplify = OpenCC("t2s").convert


def route(
    offices: OfficeDirectory,
    kind: CaseKind,
    *,
    town: str | None,
    village: str | None = None,
    topic: str | None = None,
) -> Office:
    """The office for a matter.

    The town's branch; the default bureau when the town is not known; a station only for a message
    whose topic is on the station's own list.
    """
    branch = offices.of_town(town)
    if kind == CaseKind.MESSAGE and village:
        for station in offices.children(branch.id):
            if station.village == village and takes(station, topic):
                return station
    return branch


def takes(office: Office, topic: str | None) -> bool:
    """Whether an office may be given this matter."""
    return office.level != "station" or topic in office.topics


def find_town(offices: OfficeDirectory, text: str) -> Town | None:
    """The town named in an address or in the answer to "in which town?", or None.

    A name with its kind (长安镇) counts before a bare name, that before a place within; among
    equals the first named counts, because addresses go from large to small. A short answer with
    no written match is compared by sound, since recognised speech often has wrong characters.
    """
    plain = _simplify(half_width(text)).lower()
    matches = [
        (rank, plain.index(name), town)
        for town in offices.towns
        for rank, name in _names(town)
        if name in plain
    ]
    if matches:
        return min(matches, key=lambda match: match[:2])[2]
    return _find_by_sound(offices, plain)


def find_village(offices: OfficeDirectory, text: str) -> str | None:
    """The village or community of one of our stations that the text names, or None."""
    plain = _simplify(half_width(text))
    villages = (office.village for office in offices.offices if office.village)
    return next((village for village in villages if village in plain), None)


def _names(town: Town) -> Iterator[tuple[int, str]]:
    """Spellings of a town, each with its rank (smaller counts before larger)."""
    yield from ((0, town.name_zh + kind) for kind in _KIND_WORDS)
    yield 1, town.name_zh
    english = town.name_en.lower()
    yield 1, english
    yield 1, english.replace("'", "")
    yield from ((2, name.lower()) for name in (*town.aliases, *town.misheard))


def _find_by_sound(offices: OfficeDirectory, plain: str) -> Town | None:
    said = _FILLERS.sub("", plain)
    if not 2 <= len(said) <= _LONGEST_SOUND:
        return None
    sound = f" {_sound(said)} "
    found = [town for town in offices.towns if f" {_sound(town.name_zh)} " in sound]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=512)
def _sound(text: str) -> str:
    """Syllables without tones, with the differences folded that southern speakers do not make."""
    # Its dictionary takes a quarter of a second to load: only who compares by sound pays for it.
    from pypinyin import lazy_pinyin

    return " ".join(_fold(syllable) for syllable in lazy_pinyin(text))


def _fold(syllable: str) -> str:
    for initial, folded in _SOUND_FOLDS:
        if syllable.startswith(initial):
            syllable = folded + syllable[len(initial) :]
    return syllable[:-1] if syllable.endswith("ng") else syllable

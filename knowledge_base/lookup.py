"""Finding an article of a law by the names that people use."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from config.yaml_files import read_yaml
from knowledge_base.citations import Citation, StatuteIndex
from knowledge_base.models import StatuteArticle, StatuteText
from knowledge_base.statutes import bare_title, texts_in_force

_NAMES_FILE = Path(__file__).with_name("statute_names.yaml")
MAX_NEAREST = 3
# Names less alike than this (0-1, difflib) are not offered.
_MIN_LIKE = 0.5


@dataclass(frozen=True)
class LawName:
    """A law as it is called in an answer. ``id`` is that of the index or, outside it, the title."""

    id: str
    title: str
    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The name for a language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class ArticleFound:
    """The article's own words, from the version in force."""

    law: LawName
    article: int
    words: str
    version_on: date


@dataclass(frozen=True)
class TextNotHeld:
    """The law is known, its text was not imported."""

    law: LawName
    article: int


@dataclass(frozen=True)
class ArticleUnknown:
    """The law has no such article; it has 1 to ``last``."""

    law: LawName
    article: int
    last: int


@dataclass(frozen=True)
class LawUnknown:
    """No law is called so; ``nearest`` are called something like it and have such an article."""

    law_words: str
    article: int
    nearest: tuple[LawName, ...]


LookUp = ArticleFound | TextNotHeld | ArticleUnknown | LawUnknown


def find_article(
    db: Session, index: StatuteIndex, law_words: str, article: int, on: date
) -> LookUp:
    """Look an article up by what a citizen called the law, or by its id."""
    texts = texts_in_force(db, on)
    laws = _laws(index, texts.values())
    law = laws.get(law_words) or _named(laws, law_words)
    if law is None:
        near = [laws[id_] for id_ in _nearest(laws, law_words)]
        fitting = [n for n in near if article <= _last_article(index, texts.get(n.id), n.id)]
        return LawUnknown(law_words, article, tuple(fitting[:MAX_NEAREST]))
    text = texts.get(law.id)
    last = _last_article(index, text, law.id)
    if not 1 <= article <= last:
        return ArticleUnknown(law, article, last)
    row = db.get(StatuteArticle, (text.id, article)) if text is not None else None
    if text is None or row is None:
        return TextNotHeld(law, article)
    return ArticleFound(law, article, row.words, text.version_on)


def holds_texts(db: Session, on: date) -> bool:
    """Whether any law text was imported that is in force on a local day."""
    return bool(texts_in_force(db, on))


def citation_of(law: LawName, article: int) -> Citation:
    """The article as entries cite it."""
    return Citation(law.id, article)


def _last_article(index: StatuteIndex, text: StatuteText | None, id_: str) -> int:
    return text.articles if text is not None else index.by_id[id_].articles


def _laws(index: StatuteIndex, texts: Iterable[StatuteText]) -> dict[str, LawName]:
    laws = {s.id: LawName(s.id, s.title_zh, s.short_zh, s.title_en) for s in index.by_id.values()}
    for text in texts:
        laws.setdefault(
            text.statute, LawName(text.statute, text.title, text.short_title, text.short_title)
        )
    return laws


def _named(laws: Mapping[str, LawName], words: str) -> LawName | None:
    """The law of exactly this name, nickname or title."""
    id_ = _name_table(tuple(laws.values())).get(_bare(words))
    return laws[id_] if id_ is not None else None


def _nearest(laws: Mapping[str, LawName], words: str) -> list[str]:
    """Ids of laws whose names are like these words, the nearest first."""
    table = _name_table(tuple(laws.values()))
    near = difflib.get_close_matches(_bare(words), table, n=12, cutoff=_MIN_LIKE)
    return list(dict.fromkeys(table[name] for name in near))


@cache
def _name_table(laws: tuple[LawName, ...]) -> Mapping[str, str]:
    """Every name of every law, bare, to its id; official names win over nicknames."""
    nicknames: dict[str, dict[str, list[str]]] = read_yaml(_NAMES_FILE)
    table: dict[str, str] = {}
    for law in laws:
        for name in (law.zh, law.title, law.en):
            table.setdefault(_bare(name), law.id)
    for id_, by_language in nicknames.items():
        for name in (*by_language["zh"], *by_language["en"]):
            table.setdefault(_bare(name), id_)
    return table


def _bare(words: str) -> str:
    """A name without what people add or leave out."""
    plain = re.sub(r"\b(?:the|of|on|prc|china)\b", " ", words.lower().replace("labor", "labour"))
    return re.sub(r"[\s()'\-]", "", bare_title(plain))

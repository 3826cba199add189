"""Citations: which article of which law, and how it is written in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from config.yaml_files import parse_yaml
from core.errors import ContentError

_FORM = re.compile(r"([a-z0-9-]+)#(\d+)")


@dataclass(frozen=True, order=True)
class Citation:
    """One article of one statute: ``labour-contract-law#19``."""

    statute: str
    article: int

    @classmethod
    def parse(cls, written: str) -> Citation:
        """Read ``statute-id#article``. Raises ValueError."""
        match = _FORM.fullmatch(written)
        if match is None:
            raise ValueError(f"{written!r} is not statute-id#article.")
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.statute}#{self.article}"


@dataclass(frozen=True)
class Statute:
    """A law that may be cited. ``articles`` is how many it has, numbered from 1."""

    id: str
    title_zh: str
    short_zh: str
    title_en: str
    level: str
    articles: int
    effective: date


class StatuteIndex:
    """All laws that may be cited, by id."""

    def __init__(self, statutes: Iterable[Statute]) -> None:
        self.by_id: Mapping[str, Statute] = {statute.id: statute for statute in statutes}

    @classmethod
    def parse(cls, text: str) -> StatuteIndex:
        """The index from the text of ``statutes.yaml``."""
        raw = parse_yaml(text)
        return cls(
            Statute(
                id=row["id"],
                title_zh=row["title_zh"],
                short_zh=row["short_zh"],
                title_en=row["title_en"],
                level=row["level"],
                articles=row["articles"],
                effective=date.fromisoformat(row["effective"]),
            )
            for row in raw
        )

    def require(self, citation: Citation) -> Statute:
        """The cited law. Raises ContentError when law or article does not exist."""
        statute = self.by_id.get(citation.statute)
        if statute is None:
            raise ContentError(f"statute {citation.statute} is not in the index.")
        if not 1 <= citation.article <= statute.articles:
            raise ContentError(
                f"{citation}: {statute.short_zh} has {statute.articles} articles only."
            )
        return statute

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of all laws."""
        return frozenset(self.by_id)

    def legal_basis(self, citations: Iterable[Citation], language: str) -> str:
        """Citations as words, one law once: 《劳动合同法》第19条、第83条."""
        articles: dict[str, list[int]] = {}
        for citation in citations:
            self.require(citation)
            articles.setdefault(citation.statute, []).append(citation.article)
        parts = [
            _PHRASE[language](self.by_id[statute], numbers) for statute, numbers in articles.items()
        ]
        return _JOINT[language].join(parts)


def _phrase_zh(statute: Statute, articles: list[int]) -> str:
    return f"《{statute.short_zh}》" + "、".join(f"第{article}条" for article in articles)


def _phrase_en(statute: Statute, articles: list[int]) -> str:
    return f"{statute.title_en}, art. " + ", ".join(str(article) for article in articles)


_PHRASE = {"zh": _phrase_zh, "en": _phrase_en}
_JOINT = {"zh": "；", "en": "; "}

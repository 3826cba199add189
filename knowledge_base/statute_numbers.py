"""Which numbers stand in which article: facts about the laws, kept so that answers can be checked
where the law texts themselves are absent.

``statute_numbers.json`` maps statute id to article number to the sorted numbers of the article.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from knowledge_base.citations import Citation
from knowledge_base.numbers import numbers_in_law
from knowledge_base.statute_texts import split_articles

INDEX_FILE = Path(__file__).with_name("statute_numbers.json")
NumberIndex = Mapping[str, Mapping[int, frozenset[Decimal]]]


def numbers_of_texts(folder: Path) -> NumberIndex:
    """The numbers of all statutes in a folder of Markdown texts, one file a statute id."""
    return {
        path.stem: {
            article: numbers_in_law(text)
            for article, text in split_articles(path.read_text(encoding="utf-8")).items()
        }
        for path in sorted(folder.glob("*.md"))
        if path.stem != "README"
    }


def load_number_index(path: Path = INDEX_FILE) -> NumberIndex:
    """The kept index."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        statute: {int(a): frozenset(map(Decimal, numbers)) for a, numbers in articles.items()}
        for statute, articles in raw.items()
    }


def save_number_index(index: NumberIndex, path: Path = INDEX_FILE) -> None:
    """Write the index, one statute a line, so that a change shows in a diff."""
    lines = [
        json.dumps(statute)
        + ": "
        + json.dumps({str(a): [str(n) for n in sorted(numbers)] for a, numbers in articles.items()})
        for statute, articles in index.items()
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def numbers_of(index: NumberIndex, citations: tuple[Citation, ...]) -> frozenset[Decimal]:
    """All numbers of the cited articles together."""
    found: set[Decimal] = set()
    for citation in citations:
        found |= index.get(citation.statute, {}).get(citation.article, frozenset())
    return frozenset(found)

"""Citations and the words in which an answer names its legal basis."""

from __future__ import annotations

import pytest

from core.errors import ContentError
from knowledge_base.citations import Citation
from knowledge_base.loader import Content


def test_a_citation_is_read_and_written_alike() -> None:
    citation = Citation.parse("labour-contract-law#19")
    assert (citation.statute, citation.article) == ("labour-contract-law", 19)
    assert str(citation) == "labour-contract-law#19"


@pytest.mark.parametrize("written", ["labour-contract-law", "Labour#1", "a#b", "a#1#2", ""])
def test_anything_else_is_no_citation(written: str) -> None:
    with pytest.raises(ValueError, match="is not statute-id#article"):
        Citation.parse(written)


def test_the_articles_of_one_law_are_named_together(content: Content) -> None:
    cited = [
        Citation("labour-contract-law", 19),
        Citation("labour-law", 21),
        Citation("labour-contract-law", 83),
    ]
    assert content.statutes.legal_basis(cited, "zh") == (
        "《劳动合同法》第19条、第83条；《劳动法》第21条"
    )
    assert content.statutes.legal_basis(cited, "en") == (
        "Labour Contract Law, art. 19, 83; Labour Law, art. 21"
    )


def test_a_law_or_article_that_does_not_exist_is_refused(content: Content) -> None:
    with pytest.raises(ContentError, match="statute law-of-mars is not in the index"):
        content.statutes.require(Citation("law-of-mars", 1))
    with pytest.raises(ContentError, match="劳动合同法 has 98 articles only"):
        content.statutes.require(Citation("labour-contract-law", 99))

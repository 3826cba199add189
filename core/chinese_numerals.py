"""Chinese numerals to digits and back.

The library makes large patterns when it is imported, which takes longer than anything else that
the web process imports: it is imported at the first use, or by ``prepare``.
"""

from __future__ import annotations


def prepare() -> None:
    """Import the library now, so that the first use need not wait for it."""
    import cn2an  # noqa: F401


def write_numeral(number: str) -> str:
    """Digits as a numeral: "15" becomes 一十五, "2.5" 二点五. Raises ValueError."""
    import cn2an

    return str(cn2an.an2cn(number, "low"))


def read_numeral(words: str) -> int | float:
    """The number that a numeral says; digits may stand in it (3万). Raises ValueError."""
    import cn2an

    number: int | float = cn2an.cn2an(words, "smart")
    return number

"""One form for characters that come in several widths and shapes."""

from __future__ import annotations

import unicodedata

MAX_FOR_ONE = 6
"""Characters that one character becomes at most."""
# Two Arabic signs are whole sentences, of 18 and 8 characters. They say nothing that is looked for,
# and a text of nothing else would cost every reader many times its length.
_SENTENCES = ("\ufdfa", "\ufdfb")


def half_width(text: str) -> str:
    """Half width and plain shapes (Unicode's NFKC): ``１`` is ``1``, ``㍿`` is ``株式会社``.

    At most MAX_FOR_ONE times as long as the text.
    """
    for sign in _SENTENCES:
        text = text.replace(sign, " ")
    return unicodedata.normalize("NFKC", text)

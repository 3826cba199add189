"""Which of the line's languages a text is written in."""

from __future__ import annotations

import re

from nlu.interpretation import Language

_CANTONESE = re.compile(
    "[嘅咗唔冇喺咁啲佢嚟哋嘢咩㗎嗰攞揾搵睇俾嘞喎啩噃瞓冧諗谂]|"
    "点算|點算|几耐|幾耐|边度|邊度|边个|邊個|老细|老細|出粮|出糧|返工|系咪|係咪|畀人|畀钱|劈炮|执笠|"
    "執笠|炒鱿|有冇|点解|點解|点计|點計|几多|幾多|乜|而家|依家|琴日|听日|聽日|人工几|搵工|今個月|做嘢"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def detect_language(text: str) -> Language:
    """'yue' for written Cantonese, 'en' when Latin words outweigh characters, else 'zh'."""
    if _CANTONESE.search(text):
        return "yue"
    chinese = len(_CHINESE.findall(text))
    words = len(_LATIN_WORD.findall(text))
    return "en" if words > chinese else "zh"

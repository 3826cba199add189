"""Whether a message asks something."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"[?？]|吗|怎么|怎样|怎办|多少|什么|为何|为啥|咋|哪[里儿个些天家]|谁|能不能|可不可以|是否|要不要|有没有|合法|违法|"
    r"(?<![十好有百万千])几[天年号点时多钱岁级个]|多久|多长|多大|呢$|凭啥|点[算样解做计]|边度|边个|得唔得|有冇|使唔使|几耐|咩|乜|"
    r"请问|想问|问一下|问下|咨询|"
    r"\b(?:how|what|when|where|who|why|which|whether|is it|is that|are they|can i|can they|can we|can my|can you|do i|do they|"
    r"should i|am i|could i|legal|illegal)\b"
)


def is_question(plain: str) -> bool:
    """Whether a text in simplified, lower-case spelling has a word or mark of asking."""
    return bool(_ASKS.search(plain))

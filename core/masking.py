"""Hiding personal data in free text before it is kept for editors or shown in logs."""

from __future__ import annotations

import re

# Order matters: the longest runs first, so that an identity number is not taken for two phones.
_PATTERNS = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[身份证号]"),
    # A case number is as long as an account's, and is no personal data.
    (re.compile(r"(?<!\d)(?!(?<=DG)20\d{14}(?!\d))\d{15,19}(?!\d)"), "[账号]"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[手机号]"),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"), "[电话]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[邮箱]"),
    (
        re.compile(r"(?:我叫|我是叫|本人叫|my name is )\s*[\w·]{2,20}?(?=[，,。.\s]|$)", re.I),
        "[姓名]",
    ),
)


def mask_personal(text: str) -> str:
    """``text`` with identity, account, phone and mail addresses and self-given names replaced."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text

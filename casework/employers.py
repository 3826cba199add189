"""Employer names: one key for the many ways in which people write the same employer."""

from __future__ import annotations

import re

from opencc import OpenCC

from core.characters import half_width
from core.encryption import Vault

_simplify = OpenCC("t2s").convert
_NOISE = re.compile(r"[\s\W_]+")
_AREA = re.compile(r"^(?:中国)?(?:广东省?)?(?:东莞市?)?")
_LEGAL_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|责任公司|集团公司|总公司|公司|coltd|companylimited|limited|ltd|inc|co)$"
)
_SHORTEST = 2


def normalise_employer(name: str) -> str:
    """The name without place, legal form, spaces and punctuation, simplified and in small letters.

    东莞市鸿达电子有限公司, 鸿达电子（公司） and 鴻達電子 give the same. What would leave less than
    two characters is kept whole. Empty for a name without letters.
    """
    plain = _NOISE.sub("", _simplify(half_width(name)).lower())
    without_area = _keep(_AREA.sub("", plain), plain)
    return _keep(_LEGAL_FORM.sub("", without_area), without_area)


def employer_key(vault: Vault, name: str | None) -> str | None:
    """The keyed hash by which cases of one employer find each other; None without a name."""
    plain = normalise_employer(name or "")
    return vault.keyed_hash(f"employer:{plain}") if plain else None


def _keep(shorter: str, longer: str) -> str:
    return shorter if len(shorter) >= _SHORTEST else longer

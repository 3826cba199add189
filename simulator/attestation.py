"""What the carrier says of a caller ID (SHAKEN/STIR), as Twilio passes it on.

twilio.com/docs/voice/trusted-calling-with-shakenstir: ``StirVerstat`` comes with calls that carry a
signature; A says that the caller may use the number, B and C say less. Without one there is no
parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.errors import InputError

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "none": "",
        "passed_a": "TN-Validation-Passed-A",
        "passed_b": "TN-Validation-Passed-B",
        "passed_c": "TN-Validation-Passed-C",
        "failed": "TN-Validation-Failed",
    }
)
"""What a caller on the page or in a test can come with, and the value that is sent."""


def read_verdict(name: str) -> str:
    """The value of ``StirVerstat`` for a name of ``VERDICTS``; raises InputError for another."""
    if name not in VERDICTS:
        raise InputError(f"There are {', '.join(VERDICTS)}.", "verdict")
    return VERDICTS[name]


def attestation_of(verdict: str) -> dict[str, str]:
    """The parameters of a call that came with a verdict."""
    return {"StirVerstat": verdict} if verdict else {}

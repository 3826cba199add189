"""Where an agent is called: a number or a SIP address. Pure."""

from __future__ import annotations

import re

from core.errors import InputError
from core.phones import mask, parse_phone

_SIP = re.compile(r"sip:[\w.+-]{1,64}@[\w.-]{1,180}")


def parse_address(written: str) -> str:
    """A number in E.164, or a SIP address as it was written. Raises InputError for anything
    else."""
    if written.startswith("sip:"):
        if not _SIP.fullmatch(written):
            raise InputError("This is no SIP address.", "address")
        return written
    return parse_phone(written).e164


def mask_address(address: str) -> str:
    """An agent's number or SIP address for lists and logs: ``sip:s****@hotline.cn``."""
    if not address.startswith("sip:"):
        return mask(address)
    user, _, host = address.removeprefix("sip:").partition("@")
    return f"sip:{user[:1]}****@{host}"

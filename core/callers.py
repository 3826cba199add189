"""By what a caller is counted: the number, if it is theirs, else what can be said instead.

A claim is counted apart from the number itself, so that nobody uses up what its owner may do.
"""

from __future__ import annotations

from core.encryption import Vault

_CLAIMED, _WITHHELD = "x", "w"


def caller_key(vault: Vault, phone: str, conversation_id: str, *, is_proved: bool) -> str:
    """At most 32 characters that name who speaks in a conversation.

    ``phone`` is E.164, or empty when withheld: then each conversation is a caller of its own. No
    key of one kind is ever that of another: a keyed hash begins with a hexadecimal digit.
    """
    if not phone:
        return _WITHHELD + vault.keyed_hash(conversation_id)[1:]
    key = vault.keyed_hash(phone)
    return key if is_proved else _CLAIMED + key[1:]


def is_withheld(key: str) -> bool:
    """Whether a caller withheld the number."""
    return key.startswith(_WITHHELD)


WITHHELD_PATTERN = f"{_WITHHELD}%"
"""What the keys of all callers who withhold their numbers are ``LIKE`` in SQL."""

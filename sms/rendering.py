"""From replies to the words of a text. Pure; cutting into numbered texts is the outbox's."""

from __future__ import annotations

from collections.abc import Iterable

from dialogue.replies import Reply, Say


def write(replies: Iterable[Reply]) -> str:
    """What is said in a turn, as one text; empty when nothing is said."""
    return "\n".join(reply.words.strip() for reply in replies if isinstance(reply, Say))

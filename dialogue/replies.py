"""What the service does in a turn, in the dialogue's own words: the channels render these.

Replies are JSON-able, because a turn asked for twice gets the stored replies again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from outbox.limits import Destination


@dataclass(frozen=True)
class Say:
    """Say (voice) or write (text) these words in this language."""

    words: str
    language: str
    slowly: bool = False


@dataclass(frozen=True)
class Listen:
    """Wait for keys and, if ``speech``, for words. ``digits`` is how many keys make an answer
    (None: ended by #). ``hints`` are words that the recogniser should expect. ``is_patient``: the
    citizen asked for time."""

    language: str
    digits: int | None = 1
    speech: bool = True
    hints: tuple[str, ...] = ()
    is_patient: bool = False


@dataclass(frozen=True)
class TakeRecording:
    """Record until # or silence, at most ``max_seconds``."""

    language: str
    max_seconds: int


@dataclass(frozen=True)
class Transfer:
    """Connect to a person: these numbers or SIP addresses in turn."""

    targets: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Enqueue:
    """Put the caller in the queue for an agent of this office who speaks this language.
    ``is_urgent``: before all who are not."""

    language: str
    office_id: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class SendText:
    """Send a text to the citizen beside what is said. ``kind`` is one of the outbox's kinds,
    ``caller_key`` at whose wish it goes, ``is_claimed``: nobody has proved the number."""

    words: str
    kind: str
    phone: str
    language: str
    key: str
    caller_key: str | None = None
    is_claimed: bool = False

    def destination(self, phone_key: str) -> Destination:
        """Where it goes, for the limits."""
        return Destination(
            self.kind, self.phone, phone_key, self.caller_key, is_claimed=self.is_claimed
        )


@dataclass(frozen=True)
class End:
    """End the conversation (voice: hang up)."""

    reason: Literal["done", "silence", "failure"] = "done"


Reply = Say | Listen | TakeRecording | Transfer | Enqueue | SendText | End
_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (Say, Listen, TakeRecording, Transfer, Enqueue, SendText, End)
}


def replies_to_json(replies: Iterable[Reply]) -> list[dict[str, Any]]:
    """Replies as JSON-able values."""
    return [{"reply": type(reply).__name__, **asdict(reply)} for reply in replies]


def replies_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Reply, ...]:
    """Replies from ``replies_to_json``."""
    found = []
    for row in rows:
        fields = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in row.items()
            if name != "reply"
        }
        found.append(_KINDS[row["reply"]](**fields))
    return tuple(found)

"""The state of one call, as the phone page and the tests see it."""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from simulator.twiml import Verb

LIVE = frozenset({"queued", "ringing", "in-progress"})
"""States of a call that is not over (twilio.com/docs/voice/api/call-resource)."""

_LATIN_A_SECOND, _CHINESE_A_SECOND = 15.0, 4.0


@dataclass(frozen=True)
class Moment:
    """One thing that happened in a call."""

    number: int
    who: str
    """``line`` (was heard), ``caller`` (did something) or ``network`` (what the exchange did)."""
    verb: str
    text: str
    language: str = ""
    voice: str = ""
    second: float = 0.0
    """Seconds of the call's own time since it began."""


@dataclass(frozen=True)
class Waiting:
    """What the call is waiting for."""

    kind: str
    """``gather``, ``record``, ``dial``, ``queue`` or ``answer``."""
    verb: Verb
    details: dict[str, Any] = field(default_factory=dict)


@dataclass
class Transcription:
    """A transcription that runs in a call."""

    sid: str
    verb: Verb
    page_url: str
    events: int = 0


@dataclass
class Page:
    """A document that is being carried out."""

    url: str
    verbs: deque[Verb]


@dataclass
class QueueStay:
    """A call's stay in a queue."""

    sid: str
    name: str
    verb: Verb
    page: Page
    """The document that goes on when the stay is over."""
    wait_url: str
    wait_method: str
    seconds: float = 0.0


@dataclass
class Call:
    """One call. Its time runs by what is said and done, not by the wall clock."""

    sid: str
    from_: str
    to: str
    direction: str
    """``inbound``, ``outbound-api`` or ``outbound-dial``."""
    created_at: datetime
    status: str = "ringing"
    timeline: list[Moment] = field(default_factory=list)
    waiting: Waiting | None = None
    seconds: float = 0.0
    page: Page | None = None
    queue: QueueStay | None = None
    transcription: Transcription | None = None
    recorded: float = 0.0
    """Seconds spoken into the recording that is being made."""
    documents: int = 0
    """Documents fetched since the caller last did something."""
    callbacks: dict[str, str] = field(default_factory=dict)
    """``url``, ``fallback`` and ``status`` addresses, with their methods as ``..._method``."""
    ended_at: datetime | None = None
    last_document: str = ""
    parent: Call | None = field(default=None, repr=False)
    """The call whose Dial made this one."""
    verdict: str = ""
    """What the carrier says of the caller ID (``simulator.attestation``)."""
    legs: list[Call] = field(default_factory=list, repr=False)
    """The calls that this one's Dial made."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether the call is not over."""
        return self.status in LIVE

    def note(self, who: str, verb: str, text: str, language: str = "", voice: str = "") -> None:
        """Add a moment to the timeline."""
        number = len(self.timeline) + 1
        self.timeline.append(
            Moment(number, who, verb, text, language, voice, round(self.seconds, 1))
        )

    def pass_time(self, seconds: float) -> None:
        """Let the call's own time go on; a caller in a queue waits that long."""
        self.seconds += seconds
        if self.queue is not None:
            self.queue.seconds += seconds

    @property
    def duration(self) -> int:
        """Length in whole seconds, at least 1 once it was answered."""
        return max(math.ceil(self.seconds), 1)

    def as_json(self) -> dict[str, Any]:
        """The state for the page and the driver."""
        timeline = [asdict(moment) for moment in list(self.timeline)]
        waiting = self.waiting
        return {
            "sid": self.sid,
            "from": self.from_,
            "to": self.to,
            "direction": self.direction,
            "status": self.status,
            "is_live": self.is_live,
            "seconds": round(self.seconds, 1),
            "timeline": timeline,
            "heard": [moment for moment in timeline if moment["who"] == "line"],
            "waiting_for": waiting.kind if waiting else "none",
            "details": waiting.details if waiting else {},
            "document": self.last_document,
        }


def spoken_seconds(text: str) -> float:
    """About how long a voice takes for ``text``."""
    chinese = sum(1 for character in text if "\u2e80" <= character <= "\u9fff")
    return chinese / _CHINESE_A_SECOND + (len(text) - chinese) / _LATIN_A_SECOND

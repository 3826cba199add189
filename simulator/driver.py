"""Citizens for tests, scenarios and benchmarks: a caller and a texter over the stand-in's HTTP.

caller = PhoneCaller(simulator_url, "+8613800138000")
heard = caller.call()              # what the line said, until it waited for something
heard = caller.say("老板拖欠工资三个月怎么办")
heard = caller.press("1")
texts = Texter(simulator_url, "+8613800138000").wait_for_texts(1)
"""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from core.errors import HotlineError

_TIMEOUT_SECONDS = 60.0


class DriverError(HotlineError):
    """The stand-in did not do what was asked; the message says why."""


@dataclass(frozen=True)
class Heard:
    """One thing that the line said or did."""

    verb: str
    text: str
    language: str = ""
    voice: str = ""


@dataclass(frozen=True)
class TextMessage:
    """One text, in either direction."""

    sid: str
    direction: str
    from_: str
    to: str
    body: str
    status: str
    statuses: tuple[str, ...]
    num_segments: int
    encoding: str
    error_code: int | None

    @property
    def is_inbound(self) -> bool:
        """Whether the citizen sent it."""
        return self.direction == "inbound"


class SimulatorClient:
    """The stand-in's control interface."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request; returns the JSON answer. Raises DriverError for anything but a 2xx."""
        response = requests.request(
            method, f"{self.url}/simulator{path}", json=body, timeout=_TIMEOUT_SECONDS
        )
        if not response.ok:
            raise DriverError(f"{method} {path}: {response.status_code} {response.text[:300]}")
        return response.json() if response.content else None

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until all callbacks were sent; False when that took longer."""
        return bool(self.ask("POST", "/settle", {"seconds": seconds})["is_settled"])

    def switch_on_fault(self, name: str, *, count: int | None = None, phone: str = "") -> None:
        """Switch on a fault of ``simulator/faults.py``."""
        self.ask("POST", "/faults", {"name": name, "count": count, "phone": phone})

    def switch_off_faults(self) -> None:
        """Switch off all faults."""
        self.ask("DELETE", "/faults")

    def set_people(self, outcome: str, seconds: int = 30) -> None:
        """Who is dialled: no-answer, busy, failed, completed (takes the call), declined, ignored
        (answers and presses no key, as a voicemail), or ask."""
        self.ask("POST", "/people", {"outcome": outcome, "seconds": seconds})

    def skip_time(self, seconds: float) -> None:
        """Move the service's clock on, where it reads CLOCK_OFFSET_FILE."""
        self.ask("POST", "/clock", {"seconds": seconds})

    def exchanges(self, about: str = "", limit: int = 200) -> list[dict[str, Any]]:
        """What went over the wire, oldest first."""
        query = urlencode({"about": about, "limit": limit})
        return list(self.ask("GET", f"/log?{query}")["exchanges"])

    def violations(self) -> list[dict[str, Any]]:
        """The broken rules of Twilio's that were seen."""
        return list(self.ask("GET", "/violations")["violations"])


class PhoneCaller:
    """A citizen at a telephone. Every act returns what was heard since it began."""

    def __init__(self, simulator_url: str, phone: str) -> None:
        self.client = SimulatorClient(simulator_url)
        self.phone = phone
        self.state: dict[str, Any] = {}
        self._heard_before = 0

    def call(self, verdict: str = "none") -> list[Heard]:
        """Dial the hotline and listen until it waits for something; ``verdict``: what the carrier
        says of the number (``simulator.attestation``)."""
        self._heard_before = 0
        asked = {"from": self.phone, "verdict": verdict}
        return self._take(self.client.ask("POST", "/calls", asked))

    def pick_up(self) -> list[Heard]:
        """Answer a call that rings at this phone: the service's, or one that it put through."""
        query = urlencode({"phone": self.phone, "status": "ringing"})
        ringing = self.client.ask("GET", f"/calls?{query}")["calls"]
        if not ringing:
            raise DriverError(f"No call rings at {self.phone}.")
        self._heard_before = 0
        self.state = ringing[0]
        return self._perform("answer")

    def press(self, digits: str) -> list[Heard]:
        """Press keys, then pause."""
        return self._perform("press", digits=digits)

    def say(self, text: str, confidence: float = 0.9) -> list[Heard]:
        """Say something that is recognised as ``text``."""
        return self._perform("say", text=text, confidence=confidence)

    def stay_silent(self) -> list[Heard]:
        """Do nothing until the line gives up waiting."""
        return self._perform("silence")

    def record(
        self,
        seconds: float = 8.0,
        *,
        wav: bytes | None = None,
        finish_with: str = "#",
        silent: bool = False,
    ) -> list[Heard]:
        """Leave a message; ``finish_with`` is a key, ``hangup`` or ``timeout``."""
        encoded = base64.b64encode(wav).decode() if wav else None
        return self._perform(
            "record", seconds=seconds, wav=encoded, finish_with=finish_with, silent=silent
        )

    def wait(self, seconds: float = 30.0) -> list[Heard]:
        """Wait in the queue."""
        return self._perform("wait", seconds=seconds)

    def be_answered(self, seconds: float = 30.0) -> list[Heard]:
        """A person takes the call out of the queue (or picks up), talks and hangs up."""
        return self._perform("answer", seconds=seconds)

    def hang_up(self) -> list[Heard]:
        """Put the phone down."""
        return self._perform("hangup")

    def refresh(self) -> list[Heard]:
        """Listen again: what was heard since the last act."""
        return self._take(self.client.ask("GET", f"/calls/{self.sid}"))

    @property
    def sid(self) -> str:
        """The call's sid. Raises DriverError before ``call``."""
        if not self.state:
            raise DriverError("There was no call yet.")
        return str(self.state["sid"])

    @property
    def waiting_for(self) -> str:
        """``gather``, ``record``, ``dial``, ``queue``, ``answer`` or ``none``."""
        return str(self.state["waiting_for"])

    @property
    def details(self) -> dict[str, Any]:
        """More on what the line waits for: ``input``, ``num_digits``, ``max_length`` ..."""
        return dict(self.state["details"])

    @property
    def is_live(self) -> bool:
        """Whether the call is not over."""
        return bool(self.state["is_live"])

    @property
    def heard(self) -> list[Heard]:
        """All that was heard in this call."""
        return [_heard(moment) for moment in self.state.get("heard", [])]

    @property
    def heard_text(self) -> str:
        """All that was said in this call, one line each."""
        return "\n".join(one.text for one in self.heard if one.verb == "Say")

    def _perform(self, action: str, **body: Any) -> list[Heard]:
        return self._take(self.client.ask("POST", f"/calls/{self.sid}/{action}", body))

    def _take(self, state: dict[str, Any]) -> list[Heard]:
        self.state = state
        fresh = state["heard"][self._heard_before :]
        self._heard_before = len(state["heard"])
        return [_heard(moment) for moment in fresh]


class Texter:
    """A citizen who writes texts."""

    def __init__(self, simulator_url: str, phone: str) -> None:
        self.client = SimulatorClient(simulator_url)
        self.phone = phone

    def send(self, body: str, media: list[str] | None = None) -> str:
        """Send a text to the hotline; returns its sid when the service has taken it."""
        sent = {"from": self.phone, "body": body, "media": media or []}
        return str(self.client.ask("POST", "/messages", sent)["sid"])

    def thread(self) -> list[TextMessage]:
        """All texts of this phone, both ways, oldest first."""
        return self._list()[0]

    def texts(self) -> list[TextMessage]:
        """The texts that this phone got, oldest first."""
        return [text for text in self.thread() if not text.is_inbound]

    def wait_for_texts(self, count: int, seconds: float = 10.0) -> list[TextMessage]:
        """The texts that this phone got, once there are ``count``.

        Raises DriverError when there are not so many after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        found, changes = self._list()
        while sum(not text.is_inbound for text in found) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                bodies = [text.body for text in found if not text.is_inbound]
                raise DriverError(f"{len(bodies)} texts instead of {count}: {bodies}")
            found, changes = self._list(changes, left)
        return [text for text in found if not text.is_inbound]

    def _list(self, seen: int = -1, wait: float = 0.0) -> tuple[list[TextMessage], int]:
        query = urlencode({"phone": self.phone, "seen": seen, "wait": min(wait, 30.0)})
        answer = self.client.ask("GET", f"/messages?{query}")
        return [_text(message) for message in answer["messages"]], int(answer["changes"])


def _heard(moment: dict[str, Any]) -> Heard:
    return Heard(moment["verb"], moment["text"], moment["language"], moment["voice"])


def _text(message: dict[str, Any]) -> TextMessage:
    return TextMessage(
        sid=message["sid"],
        direction=message["direction"],
        from_=message["from"],
        to=message["to"],
        body=message["body"],
        status=message["status"],
        statuses=tuple(message["statuses"]),
        num_segments=message["num_segments"],
        encoding=message["encoding"],
        error_code=message["error_code"],
    )

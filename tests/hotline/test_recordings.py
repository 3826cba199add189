"""Recordings that nobody told us of, that were recorded anew, and what a killed process leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.case_services import CaseServices
from casework.models import Attachment, Case
from core.clock import FixedClock
from core.database import Database
from core.errors import NotFoundError, ProviderUnknownError
from hotline.fetching import claim_recordings
from hotline.jobs import end_lost_calls
from hotline.models import Call, CallRecording
from hotline.recordings import collect_recordings, discard_recordings
from hotline.turns import CallServices
from providers.recordings import ListedRecording
from tests.hotline.conftest import Twilio

CALLER = "+8613800138000"


@dataclass
class Provider:
    """What the provider holds."""

    recordings: dict[str, ListedRecording] = field(default_factory=dict)
    callers: dict[str, str] = field(default_factory=dict)
    is_down: bool = False

    def hold(self, sid: str, call_sid: str = "CA1", seconds: int = 7) -> None:
        self.recordings[sid] = ListedRecording(sid, call_sid, seconds)

    def list_since(self, _day: date) -> list[ListedRecording]:
        return list(self.recordings.values())

    def caller_of(self, sid: str) -> str:
        if sid not in self.callers:
            raise NotFoundError("no such call")
        return self.callers[sid]

    def delete(self, sid: str) -> None:
        if self.is_down:
            raise ProviderUnknownError("no answer")
        self.recordings.pop(sid, None)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@dataclass
class Service:
    """The jobs of a scheduler over the same database as the webhooks."""

    twilio: Twilio
    provider: Provider
    clock: FixedClock

    def collect(self) -> dict[str, int]:
        return collect_recordings(self.parts)

    def discard(self) -> dict[str, int]:
        return discard_recordings(self.parts)

    def claim(self) -> dict[str, int]:
        self.clock.advance(timedelta(minutes=11))
        return claim_recordings(self.parts)

    @property
    def parts(self) -> JobParts:
        services = self.twilio.services
        return JobParts(
            services,
            services.database,
            services.facilities.case_services,
            self.clock,
            self.provider,
        )

    def held(self) -> dict[str, str | None]:
        """Recordings that cases hold, with the phone of the case."""
        with self.twilio.services.database.read() as db:
            rows = db.execute(select(Attachment.provider_sid, Case).join(Attachment.case)).all()
        return {sid or "": case.phone for sid, case in rows}

    def states(self) -> dict[str, str]:
        with self.twilio.services.database.read() as db:
            return {row.sid: row.state for row in db.scalars(select(CallRecording))}


@dataclass
class JobParts:
    """What the jobs of recordings use of the wiring."""

    call_services: CallServices
    database: Database
    case_services: CaseServices
    clock: FixedClock
    recordings: Provider

    @property
    def calls(self) -> Provider:
        return self.recordings


@pytest.fixture
def service(twilio: Twilio, provider: Provider, clock: FixedClock) -> Service:
    return Service(twilio, provider, clock)


def record_message(service: Service, sid: str = "RE1", *, number: int = 2) -> None:
    service.provider.hold(sid)
    service.twilio.turn(number, RecordingSid=sid, RecordingDuration="7", Digits="#")


def report(service: Service, sid: str = "RE1", call_sid: str = "CA1") -> int:
    return service.twilio.post(
        "/voice/recording",
        CallSid=call_sid,
        RecordingSid=sid,
        RecordingStatus="completed",
        RecordingDuration="7",
    ).status


def test_a_recording_whose_every_webhook_was_lost_is_found_and_becomes_a_message(
    service: Service,
) -> None:
    service.twilio.call()
    service.provider.hold("RE1")
    service.provider.hold("RE-being-made", seconds=-1)
    assert service.collect() == {"found": 1, "callers": 0}
    assert service.collect() == {"found": 0, "callers": 0}
    assert service.claim()["made"] == 1
    assert service.held() == {"RE1": CALLER}


def test_the_caller_of_a_call_that_never_came_in_is_asked_of_the_provider(
    service: Service,
) -> None:
    service.provider.hold("RE1", "CA-down")
    service.provider.hold("RE2", "CA-gone")
    service.provider.callers["CA-down"] = CALLER
    assert service.collect() == {"found": 2, "callers": 1}
    service.claim()
    assert service.held() == {"RE1": CALLER, "RE2": None}
    with service.twilio.services.database.read() as db:
        call = db.get_one(Call, "CA-down")
    assert call.ended_at is not None and not call.has_line


def test_what_a_case_holds_is_not_collected_again(service: Service) -> None:
    service.twilio.call()
    service.twilio.turn(1, Digits="9")
    record_message(service)
    service.twilio.turn(3, Digits="1")
    assert service.collect()["found"] == 0
    assert service.claim() == {"claimed": 0, "made": 0}
    assert service.held() == {"RE1": CALLER}


def test_a_message_recorded_again_is_kept_once_and_the_first_is_removed(service: Service) -> None:
    service.twilio.call()
    service.twilio.turn(1, Digits="9")
    record_message(service, "RE1")
    service.twilio.turn(3, Digits="2")
    record_message(service, "RE2", number=4)
    for sid in ("RE1", "RE2"):
        report(service, sid)
    # The call is going on: nothing is decided yet.
    assert service.discard() == {"discarded": 0, "kept": 0, "removed": 0, "failed": 0}
    service.twilio.turn(5, Digits="1")
    service.twilio.status()
    assert service.discard() == {"discarded": 1, "kept": 1, "removed": 0, "failed": 0}
    assert list(service.provider.recordings) == ["RE2"]
    assert service.claim() == {"claimed": 0, "made": 0}
    assert service.held() == {"RE2": CALLER}
    assert service.states() == {"RE1": "discarded", "RE2": "claimed"}


def test_a_removal_that_fails_is_tried_again(service: Service) -> None:
    service.twilio.call()
    service.twilio.turn(1, Digits="9")
    record_message(service)
    service.twilio.turn(3, Digits="2")
    service.twilio.status()
    service.provider.is_down = True
    assert service.discard()["failed"] == 1
    service.provider.is_down = False
    assert service.discard()["discarded"] == 1 and service.provider.recordings == {}


# Where the web process may be killed during a message: what it has served before that.
_SERVED: dict[str, Callable[[Service], object]] = {
    "before the recording's turn": lambda service: None,
    "before the turn, after the report": report,
    "after the turn": record_message,
    "after the turn and the report": lambda service: (record_message(service), report(service)),
    "after the message was kept": lambda service: (
        record_message(service),
        service.twilio.turn(3, Digits="1"),
    ),
}


@pytest.mark.parametrize("served", _SERVED.values(), ids=_SERVED.keys())
@pytest.mark.parametrize("is_hang_up_reported", [True, False])
def test_a_message_survives_a_killed_web_process_at_each_step(
    service: Service, served: Callable[[Service], object], is_hang_up_reported: bool
) -> None:
    service.twilio.call()
    service.twilio.turn(1, Digits="9")
    service.provider.hold("RE1")
    served(service)
    # From here on the web process is dead; the provider's webhooks go nowhere. When it comes back
    # the jobs run, again and again, in any order.
    if is_hang_up_reported:
        service.twilio.status()
    for _ in range(2):
        service.collect()
        service.clock.advance(timedelta(minutes=16))
        end_lost_calls(service.parts)
        service.discard()
        service.claim()
    assert service.held() == {"RE1": CALLER}


def test_a_job_killed_between_two_steps_does_no_work_twice(service: Service) -> None:
    service.twilio.call()
    service.provider.hold("RE1")
    service.provider.hold("RE2")
    provider = service.provider

    def die(_sid: str) -> str:
        raise KeyboardInterrupt

    caller_of = provider.caller_of
    provider.caller_of = die  # type: ignore[method-assign]
    provider.recordings["RE3"] = ListedRecording("RE3", "CA-unknown", 5)
    with pytest.raises(KeyboardInterrupt):
        service.collect()
    provider.caller_of = caller_of  # type: ignore[method-assign]
    provider.callers["CA-unknown"] = "+8613900139000"
    assert service.collect() == {"found": 0, "callers": 1}
    service.claim()
    service.claim()
    assert service.held() == {"RE1": CALLER, "RE2": CALLER, "RE3": "+8613900139000"}

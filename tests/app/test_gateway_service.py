"""A service whose texts are carried by a domestic gateway alone: no Twilio account at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.factory import create_app
from app.jobs import JOBS
from app.scheduler import run_job
from app.tables import metadata
from config.settings import load_settings
from core.clock import FixedClock
from core.embedded_valkey import EmbeddedValkey
from core.errors import ConfigurationError
from core.state_store import StateStore
from nlu.engine import NluEngine
from outbox.models import OptOut, OutgoingText
from ratings.models import Invitation, Rating
from sms.models import IS_WAITING, InboundText
from tests.app.gateways import FormWithToken, JsonWithHmac, SimulatedGateway
from tests.app.timed_parts import TimedParts

WANG = "13800138000"


@dataclass
class Line:
    """The text line, its gateway, and a citizen."""

    parts: TimedParts
    gateway: SimulatedGateway
    client: FlaskClient

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        return self.client.post(path, data=body, headers=headers).status_code

    def write(self, words: str) -> list[str]:
        """The citizen writes; the words of all texts that come back."""
        before = len(self.gateway.taken)
        now = self.parts.at.now()
        assert self.gateway.deliver(self.post, WANG, words, now) == 200
        self.wait_until_served()
        return self.work("send_texts")[before:]

    def wait_until_served(self) -> None:
        """Until no text waits any more."""
        deadline = time.monotonic() + 20
        waiting = select(func.count()).select_from(InboundText).where(IS_WAITING)
        while time.monotonic() < deadline:
            with self.parts.database.read() as db:
                if not db.scalar(waiting):
                    return
            time.sleep(0.02)
        raise AssertionError("a text was not served")

    def work(self, *names: str) -> list[str]:
        """Run jobs; the words of all texts that the gateway has."""
        for name in names:
            run_job(self.parts, next(job for job in JOBS if job.name == name))
            self.parts.at.advance(timedelta(seconds=1))
        assert self.gateway.refused == 0
        return [text.words for text in self.gateway.taken]


@pytest.fixture(params=[JsonWithHmac, FormWithToken])
def line(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: FixedClock,
    nlu: NluEngine,
    valkey: EmbeddedValkey,
    state: StateStore,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Line]:
    with SimulatedGateway(request.param()) as gateway:
        described = tmp_path / "gateway.yaml"
        described.write_text(gateway.dialect.describe(gateway.url), encoding="utf-8")
        environment = {
            **gateway.dialect.environment,
            "HOTLINE_ENV": "production",
            "PUBLIC_BASE_URL": "https://hotline.example",
            "SECRET_KEY": "s" * 32,
            "DATA_KEY": "d" * 32,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'hotline.sqlite3'}",
            "REDIS_URL": valkey.url,
            "VAR_DIR": str(tmp_path),
            "TEXT_PROVIDERS": str(described),
        }
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        parts = TimedParts(load_settings(), clock, nlu)
        metadata.create_all(parts.database.engine)
        yield Line(parts, gateway, create_app(parts).test_client())
        parts.text_line.stop()
        parts.content_source.stop()
        parts.state.close()
        parts.database.dispose()
        for provider in parts.text_providers.providers:
            provider.session.close()  # type: ignore[attr-defined]


def test_a_citizen_is_answered_rates_and_opts_out(line: Line) -> None:
    (answer,) = line.write("试用期最长多久")
    assert answer.startswith("【劳动热线】") and "《劳动合同法》第19条" in answer
    assert (line.gateway.taken[-1].phone, line.gateway.taken[-1].template) == (WANG, "100001")

    assert line.gateway.report_newest(line.post, line.parts.at.now()) == 200
    with line.parts.database.read() as db:
        assert db.scalars(select(OutgoingText.state)).all() == ["delivered"]

    line.parts.at.advance(timedelta(minutes=31))
    jobs = ("end_idle_conversations", "note_services", "ask_for_ratings", "send_texts")
    assert len(line.work(*jobs)) == 2
    assert line.gateway.taken[-1].template == "100002"
    assert len(line.write("5")) == 1
    with line.parts.database.read() as db:
        assert db.scalars(select(Invitation.state)).all() == ["answered"]
        (rating,) = db.scalars(select(Rating))
        assert (rating.source, rating.level, rating.replaced_at) == ("text", 5, None)

    (confirmation,) = line.write("退订")
    assert "已退订" in confirmation
    with line.parts.database.read() as db:
        assert len(db.scalars(select(OptOut)).all()) == 1
    assert line.write("加班费怎么算") == []


def test_a_rating_by_text_is_not_asked_of_who_cannot_answer(line: Line) -> None:
    providers = line.parts.text_providers.providers
    one_way = providers[0].settings.model_copy(update={"one_way_prefixes": ("+86138",)})  # type: ignore[attr-defined]
    object.__setattr__(providers[0], "settings", one_way)
    line.write("试用期最长多久")
    line.parts.at.advance(timedelta(minutes=31))
    jobs = ("end_idle_conversations", "note_services", "ask_for_ratings", "send_texts")
    assert len(line.work(*jobs)) == 1
    with line.parts.database.read() as db:
        (invitation,) = db.scalars(select(Invitation))
        assert (invitation.state, invitation.reason) == ("not_sent", "cannot_answer")


def test_a_forged_request_is_refused_and_leaves_nothing(line: Line) -> None:
    path, body, headers = line.gateway.dialect.inbound("in1", WANG, "退订", line.parts.at.now())
    forged = body.replace(b"in1", b"in2").replace(b"a-push-token", b"b-push-token")
    assert line.post(path, forged, headers) == 403
    with line.parts.database.read() as db:
        assert db.scalars(select(OutgoingText)).all() == []
        assert db.scalars(select(OptOut)).all() == []


def test_without_an_account_there_is_no_phone_line(line: Line) -> None:
    for path in ("/voice/incoming", "/sms/incoming", "/sms/status"):
        assert line.post(path, b"", {}) == 404
    with pytest.raises(ConfigurationError, match="TWILIO_ACCOUNT_SID"):
        _ = line.parts.calls

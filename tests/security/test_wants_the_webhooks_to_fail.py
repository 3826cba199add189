"""An attacker, or a provider with a fault, wants webhooks that answer with a fault and come again
for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.embedded_valkey import EmbeddedValkey
from core.errors import InputError
from core.request_values import MAX_COUNT, MAX_ROW_ID, as_name, read_number, storable
from core.state_store import StateStore
from nlu.engine import NluEngine
from outbox.models import DeliveryReport
from providers.webhook_limits import LENGTHS, MAX_BYTES, MAX_PARAMETERS, NAMES, limit_fields
from sms.models import InboundText
from tests.fuzz.service import Service, fuzzed_service, no_fault

WANG = "+8613800138000"


@pytest.fixture
def service(
    tmp_path: Path, valkey: EmbeddedValkey, state: StateStore, clock: FixedClock, nlu: NluEngine
) -> Iterator[Service]:
    url = f"sqlite:///{tmp_path / 'hotline.sqlite3'}"
    with fuzzed_service(tmp_path, url, valkey.url, clock, nlu) as running:
        yield running


@pytest.mark.parametrize(
    "written", ["²", "٣", "１", "-1", "+1", "1.0", " 1", "", "1_0", "9" * 20, "9" * 5_000, None, 3]
)
def test_a_number_is_written_in_the_digits_0_to_9_and_small(written: object) -> None:
    assert read_number(written, MAX_ROW_ID) is None


def test_the_largest_numbers_are_those_of_the_columns() -> None:
    assert read_number(str(MAX_ROW_ID), MAX_ROW_ID) == MAX_ROW_ID
    assert read_number(str(MAX_ROW_ID + 1), MAX_ROW_ID) is None
    assert read_number(str(MAX_COUNT)) == MAX_COUNT
    assert read_number(str(MAX_COUNT + 1)) is None


def test_a_provider_s_name_for_a_thing_is_a_name_of_ours_however_strange() -> None:
    assert as_name("SM0123", 60) == "SM0123"
    strange = [as_name(name, 60) for name in ("a" * 500, "a" * 501, "\x00", "\ud800", "一", "")]
    assert len(set(strange)) == len(strange)
    assert all(name.isascii() and len(name) <= 60 for name in strange)


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "-1", "x", "\x00"])
@pytest.mark.parametrize("field", ["NumMedia", "ErrorCode"])
def test_odd_numbers_in_a_text_are_no_fault(service: Service, field: str, number: str) -> None:
    with no_fault():
        form = {"MessageSid": "SM1", "From": WANG, "Body": "帮助", field: number}
        assert service.post_signed("/sms/incoming", form).status_code == 200
        status = {"MessageSid": "SM2", "MessageStatus": "failed", field: number}
        assert service.post_signed("/sms/status", status).status_code == 200


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "9" * 19, "-1", "x", "\x00"])
@pytest.mark.parametrize("field", ["CallDuration", "RecordingDuration", "QueueTime"])
def test_odd_numbers_in_a_call_are_no_fault(service: Service, field: str, number: str) -> None:
    with no_fault():
        service.post_signed("/voice/incoming", {"CallSid": "CA1", "From": WANG})
        form = {"CallSid": "CA1", "CallStatus": "completed", "RecordingSid": "RE1", field: number}
        for path in ("wait", "recording", "turn?turn=1", "status"):
            assert service.post_signed(f"/voice/{path}", form).status_code == 200, path


@pytest.mark.parametrize("row_id", ["9" * 30, str(2**63), "-1", "%C2%B2", "%00", "x"])
def test_agents_and_queued_callers_that_cannot_be_are_nobody(service: Service, row_id: str) -> None:
    with no_fault():
        for path in ("offer", "offer-taken", "offer-ended"):
            target = f"/voice/{path}?seat={row_id}&waiting={row_id}"
            form = {"CallSid": "CA9", "Digits": "1"}
            assert service.post_signed(target, form).status_code == 200


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("value", ["x" * 65, "a\x00b", "a b", "a'b", "一"])
def test_a_name_that_can_be_none_is_refused_and_not_cut(name: str, value: str) -> None:
    with pytest.raises(InputError):
        limit_fields([(name, value)])


def test_every_other_field_is_cut_to_its_length_known_or_unknown() -> None:
    fields = limit_fields([(name, "x" * (2 * MAX_BYTES)) for name in (*LENGTHS, "Unknown")])
    assert {name: len(value) for name, value in fields.items()} == {**LENGTHS, "Unknown": 256}


def test_nul_and_halves_of_pairs_are_left_out() -> None:
    assert storable("a\x00b\ud800c\udfff😀") == "abc😀"
    assert limit_fields([("From", "a\x00")]) == {"From": "a"}


def test_a_form_is_refused_unread_when_it_is_too_large_or_has_too_many_parameters(
    service: Service,
) -> None:
    form = "application/x-www-form-urlencoded"
    for path in ("/sms/incoming", "/voice/turn", "/sms/gateway/example-gateway/incoming"):
        large = service.client.post(path, data=b"a=" + b"x" * MAX_BYTES, content_type=form)
        many = service.client.post(path, data=b"a&" * MAX_PARAMETERS, content_type=form)
        few = service.client.post(path, data=b"a&" * (MAX_PARAMETERS - 1), content_type=form)
        assert (large.status_code, many.status_code, few.status_code) == (413, 413, 403)
    sign_in = service.client.post("/staff/sign-in", data=b"a&" * 1_000, content_type=form)
    assert sign_in.status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"mobile": ' + b"1" * 5_000 + b"}", b"NaN", b"\xff", b'"\\ud800"', b""],
    ids=["brackets", "digits", "no number", "no UTF-8", "half a pair", "nothing"],
)
def test_json_that_breaks_its_reader_is_only_refused(service: Service, body: bytes) -> None:
    with no_fault():
        for path in ("/incoming", "/status"):
            assert service.post_gateway(path, body).status_code in {200, 403}


def test_a_gateway_s_text_with_odd_characters_and_names_is_stored(service: Service) -> None:
    content = {
        "message_id": "x" * 500,
        "mobile": "138\x0000138000\ud800",
        "content": "帮助\x00\ud800",
    }
    with no_fault():
        assert service.post_gateway("/incoming", json.dumps(content).encode()).status_code == 200
    with service.parts.database.read() as db:
        (text,) = db.scalars(select(InboundText))
    assert len(text.message_sid) <= 96
    assert (text.phone, text.words) == ("+8613800138000", "帮助")


def test_a_gateway_s_report_with_an_endless_name_is_kept_once(service: Service) -> None:
    report = {
        "message_id": "y" * 500,
        "status": "UNDELIV",
        "code": "z" * 500,
        "out_id": "\x00" * 99,
    }
    body = json.dumps({"reports": [report, report]}).encode()
    with no_fault():
        assert service.post_gateway("/status", body).status_code == 200
    with service.parts.database.read() as db:
        (stored,) = db.scalars(select(DeliveryReport))
    assert len(stored.provider_sid) <= 64 and len(stored.error_code or "") <= 16


def test_a_signature_that_is_half_a_pair_is_only_wrong(service: Service) -> None:
    target = "/sms/gateway/example-gateway/status"
    for stamp in ("9" * 5_000, "²", "-1", ""):
        headers = {"X-Timestamp": stamp.encode().decode("latin-1"), "X-Signature": "x"}
        assert service.client.post(target, data=b"{}", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "period", ["%00", "%ED%A0%80", "²²²²", "9999-99", "x" * 500, "2026-10.%00"]
)
def test_a_ranking_of_no_period_is_not_found(service: Service, period: str) -> None:
    assert service.client.get(f"/ranking/{period}").status_code in {400, 404}

"""Only webhooks that the provider signed are taken for genuine."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from providers.signatures import SignatureCheck

PUBLIC = "https://hotline.example"
TOKEN, FORMER = "the-present-token-1", "the-former-token-22"
FORM = MultiDict({"From": "+8613800138000", "Body": "老板拖欠工资", "Empty": ""})
FORM_TYPE = "application/x-www-form-urlencoded"


def environ(target: str, signature: str | None, content_type: str = FORM_TYPE) -> dict[str, Any]:
    made = {"RAW_URI": target, "CONTENT_TYPE": content_type, "HTTP_HOST": "evil.example"}
    return made if signature is None else {**made, "HTTP_X_TWILIO_SIGNATURE": signature}


def sign(target: str, form: Any = FORM, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(PUBLIC + target, form))


@pytest.fixture
def check() -> SignatureCheck:
    return SignatureCheck(PUBLIC + "/", (TOKEN, FORMER))


@pytest.mark.parametrize("token", [TOKEN, FORMER])
def test_either_token_of_a_rotation_signs(check: SignatureCheck, token: str) -> None:
    signature = sign("/sms/incoming", token=token)
    assert check.is_genuine(environ("/sms/incoming", signature), FORM, b"")


def test_percent_escapes_of_the_target_are_kept_as_they_came(check: SignatureCheck) -> None:
    target = "/sms/status?ref=a%2Fb%20c&x=%E5%8A%B3"
    assert check.is_genuine(environ(target, sign(target)), FORM, b"")
    assert not check.is_genuine(environ("/sms/status?ref=a/b c&x=劳", sign(target)), FORM, b"")


def test_a_port_in_the_public_address_may_be_signed_or_not(check: SignatureCheck) -> None:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + ":443/sms/incoming", FORM)
    assert check.is_genuine(environ("/sms/incoming", signature), FORM, b"")


def test_repeated_parameters_count(check: SignatureCheck) -> None:
    form = MultiDict([("Media", "1"), ("Media", "2")])
    signature = sign("/sms/incoming", form)
    assert check.is_genuine(environ("/sms/incoming", signature), form, b"")
    assert not check.is_genuine(environ("/sms/incoming", signature), MultiDict({"Media": "1"}), b"")


@pytest.mark.parametrize("signature", [None, "", "AAAA", "不是签名", "=" * 28])
def test_a_wrong_or_missing_signature_is_not_genuine(
    check: SignatureCheck, signature: str | None
) -> None:
    assert not check.is_genuine(environ("/sms/incoming", signature), FORM, b"")


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("/sms/incoming?x=1", FORM),
        ("/voice/incoming", FORM),
        ("/sms/incoming", MultiDict({**FORM.to_dict(), "Body": "别的话"})),
        ("/sms/incoming", MultiDict({**FORM.to_dict(), "More": ""})),
        ("/sms/incoming", MultiDict()),
    ],
)
def test_a_signature_holds_for_one_address_and_one_form_only(
    check: SignatureCheck, target: str, form: MultiDict[str, str]
) -> None:
    assert not check.is_genuine(environ(target, sign("/sms/incoming")), form, b"")


def test_a_json_body_is_genuine_by_the_hash_in_its_signed_address(check: SignatureCheck) -> None:
    body = '{"状态": "完成"}'.encode()
    target = f"/voice/status?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = environ(target, sign(target, {}), "application/json")
    assert check.is_genuine(signed, MultiDict(), body)
    assert not check.is_genuine(signed, MultiDict(), body + b" ")


@pytest.mark.parametrize("target", ["/voice/status", "/voice/status?x=bodySHA256=1"])
def test_a_json_body_that_the_signature_does_not_cover_is_refused(
    check: SignatureCheck, target: str
) -> None:
    signed = environ(target, sign(target, {}), "application/json")
    assert not check.is_genuine(signed, MultiDict(), b'{"forged": true}')


@pytest.mark.parametrize("target", ["*", "http://evil.example/x", "]:80/", "[", "x"])
def test_an_odd_request_target_is_refused(check: SignatureCheck, target: str) -> None:
    assert not check.is_genuine(environ(target, "AAAA"), FORM, b"")


def test_bytes_that_are_no_text_are_refused(check: SignatureCheck) -> None:
    body = b"\xff\xfe"
    target = f"/voice/status?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = environ(target, sign(target, {}), "application/json")
    assert not check.is_genuine(signed, MultiDict(), body)


def test_a_check_without_tokens_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="token"):
        SignatureCheck(PUBLIC, ())

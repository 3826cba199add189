"""A gateway's file is complete and safe, or refused in one sentence that says what to mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from providers.gateway_settings import load_gateway
from tests.providers.gateway_double import ENVIRONMENT, EXAMPLE


def load_changed(folder: Path, old: str, new: str) -> str:
    """Load the example with one change; the sentence with which it is refused."""
    words = EXAMPLE.read_text(encoding="utf-8")
    assert old in words
    changed = folder / "gateway.yaml"
    changed.write_text(words.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_gateway(changed, ENVIRONMENT)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.endswith(".") and str(changed) in sentence
    return sentence


@pytest.mark.parametrize("absent", list(ENVIRONMENT))
def test_a_missing_secret_is_named(absent: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_gateway(EXAMPLE, {**ENVIRONMENT, absent: ""})
    assert str(caught.value) == (
        f"The gateway example-gateway needs the environment settings {absent}."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("taken_codes", "token_codes", "send: taken_codes: Field required"),
        ("kind: token", "kind: none", "inbound: signature: kind none would let anybody in"),
        ('"{webhook_token}"', '"1234"', "inbound.signature has its token in the file"),
        ("{phone_national}", "{phone_local}", "send.mobile uses {phone_local}"),
        ("{account}{timestamp}{body}", "{acount}{body}", "send.signature.over uses {acount}"),
        ("  secret: GATEWAY_SECRET\n", "", "send.signature is an HMAC, whose key must stand"),
        ("https://gateway.example/v1/send", "http://gateway.example", "send: url: must begin with"),
        ("name: example-gateway", "name: twilio", "the name twilio is taken"),
        ("DELIVRD: delivered", "DELIVRD: arrived", "reports: statuses: DELIVRD"),
        ('"1001": busy', '"1001": tired', "send: refusals: 1001"),
        ("texts_per_second: 20", "texts_per_second: 0", "texts_per_second"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert said in load_changed(tmp_path, old, new)


@pytest.mark.parametrize("content", ["a: [", "- 1\n", "", "\x00"])
def test_what_is_no_description_is_refused(tmp_path: Path, content: str) -> None:
    odd = tmp_path / "gateway.yaml"
    odd.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_gateway(odd, ENVIRONMENT)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_gateway(tmp_path / "none.yaml", ENVIRONMENT)

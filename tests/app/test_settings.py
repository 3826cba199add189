"""Settings: complete, or refused in one sentence."""

from __future__ import annotations

import pytest

from config.errors import SettingsError
from config.settings import load_settings

COMPLETE = {
    "PUBLIC_BASE_URL": "https://hotline.example",
    "SECRET_KEY": "s" * 32,
    "DATA_KEY": "d" * 32,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "t" * 32,
    "TWILIO_FROM": "+8676912333",
    "DATABASE_URL": "sqlite:///x.sqlite3",
    "REDIS_URL": "unix:///x.sock",
}


@pytest.fixture(autouse=True)
def only_these_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    others = ("HOTLINE_ENV", "CLOCK_OFFSET_FILE", "TEXT_PROVIDERS", "TWILIO_ONE_WAY_PREFIXES")
    for name in (*COMPLETE, *others):
        monkeypatch.delenv(name, raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)


def test_a_complete_environment_is_taken_as_production() -> None:
    assert load_settings().is_production


@pytest.mark.parametrize("name", list(COMPLETE))
def test_each_missing_setting_is_named_in_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in str(caught.value) and str(caught.value).count("\n") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("DATA_KEY", "short"),
        ("PUBLIC_BASE_URL", "hotline.example"),
        ("PUBLIC_BASE_URL", "http://hotline.example"),
        ("CLOCK_OFFSET_FILE", "x"),
        ("HOTLINE_ENV", "staging"),
        ("NLU_ENGINE", "oracle"),
        ("TWILIO_AUTH_TOKEN", "short"),
        ("TEXT_PROVIDERS", "twillio"),
        ("TEXT_PROVIDERS", "twilio,file"),
        ("TEXT_PROVIDERS", ""),
        ("TEXTS_PER_SECOND", "0"),
        ("TWILIO_ONE_WAY_PREFIXES", "86"),
        ("AGENT_NUMBERS", "0769-22000000"),
        ("AGENT_NUMBERS", "+8676922000000, sip:"),
        ("DUTY_NUMBERS", "13800138000"),
        ("DUTY_NUMBERS", "+8613800138000 +8613800138001"),
        ("DUTY_NUMBERS", "sip:duty hotline.cn"),
    ],
)
def test_an_unusable_setting_is_refused_in_production(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(Exception, match="frozen"):
        load_settings().secret_key = "x"


ACCOUNT = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")


def test_an_account_may_be_absent_where_gateways_carry_the_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEXT_PROVIDERS", "/etc/hotline/one.yaml, /etc/hotline/two.yml")
    for name in ACCOUNT:
        monkeypatch.delenv(name)
    settings = load_settings()
    assert not settings.has_phone_line
    assert settings.text_provider_names == ("/etc/hotline/one.yaml", "/etc/hotline/two.yml")


@pytest.mark.parametrize("name", ACCOUNT)
def test_half_an_account_is_refused_with_any_text_provider(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXT_PROVIDERS", "/etc/hotline/gateway.yaml")
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=f"missing: {name}"):
        load_settings()


def test_numbers_of_the_mainland_cannot_answer_twilio_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().one_way_prefixes == ("+86",)
    monkeypatch.setenv("TWILIO_ONE_WAY_PREFIXES", "+86, +852")
    assert load_settings().one_way_prefixes == ("+86", "+852")
    monkeypatch.setenv("TWILIO_ONE_WAY_PREFIXES", "")
    assert load_settings().one_way_prefixes == ()


def test_who_is_on_duty_is_tried_in_the_order_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUTY_NUMBERS", raising=False)
    assert load_settings().duty_addresses == ()
    monkeypatch.setenv("DUTY_NUMBERS", "+8613800138000, sip:duty@hotline.cn:5061,")
    assert load_settings().duty_addresses == ("+8613800138000", "sip:duty@hotline.cn:5061")

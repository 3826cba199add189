"""Settings of one process, read once from the environment: complete, or refused in one sentence."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.errors import SettingsError

_MIN_KEY = 32
_ADDRESS = re.compile(r"\+[1-9]\d{5,14}|sip:[\w.+-]{1,64}@[\w.-]{1,180}(:\d{1,5})?")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_SECOND_FACTOR_ROLES = frozenset({"administrator", "supervisor", "reviewer"})
_ROLES = _SECOND_FACTOR_ROLES | {"agent", "officer", "office_head", "editor"}
# A line (the number called, a trunk, or * for all), = and the beginning of callers' numbers.
_VOUCHED = r"^([\w.+*-]{1,64}=\+\d*(,\s*[\w.+*-]{1,64}=\+\d*)*)?$"


class Settings(BaseSettings):
    """All that differs between installations; each field is the variable in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    hotline_env: Literal["production", "development", "test"] = "production"
    public_base_url: str = Field(min_length=1, pattern=r"^https?://[^/]+$")
    secret_key: str = Field(min_length=32)
    data_key: str = Field(min_length=32)
    data_keys_previous: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", pattern=r"^(.{16,})?$")
    twilio_auth_token_previous: str = ""
    twilio_api_base: str = "https://api.twilio.com"
    twilio_from: str = Field(default="", pattern=r"^(.{3,})?$")
    twilio_one_way_prefixes: str = Field(default="+86", pattern=r"^(\+\d+(,\s*\+\d+)*)?$")
    text_providers: str = Field(default="twilio", min_length=1)
    texts_per_second: int = Field(default=20, ge=1)
    trusted_proxies: str = ""
    metrics_token: str = Field(default="", pattern=r"^(\S{16,})?$")
    session_idle_minutes: int = Field(default=30, ge=1, le=24 * 60)
    session_hours: int = Field(default=10, ge=1, le=24 * 7)
    second_factor_roles: str | None = None
    database_url: str = Field(min_length=1)
    redis_url: str = Field(min_length=1)
    nlu_engine: Literal["embedded", "rasa"] = "embedded"
    rasa_url: str = "http://127.0.0.1:5005"
    var_dir: Path = Path("var")
    model_dir: Path | None = None
    clock_offset_file: Path | None = None
    transcribe_recordings: bool = True
    recording_wait_hours: int = Field(default=24, ge=1)
    max_concurrent_calls: int = Field(default=60, ge=1)
    max_calls_per_number: int = Field(default=2, ge=1)
    max_withheld_percent: int = Field(default=25, ge=1, le=100)
    switchboards: str = Field(default="", pattern=r"^(\+\d{5,15}(,\s*\+\d{5,15})*)?$")
    vouched_caller_ids: str = Field(default="", pattern=_VOUCHED)
    allowed_countries: str = Field(default="+86", pattern=r"^\+\d{1,3}(,\s*\+\d{1,3})*$")
    agent_numbers: str = ""
    duty_numbers: str = ""
    cost_per_segment_yuan: float = Field(default=0.05, ge=0)
    cost_per_minute_yuan: float = Field(default=0.1, ge=0)
    seal_folder: Path | None = None
    seal_mail_url: str = Field(default="", repr=False, pattern=r"^(smtps?://\S+)?$")
    seal_mail_from: str = ""
    seal_mail_to: str = ""
    seal_phones: str = ""
    seal_tsa_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    seal_tsa_roots: Path | None = None

    @property
    def is_production(self) -> bool:
        """Whether real citizens are served."""
        return self.hotline_env == "production"

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Tokens that sign webhooks: two during a rotation."""
        return tuple(t for t in (self.twilio_auth_token, self.twilio_auth_token_previous) if t)

    @property
    def older_data_keys(self) -> tuple[str, ...]:
        """Keys that still open what was encrypted with them, the oldest last."""
        return _split(self.data_keys_previous)

    @property
    def agents(self) -> tuple[str, ...]:
        """Numbers or SIP addresses of the hotline's agents, in the order to try them."""
        return _split(self.agent_numbers)

    @property
    def duty_addresses(self) -> tuple[str, ...]:
        """Numbers or SIP addresses of who is on duty at night, in the order to try them."""
        return _split(self.duty_numbers)

    @property
    def seal_mail_recipients(self) -> tuple[str, ...]:
        """Who gets each daily seal by mail."""
        return _split(self.seal_mail_to)

    @property
    def seal_phones_listed(self) -> tuple[str, ...]:
        """Who gets each daily seal by text."""
        return _split(self.seal_phones)

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """Addresses and networks whose X-Forwarded-For and -Proto are believed."""
        return tuple(
            ipaddress.ip_network(one, strict=False) for one in _split(self.trusted_proxies)
        )

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        """Roles that work only with a second factor."""
        if self.second_factor_roles is not None:
            return frozenset(_split(self.second_factor_roles))
        return _SECOND_FACTOR_ROLES if self.is_production else frozenset()

    @property
    def countries(self) -> frozenset[str]:
        """The calling codes of the countries that are written to and called."""
        return frozenset(_split(self.allowed_countries))

    @property
    def switchboard_numbers(self) -> tuple[str, ...]:
        """Numbers from which many call at once."""
        return _split(self.switchboards)

    @property
    def vouched_lines(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a line and a beginning of numbers: of such callers the carrier says that the
        number is theirs."""
        pairs = (one.partition("=") for one in _split(self.vouched_caller_ids))
        return tuple((line, prefix) for line, _, prefix in pairs)

    @property
    def models(self) -> Path:
        """The folder of learnt models."""
        return self.model_dir or self.var_dir / "nlu"

    @property
    def has_phone_line(self) -> bool:
        """Whether there is a Twilio account; without one the service is a text line only."""
        return bool(self.twilio_account_sid)

    @property
    def text_provider_names(self) -> tuple[str, ...]:
        """``twilio``, ``file`` or the paths of gateways' files, in the order to try them."""
        return _split(self.text_providers)

    @property
    def one_way_prefixes(self) -> tuple[str, ...]:
        """Beginnings of numbers that Twilio can write to but that cannot answer."""
        return _split(self.twilio_one_way_prefixes)


def load_settings() -> Settings:
    """Settings from the environment. Raises SettingsError with one sentence when incomplete."""
    try:
        settings = Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsError(_one_sentence(error)) from None
    _refuse_half_an_account(settings)
    _refuse_unknown_providers(settings)
    _refuse_odd_addresses(settings)
    if any(len(key) < _MIN_KEY for key in settings.older_data_keys):
        raise SettingsError("DATA_KEYS_PREVIOUS has a key of less than 32 characters.")
    _refuse_half_a_mail(settings)
    _refuse_odd_proxies(settings)
    _refuse_unknown_roles(settings)
    if settings.is_production:
        _refuse_trial_settings(settings)
    return settings


def _one_sentence(error: ValidationError) -> str:
    missing = [_name(e["loc"]) for e in error.errors() if e["type"] == "missing"]
    wrong = [
        f"{_name(e['loc'])} ({e['msg'].lower()})" for e in error.errors() if e["type"] != "missing"
    ]
    return _cannot_start(missing, wrong)


def _cannot_start(missing: list[str], wrong: list[str]) -> str:
    parts = []
    if missing:
        parts.append("missing: " + ", ".join(missing))
    if wrong:
        parts.append("not usable: " + ", ".join(wrong))
    return "The service cannot start, environment settings are " + "; ".join(parts) + "."


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper()


def _refuse_half_an_account(settings: Settings) -> None:
    """Twilio's account is there as a whole, or, where only gateways carry texts, not at all."""
    account = {
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_FROM": settings.twilio_from,
    }
    missing = [name for name, value in account.items() if not value]
    is_needed = "twilio" in settings.text_provider_names or len(missing) < len(account)
    if missing and is_needed:
        raise SettingsError(_cannot_start(missing, []))


def _refuse_unknown_providers(settings: Settings) -> None:
    for name in settings.text_provider_names:
        if name not in ("twilio", "file") and not name.endswith((".yaml", ".yml")):
            raise SettingsError(
                f"TEXT_PROVIDERS names {name}, which is neither twilio nor file nor a YAML file."
            )


def _refuse_odd_addresses(settings: Settings) -> None:
    for name, addresses in (
        ("AGENT_NUMBERS", settings.agents),
        ("DUTY_NUMBERS", settings.duty_addresses),
        ("SEAL_PHONES", settings.seal_phones_listed),
    ):
        for address in addresses:
            if not _ADDRESS.fullmatch(address):
                raise SettingsError(
                    f"{name} has an address that is neither a number such as +8613800138000 "
                    "nor a SIP address such as sip:seat@example.cn."
                )


def _refuse_half_a_mail(settings: Settings) -> None:
    mail = (settings.seal_mail_url, settings.seal_mail_from, settings.seal_mail_to)
    if any(mail) and not all(mail):
        raise SettingsError(
            "SEAL_MAIL_URL, SEAL_MAIL_FROM and SEAL_MAIL_TO are given together or not at all."
        )


def _refuse_odd_proxies(settings: Settings) -> None:
    try:
        networks = settings.proxy_networks
    except ValueError:
        raise SettingsError(
            "TRUSTED_PROXIES has something that is neither an address such as 127.0.0.1 nor a "
            "network such as 10.0.0.0/24."
        ) from None
    if any(network.prefixlen == 0 for network in networks):
        raise SettingsError("TRUSTED_PROXIES must not trust every address.")


def _refuse_unknown_roles(settings: Settings) -> None:
    unknown = sorted(settings.roles_with_second_factor - _ROLES)
    if unknown:
        raise SettingsError(f"SECOND_FACTOR_ROLES names {unknown[0]}, which is no role.")


def _split(by_commas: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in by_commas.split(",") if one.strip())


def _refuse_trial_settings(settings: Settings) -> None:
    if "file" in settings.text_provider_names:
        raise SettingsError(
            "TEXT_PROVIDERS names file, which sends nothing and is refused in production."
        )
    if settings.clock_offset_file is not None:
        raise SettingsError("CLOCK_OFFSET_FILE moves the clock and is refused in production.")
    if not settings.public_base_url.startswith("https://"):
        raise SettingsError("PUBLIC_BASE_URL must begin with https:// in production.")

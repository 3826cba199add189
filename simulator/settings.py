"""Settings of the stand-in, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import ConfigurationError

_E164 = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class SimulatorSettings:
    """Where the stand-in listens, whom it calls, and with whose keys it signs."""

    port: int
    """Port to listen on; 0 takes any free one."""
    service_url: str
    """Base to which webhooks are sent, without a slash at its end."""
    public_base_url: str
    """Base over which signatures are computed, without a slash at its end."""
    account_sid: str
    auth_token: str
    from_number: str
    """The hotline's own number in E.164: what is called, and what texts come from."""
    directory: Path
    """Folder of the message store and the recordings."""
    host: str = "127.0.0.1"
    clock_offset_file: Path | None = None
    status_delay_seconds: float = 0.3
    """Pause before each delivery state of a text is reported."""
    webhook_timeout_seconds: float = 15.0

    @property
    def own_url(self) -> str:
        """Base of the stand-in itself, as recordings' addresses begin."""
        return f"http://{self.host}:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> SimulatorSettings:
        """Read and judge the settings. Raises ConfigurationError, which names the setting."""
        if environment.get("HOTLINE_ENV", "").strip().lower() == "production":
            raise ConfigurationError(
                "The simulator does not run with HOTLINE_ENV=production: it stands in for Twilio "
                "and would take real citizens' texts."
            )
        offset_file = environment.get("CLOCK_OFFSET_FILE", "").strip()
        return cls(
            port=_port(environment.get("SIMULATOR_PORT", "8010")),
            service_url=_base_url(environment, "SERVICE_URL"),
            public_base_url=_base_url(environment, "PUBLIC_BASE_URL"),
            account_sid=_matching(environment, "TWILIO_ACCOUNT_SID", _ACCOUNT_SID),
            auth_token=_required(environment, "TWILIO_AUTH_TOKEN"),
            from_number=_matching(environment, "TWILIO_FROM", _E164),
            directory=Path(_required(environment, "SIMULATOR_DIR")),
            host=environment.get("SIMULATOR_HOST", "127.0.0.1"),
            clock_offset_file=Path(offset_file) if offset_file else None,
            status_delay_seconds=float(environment.get("SIMULATOR_STATUS_DELAY", "0.3")),
        )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"The simulator needs {name}.")
    return value


def _matching(environment: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    value = _required(environment, name)
    if not pattern.fullmatch(value):
        raise ConfigurationError(f"{name} does not have the form {pattern.pattern}.")
    return value


def _base_url(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name).rstrip("/")
    if not re.match(r"https?://[^/]+", value):
        raise ConfigurationError(f"{name} must be an http or https address.")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or int(value) > 65535:
        raise ConfigurationError("SIMULATOR_PORT must be a number from 0 to 65535.")
    return int(value)

"""Who carries texts in this installation: Twilio, domestic gateways, or a file (TEXT_PROVIDERS)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from config.settings import Settings
from core.clock import Clock
from core.errors import ConfigurationError
from outbox.claims import SendingPolicy
from providers.file_texts import FileTexts
from providers.gateway_settings import GatewaySettings, load_gateway
from providers.gateway_texts import GatewayTexts
from providers.texts import TextProvider
from providers.twilio_texts import TwilioTexts

_TEXTS_FILE = "texts.jsonl"


@dataclass(frozen=True)
class Gateway:
    """A described gateway and the values of its secrets."""

    settings: GatewaySettings
    keys: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class TextProviders:
    """``providers`` in the order in which they are tried, and the gateways among them."""

    providers: tuple[TextProvider, ...]
    gateways: tuple[Gateway, ...]
    policy: SendingPolicy

    def can_answer(self, phone: str) -> bool:
        """Whether a citizen can write back to a text of ours (E.164 number)."""
        return any(provider.is_two_way(phone) for provider in self.providers)


def make_text_providers(
    settings: Settings,
    clock: Clock,
    make_twilio: Callable[[], TwilioTexts],
    secrets: Mapping[str, str],
) -> TextProviders:
    """The carriers that the settings name; ``secrets`` is the environment, ``make_twilio`` is
    asked only where Twilio is one of them.

    Raises ConfigurationError, in one sentence, when a gateway's file or secret is missing or wrong.
    """
    providers: list[TextProvider] = []
    gateways: list[Gateway] = []
    rates: dict[str, int] = {}
    for name in settings.text_provider_names:
        if name == "twilio":
            providers.append(make_twilio())
        elif name == "file":
            providers.append(FileTexts(settings.var_dir / _TEXTS_FILE, clock))
        else:
            gateway = Gateway(*load_gateway(Path(name), secrets))
            gateways.append(gateway)
            providers.append(GatewayTexts(gateway.settings, gateway.keys, clock))
            if gateway.settings.texts_per_second is not None:
                rates[gateway.settings.name] = gateway.settings.texts_per_second
    names = [provider.name for provider in providers]
    if len(set(names)) < len(names):
        raise ConfigurationError(f"TEXT_PROVIDERS has two of one name: {', '.join(names)}.")
    policy = SendingPolicy(
        texts_per_second=settings.texts_per_second,
        rates=rates,
        cost_per_segment_yuan=Decimal(str(settings.cost_per_segment_yuan)),
    )
    return TextProviders(tuple(providers), tuple(gateways), policy)

"""What every provider of texts must do: one contract over all of them, each with its own peer."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.errors import ProviderUnknownError
from providers.file_texts import FileTexts
from providers.gateway_settings import load_gateway
from providers.gateway_texts import GatewayTexts
from providers.texts import (
    LookupUnavailableError,
    Refusal,
    TextProvider,
    TextRefusedError,
    TextToSend,
)
from providers.twilio_client import BaseAddressClient, make_client
from providers.twilio_texts import TwilioTexts
from simulator.application import SimulatorServer
from simulator.driver import SimulatorClient
from simulator.settings import SimulatorSettings
from tests.providers.gateway_double import ENVIRONMENT, EXAMPLE, GatewayDouble

ACCOUNT, TOKEN = "AC" + "0" * 31 + "1", "a-token-for-tests"
HOTLINE, WANG = "+867691233300", "+8613800138000"
TEXT = TextToSend(WANG, "您好：试用期最长6个月。\n《劳动合同法》第19条", "reply", "zh", 3600, "r1")


@dataclass(frozen=True)
class Peer:
    """A provider and what stands at its other end."""

    provider: TextProvider
    delivered: Callable[[], list[tuple[str, str]]]
    """Number and words of all texts that arrived there."""
    refuse: dict[str, Callable[[], None]]
    """What makes the next text be refused, by the name of the Refusal it must become."""
    lose_answer: Callable[[], None] | None
    """What makes the next text be taken without a clear answer."""


@contextmanager
def twilio(folder: Path, clock: FixedClock) -> Iterator[Peer]:
    settings = SimulatorSettings(
        port=0,
        service_url="http://127.0.0.1:9",
        public_base_url="https://hotline.example",
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number=HOTLINE,
        directory=folder,
        status_delay_seconds=0,
    )
    with SimulatorServer(settings, clock) as server:
        client = make_client(ACCOUNT, TOKEN, server.url, timeout_seconds=5)
        control = SimulatorClient(server.url)
        control.switch_on_fault("statuses-lost")
        texting = server.simulator.texting
        yield Peer(
            TwilioTexts(client, HOTLINE, "https://hotline.example/sms/status"),
            lambda: [(one["to"], one["body"]) for one in texting.list_messages()],
            {
                "busy": lambda: control.switch_on_fault("rate-limit", count=1),
                "opted_out": lambda: control.switch_on_fault("refuse-21610", count=1),
                "bad_number": lambda: control.switch_on_fault("refuse-21614", count=1),
            },
            lambda: control.switch_on_fault("accept-then-500", count=1),
        )
        client.http_client.close()


@contextmanager
def file(folder: Path, clock: FixedClock) -> Iterator[Peer]:
    provider = FileTexts(folder / "texts.jsonl", clock)
    yield Peer(
        provider,
        lambda: [(line["phone"], line["words"]) for line in provider._lines()],
        {},
        None,
    )


@contextmanager
def gateway(folder: Path, clock: FixedClock) -> Iterator[Peer]:
    with GatewayDouble() as double:
        settings, keys = double.settings()
        provider = GatewayTexts(settings, keys, clock)
        prefix = f"【{settings.signature_name}】"
        yield Peer(
            provider,
            lambda: [
                ("+86" + one["mobile"], one["content"].removeprefix(prefix)) for one in double.taken
            ],
            {
                "busy": lambda: double.codes.append("1001"),
                "opted_out": lambda: double.codes.append("1003"),
                "bad_number": lambda: double.codes.append("1002"),
            },
            lambda: double.statuses.append(502),
        )
        provider.session.close()


@pytest.fixture(params=[twilio, file, gateway], ids=["twilio", "file", "gateway"])
def peer(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[Peer]:
    with ExitStack() as stack:
        yield stack.enter_context(request.param(tmp_path / "peer", clock))


def test_a_text_arrives_with_its_number_and_words(peer: Peer) -> None:
    accepted = peer.provider.send(TEXT)
    assert accepted.provider_sid
    assert peer.delivered() == [(TEXT.phone, TEXT.words)]


def test_each_text_has_a_name_of_its_own(peer: Peer) -> None:
    first = peer.provider.send(TEXT)
    second = peer.provider.send(replace(TEXT, reference="r2"))
    assert first.provider_sid != second.provider_sid


def test_a_text_that_was_taken_is_found_under_the_same_name(peer: Peer, clock: FixedClock) -> None:
    began = clock.now()
    accepted = peer.provider.send(TEXT)
    found = peer.provider.find_sent(TEXT, began, frozenset())
    assert found is not None
    assert found.provider_sid == accepted.provider_sid


def test_a_text_that_never_left_is_not_found(peer: Peer, clock: FixedClock) -> None:
    peer.provider.send(TEXT)
    other = replace(TEXT, words="别的话", reference="r2")
    assert peer.provider.find_sent(other, clock.now(), frozenset()) is None


def test_a_text_that_is_known_is_not_found_again(peer: Peer, clock: FixedClock) -> None:
    accepted = peer.provider.send(TEXT)
    again = replace(TEXT, reference="r2")
    known = frozenset({accepted.provider_sid})
    assert peer.provider.find_sent(again, clock.now(), known) is None


def test_refusals_are_told_in_our_words(peer: Peer) -> None:
    for name, prepare in peer.refuse.items():
        prepare()
        with pytest.raises(TextRefusedError) as caught:
            peer.provider.send(TEXT)
        assert caught.value.refusal == Refusal(name)
    assert peer.delivered() == []


# Nothing can be lost between this process and a file.
@pytest.mark.parametrize("peer", [twilio, gateway], indirect=True, ids=["twilio", "gateway"])
def test_a_lost_answer_is_unknown_and_the_text_can_be_found(peer: Peer, clock: FixedClock) -> None:
    assert peer.lose_answer is not None
    peer.lose_answer()
    with pytest.raises(ProviderUnknownError):
        peer.provider.send(TEXT)
    assert peer.provider.find_sent(TEXT, clock.now(), frozenset()) is not None


def test_citizens_can_answer(peer: Peer) -> None:
    assert peer.provider.is_two_way(WANG)


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_provider_that_is_not_there_has_certainly_not_taken_the_text(
    nobody: str, clock: FixedClock
) -> None:
    client = make_client(ACCOUNT, TOKEN, nobody, timeout_seconds=2)
    settings, keys = load_gateway(EXAMPLE, ENVIRONMENT)
    moved = settings.send.model_copy(update={"url": nobody})
    providers = (
        TwilioTexts(client, HOTLINE, "https://hotline.example/sms/status"),
        GatewayTexts(settings.model_copy(update={"send": moved}), keys, clock),
    )
    for provider in providers:
        with pytest.raises(TextRefusedError) as caught:
            provider.send(TEXT)
        assert caught.value.refusal is Refusal.DOWN


def test_twilio_may_be_one_way_for_some_numbers() -> None:
    client = make_client(ACCOUNT, TOKEN, "http://127.0.0.1:9")
    provider = TwilioTexts(client, HOTLINE, "https://x.example", one_way_prefixes=("+86",))
    assert not provider.is_two_way(WANG)
    assert provider.is_two_way("+85291234567")


def test_an_old_text_with_the_same_words_is_not_the_one_looked_for(
    tmp_path: Path, clock: FixedClock
) -> None:
    with twilio(tmp_path / "peer", clock) as peer:
        peer.provider.send(TEXT)
        clock.advance(timedelta(hours=1))
        assert peer.provider.find_sent(TEXT, clock.now(), frozenset()) is None


def test_a_gateway_that_cannot_be_asked_says_so(clock: FixedClock) -> None:
    settings, keys = load_gateway(EXAMPLE, ENVIRONMENT)
    provider = GatewayTexts(settings.model_copy(update={"find": None}), keys, clock)
    with pytest.raises(LookupUnavailableError):
        provider.find_sent(TEXT, clock.now(), frozenset())


def test_a_gateway_error_that_may_hide_a_taken_text_is_unknown(clock: FixedClock) -> None:
    with GatewayDouble() as double:
        settings, keys = double.settings()
        double.codes.append("1999")
        with pytest.raises(ProviderUnknownError):
            GatewayTexts(settings, keys, clock).send(TEXT)


def test_a_gateway_without_inbound_texts_is_one_way(clock: FixedClock) -> None:
    settings, keys = load_gateway(EXAMPLE, ENVIRONMENT)
    one_way = settings.model_copy(update={"inbound": None})
    assert not GatewayTexts(one_way, keys, clock).is_two_way(WANG)


def test_the_client_leaves_no_numbers_in_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    http_client = BaseAddressClient("http://127.0.0.1:9", 1)
    request = {"method": "GET", "url": "x", "params": {"To": WANG}, "headers": None}
    http_client.log_request(request)
    http_client.close()
    assert WANG not in caplog.text

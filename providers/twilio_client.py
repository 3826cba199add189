"""The official SDK, with its requests sent to a base address of our choosing.

``TWILIO_API_BASE`` is the real one by default; the stand-in and test peers have another.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import RequestException, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from core.errors import NotFoundError, ProviderRefusedError, ProviderUnknownError

TIMEOUT_SECONDS = 10.0
_MAX_CONNECTIONS = 16


class BaseAddressClient(TwilioHttpClient):  # type: ignore[misc]
    """The SDK's HTTP client with another scheme and host. Never repeats a request by itself."""

    def __init__(self, api_base: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__(timeout=timeout_seconds, logger=_silent_logger())
        self._base = urlsplit(api_base)
        self.session: Session = make_session()

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        """One request, to the base address instead of the SDK's own host."""
        parts = urlsplit(url)
        address = urlunsplit(parts._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        return super().request(method, address, *args, **more)

    def close(self) -> None:
        """Close kept connections."""
        self.session.close()


def make_client(
    account_sid: str,
    auth_token: str,
    api_base: str,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Client:
    """The SDK's client for an account. Safe to use from several threads."""
    http_client = BaseAddressClient(api_base, timeout_seconds)
    return Client(account_sid, auth_token, http_client=http_client)


def make_session() -> Session:
    """A session that keeps connections and ignores proxies of the environment."""
    session = Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=_MAX_CONNECTIONS, max_retries=0))
    return session


def was_never_connected(error: Exception) -> bool:
    """Whether a request failed before a connection stood, so that nothing was handed over."""
    if isinstance(error, ConnectTimeout):
        return True
    if not isinstance(error, RequestsConnectionError) or not error.args:
        return False
    cause = error.args[0]
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


@contextmanager
def distinguished() -> Iterator[None]:
    """The SDK's errors as ours: NotFoundError, ProviderRefusedError or ProviderUnknownError."""
    try:
        yield
    except TwilioRestException as error:
        if error.status == 404:
            raise NotFoundError("The provider knows no such thing.") from error
        if error.status >= 500:
            raise ProviderUnknownError(f"The provider answered {error.status}.") from error
        raise ProviderRefusedError(f"The provider refused: {error.code}.", error.status) from error
    except (TwilioException, RequestException, JSONDecodeError) as error:
        # The SDK's lists say neither status nor code when a page cannot be had.
        raise ProviderUnknownError(type(error).__name__) from error


def _silent_logger() -> logging.Logger:
    # The SDK logs addresses with the citizen's number in their query.
    logger = logging.getLogger("providers.twilio.silent")
    logger.setLevel(logging.CRITICAL + 1)
    return logger

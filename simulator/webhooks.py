"""Signed webhooks from the stand-in to the service.

twilio.com/docs/usage/webhooks and .../webhooks-security: form-encoded, signed over the public
address that Twilio was given, 15 s in all. A webhook without an answer, or with a 5xx, is tried
once more: harsher than the default (which repeats only a failed connection), so that the service
is shown to bear it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urljoin

import requests
from twilio.request_validator import RequestValidator

from core.clock import Clock
from simulator.exchanges import ExchangeLog, Violation
from simulator.faults import Faults
from simulator.settings import SimulatorSettings

HTTP_FAILURE, NO_CONNECTION = 11200, 11205
"""Twilio's error numbers."""
_TRIES = 2
_CONNECT_SECONDS = 10.0


class WebhookError(Exception):
    """The service did not answer with a 2xx. ``code`` is Twilio's error number."""

    def __init__(self, code: int, message: str, url: str) -> None:
        super().__init__(message)
        self.code = code
        self.url = url


@dataclass(frozen=True)
class WebhookAnswer:
    """What the service answered."""

    url: str
    """Public address of the document, against which relative addresses are resolved."""
    status: int
    body: bytes
    content_type: str


class WebhookSender:
    """Sends webhooks; safe to use from several threads."""

    def __init__(
        self, settings: SimulatorSettings, log: ExchangeLog, faults: Faults, clock: Clock
    ) -> None:
        self._settings = settings
        self._log = log
        self._faults = faults
        self._clock = clock
        self._validator = RequestValidator(settings.auth_token)
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=64)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def public_url(self, path: str) -> str:
        """The public address of a path of the service."""
        return self._settings.public_base_url + path

    def resolve(self, base: str, url: str) -> str:
        """An address of a document, absolute or relative to ``base``."""
        return urljoin(base, url)

    def send(
        self, url: str, parameters: dict[str, str], *, method: str = "POST", about: str = ""
    ) -> WebhookAnswer:
        """Send one webhook. Raises WebhookError after the last try."""
        if self._faults.strikes("webhooks-twice", *_phones_of(parameters)):
            self._try(url, parameters, method, about)
        error = WebhookError(HTTP_FAILURE, "not tried", url)
        for _ in range(_TRIES):
            outcome = self._try(url, parameters, method, about)
            if isinstance(outcome, WebhookAnswer):
                if 200 <= outcome.status < 300:
                    return outcome
                error = WebhookError(HTTP_FAILURE, f"The service answered {outcome.status}.", url)
                if outcome.status < 500:
                    break
            else:
                error = outcome
        self.report(error.code, str(error), about=about, url=url)
        raise error

    def notify(
        self, url: str, parameters: dict[str, str], *, method: str = "POST", about: str = ""
    ) -> None:
        """Send a callback whose answer does not matter; a failure is only reported."""
        try:
            self.send(url, parameters, method=method, about=about)
        except WebhookError:
            return

    def report(
        self, code: int, message: str, *, about: str = "", url: str = "", document: str = ""
    ) -> None:
        """Note a broken rule."""
        at = self._clock.now().isoformat()
        self._log.add_violation(Violation(at, code, message, about, url, document))

    def _try(
        self, url: str, parameters: dict[str, str], method: str, about: str
    ) -> WebhookAnswer | WebhookError:
        began = time.monotonic()
        answer: WebhookAnswer | WebhookError
        try:
            response = self._session.send(
                self._prepare(url, parameters, method),
                timeout=(_CONNECT_SECONDS, self._settings.webhook_timeout_seconds),
                allow_redirects=False,
            )
            content_type = response.headers.get("Content-Type", "")
            answer = WebhookAnswer(url, response.status_code, response.content, content_type)
        except requests.RequestException as problem:
            answer = WebhookError(NO_CONNECTION, f"No answer: {type(problem).__name__}.", url)
        is_answer = isinstance(answer, WebhookAnswer)
        self._log.add(
            at=self._clock.now().isoformat(),
            kind="webhook",
            method=method,
            url=url,
            parameters=dict(parameters),
            status=answer.status if isinstance(answer, WebhookAnswer) else 0,
            answer=_text_of(answer),
            milliseconds=round((time.monotonic() - began) * 1000),
            about=about,
            error="" if is_answer else str(answer),
        )
        return answer

    def _prepare(
        self, url: str, parameters: dict[str, str], method: str
    ) -> requests.PreparedRequest:
        settings = self._settings
        target = url
        is_ours = url == settings.public_base_url or url.startswith(settings.public_base_url + "/")
        if is_ours:
            target = settings.service_url + url[len(settings.public_base_url) :]
        is_get = method == "GET"
        request = requests.Request(
            method,
            target,
            params=parameters if is_get else None,
            data=None if is_get else parameters,
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
        ).prepare()
        # Signed over the address as it really goes out, with its final percent-escapes.
        sent = request.url or target
        signed = settings.public_base_url + sent[len(settings.service_url) :] if is_ours else sent
        signature = self._validator.compute_signature(signed, {} if is_get else parameters)
        if self._faults.strikes("webhooks-badly-signed", *_phones_of(parameters)):
            signature = signature[::-1]
        request.headers["X-Twilio-Signature"] = signature
        return request


def _phones_of(parameters: dict[str, str]) -> tuple[str, str]:
    return parameters.get("From", ""), parameters.get("To", "")


def _text_of(answer: WebhookAnswer | WebhookError) -> str:
    return answer.body.decode("utf-8", "replace") if isinstance(answer, WebhookAnswer) else ""

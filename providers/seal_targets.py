"""Where statements of daily seals go: a folder, a mailbox, an authority that stamps their time."""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import requests
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from config.settings import Settings
from core.errors import ConfigurationError, ProviderRefusedError, ProviderUnknownError

_SECONDS = 20
Post = Callable[[str, bytes], bytes]


class SealTarget(Protocol):
    """Somebody who holds statements of seals."""

    @property
    def name(self) -> str:
        """A word that names the target for good."""
        ...

    def hand_over(self, day: date, statement: str) -> str:
        """Hand over the statement of a day; what came back as text, or nothing. Handing over twice
        does no harm. Raises ProviderError."""
        ...


@dataclass(frozen=True)
class SealFolder:
    """Files in a folder, such as a mounted share that is written once (WORM)."""

    folder: Path
    name: str = "folder"

    def hand_over(self, day: date, statement: str) -> str:
        """See SealTarget. A file is never written over: one with another text is refused."""
        path = self.folder / f"seal-{day.isoformat()}.json"
        line = f"{statement}\n"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(line)
        except FileExistsError as error:
            if path.read_text(encoding="utf-8") != line:
                raise ProviderRefusedError(f"{path.name} is there with another seal.") from error
        except OSError as error:
            raise ProviderUnknownError(f"The folder of seals: {error.strerror}.") from error
        return ""


@dataclass(frozen=True)
class SealMail:
    """A mail to named persons. ``url``: ``smtp://`` (STARTTLS) or ``smtps://``, with user and
    password where there are any."""

    url: str = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    name: str = "mail"
    connect: Callable[[str, int], smtplib.SMTP] | None = None

    def hand_over(self, day: date, statement: str) -> str:
        """See SealTarget."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(self.recipients)
        message["Subject"] = f"12333 {day.isoformat()} 每日封存 / daily seal"
        message.set_content(f"{statement}\n")
        try:
            with self._open() as server:
                refused = server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise ProviderUnknownError(f"The mail server: {type(error).__name__}.") from error
        if refused:
            raise ProviderRefusedError("The mail server refused a recipient.")
        return ""

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, is_wrapped = parts.hostname or "localhost", parts.scheme == "smtps"
        port = parts.port or (465 if is_wrapped else 587)
        if self.connect is not None:
            server = self.connect(host, port)
        else:
            kind = smtplib.SMTP_SSL if is_wrapped else smtplib.SMTP
            server = kind(host, port, timeout=_SECONDS)
        if not is_wrapped and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _post(url: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        response = requests.post(url, data=body, headers=headers, timeout=_SECONDS)
        response.raise_for_status()
    except requests.RequestException as error:
        raise ProviderUnknownError(f"The time-stamp authority: {type(error).__name__}.") from error
    return response.content


@dataclass(frozen=True)
class TimeStampAuthority:
    """An authority that signs that a statement was there at a moment (RFC 3161).

    ``roots`` are the certificates that its own must lead to. The receipt is the whole response as
    base64, which anybody can verify with them.
    """

    url: str
    roots: tuple[Certificate, ...]
    name: str = "tsa"
    post: Post = _post

    @classmethod
    def of(cls, url: str, roots_file: Path | None) -> TimeStampAuthority:
        """The authority of the settings. Raises ConfigurationError without its certificates."""
        try:
            roots = load_pem_x509_certificates(roots_file.read_bytes()) if roots_file else []
        except (OSError, ValueError) as error:
            raise ConfigurationError("SEAL_TSA_ROOTS cannot be read.") from error
        if not roots:
            raise ConfigurationError("SEAL_TSA_URL needs SEAL_TSA_ROOTS, a file of certificates.")
        return cls(url, tuple(roots))

    def hand_over(self, day: date, statement: str) -> str:
        """See SealTarget. A stamp that does not verify is refused."""
        message = statement.encode()
        builder = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256)
        request = builder.build()
        answer = self.post(self.url, request.as_bytes())
        if not self._is_stamp(answer, message, request.nonce):
            raise ProviderRefusedError(f"The time stamp of {day.isoformat()} does not verify.")
        return base64.b64encode(answer).decode()

    def is_stamp_of(self, receipt: str, statement: str) -> bool:
        """Whether a receipt stamps this very statement."""
        try:
            answer = base64.b64decode(receipt, validate=True)
        except ValueError:
            return False
        return self._is_stamp(answer, statement.encode(), None)

    def _is_stamp(self, answer: bytes, message: bytes, nonce: int | None) -> bool:
        builder = VerifierBuilder(nonce=nonce, roots=list(self.roots))
        try:
            return builder.build().verify_message(decode_timestamp_response(answer), message)
        except (VerificationError, ValueError):
            return False


def make_targets(settings: Settings) -> tuple[SealTarget, ...]:
    """Who gets statements of seals. Raises ConfigurationError for half a setting."""
    targets: list[SealTarget] = []
    if settings.seal_folder is not None:
        targets.append(SealFolder(settings.seal_folder))
    if settings.seal_mail_recipients:
        recipients = settings.seal_mail_recipients
        targets.append(SealMail(settings.seal_mail_url, settings.seal_mail_from, recipients))
    if settings.seal_tsa_url:
        targets.append(TimeStampAuthority.of(settings.seal_tsa_url, settings.seal_tsa_roots))
    return tuple(targets)

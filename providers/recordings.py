"""Recordings: fetched from the provider, and kept sealed under our own access control.

Source: twilio.com/docs/voice/api/recording. Media are fetched with basic auth by a job, never
inside a call. ``providers.wav`` tells whether a recording is one that can be heard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from requests.auth import HTTPBasicAuth
from twilio.rest import Client

from core.encryption import DecryptionError, Vault
from core.errors import NotFoundError, ProviderRefusedError, ProviderUnknownError
from providers.encrypted_files import EncryptedFiles, StoredFile
from providers.twilio_client import distinguished, make_session

_SID = re.compile(r"RE[0-9a-zA-Z]{1,62}")
_TIMEOUT_SECONDS = 30
_PAGE_SIZE = 500
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Media:
    """A recording's bytes as the provider gave them, with their type."""

    content: bytes
    content_type: str


@dataclass(frozen=True)
class ListedRecording:
    """A recording as the provider lists it; ``seconds`` is -1 while it is being made, ``status`` is
    in-progress, processing, completed, absent or another of the provider's words."""

    sid: str
    call_sid: str
    seconds: int
    status: str = "completed"


class TwilioRecordings:
    """Recordings that Twilio holds for one account.

    The SDK lists and removes them; for their sound it has no call, so that is fetched beside it.
    """

    def __init__(
        self,
        client: Client,
        account_sid: str,
        auth_token: str,
        api_base: str,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._client = client
        self._timeout = timeout_seconds
        self._base = f"{api_base.rstrip('/')}/2010-04-01/Accounts/{account_sid}/Recordings"
        self._auth = HTTPBasicAuth(account_sid, auth_token)
        self._session = make_session()

    def fetch(self, sid: str) -> Media:
        """The recording as WAV.

        Raises NotFoundError when there is none, ProviderRefusedError or ProviderUnknownError when
        it cannot be had now.
        """
        address = f"{self._base}/{_checked(sid)}.wav"
        try:
            response = self._session.get(address, auth=self._auth, timeout=self._timeout)
        except requests.RequestException as error:
            raise ProviderUnknownError(type(error).__name__) from error
        if response.status_code == 404:
            raise NotFoundError("The provider has no such recording.")
        if response.status_code >= 500:
            raise ProviderUnknownError(f"The provider answered {response.status_code}.")
        if response.status_code >= 400:
            raise ProviderRefusedError(f"The provider answered {response.status_code}.")
        if len(response.content) > MAX_BYTES:
            raise ProviderRefusedError("The recording is larger than can be kept.")
        return Media(response.content, response.headers.get("Content-Type", ""))

    def list_since(self, day: date) -> list[ListedRecording]:
        """The recordings made on or after a UTC day. Raises as ``fetch``."""
        midnight = datetime.combine(day, time(), UTC)
        with distinguished():
            listed = self._client.recordings.list(date_created_after=midnight, page_size=_PAGE_SIZE)
        return [_listed(one) for one in listed]

    def find(self, sid: str) -> ListedRecording | None:
        """How a recording stands; None when the provider knows none. Raises as ``fetch``."""
        try:
            with distinguished():
                return _listed(self._client.recordings(_checked(sid)).fetch())
        except NotFoundError:
            return None

    def delete(self, sid: str) -> None:
        """Remove the recording at the provider; it being gone already is fine."""
        try:
            with distinguished():
                self._client.recordings(_checked(sid)).delete()
        except NotFoundError:
            return


class RecordingStore:
    """Recordings as sealed files in one folder, named by the provider's sid."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._files = EncryptedFiles(folder, vault)

    def write(self, sid: str, content: bytes) -> StoredFile:
        """Keep a recording: all of it or nothing, also when the machine stops in the middle."""
        return self._files.write(_checked(sid), content)

    def has(self, stored: StoredFile, size_bytes: int) -> bool:
        """Whether what is read back from the disk is, byte for byte, what was to be kept."""
        try:
            content = self._files.read(stored.path)
        except (NotFoundError, OSError, DecryptionError):
            return False
        return len(content) == size_bytes and sha256(content).hexdigest() == stored.sha256

    def remove(self, path: str) -> None:
        """Remove a recording for good; it being gone already is fine."""
        self._files.remove(path)

    def count_old(self) -> int:
        """How many files are not encrypted with the present key."""
        return self._files.count_old()

    def reencrypt(self) -> int:
        """Encrypt what is of an older key with the present one; how many."""
        return sum(self._files.reencrypt(name) for name in self._files.names())

    def read(self, path: str) -> bytes:
        """The plain bytes. Raises NotFoundError when the file is gone."""
        return self._files.read(path)


def _listed(one: Any) -> ListedRecording:
    seconds = int(one.duration or -1)
    return ListedRecording(str(one.sid), str(one.call_sid), seconds, str(one.status))


def _checked(sid: str) -> str:
    if not _SID.fullmatch(sid):
        raise NotFoundError("This is no recording.")
    return sid

"""What a process has outside itself: the providers of texts and calls, stores, seal targets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from app.foundations import Foundations
from app.text_providers import TextProviders, make_text_providers
from casework.attachment_files import AttachmentFiles
from core.errors import ConfigurationError
from core.state_store import StateStore
from providers.calls import TwilioCalls
from providers.pictures import PictureStore
from providers.recordings import RecordingStore, TwilioRecordings
from providers.seal_targets import SealTarget, make_targets
from providers.signatures import SignatureCheck
from providers.twilio_client import make_client
from providers.twilio_texts import TwilioTexts


@dataclass(frozen=True)
class Outside(Foundations):
    """Providers and stores, built when they are first needed."""

    @cached_property
    def state(self) -> StateStore:
        """The state store."""
        return StateStore(self.settings.redis_url)

    @cached_property
    def signatures(self) -> SignatureCheck:
        """Checks webhooks."""
        return SignatureCheck(self.settings.public_base_url, self.settings.auth_tokens)

    @cached_property
    def text_providers(self) -> TextProviders:
        """Who carries texts. Raises ConfigurationError when a gateway is not set up."""
        return make_text_providers(self.settings, self.clock, self._make_twilio_texts, os.environ)

    def _make_twilio_texts(self) -> TwilioTexts:
        settings = self.settings
        return TwilioTexts(
            client=self._twilio,
            sender=settings.twilio_from,
            status_callback=f"{settings.public_base_url}/sms/status",
            one_way_prefixes=settings.one_way_prefixes,
        )

    @cached_property
    def calls(self) -> TwilioCalls:
        """Calls that the service makes itself."""
        settings = self.settings
        return TwilioCalls(self._twilio, settings.twilio_from, settings.public_base_url)

    @cached_property
    def _twilio(self) -> Any:
        # The SDK's client, shared by texts and calls; it is safe to use from several threads.
        settings = self.settings
        if not settings.has_phone_line:
            raise ConfigurationError("This needs a Twilio account: set TWILIO_ACCOUNT_SID.")
        return make_client(
            settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base
        )

    @cached_property
    def recordings(self) -> TwilioRecordings:
        """Recordings that are still at the provider."""
        return TwilioRecordings(
            self._twilio,
            self.settings.twilio_account_sid,
            self.settings.twilio_auth_token,
            self.settings.twilio_api_base,
        )

    @property
    def recording_wait(self) -> timedelta:
        """How long a recording is tried to be fetched."""
        return timedelta(hours=self.settings.recording_wait_hours)

    @cached_property
    def recording_store(self) -> RecordingStore:
        """Recordings that were fetched, encrypted."""
        return RecordingStore(self.settings.var_dir / "recordings", self.vault)

    @cached_property
    def picture_store(self) -> PictureStore:
        """Pictures that staff added to cases, encrypted."""
        return PictureStore(self.settings.var_dir / "pictures", self.vault)

    @cached_property
    def attachment_files(self) -> AttachmentFiles:
        """The bytes of recordings and pictures that cases hold."""
        return AttachmentFiles(self.recording_store, self.picture_store)

    @property
    def seal_targets(self) -> tuple[SealTarget, ...]:
        """Who gets the daily seals. Raises ConfigurationError for half a setting."""
        return make_targets(self.settings)

    @property
    def seal_phones(self) -> tuple[str, ...]:
        """Who gets the daily seals by text."""
        return self.settings.seal_phones_listed

"""Putting the parts together for one process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from sqlalchemy.orm import Session

from accounts.sessions import SessionRules
from app.engines import WantedModel, make_engine
from app.foundations import Foundations
from app.text_carriers import TextCarriers, make_text_carriers
from casework.desk import CaseDesk
from casework.models import Attachment
from casework.notice_texts import word_answer
from casework.vocabulary import AttachmentKind
from config.office_hours import OfficeHours, load_office_hours
from core.errors import ConfigurationError, NotFoundError
from core.jobs import Watermark
from core.precedence import Precedence
from core.state_store import StateStore
from core.working_calendar import WorkingCalendar
from dialogue.conversation import Conversation
from dialogue.seats import talking_since
from dialogue.service_given import note_conversation_ended
from dialogue.services import Facilities
from hotline.lines import LineRules
from hotline.records import find_record, list_records
from hotline.turns import CallServices
from hotline.vouching import VouchedCallers
from knowledge_base.loader import Content, own_content
from knowledge_base.published import KnowledgeBase
from knowledge_base.source import ContentSource
from nlu.loaded_engine import LoadedEngine
from nlu.rasa_engine import RasaCounters
from providers.calls import TwilioCalls
from providers.pictures import PictureStore
from providers.recordings import RecordingStore, TwilioRecordings
from providers.seal_targets import SealTarget, make_targets
from providers.signatures import SignatureCheck
from providers.twilio_client import make_client
from providers.twilio_texts import TwilioTexts
from ratings.operations import RatingReply, take_rating_reply
from sms.line import TextLine
from sms.services import TextServices
from sms.waiting import list_words
from staff.services import StaffServices


@dataclass(frozen=True)
class Parts(Foundations):
    """Everything that one process of the service works with, built when it is first needed."""

    @cached_property
    def state(self) -> StateStore:
        """The state store."""
        return StateStore(self.settings.redis_url)

    @cached_property
    def content_source(self) -> ContentSource:
        """The published content of this process, watched for changes."""
        source = ContentSource(own_content(), self.database, self.clock)
        source.start()
        return source

    @property
    def content(self) -> Content:
        """The published content as of now."""
        return self.content_source.current()

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """Answers by topic."""
        return KnowledgeBase(self.content_source.current)

    @cached_property
    def nlu(self) -> LoadedEngine:
        """The engine that understands messages; it follows the content when it is started."""
        wanted = WantedModel(self.content_source.current)
        return make_engine(self.settings, wanted, self.clock, self.rasa_counters)

    @cached_property
    def rasa_counters(self) -> RasaCounters:
        """What became of the messages that a Rasa server was asked about."""
        return RasaCounters()

    @cached_property
    def desk(self) -> CaseDesk:
        """What casework works with."""
        return CaseDesk(self.vault, WorkingCalendar.from_config(), self.offices)

    @property
    def duty_numbers(self) -> tuple[str, ...]:
        """Who is rung when a life is in danger and no office is open, in the order to try."""
        return self.settings.duty_addresses

    @cached_property
    def office_hours(self) -> OfficeHours:
        """When agents can be reached."""
        return load_office_hours()

    @cached_property
    def facilities(self) -> Facilities:
        """What the dialogue works with."""
        agents = self.settings.agents

        def list_agents(_db: Session) -> tuple[str, ...]:
            return agents

        return Facilities(
            nlu=self.nlu,
            knowledge=self.knowledge,
            desk=self.desk,
            office_hours=self.office_hours,
            list_agents=list_agents,
            list_duty_numbers=lambda: self.duty_numbers,
        )

    @cached_property
    def signatures(self) -> SignatureCheck:
        """Checks webhooks."""
        return SignatureCheck(self.settings.public_base_url, self.settings.auth_tokens)

    @cached_property
    def call_services(self) -> CallServices:
        """What the voice channel works with."""

        def note_call_ended(db: Session, conversation: Conversation, now: datetime) -> None:
            note_conversation_ended(db, self.desk, conversation, now)

        return CallServices(
            database=self.database,
            facilities=self.facilities,
            clock=self.clock,
            most_calls=self.settings.max_concurrent_calls,
            note_call_ended=note_call_ended,
            can_understand=lambda: self.nlu.state.can_answer,
            redirect_call=self._redirect_call,
            transcribes_recordings=self.settings.transcribe_recordings,
            vouched=VouchedCallers(self.settings.vouched_lines),
            line_rules=LineRules(
                most_calls=self.settings.max_concurrent_calls,
                most_a_number=self.settings.max_calls_per_number,
                withheld_percent=self.settings.max_withheld_percent,
                switchboards=frozenset(
                    map(self.vault.keyed_hash, self.settings.switchboard_numbers)
                ),
            ),
        )

    def _redirect_call(self, sid: str, path: str) -> None:
        self.calls.redirect(sid, path)

    @cached_property
    def text_services(self) -> TextServices:
        """What the text channel works with."""

        def take_reply(
            db: Session, phone_key: str, words: str, now: datetime
        ) -> RatingReply | None:
            return take_rating_reply(db, phone_key, words, now, self.desk)

        return TextServices(
            database=self.database,
            facilities=self.facilities,
            state=self.state,
            clock=self.clock,
            take_rating_reply=take_reply,
        )

    @cached_property
    def text_line(self) -> TextLine:
        """Takes texts that come in, and serves them when the engine is open."""
        return TextLine(self.text_services, self.nlu.wait, requests=self.requests)

    @cached_property
    def requests(self) -> Precedence:
        """The requests that this process serves, which go before its other work."""
        return Precedence()

    def busy_since(self, db: Session, user_id: int) -> datetime | None:
        """Since when a staff user is in a call that goes on now; None when in none."""
        return talking_since(db, user_id, self.clock.now())

    @property
    def recording_wait(self) -> timedelta:
        """How long a recording is tried to be fetched."""
        return timedelta(hours=self.settings.recording_wait_hours)

    @property
    def seal_targets(self) -> tuple[SealTarget, ...]:
        """Who gets the daily seals. Raises ConfigurationError for half a setting."""
        return make_targets(self.settings)

    @property
    def seal_phones(self) -> tuple[str, ...]:
        """Who gets the daily seals by text."""
        return self.settings.seal_phones_listed

    @cached_property
    def idle_watermark(self) -> Watermark:
        """Up to when this process has ended idle conversations."""
        return Watermark()

    @property
    def session_rules(self) -> SessionRules:
        """How long sessions of the console last."""
        settings = self.settings
        return SessionRules(
            idle=timedelta(minutes=settings.session_idle_minutes),
            absolute=timedelta(hours=settings.session_hours),
        )

    @cached_property
    def staff_services(self) -> StaffServices:
        """What the console works with."""

        def read_attachment(attachment: Attachment) -> tuple[bytes, str]:
            if attachment.storage_path is None:
                raise NotFoundError("The recording has not been fetched yet.")
            is_picture = attachment.kind == AttachmentKind.PICTURE
            store = self.picture_store if is_picture else self.recording_store
            content = store.read(attachment.storage_path)
            return content, attachment.content_type or "audio/x-wav"

        price = Decimal(str(self.settings.cost_per_minute_yuan))
        return StaffServices(
            database=self.database,
            desk=self.desk,
            clock=self.clock,
            knowledge=self.knowledge,
            read_attachment=read_attachment,
            store_picture=self.picture_store.write,
            word_answer=word_answer,
            remove_file=self.remove_file,
            list_calls=partial(list_records, yuan_a_minute=price),
            find_call=partial(find_record, yuan_a_minute=price),
            session_rules=self.session_rules,
            second_factor_roles=self.settings.roles_with_second_factor,
            list_inbound_words=list_words,
        )

    def remove_file(self, attachment: Attachment) -> None:
        """Remove the stored bytes of a recording or picture for good; gone already is fine."""
        if attachment.storage_path is None:
            return
        is_picture = attachment.kind == AttachmentKind.PICTURE
        store = self.picture_store if is_picture else self.recording_store
        store.remove(attachment.storage_path)

    @cached_property
    def text_carriers(self) -> TextCarriers:
        """Who carries texts. Raises ConfigurationError when a gateway is not set up."""
        settings = self.settings

        def make_twilio_texts() -> TwilioTexts:
            return TwilioTexts(
                client=self._twilio,
                sender=settings.twilio_from,
                status_callback=f"{settings.public_base_url}/sms/status",
                one_way_prefixes=settings.one_way_prefixes,
            )

        return make_text_carriers(settings, self.clock, make_twilio_texts, os.environ)

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

    @cached_property
    def recording_store(self) -> RecordingStore:
        """Recordings of our own, sealed."""
        return RecordingStore(self.settings.var_dir / "recordings", self.vault)

    @cached_property
    def picture_store(self) -> PictureStore:
        """Pictures that staff added to cases, sealed."""
        return PictureStore(self.settings.var_dir / "pictures", self.vault)

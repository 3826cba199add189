"""Putting the parts together for one process. What is outside it and what it understands are parts
of their own; here they become what dialogue, channels, console and jobs work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, partial

from sqlalchemy.orm import Session

from accounts.sessions import SessionRules
from app.dialogue_parts import DialogueParts
from callcentre.queries import find_talking_since
from casework.models import Attachment
from casework.notice_texts import word_answer
from core.jobs import Watermark
from core.priority_gate import PriorityGate
from dialogue.conversation import Conversation
from dialogue.service_given import note_conversation_ended
from hotline.calls import is_vouched
from hotline.lines import LineRules
from hotline.records import find_record, list_records
from hotline.turns import CallServices
from hotline.twilio.agent_calls import AgentCalls
from hotline.vouching import VouchedCallers
from ratings.operations import RatingReply, take_rating_reply
from sms.line import TextLine
from sms.services import TextServices
from sms.waiting import list_words
from staff.services import StaffServices


@dataclass(frozen=True)
class Parts(DialogueParts):
    """Everything that one process of the service works with, built when it is first needed."""

    @cached_property
    def call_services(self) -> CallServices:
        """What the voice channel works with."""
        settings = self.settings
        return CallServices(
            database=self.database,
            facilities=self.facilities,
            clock=self.clock,
            max_calls=settings.max_concurrent_calls,
            note_call_ended=self.note_call_ended,
            can_understand=lambda: self.nlu.state.can_answer,
            redirect_call=self.redirect_call,
            transcribes_recordings=settings.transcribe_recordings,
            vouched=VouchedCallers(settings.vouched_lines),
            line_rules=self.line_rules,
        )

    @property
    def line_rules(self) -> LineRules:
        """Who gets a line."""
        settings = self.settings
        return LineRules(
            max_calls=settings.max_concurrent_calls,
            max_per_number=settings.max_calls_per_number,
            withheld_percent=settings.max_withheld_percent,
            switchboards=frozenset(map(self.vault.keyed_hash, settings.switchboard_numbers)),
        )

    def note_call_ended(self, db: Session, conversation: Conversation, now: datetime) -> None:
        """Note the service that a call was."""
        note_conversation_ended(db, self.case_services, conversation, now)

    @cached_property
    def call_agent(self) -> AgentCalls:
        """Calls agents for callers in the queue."""
        return AgentCalls(self.calls.place)

    def is_vouched(self, db: Session, sid: str) -> bool:
        """Whether the carrier vouched for the caller ID of a call."""
        return is_vouched(db, sid)

    def redirect_call(self, sid: str, path: str) -> None:
        """Let a live call go on at a path. Raises ProviderError."""
        self.calls.redirect(sid, path)

    @cached_property
    def text_services(self) -> TextServices:
        """What the text channel works with."""
        return TextServices(
            database=self.database,
            facilities=self.facilities,
            state=self.state,
            clock=self.clock,
            take_rating_reply=self.take_rating_reply,
        )

    def take_rating_reply(
        self, db: Session, phone_key: str, words: str, now: datetime
    ) -> RatingReply | None:
        """What a text says as a reply to an invitation; None when it is none."""
        return take_rating_reply(db, phone_key, words, now, self.case_services)

    @cached_property
    def text_line(self) -> TextLine:
        """Takes texts that come in, and serves them when the engine is open."""
        return TextLine(self.text_services, self.nlu.wait, requests=self.requests)

    @cached_property
    def requests(self) -> PriorityGate:
        """The requests that this process serves, which go before its other work."""
        return PriorityGate()

    @property
    def session_rules(self) -> SessionRules:
        """How long sessions of the console last."""
        settings = self.settings
        return SessionRules(
            idle=timedelta(minutes=settings.session_idle_minutes),
            absolute=timedelta(hours=settings.session_hours),
        )

    def busy_since(self, db: Session, user_id: int) -> datetime | None:
        """Since when a staff user is in a call that goes on now; None when in none."""
        return find_talking_since(db, user_id, self.clock.now())

    @cached_property
    def idle_watermark(self) -> Watermark:
        """Up to when this process has ended idle conversations."""
        return Watermark()

    @cached_property
    def staff_services(self) -> StaffServices:
        """What the console works with."""
        price = Decimal(str(self.settings.cost_per_minute_yuan))
        return StaffServices(
            database=self.database,
            case_services=self.case_services,
            clock=self.clock,
            knowledge=self.knowledge,
            read_attachment=self.attachment_files.read,
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
        self.attachment_files.remove(attachment)

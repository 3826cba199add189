"""A hotline whose services end, whose jobs run, and whose citizens write back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from core.clock import LOCAL_ZONE, FixedClock
from core.database import Database
from outbox.models import OutgoingText
from outbox.operations import TextOrder, enqueue_text
from ratings.asking import close_invitations, send_invitations
from ratings.models import Invitation, Rating, Service
from ratings.operations import (
    ServiceEnded,
    has_open_invitation,
    note_service_ended,
    take_rating_reply,
)
from ratings.vocabulary import ServiceKind

MOBILE = "+8613800138000"
OTHER_MOBILE = "+8613900139000"
OFFICE = "dg-changan"


def local(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """A moment in Dongguan."""
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL_ZONE)


class Hotline:
    """The service as far as ratings see it."""

    def __init__(self, database: Database, case_services: CaseServices, clock: FixedClock) -> None:
        self.database, self.case_services, self.clock = database, case_services, clock
        self._made = 0
        self.rest = ""

    def ended(self, phone: str = MOBILE, **fields: object) -> ServiceEnded:
        """A service that ends now."""
        self._made += 1
        values: dict[str, object] = {
            "key": f"CA{self._made}",
            "office_id": OFFICE,
            "channel": "voice",
            "kind": ServiceKind.CALL,
            "phone": phone,
            "phone_key": self.key_of(phone),
            "can_text": phone.startswith("+861"),
            "language": "zh",
            "ended_at": self.clock.now(),
            "is_proved": bool(phone),
            **fields,
        }
        return ServiceEnded(**values)  # type: ignore[arg-type]

    def end_service(self, phone: str = MOBILE, **fields: object) -> Service:
        """End a service and note it."""
        with self.database.write() as db:
            return note_service_ended(db, self.ended(phone, **fields), self.clock.now())

    def invite(self, phone: str = MOBILE, **fields: object) -> Service:
        """End a service and send its invitation."""
        service = self.end_service(phone, **fields)
        self.send()
        return service

    def send(self) -> dict[str, int]:
        """Run the job that sends invitations."""
        return send_invitations(self.database, self.clock)

    def settle(self) -> dict[str, int]:
        """Run the job that closes invitations."""
        return close_invitations(self.database, self.clock)

    def write(self, words: str, phone: str = MOBILE) -> str | None:
        """A citizen writes, a minute later; what is sent back, or None when it goes to the bot."""
        self.clock.advance(timedelta(minutes=1))
        with self.database.write() as db:
            now = self.clock.now()
            reply = take_rating_reply(db, self.key_of(phone), words, now, self.case_services)
            self.rest = words if reply is None else reply.rest
            if reply is not None:
                self._enqueue(db, phone, reply.words, "rating_follow_up")
            return None if reply is None else reply.words

    def is_open(self, phone: str = MOBILE) -> bool:
        """Whether bare digits of a number are ratings."""
        with self.database.read() as db:
            return has_open_invitation(db, self.key_of(phone), self.clock.now())

    def bot_writes(self, words: str, phone: str = MOBILE) -> None:
        """The dialogue writes to a citizen, a minute later."""
        self.clock.advance(timedelta(minutes=1))
        with self.database.write() as db:
            self._enqueue(db, phone, words, "reply")

    def invitation(self, service: Service) -> Invitation:
        """The invitation of a service, as it stands."""
        with self.database.read() as db:
            return db.scalars(select(Invitation).where(Invitation.service_id == service.id)).one()

    def ratings(self, service: Service) -> list[Rating]:
        """All ratings of a service, first to last."""
        with self.database.read() as db:
            return list(
                db.scalars(
                    select(Rating).where(Rating.service_id == service.id).order_by(Rating.number)
                )
            )

    def levels(self, service: Service) -> list[int]:
        """The levels of all ratings of a service, first to last."""
        return [rating.level for rating in self.ratings(service)]

    def texts(self, phone: str = MOBILE) -> list[OutgoingText]:
        """All texts to a number, first to last."""
        with self.database.read() as db:
            return list(
                db.scalars(
                    select(OutgoingText)
                    .where(OutgoingText.phone_key == self.key_of(phone))
                    .order_by(OutgoingText.id)
                )
            )

    def key_of(self, phone: str) -> str:
        """The keyed hash of a number."""
        return self.case_services.vault.keyed_hash(phone) if phone else ""

    def _enqueue(self, db: Session, phone: str, words: str, kind: str) -> None:
        self._made += 1
        order = TextOrder(phone, self.key_of(phone), words, kind, "zh", f"r{self._made}")
        enqueue_text(db, order, self.clock.now())

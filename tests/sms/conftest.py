"""A citizen who writes texts and reads the answers that leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.database import Database
from core.state_store import StateStore
from dialogue.services import Facilities
from outbox.models import OutgoingText
from outbox.sending import send_due_texts
from ratings.operations import RatingReply
from sms.flood import FloodLimits
from sms.inbound import InboundMessage
from sms.models import InboundText
from sms.services import TextServices
from sms.turns import take_text
from tests.outbox.providers import PlayedProvider

WANG = "+8613800138000"


class Ratings:
    """Stands for the ratings: takes what a test says it takes."""

    def __init__(self) -> None:
        self.answers: dict[str, RatingReply] = {}

    def take(self, _db: Session, _phone_key: str, words: str, _now: datetime) -> RatingReply | None:
        return self.answers.get(words)


@pytest.fixture
def ratings() -> Ratings:
    return Ratings()


@pytest.fixture
def services(
    database: Database,
    state: StateStore,
    clock: FixedClock,
    ratings: Ratings,
    make_facilities: Callable[..., Facilities],
) -> TextServices:
    """The text channel over the real dialogue, content and engine."""
    return TextServices(
        database=database,
        facilities=make_facilities(),
        state=state,
        clock=clock,
        take_rating_reply=ratings.take,
        limits=FloodLimits(),
    )


class Writer:
    """A citizen with a phone."""

    def __init__(self, services: TextServices, clock: FixedClock, phone: str = WANG) -> None:
        self.services = services
        self.clock = clock
        self.phone = phone
        self.provider = PlayedProvider(f"played{phone}")
        self._count = 0

    def write(self, words: str, attachments: int = 0, sid: str = "") -> list[str]:
        """Send a text; the texts that it leads to."""
        self._count += 1
        message = InboundMessage(
            sid or f"SM{self.phone}{self._count}", self.phone, words, attachments
        )
        take_text(self.services, message)
        before = len(self.provider.taken)
        self.clock.advance(timedelta(seconds=1))
        send_due_texts(self.services.database, [self.provider], self.clock)
        return self.provider.words[before:]

    @property
    def outcomes(self) -> list[str]:
        """What became of each of this citizen's texts."""
        key = self.services.database.vault.keyed_hash(self.phone)
        with self.services.database.read() as db:
            query = select(InboundText.outcome).where(InboundText.phone_key == key)
            return list(db.scalars(query.order_by(InboundText.id)))

    @property
    def queued(self) -> int:
        """How many texts were ever queued for anybody."""
        with self.services.database.read() as db:
            return len(list(db.scalars(select(OutgoingText.id))))


@pytest.fixture
def wang(services: TextServices, clock: FixedClock) -> Writer:
    return Writer(services, clock)

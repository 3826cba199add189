from __future__ import annotations

from collections.abc import Callable

import pytest

from core.clock import FixedClock
from core.database import Database
from core.encryption import Vault
from dialogue.conversation import Conversation
from dialogue.services import Facilities
from tests.dialogue.scenario import Citizen

MOBILE = "+8613800138000"
LANDLINE = "+8676922222222"


@pytest.fixture
def caller(
    database: Database, vault: Vault, clock: FixedClock, make_facilities: Callable[..., Facilities]
) -> Callable[..., Citizen]:
    def make(
        phone: str = MOBILE,
        *,
        agents: tuple[str, ...] = ("+8676922000000",),
        sid: str = "CA1",
        is_proved: bool = True,
    ) -> Citizen:
        return Citizen(
            database,
            make_facilities(agents),
            clock,
            Conversation(
                id=sid,
                channel="voice",
                phone=phone,
                phone_key=vault.keyed_hash(phone) if phone else "",
                can_text=phone == MOBILE,
                language="zh",
                started_at=clock.now().isoformat(),
                is_proved=is_proved and bool(phone),
            ),
        )

    return make


@pytest.fixture
def texter(
    database: Database, vault: Vault, clock: FixedClock, make_facilities: Callable[..., Facilities]
) -> Callable[..., Citizen]:
    def make(phone: str = MOBILE, *, language: str = "zh") -> Citizen:
        return Citizen(
            database,
            make_facilities(),
            clock,
            Conversation(
                id="T1",
                channel="text",
                phone=phone,
                phone_key=vault.keyed_hash(phone),
                can_text=True,
                language=language,
                started_at=clock.now().isoformat(),
                is_proved=True,
            ),
        )

    return make

"""What texts cost: each, and those of a month, where an installation can see it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.commands.texts import table
from core.clock import FixedClock
from outbox.queries import list_month_costs
from tests.outbox.conftest import Outbox


def test_a_month_costs_what_its_texts_of_each_kind_cost(outbox: Outbox, clock: FixedClock) -> None:
    short, long = outbox.queue("好" * 70), outbox.queue("好" * 71, phone="+8613900139000")
    outbox.queue("答复", kind="case_answer", phone="+8613700137000")
    outbox.send()
    assert (outbox.row(short).cost_yuan, outbox.row(long).cost_yuan) == (
        Decimal("0.05"),
        Decimal("0.10"),
    )
    with outbox.database.read() as db:
        november = list_month_costs(db, date(2026, 11, 30))
        assert list_month_costs(db, date(2026, 12, 1)) == []
    seen = [line.split() for line in table(november)[1:]]
    assert seen == [
        ["case_answer", "1", "1", "0.05", "0.050"],
        ["reply", "2", "3", "0.15", "0.075"],
        ["all", "3", "4", "0.20", "0.067"],
    ]

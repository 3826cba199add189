"""``python -m app texts``: what outgoing texts cost."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal

from app.wiring import Parts
from config.settings import load_settings
from core.clock import local_date
from core.errors import InputError
from outbox.queries import KindCost, list_month_costs


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("texts", help="what outgoing texts cost")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    costs = actions.add_parser("costs", help="texts, segments and yuan of a month, by kind")
    costs.add_argument("--month", help="such as 2026-11; this month when not given")
    costs.set_defaults(run=run_costs)


def run_costs(options: argparse.Namespace) -> int:
    """Print a line for each kind of text that left in the month, and the sum."""
    parts = Parts(load_settings())
    month = _month_of(options.month) if options.month else local_date(parts.clock.now())
    with parts.database.read() as db:
        costs = list_month_costs(db, month)
    for line in table(costs):
        print(line)
    return 0


def table(costs: list[KindCost]) -> list[str]:
    """Kind, texts, segments, yuan, and yuan for one text; the last line is the sum of all."""
    total = KindCost(
        "all",
        sum(cost.texts for cost in costs),
        sum(cost.segments for cost in costs),
        sum((cost.yuan for cost in costs), start=Decimal(0)),
    )
    lines = [f"{'kind':24}{'texts':>8}{'segments':>10}{'yuan':>12}{'a text':>10}"]
    for cost in (*costs, total):
        each = cost.yuan / cost.texts if cost.texts else Decimal(0)
        lines.append(
            f"{cost.kind:24}{cost.texts:>8}{cost.segments:>10}{cost.yuan:>12.2f}{each:>10.3f}"
        )
    return lines


def _month_of(words: str) -> date:
    try:
        return date.fromisoformat(f"{words}-01")
    except ValueError as error:
        raise InputError("A month is written like 2026-11.", "month") from error

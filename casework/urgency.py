"""Whether a matter is urgent, and why (petition-work-regulations#25). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from opencc import OpenCC

from casework.case_services import CaseRules
from config.yaml_files import read_yaml
from core.characters import half_width
from core.ranges import Range

_SIGNALS_FILE = Path(__file__).with_name("urgency_signals.yaml")
_CLAUSE_END = re.compile(r"[,，。.;；!！?？、\n]")
# Characters before a signal in which what takes it back begins.
_TAKEN_BACK_SPAN = 40
_simplify = OpenCC("t2s").convert


@dataclass(frozen=True)
class Signals:
    """Words of urgency by reason, what takes them back, and harmless phrases."""

    words: Mapping[str, tuple[str, ...]]
    taken_back: re.Pattern[str]
    never_negated: frozenset[str]
    harmless: tuple[str, ...]


@lru_cache(maxsize=1)
def load_signals() -> Signals:
    """The lexicon of ``urgency_signals.yaml``."""
    raw = read_yaml(_SIGNALS_FILE)
    negations, between = (
        "|".join(map(re.escape, sorted(raw[name], key=len, reverse=True)))
        for name in ("negations", "between")
    )
    return Signals(
        words={reason: tuple(map(str, words)) for reason, words in raw["signals"].items()},
        taken_back=re.compile(f"(?:{negations})(?:{between})*$"),
        never_negated=frozenset(raw["never_negated"]),
        harmless=tuple(raw["harmless"]),
    )


def find_urgent_reasons(
    rules: CaseRules,
    texts: Iterable[str | None],
    *,
    people: Range[int] | None = None,
    amount_yuan: Range[Decimal] | None = None,
) -> tuple[str, ...]:
    """Reasons for urgency: ``people``, ``amount``, and the lexicon's own, in a fixed order.

    Empty when the matter is not urgent. A danger named in words counts unless it is taken back
    (没有受伤); in doubt it counts. Of numbers the upper end counts, and of an open one ("more than
    20,000") that it is more than its lower end.
    """
    reasons = []
    if people is not None and _can_reach(people, rules.urgent_people):
        reasons.append("people")
    if amount_yuan is not None and _can_exceed(amount_yuan, rules.urgent_amount_yuan):
        reasons.append("amount")
    signals = load_signals()
    clauses = [clause for text in texts if text for clause in _clauses(text, signals)]
    for reason, words in signals.words.items():
        taken_back = None if reason in signals.never_negated else signals.taken_back
        if any(_is_said(word, clause, taken_back) for clause in clauses for word in words):
            reasons.append(reason)
    return tuple(reasons)


def _can_reach(count: Range[int], limit: int) -> bool:
    return count.at_most is not None and count.at_most >= limit


def _can_exceed(amount: Range[Decimal], limit: Decimal) -> bool:
    if amount.upper is None:
        return amount.lower is not None and amount.lower >= limit
    return amount.upper > limit


def _clauses(text: str, signals: Signals) -> list[str]:
    plain = _simplify(half_width(text)).lower()
    for phrase in signals.harmless:
        plain = plain.replace(phrase, " ")
    return [clause for clause in _CLAUSE_END.split(plain) if clause.strip()]


def _is_said(word: str, clause: str, taken_back: re.Pattern[str] | None) -> bool:
    start = clause.find(word)
    while start >= 0:
        before = clause[max(0, start - _TAKEN_BACK_SPAN) : start]
        if taken_back is None or not taken_back.search(before):
            return True
        start = clause.find(word, start + 1)
    return False

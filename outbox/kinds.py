"""The kinds of text: how urgent, how long worth sending, and whom they may disturb (one table)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a text is for."""

    ALARM = "alarm"
    HELP = "help"
    CODE = "code"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"
    REPLY = "reply"
    ANSWER = "answer"
    ACKNOWLEDGEMENT = "acknowledgement"
    RATING_FOLLOW_UP = "rating_follow_up"
    CASE_ANSWER = "case_answer"
    CASE_NOTICE = "case_notice"
    STAFF_NOTICE = "staff_notice"
    RATING = "rating"
    DIGEST = "digest"


@dataclass(frozen=True)
class KindRule:
    """How texts of a kind are handled.

    ``priority``: lower goes first. ``lifetime``: not sent any more when older. ``validity_seconds``
    (1 to 36,000): how long the carrier may try. ``is_quiet``: held from 21:00 to 08:00 local time.
    ``ignores_opt_out``: also sent to who wants no texts. ``needs_reply``: of no use where the
    citizen cannot write back. ``gives_task``: staff are told when it cannot be delivered.
    ``is_statutory``: the law demands that the citizen hears it (petition-work-regulations#22, #23,
    #34), so that staff must call or write instead. ``needs_proof``: never sent to a number that is
    a claim, unless a person confirmed it.
    """

    priority: int
    lifetime: timedelta
    validity_seconds: int
    is_quiet: bool = False
    ignores_opt_out: bool = False
    needs_reply: bool = False
    gives_task: bool = False
    is_statutory: bool = False
    needs_proof: bool = False


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

RULES: Mapping[Kind, KindRule] = {
    # Danger to life: before everything else, also to staff who opted out as citizens.
    Kind.ALARM: KindRule(1, 2 * _HOUR, 3_600, ignores_opt_out=True, gives_task=True),
    # What somebody in danger is written back.
    Kind.HELP: KindRule(1, _HOUR, 3_600, ignores_opt_out=True, gives_task=True),
    # Somebody is on the phone and waits for it; asked for, so it goes to who opted out, too.
    Kind.CODE: KindRule(5, timedelta(minutes=10), 600, ignores_opt_out=True),
    Kind.OPT_OUT_CONFIRMATION: KindRule(10, _HOUR, 3_600, ignores_opt_out=True),
    Kind.REPLY: KindRule(20, _HOUR, 3_600),
    Kind.ANSWER: KindRule(20, 2 * _HOUR, 7_200),
    Kind.ACKNOWLEDGEMENT: KindRule(20, _DAY, 36_000, gives_task=True),
    Kind.RATING_FOLLOW_UP: KindRule(20, _HOUR, 3_600),
    Kind.CASE_ANSWER: KindRule(
        30, 3 * _DAY, 36_000, gives_task=True, is_statutory=True, needs_proof=True
    ),
    Kind.CASE_NOTICE: KindRule(
        40, 2 * _DAY, 36_000, gives_task=True, is_statutory=True, needs_proof=True
    ),
    Kind.STAFF_NOTICE: KindRule(40, 2 * _DAY, 36_000, gives_task=True),
    Kind.RATING: KindRule(60, _DAY, 14_400, is_quiet=True, needs_reply=True),
    Kind.DIGEST: KindRule(70, 2 * _DAY, 14_400, is_quiet=True),
}

STATUTORY_KINDS = tuple(kind.value for kind, rule in RULES.items() if rule.is_statutory)
QUIET_KINDS = tuple(kind.value for kind, rule in RULES.items() if rule.is_quiet)


def rule_of(kind: str) -> KindRule:
    """The rule of a kind. Raises ValueError for a kind that does not exist."""
    return RULES[Kind(kind)]

"""The clocks of casework as one table: length, unit, start, end, pauses, extension, source.

An event is named by its kind, or by ``kind:about`` where only one sort of it counts. Statutory
clocks pause only on the grounds that the law gives; clocks of our own also while the citizen asked
us to wait. A length counts from the day after the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from casework.vocabulary import CaseKind, Remedy

Unit = Literal["natural", "working"]
Holder = Literal["office", "above", "addressed", "citizen", "outside"]

NEVER: frozenset[str] = frozenset()
ENDINGS = frozenset({"withdrawn", "merged", "voided", "closed"})
"""Events after which nothing is owed any more. A case is closed only after an answer."""

LOCAL = "configuration"
PWR = "petition-work-regulations"
GDI = "gd-labour-inspection-regulations"
ARB = "labour-dispute-mediation-arbitration-law"


@dataclass(frozen=True)
class PauseGround:
    """A reason for which a clock stands still. ``must_notify``: the citizen is to be told of it."""

    id: str
    source: str
    must_notify: bool = False


PAUSE_GROUNDS: Mapping[str, PauseGround] = MappingProxyType(
    {
        ground.id: ground
        for ground in (
            PauseGround("hearing", f"{PWR}#36"),
            PauseGround("announcement", f"{GDI}#44"),
            PauseGround("audit", f"{GDI}#44"),
            PauseGround("appraisal", f"{GDI}#44"),
            PauseGround("awaiting_conclusion", f"{GDI}#45", must_notify=True),
            PauseGround("force_majeure", f"{GDI}#45", must_notify=True),
            PauseGround("unreachable", f"{GDI}#45"),
            PauseGround("citizen_asked_to_wait", LOCAL),
        )
    }
)
INSPECTION_GROUNDS = frozenset(
    {
        "announcement",
        "audit",
        "appraisal",
        "awaiting_conclusion",
        "force_majeure",
        "unreachable",
    }
)
OWN_GROUNDS = frozenset({"citizen_asked_to_wait", "unreachable"})


@dataclass(frozen=True)
class Extension:
    """At most ``days`` more, in the clock's own unit, once, approved before the clock runs out."""

    days: int
    source: str


@dataclass(frozen=True)
class DeadlineRule:
    """One clock.

    ``holder``: who must act in time: the office, the office above, the addressed office or the
    citizen (then running out ends a right and breaks no duty), or somebody outside (told for
    information only).
    ``remind_before``: working days before the due day on which the officer is reminded.
    """

    id: str
    length: int
    unit: Unit
    starts: frozenset[str]
    ends: frozenset[str]
    source: tuple[str, ...]
    kinds: frozenset[CaseKind] = frozenset({CaseKind.PETITION})
    remedies: frozenset[Remedy] | None = None
    pauses: frozenset[str] = NEVER
    extension: Extension | None = None
    holder: Holder = "office"
    remind_before: tuple[int, ...] = ()

    @property
    def is_duty(self) -> bool:
        """Whether running out is a breach of ours."""
        return self.holder in {"office", "above"}


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


_RULES = (
    DeadlineRule(
        "tell-path",
        15,
        "natural",
        _names("registered"),
        _names("told:path", "told:forwarding", "answered") | ENDINGS,
        (f"{PWR}#22", f"{PWR}#23"),
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "tell-path-forwarded",
        15,
        "natural",
        _names("forwarded"),
        _names("told:path", "answered", "objection_agreed") | ENDINGS,
        (f"{PWR}#23",),
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "object",
        5,
        "working",
        _names("forwarded"),
        _names("objected", "accepted", "objection_agreed") | ENDINGS,
        (f"{PWR}#23",),
        kinds=frozenset(CaseKind) - {CaseKind.CONTACT},
        holder="addressed",
    ),
    DeadlineRule(
        "accept-case",
        15,
        "natural",
        _names("registered", "objection_agreed"),
        _names("accepted") | ENDINGS,
        (LOCAL, f"{PWR}#22"),
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "finish-petition",
        60,
        "natural",
        _names("accepted", "reopened"),
        _names("answered") | ENDINGS,
        (f"{PWR}#34",),
        remedies=frozenset({Remedy.PETITION}),
        extension=Extension(30, f"{PWR}#34"),
        remind_before=(10, 3),
    ),
    DeadlineRule(
        "finish-other-road",
        60,
        "natural",
        _names("accepted", "reopened"),
        _names("answered") | ENDINGS,
        (LOCAL,),
        remedies=frozenset(Remedy) - {Remedy.PETITION, Remedy.INSPECTION},
        pauses=OWN_GROUNDS,
        extension=Extension(30, LOCAL),
        remind_before=(10, 3),
    ),
    DeadlineRule(
        "accept-inspection",
        5,
        "working",
        _names("sorted:inspection", "complaint_received"),
        _names("inspection_accepted", "inspection_refused") | ENDINGS,
        (f"{GDI}#36", f"{GDI}#39"),
        remedies=frozenset({Remedy.INSPECTION}),
        remind_before=(2,),
    ),
    DeadlineRule(
        "finish-inspection",
        45,
        "working",
        _names("inspection_accepted", "reopened"),
        _names("inspection_decided") | ENDINGS,
        (f"{GDI}#44", "labour-inspection-regulations#17"),
        remedies=frozenset({Remedy.INSPECTION}),
        pauses=INSPECTION_GROUNDS,
        extension=Extension(30, f"{GDI}#44"),
        remind_before=(10, 3),
    ),
    DeadlineRule(
        "answer-decision",
        5,
        "working",
        _names("inspection_decided", "inspection_refused"),
        _names("answered") | ENDINGS,
        (LOCAL,),
        remedies=frozenset({Remedy.INSPECTION}),
        remind_before=(2,),
    ),
    DeadlineRule(
        "tell-suspension",
        3,
        "working",
        _names(*(f"paused:{g.id}" for g in PAUSE_GROUNDS.values() if g.must_notify)),
        _names("told:suspension") | ENDINGS,
        (f"{GDI}#45",),
        remedies=frozenset({Remedy.INSPECTION}),
        remind_before=(1,),
    ),
    DeadlineRule(
        "request-review",
        30,
        "natural",
        _names("answered"),
        _names("review_requested", "withdrawn", "merged"),
        (f"{PWR}#35",),
        holder="citizen",
    ),
    DeadlineRule(
        "answer-review",
        30,
        "natural",
        _names("review_requested"),
        _names("review_answered") | ENDINGS,
        (f"{PWR}#35",),
        holder="above",
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "request-recheck",
        30,
        "natural",
        _names("review_answered"),
        _names("recheck_requested", "withdrawn", "merged"),
        (f"{PWR}#36",),
        holder="citizen",
    ),
    DeadlineRule(
        "answer-recheck",
        30,
        "natural",
        _names("recheck_requested"),
        _names("recheck_answered") | ENDINGS,
        (f"{PWR}#36",),
        pauses=_names("hearing"),
        holder="above",
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "arbitration-accept",
        5,
        "natural",
        _names("arbitration_applied"),
        _names("arbitration_accepted", "arbitration_refused"),
        (f"{ARB}#29",),
        holder="outside",
    ),
    DeadlineRule(
        "arbitration-decide",
        45,
        "natural",
        _names("arbitration_accepted"),
        _names("arbitration_decided"),
        (f"{ARB}#43",),
        extension=Extension(15, f"{ARB}#43"),
        holder="outside",
    ),
    DeadlineRule(
        "answer-message",
        1,
        "working",
        _names("registered", "reopened"),
        _names("answered") | ENDINGS,
        (LOCAL,),
        kinds=frozenset({CaseKind.MESSAGE, CaseKind.STAFF}),
        pauses=OWN_GROUNDS,
    ),
    DeadlineRule(
        "call-back-contact",
        1,
        "working",
        _names("registered", "reopened"),
        _names("answered") | ENDINGS,
        (LOCAL,),
        kinds=frozenset({CaseKind.CONTACT}),
        pauses=OWN_GROUNDS,
    ),
    DeadlineRule(
        "contact-bad-rating",
        1,
        "working",
        _names("registered"),
        _names("contacted", "answered") | ENDINGS,
        (LOCAL,),
        kinds=frozenset({CaseKind.BAD_RATING}),
        pauses=OWN_GROUNDS,
    ),
    DeadlineRule(
        "mend-bad-rating",
        15,
        "working",
        _names("registered", "reopened"),
        _names("mended") | ENDINGS,
        (LOCAL,),
        kinds=frozenset({CaseKind.BAD_RATING}),
        pauses=OWN_GROUNDS,
        remind_before=(5, 2),
    ),
    DeadlineRule(
        "answer-mended",
        5,
        "working",
        _names("mended"),
        _names("answered") | ENDINGS,
        (LOCAL,),
        kinds=frozenset({CaseKind.BAD_RATING}),
        remind_before=(2,),
    ),
)

CLOCK_RULES: Mapping[str, DeadlineRule] = MappingProxyType({rule.id: rule for rule in _RULES})

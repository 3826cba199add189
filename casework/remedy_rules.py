"""The remedies of each kind of matter, the best first, as one table (petition-work-regulations#31).

Which topic is which kind of matter stands in ``matters.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from casework.vocabulary import Remedy
from config.yaml_files import read_yaml

_MATTERS_FILE = Path(__file__).with_name("matters.yaml")


class LimitStart(StrEnum):
    """The day from which a limit counts."""

    NONE = "none"
    """There is no limit."""
    EVENT = "event"
    """The one event that the petition is about (a dismissal), or the day on which the citizen
    learned of it."""
    HAPPENED = "happened"
    """The day of an accident, whenever anybody learned of it."""
    KNOWN = "known"
    """The day on which the citizen knew of a wrong that may go on."""
    RECEIVED = "received"
    """The day on which an award, a decision or a diagnosis was received."""
    LEFT = "left"
    """The end of the employment."""
    ENDED = "ended"
    """The end of the wrong, which may go on after the employment."""
    ENDED_BY_LEAVING = "ended_by_leaving"
    """The end of a wrong that cannot go on after the employment."""


@dataclass(frozen=True)
class RemedyRule:
    """One remedy: its limit and where the law says so.

    ``can_be_interrupted``: a demand, a complaint or the employer's promise starts the limit again
    (labour-dispute-mediation-arbitration-law#27).
    """

    remedy: Remedy
    sources: tuple[str, ...]
    start: LimitStart = LimitStart.NONE
    years: int = 0
    days: int = 0
    can_be_interrupted: bool = False


_ARB = "labour-dispute-mediation-arbitration-law"
_LCL = "labour-contract-law"
_SIL = "social-insurance-law"
_INJURY = "work-injury-insurance-regulations"
_SORT = "petition-work-regulations#31"

_INSPECTION = RemedyRule(
    Remedy.INSPECTION,
    ("labour-inspection-regulations#20", _SORT),
    LimitStart.ENDED,
    years=2,
)
_INSPECTION_AT_WORK = replace(_INSPECTION, start=LimitStart.ENDED_BY_LEAVING)
_INSPECTION_OF_SEVERANCE = replace(_INSPECTION, sources=(f"{_LCL}#85", *_INSPECTION.sources))
_INSPECTION_OF_HIRING = replace(_INSPECTION, sources=("women-rights-law#49", *_INSPECTION.sources))

_ARBITRATION = RemedyRule(
    Remedy.ARBITRATION,
    (f"{_ARB}#27", _SORT),
    LimitStart.KNOWN,
    years=1,
    can_be_interrupted=True,
)
_ARBITRATION_OF_EVENT = replace(_ARBITRATION, start=LimitStart.EVENT)
_ARBITRATION_OF_WAGES = replace(_ARBITRATION, start=LimitStart.LEFT)
_ARBITRATION_OF_INSURANCE = replace(_ARBITRATION, sources=(f"{_SIL}#83", *_ARBITRATION.sources))
_ARBITRATION_OF_INJURY = replace(_ARBITRATION, sources=(f"{_INJURY}#54", *_ARBITRATION.sources))
_ARBITRATION_OF_OVER_AGE = replace(
    _ARBITRATION, sources=("over-age-workers-provisions#19", *_ARBITRATION.sources)
)

_RECOGNITION = RemedyRule(
    Remedy.ADMINISTRATIVE, (f"{_INJURY}#17", _SORT), LimitStart.HAPPENED, years=1
)
_RECOGNITION_OF_DISEASE = replace(_RECOGNITION, start=LimitStart.RECEIVED)
_NEW_RATING = RemedyRule(
    Remedy.ADMINISTRATIVE, (f"{_INJURY}#26", _SORT), LimitStart.RECEIVED, days=15
)
_LEVY = RemedyRule(Remedy.ADMINISTRATIVE, (f"{_SIL}#63", f"{_SIL}#83", _SORT))

_COURT_AFTER_AWARD = RemedyRule(
    Remedy.COURT, (f"{_ARB}#48", f"{_ARB}#50", _SORT), LimitStart.RECEIVED, days=15
)
_COURT_WITHOUT_AWARD = RemedyRule(Remedy.COURT, (f"{_ARB}#29", f"{_ARB}#43", _SORT))
_ENFORCEMENT = RemedyRule(Remedy.COURT, (f"{_ARB}#51", _SORT))
_COURT_OF_SERVICE = RemedyRule(Remedy.COURT, ("spc-labour-dispute-interpretation-1#2", _SORT))
_COURT_OF_OVER_AGE = RemedyRule(Remedy.COURT, ("over-age-workers-provisions#19", _SORT))
_COURT_OF_HARASSMENT = RemedyRule(Remedy.COURT, ("women-rights-law#23", _SORT))

_REVIEW = RemedyRule(Remedy.REVIEW, (f"{_SIL}#83", _SORT))
_REVIEW_OF_INJURY = RemedyRule(Remedy.REVIEW, (f"{_INJURY}#55", _SORT))
_ELSEWHERE = RemedyRule(Remedy.ELSEWHERE, ("petition-work-regulations#23",))
_POLICE = RemedyRule(Remedy.ELSEWHERE, ("women-rights-law#23", "petition-work-regulations#23"))

PETITION = RemedyRule(Remedy.PETITION, (_SORT, "petition-work-regulations#34"))
"""The petition itself, which is taken whatever else is open."""

REMEDIES: Mapping[str, tuple[RemedyRule, ...]] = MappingProxyType(
    {
        "wages": (_INSPECTION, _ARBITRATION_OF_WAGES),
        "standards": (_INSPECTION_AT_WORK, _ARBITRATION),
        "agencies": (_INSPECTION,),
        "hiring": (_INSPECTION_OF_HIRING,),
        "trainees": (_INSPECTION, _COURT_OF_SERVICE),
        "contracts": (_ARBITRATION, _INSPECTION_AT_WORK),
        "disputes": (_ARBITRATION,),
        "dismissals": (_ARBITRATION_OF_EVENT,),
        "severance": (_ARBITRATION_OF_EVENT, _INSPECTION_OF_SEVERANCE),
        "mothers": (_ARBITRATION_OF_EVENT, _INSPECTION),
        "harassment": (_POLICE, _COURT_OF_HARASSMENT, _ARBITRATION),
        "services": (_COURT_OF_SERVICE,),
        "platforms": (_ARBITRATION, _COURT_OF_SERVICE),
        "over_age": (_ARBITRATION_OF_OVER_AGE, _INSPECTION, _COURT_OF_OVER_AGE),
        "awards": (_COURT_AFTER_AWARD,),
        "arbitration": (_ARBITRATION, _COURT_WITHOUT_AWARD),
        "enforcement": (_ENFORCEMENT,),
        "insurance_duty": (_LEVY, _INSPECTION, _ARBITRATION_OF_INSURANCE),
        "injury_recognition": (_RECOGNITION, _ARBITRATION_OF_INJURY),
        "injury_benefits": (_RECOGNITION, _ARBITRATION_OF_INJURY, _REVIEW_OF_INJURY),
        "over_age_injury": (_RECOGNITION, _ARBITRATION_OF_OVER_AGE),
        "injury_rating": (_NEW_RATING,),
        "maternity_benefits": (_REVIEW, _ARBITRATION_OF_INSURANCE),
        "benefits": (_REVIEW,),
        "diseases": (_ELSEWHERE, _RECOGNITION_OF_DISEASE),
        "elsewhere": (_ELSEWHERE,),
        "plain": (),
    }
)
"""The remedies by kind of matter, the petition itself left out.

What inspection refuses because the law sends it to arbitration (labour-inspection-regulations#21,
gd-labour-inspection-regulations#39) has no inspection here; what it watches over stands in
labour-inspection-regulations#11 and gd-labour-inspection-regulations#23.
"""


def rules_of(topic: str | None) -> tuple[RemedyRule, ...]:
    """The remedies of a topic besides the petition; none for a topic that nothing is known of."""
    return REMEDIES[matters_by_topic().get(topic or "", "plain")]


@lru_cache(maxsize=1)
def matters_by_topic() -> Mapping[str, str]:
    """The kind of matter of each topic of ``matters.yaml``."""
    return MappingProxyType(
        {topic: matter for matter, topics in read_yaml(_MATTERS_FILE).items() for topic in topics}
    )

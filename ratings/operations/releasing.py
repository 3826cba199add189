"""What becomes of a rating that is held: one person proposes, another decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.case_services import Actor, CaseServices
from core.errors import ConflictError, DuplicateError, PermissionDeniedError
from ratings.models import Exclusion, RatingHold
from ratings.operations.rating import open_case_if_bad
from ratings.vocabulary import Decision, ExclusionCode, HoldProposal

_PERMISSION = "ratings.approve"


def propose_on_hold(
    db: Session, hold: RatingHold, actor: Actor, proposal: HoldProposal, now: datetime
) -> RatingHold:
    """Propose that a held rating count, or that it be left out.

    Raises DuplicateError when a proposal waits, ConflictError when it was decided.
    """
    _check(actor, hold)
    if hold.proposal is not None:
        raise DuplicateError("A proposal about this rating waits for its decision.")
    hold.proposal, hold.proposed_by, hold.proposed_at = proposal, actor.id, now
    db.flush()
    return hold


def decide_on_hold(
    db: Session,
    case_services: CaseServices,
    hold: RatingHold,
    actor: Actor,
    *,
    approves: bool,
    now: datetime,
) -> RatingHold:
    """Agree to a proposal, which ends the hold; or refuse it, and the rating is held on.

    Released, the rating counts from now on, and a bad one opens its case. Raises
    PermissionDeniedError for the one who proposed it, ConflictError when nothing is proposed.
    """
    _check(actor, hold)
    if hold.proposal is None or hold.proposed_by is None or hold.proposed_at is None:
        raise ConflictError("Nothing is proposed about this rating.")
    if hold.proposed_by == actor.id:
        raise PermissionDeniedError("A second person decides.")
    if not approves:
        hold.proposal = hold.proposed_by = hold.proposed_at = None
        db.flush()
        return hold
    hold.decided_by, hold.decided_at = actor.id, now
    if hold.proposal == HoldProposal.RELEASE:
        open_case_if_bad(db, case_services, hold.rating, now)
    else:
        db.add(
            Exclusion(
                rating_id=hold.rating_id,
                code=ExclusionCode.MANIPULATED,
                words=hold.code,
                state=Decision.APPROVED,
                proposed_by=hold.proposed_by,
                proposed_at=hold.proposed_at,
                decided_by=actor.id,
                decided_at=now,
            )
        )
    db.flush()
    return hold


def _check(actor: Actor, hold: RatingHold) -> None:
    if not actor.may(_PERMISSION):
        raise PermissionDeniedError(f"{_PERMISSION} is needed.")
    if hold.decided_at is not None:
        raise ConflictError("This has been decided.")

"""What needs a second person: exclusions, appeals, revisions; and the dated rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.independence import require_second_person
from casework.case_services import Actor, CaseServices
from core.errors import ConflictError, DuplicateError, InputError, PermissionDeniedError
from ratings.models import Appeal, Exclusion, FrozenRanking, RankingConfig, RankingRevision, Rating
from ratings.monthly import add_frozen, find_frozen
from ratings.periods import month_of, parse_month
from ratings.ranking import RankingRules
from ratings.vocabulary import WORST_GOOD_LEVEL, Decision, ExclusionCode, RevisionCode


def propose_exclusion(
    db: Session, rating: Rating, actor: Actor, code: ExclusionCode, words: str, now: datetime
) -> Exclusion:
    """Propose that a rating be left out, by one of the codes and with the reason in words.

    Raises DuplicateError when it is proposed or excluded already, InputError without words.
    """
    _check(actor, "ratings.exclude", words)
    _check_not_excluded(db, rating)
    row = Exclusion(
        rating_id=rating.id,
        code=code,
        words=words.strip(),
        state=Decision.PROPOSED,
        proposed_by=actor.id,
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    return row


def decide_exclusion(
    db: Session, exclusion: Exclusion, actor: Actor, *, approves: bool, now: datetime
) -> Exclusion:
    """Approve or refuse an exclusion. Raises PermissionDeniedError for the one who proposed it.

    A month that is frozen keeps its figures until a revision is made.
    """
    _check(actor, "ratings.approve")
    _check_second_person(db, actor, exclusion.proposed_by, exclusion.state, now)
    exclusion.state = Decision.APPROVED if approves else Decision.REFUSED
    exclusion.decided_by, exclusion.decided_at = actor.id, now
    db.flush()
    return exclusion


def file_appeal(db: Session, rating: Rating, actor: Actor, words: str, now: datetime) -> Appeal:
    """The rated office holds a bad rating to be mistaken. Once a rating; a second is refused.

    Raises PermissionDeniedError for another office's staff, ConflictError for a rating that is
    not bad or has been replaced, DuplicateError after an earlier appeal.
    """
    _check(actor, "ratings.appeal", words)
    if not actor.reaches(rating.office_id):
        raise PermissionDeniedError("The rating is another office's.")
    if rating.level >= WORST_GOOD_LEVEL or rating.replaced_at is not None:
        raise ConflictError("Only a bad rating that counts can be appealed against.")
    if db.scalar(select(Appeal.id).where(Appeal.rating_id == rating.id)) is not None:
        raise DuplicateError("There was an appeal against this rating already.")
    row = Appeal(
        rating_id=rating.id,
        words=words.strip(),
        state=Decision.PROPOSED,
        filed_by=actor.id,
        filed_at=now,
    )
    db.add(row)
    db.flush()
    return row


def decide_appeal(
    db: Session,
    case_services: CaseServices,
    appeal: Appeal,
    actor: Actor,
    *,
    upholds: bool,
    words: str,
    now: datetime,
) -> Appeal:
    """The office above decides; upheld, the rating is excluded as mistaken by the two persons.

    Raises PermissionDeniedError for who filed it and for staff who do not reach the office above.
    """
    _check(actor, "ratings.approve", words)
    _check_second_person(db, actor, appeal.filed_by, appeal.state, now)
    if not actor.reaches(case_services.offices.above(appeal.rating.office_id).id):
        raise PermissionDeniedError("The office above decides an appeal.")
    appeal.state = Decision.APPROVED if upholds else Decision.REFUSED
    appeal.decided_by, appeal.decided_at = actor.id, now
    appeal.decision_words = words.strip()
    if upholds:
        _check_not_excluded(db, appeal.rating)
        db.add(
            Exclusion(
                rating_id=appeal.rating_id,
                code=ExclusionCode.MISTAKEN,
                words=words.strip(),
                state=Decision.APPROVED,
                proposed_by=appeal.filed_by,
                proposed_at=appeal.filed_at,
                decided_by=actor.id,
                decided_at=now,
            )
        )
    db.flush()
    return appeal


def propose_revision(
    db: Session, period: str, actor: Actor, code: RevisionCode, words: str, now: datetime
) -> RankingRevision:
    """Propose that a frozen ranking be made anew. ``words`` are published: no personal data.

    Raises ConflictError when the period is not frozen, DuplicateError when one waits.
    """
    _check(actor, "ratings.revise", words)
    if find_frozen(db, period) is None:
        raise ConflictError("Only a frozen ranking can be revised.")
    waiting = select(RankingRevision.id).where(
        RankingRevision.period == period, RankingRevision.state == Decision.PROPOSED
    )
    if db.scalar(waiting.limit(1)) is not None:
        raise DuplicateError("A revision of this period waits for its decision.")
    row = RankingRevision(
        period=period,
        code=code,
        words=words.strip(),
        state=Decision.PROPOSED,
        proposed_by=actor.id,
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    return row


def decide_revision(
    db: Session, revision: RankingRevision, actor: Actor, *, approves: bool, now: datetime
) -> FrozenRanking | None:
    """Approve a revision, which computes the period as of now as its next revision; or refuse it.

    Raises PermissionDeniedError for the one who proposed it. Later months are not touched: they
    drew to the mean that was known when they froze.
    """
    _check(actor, "ratings.approve")
    _check_second_person(db, actor, revision.proposed_by, revision.state, now)
    revision.state = Decision.APPROVED if approves else Decision.REFUSED
    revision.decided_by, revision.decided_at = actor.id, now
    db.flush()
    if not approves:
        return None
    return add_frozen(
        db,
        revision.period,
        now,
        now,
        revision.proposed_by,
        approved_by=actor.id,
        code=revision.code,
        words=revision.words,
    )


def configure_ranking(
    db: Session, actor: Actor, rules: RankingRules, from_month: str, now: datetime
) -> RankingConfig:
    """Set the rules from a coming month on; months that have begun keep theirs.

    Raises ConflictError for a month that has begun or has its row, InputError for odd figures.
    """
    _check(actor, "ratings.revise")
    rules.check()
    parse_month(from_month)
    if from_month <= month_of(now):
        raise ConflictError("Rules change from a coming month on.")
    if db.get(RankingConfig, from_month) is not None:
        raise DuplicateError("This month has its rules already.")
    row = RankingConfig(
        from_month=from_month, rules=rules.to_json(), created_by=actor.id, created_at=now
    )
    db.add(row)
    db.flush()
    return row


def _check(actor: Actor, permission: str, words: str | None = None) -> None:
    if not actor.may(permission):
        raise PermissionDeniedError(f"{permission} is needed.")
    if words is not None and not words.strip():
        raise InputError("A reason is needed.", "words")


def _check_second_person(db: Session, actor: Actor, first: str, state: str, now: datetime) -> None:
    if state != Decision.PROPOSED:
        raise ConflictError("This has been decided.")
    require_second_person(db, first, actor.id, now)


def _check_not_excluded(db: Session, rating: Rating) -> None:
    known = select(Exclusion.id).where(
        Exclusion.rating_id == rating.id, Exclusion.state != Decision.REFUSED
    )
    if db.scalar(known.limit(1)) is not None:
        raise DuplicateError("This rating is excluded or proposed for exclusion already.")

"""A text arrived: is it a reply to a question of ours about a rating, and what does it say?"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from casework.desk import CaseDesk
from core.database import table_of
from outbox.models import OutgoingText
from ratings.models import BadRating, Invitation
from ratings.operations.rating import add_rating, find_bad_rating, take_reason
from ratings.replies import ParsedRating, Reading, find_reason, parse_rating
from ratings.vocabulary import (
    WORST_GOOD_LEVEL,
    Awaits,
    BadReason,
    FollowUpState,
    InvitationState,
    Source,
)
from ratings.wordings import wording

_BOT_KINDS = ("reply", "answer")
_OPEN_STATES = (InvitationState.QUEUED, InvitationState.ANSWERED)
_LONG_AFTER = timedelta(days=30)
_INVITATIONS, _BAD_RATINGS = table_of(Invitation), table_of(BadRating)
# Most texts come from numbers that were asked nothing: one quick look tells. Made once, because
# making a statement takes longer than the database needs for it.
_WAS_ASKED = select(
    exists().where(
        _INVITATIONS.c.phone_key == bindparam("phone_key"),
        _INVITATIONS.c.expires_at > bindparam("long_ago"),
    )
    | exists().where(
        _BAD_RATINGS.c.phone_key == bindparam("phone_key"),
        _BAD_RATINGS.c.follow_up_state == FollowUpState.ASKED,
    )
)


def take_rating_reply(
    db: Session, phone_key: str, words: str, now: datetime, desk: CaseDesk
) -> str | None:
    """Take a text as a reply to an invitation, to the question for a reason, or to a follow-up.

    Returns the words to send back, or None when the text goes on to the dialogue (it is no reply,
    or it is a rating with a question, which is then noted and the question left to the dialogue).
    """
    if not db.scalar(_WAS_ASKED, {"phone_key": phone_key, "long_ago": now - _LONG_AFTER}):
        return None
    parsed = parse_rating(words)
    invitation = _find_invitation(db, phone_key, now)
    follow_up = _find_follow_up(db, phone_key, now)
    if follow_up is not None and _is_asked_last(follow_up, invitation):
        if parsed.is_bare and _bot_spoke_since(db, phone_key, follow_up.follow_up_asked_at):
            return None
        return _take_follow_up(db, follow_up, parsed, now)
    if invitation is None:
        return _answer_late_reply(db, phone_key, parsed, now)
    if parsed.is_bare and _bot_spoke_since(db, phone_key, invitation.spoke_at):
        return None
    if invitation.awaits == Awaits.REASON:
        answer = _take_reason(db, desk, invitation, parsed, words, now)
        if answer is not None:
            return answer
        if parsed.is_bare:
            return None
    return _take_level(db, desk, invitation, parsed, now)


def _take_level(
    db: Session, desk: CaseDesk, invitation: Invitation, parsed: ParsedRating, now: datetime
) -> str | None:
    language = invitation.service.language
    if parsed.reading is Reading.AMBIGUOUS and invitation.state == InvitationState.QUEUED:
        if invitation.has_asked_again:
            return None
        invitation.has_asked_again, invitation.spoke_at = True, now
        db.flush()
        return wording(language, "text.ask_again")
    if parsed.level is None:
        return None
    is_first = invitation.state == InvitationState.QUEUED
    service = invitation.service
    add_rating(db, desk, service, parsed.level, Source.TEXT, now, comment=parsed.comment)
    invitation.state, invitation.spoke_at = InvitationState.ANSWERED, now
    invitation.settled_at = invitation.settled_at or now
    bad = find_bad_rating(db, service)
    asks_reason = parsed.level < WORST_GOOD_LEVEL and bad is not None and bad.reason is None
    invitation.awaits = Awaits.REASON if asks_reason else Awaits.NOTHING
    db.flush()
    if parsed.has_question:
        return None
    if asks_reason:
        return wording(language, "text.ask_reason")
    return wording(language, "text.thanks" if is_first else "text.replaced")


def _take_reason(
    db: Session,
    desk: CaseDesk,
    invitation: Invitation,
    parsed: ParsedRating,
    words: str,
    now: datetime,
) -> str | None:
    """Take the reply as a reason: a bare key, or words that name one; None when it is none."""
    if parsed.is_bare and parsed.level is not None:
        reason: BadReason | None = list(BadReason)[parsed.level - 1]
    elif parsed.level is not None or parsed.has_question:
        reason = None
    else:
        reason = find_reason(words)
    bad = find_bad_rating(db, invitation.service)
    if reason is None or bad is None:
        return None
    take_reason(db, desk, bad, reason, None if parsed.is_bare else words.strip(), now)
    invitation.awaits, invitation.spoke_at = Awaits.NOTHING, now
    db.flush()
    return wording(invitation.service.language, "text.reason_noted")


def _take_follow_up(db: Session, bad: BadRating, parsed: ParsedRating, now: datetime) -> str | None:
    if parsed.level is None:
        return None
    bad.follow_up_level, bad.follow_up_comment = parsed.level, parsed.comment
    bad.follow_up_state, bad.follow_up_at = FollowUpState.ANSWERED, now
    db.flush()
    if parsed.has_question:
        return None
    return wording(bad.service.language, "text.follow_up_thanks")


def _answer_late_reply(
    db: Session, phone_key: str, parsed: ParsedRating, now: datetime
) -> str | None:
    """Tell one who rates long after that it does not count; a bare key may mean anything."""
    if parsed.level is None or parsed.is_bare or parsed.has_question:
        return None
    late = db.scalar(
        select(Invitation)
        .where(
            Invitation.phone_key == phone_key,
            Invitation.expires_at <= now,
            Invitation.expires_at > now - _LONG_AFTER,
        )
        .order_by(Invitation.id.desc())
        .limit(1)
    )
    return None if late is None else wording(late.service.language, "text.too_late")


def _find_invitation(db: Session, phone_key: str, now: datetime) -> Invitation | None:
    return db.scalar(
        select(Invitation)
        .where(
            Invitation.phone_key == phone_key,
            Invitation.state.in_(_OPEN_STATES),
            Invitation.queued_at <= now,
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
        .limit(1)
        # Two texts of one citizen at once are taken one after the other.
        .with_for_update()
    )


def _find_follow_up(db: Session, phone_key: str, now: datetime) -> BadRating | None:
    return db.scalar(
        select(BadRating)
        .where(
            BadRating.phone_key == phone_key,
            BadRating.follow_up_state == FollowUpState.ASKED,
            BadRating.follow_up_expires_at > now,
        )
        .order_by(BadRating.id.desc())
        .limit(1)
        .with_for_update()
    )


def _is_asked_last(follow_up: BadRating, invitation: Invitation | None) -> bool:
    """Whether the follow-up was the last that the citizen was asked."""
    asked_at = follow_up.follow_up_asked_at
    spoke_at = invitation.spoke_at if invitation is not None else None
    return asked_at is not None and (spoke_at is None or asked_at > spoke_at)


def _bot_spoke_since(db: Session, phone_key: str, asked_at: datetime | None) -> bool:
    """Whether the dialogue wrote to this number later: a bare key then answers the dialogue."""
    later = select(OutgoingText.id).where(
        OutgoingText.phone_key == phone_key,
        OutgoingText.kind.in_(_BOT_KINDS),
        OutgoingText.created_at > asked_at,
    )
    return db.scalar(later.limit(1)) is not None

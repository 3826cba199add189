"""A text arrived: is it a reply to a question of ours about a rating, and what does it say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from casework.case_services import CaseServices
from core.database import UtcDateTime, table_of
from outbox.models import OutgoingText
from ratings.models import BadRating, Invitation
from ratings.operations.rating import add_rating, find_bad_rating, take_reason
from ratings.replies import ParsedRating, ReplyReading, find_reason, find_reason_key, parse_rating
from ratings.vocabulary import (
    WORST_GOOD_LEVEL,
    Awaits,
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
_IS_OPEN = select(
    exists().where(
        _INVITATIONS.c.phone_key == bindparam("phone_key"),
        _INVITATIONS.c.state == InvitationState.QUEUED,
        _INVITATIONS.c.queued_at <= bindparam("now", type_=UtcDateTime()),
        _INVITATIONS.c.expires_at > bindparam("now", type_=UtcDateTime()),
    )
    | exists().where(
        _BAD_RATINGS.c.phone_key == bindparam("phone_key"),
        _BAD_RATINGS.c.follow_up_state == FollowUpState.ASKED,
        _BAD_RATINGS.c.follow_up_expires_at > bindparam("now", type_=UtcDateTime()),
    )
)


@dataclass(frozen=True)
class RatingReply:
    """What to send back to a rating, and what of the message is left to be answered as a question
    ("" when nothing)."""

    words: str
    rest: str = ""


def has_open_invitation(db: Session, phone_key: str, now: datetime) -> bool:
    """Whether the number was asked for a rating and has not given it: every bare 1 to 5 from it
    is then a rating, so menus in texts use letters."""
    return bool(db.scalar(_IS_OPEN, {"phone_key": phone_key, "now": now}))


def take_rating_reply(
    db: Session, phone_key: str, words: str, now: datetime, case_services: CaseServices
) -> RatingReply | None:
    """Take a text as a reply to an invitation, to the question for a reason, or to a follow-up.

    While an invitation or a follow-up is open every bare 1 to 5 is a rating; afterwards it replaces
    the rating as long as the dialogue has written nothing since. A reason is a letter or words.
    None when the text goes on to the dialogue whole.
    """
    if not db.scalar(_WAS_ASKED, {"phone_key": phone_key, "long_ago": now - _LONG_AFTER}):
        return None
    parsed = parse_rating(words)
    invitation = _find_invitation(db, phone_key, now)
    follow_up = _find_follow_up(db, phone_key, now)
    if follow_up is not None and _is_asked_last(follow_up, invitation):
        return _take_follow_up(db, follow_up, parsed, now)
    if invitation is None:
        return _answer_late_reply(db, phone_key, parsed, now)
    asked = _Asked(db, case_services, invitation, now)
    if invitation.state == InvitationState.ANSWERED and asked.is_past and _is_short(parsed, words):
        return None
    return _take_reason(asked, parsed, words) or _take_level(asked, parsed)


@dataclass(frozen=True)
class _Asked:
    """An invitation to which a text came back at a moment."""

    db: Session
    case_services: CaseServices
    invitation: Invitation
    now: datetime

    @property
    def is_past(self) -> bool:
        """Whether the dialogue wrote to the number after we last did."""
        return _bot_spoke_since(self.db, self.invitation.phone_key, self.invitation.spoke_at)

    def reply(self, key: str, rest: str = "", **values: object) -> RatingReply:
        """A reply in the citizen's language."""
        return RatingReply(wording(self.invitation.service.language, key, **values), rest)


def _is_short(parsed: ParsedRating, words: str) -> bool:
    """Whether the words answer whatever was asked last: a bare numeral or letter."""
    return parsed.is_bare or find_reason_key(words) is not None


def _take_level(asked: _Asked, parsed: ParsedRating) -> RatingReply | None:
    invitation, now = asked.invitation, asked.now
    if parsed.reading is ReplyReading.AMBIGUOUS and invitation.state == InvitationState.QUEUED:
        if invitation.has_asked_again:
            return None
        invitation.has_asked_again, invitation.spoke_at = True, now
        asked.db.flush()
        return asked.reply("text.ask_again")
    if parsed.level is None:
        return None
    is_first = invitation.state == InvitationState.QUEUED
    service = invitation.service
    comment = parsed.comment
    add_rating(
        asked.db, asked.case_services, service, parsed.level, Source.TEXT, now, comment=comment
    )
    invitation.state, invitation.spoke_at = InvitationState.ANSWERED, now
    invitation.settled_at = invitation.settled_at or now
    bad = find_bad_rating(asked.db, service)
    asks_reason = parsed.level < WORST_GOOD_LEVEL and bad is not None and bad.reason is None
    invitation.awaits = Awaits.REASON if asks_reason else Awaits.NOTHING
    asked.db.flush()
    if asks_reason:
        return asked.reply("text.ask_reason", parsed.rest)
    if parsed.is_inferred:
        level = wording(service.language, f"level.{parsed.level}")
        return asked.reply("text.thanks_level", parsed.rest, number=str(parsed.level), level=level)
    return asked.reply("text.thanks" if is_first else "text.replaced", parsed.rest)


def _take_reason(asked: _Asked, parsed: ParsedRating, words: str) -> RatingReply | None:
    """Take the reply as a reason: a letter, or words that name one; None when it is none."""
    invitation = asked.invitation
    # "态度很差" blames as a rating does, and says the reason.
    is_blame = parsed.is_inferred and (parsed.level or 0) < WORST_GOOD_LEVEL
    is_rating = parsed.level is not None and not is_blame
    if invitation.awaits != Awaits.REASON or is_rating or parsed.has_question:
        return None
    key = find_reason_key(words)
    reason = key or find_reason(words)
    bad = find_bad_rating(asked.db, invitation.service)
    if reason is None or bad is None:
        return None
    said = None if key else words.strip()
    take_reason(asked.db, asked.case_services, bad, reason, said, asked.now)
    invitation.awaits, invitation.spoke_at = Awaits.NOTHING, asked.now
    asked.db.flush()
    return asked.reply("text.reason_noted")


def _take_follow_up(
    db: Session, bad: BadRating, parsed: ParsedRating, now: datetime
) -> RatingReply | None:
    if parsed.level is None:
        return None
    bad.follow_up_level, bad.follow_up_comment = parsed.level, parsed.comment
    bad.follow_up_state, bad.follow_up_at = FollowUpState.ANSWERED, now
    db.flush()
    return RatingReply(wording(bad.service.language, "text.follow_up_thanks"), parsed.rest)


def _answer_late_reply(
    db: Session, phone_key: str, parsed: ParsedRating, now: datetime
) -> RatingReply | None:
    """Answer a rating that comes too late to count; a bare numeral may mean anything."""
    if parsed.level is None or parsed.is_bare or parsed.is_inferred or parsed.has_question:
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
    return None if late is None else RatingReply(wording(late.service.language, "text.too_late"))


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


def _bot_spoke_since(db: Session, phone_key: str | None, asked_at: datetime | None) -> bool:
    """Whether the dialogue wrote to this number later."""
    later = select(OutgoingText.id).where(
        OutgoingText.phone_key == phone_key,
        OutgoingText.kind.in_(_BOT_KINDS),
        OutgoingText.created_at > asked_at,
    )
    return db.scalar(later.limit(1)) is not None

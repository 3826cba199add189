"""Writes of ratings. Each takes the database session first, flushes, and returns what it made."""

from ratings.operations.oversight import (
    configure_ranking,
    decide_appeal,
    decide_exclusion,
    decide_revision,
    file_appeal,
    propose_exclusion,
    propose_revision,
)
from ratings.operations.rating import add_rating, rate_at_end_of_call
from ratings.operations.releasing import decide_on_hold, propose_on_hold
from ratings.operations.replying import RatingReply, has_open_invitation, take_rating_reply
from ratings.operations.services import note_service_ended
from ratings.service import ServiceEnded, service_of_case

__all__ = [
    "RatingReply",
    "ServiceEnded",
    "add_rating",
    "configure_ranking",
    "decide_appeal",
    "decide_exclusion",
    "decide_on_hold",
    "decide_revision",
    "file_appeal",
    "has_open_invitation",
    "note_service_ended",
    "propose_exclusion",
    "propose_on_hold",
    "propose_revision",
    "rate_at_end_of_call",
    "service_of_case",
    "take_rating_reply",
]

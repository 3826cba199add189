"""Writes of casework. Each takes the database session first, flushes, and returns what it made."""

from casework.operations.correcting import correct_details
from casework.operations.forwarding import (
    accept_case,
    decide_objection,
    forward_case,
    join_office,
    object_to_routing,
    sort_case,
)
from casework.operations.handling import (
    add_from_citizen,
    add_note,
    answer_case,
    assign_case,
    close_case,
    conclude_notice,
    hand_over_cases,
    mark_urgent,
    merge_case,
    notify_citizen,
    reopen_case,
    withdraw_case,
)
from casework.operations.linking import link_case
from casework.operations.lodging import (
    Lodging,
    lodge_bad_rating,
    lodge_staff_case,
    take_message,
)
from casework.operations.petitions import advise, lodge_contact, lodge_petition
from casework.operations.progress import Asker, ask_progress, may_guess, note_guess
from casework.operations.reaching import prove_phone, set_contact_wish
from casework.operations.steps import (
    STEPS,
    answer_review,
    attach_picture,
    note_recording,
    record_action,
    reject_recording,
    request_recheck,
    request_review,
    store_recording,
)
from casework.operations.terms import (
    decide_extension,
    pause_deadlines,
    request_extension,
    resume_deadlines,
)
from casework.operations.unreached import notify_otherwise, record_not_texted
from casework.record import record_event

__all__ = [
    "STEPS",
    "Asker",
    "Lodging",
    "accept_case",
    "add_from_citizen",
    "add_note",
    "advise",
    "answer_case",
    "answer_review",
    "ask_progress",
    "assign_case",
    "attach_picture",
    "close_case",
    "conclude_notice",
    "correct_details",
    "decide_extension",
    "decide_objection",
    "forward_case",
    "hand_over_cases",
    "join_office",
    "link_case",
    "lodge_bad_rating",
    "lodge_contact",
    "lodge_petition",
    "lodge_staff_case",
    "mark_urgent",
    "may_guess",
    "merge_case",
    "note_guess",
    "note_recording",
    "notify_citizen",
    "notify_otherwise",
    "object_to_routing",
    "pause_deadlines",
    "prove_phone",
    "record_action",
    "record_event",
    "record_not_texted",
    "reject_recording",
    "reopen_case",
    "request_extension",
    "request_recheck",
    "request_review",
    "resume_deadlines",
    "set_contact_wish",
    "sort_case",
    "store_recording",
    "take_message",
    "withdraw_case",
]

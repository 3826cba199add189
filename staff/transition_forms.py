"""The moves of casework as forms: which fields each asks for and which operation it calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy.orm import Session

from casework import operations as ops
from casework.case_services import Actor, CaseServices
from casework.models import Case
from casework.transition import apply_transition, check_transition
from casework.transition_table import TRANSITIONS
from casework.vocabulary import Means, Notified, Remedy
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.errors import ConflictError, InputError
from staff.assignees import list_assignees
from staff.form_values import FormValues
from staff.reach import get_seen_case
from staff.services import StorePicture

Weight = Literal["first", "plain", "grave"]


@dataclass(frozen=True)
class Moving:
    """A move that somebody is about to make."""

    db: Session
    case_services: CaseServices
    case: Case
    actor: Actor
    now: datetime
    form: FormValues
    store_picture: StorePicture
    topics: Collection[str]

    @property
    def by(self) -> tuple[Session, CaseServices, Case, Actor]:
        """What every operation of casework takes first."""
        return self.db, self.case_services, self.case, self.actor

    @property
    def reason(self) -> str:
        """The reason given."""
        return self.form.text("reason")

    @property
    def when(self) -> datetime | None:
        """When it happened, for what is entered late."""
        return self.form.at("when")


@dataclass(frozen=True)
class TransitionForm:
    """One move on the page. ``first``: a button of its own; ``grave``: asks before it is done."""

    perform: Callable[[Moving], object]
    fields: tuple[str, ...] = ()
    weight: Weight = "plain"


def _correct(moving: Moving) -> object:
    form, case = moving.form, moving.case
    people, amount = form.count_range("people"), form.amount_range("amount_yuan")
    given: dict[str, Any] = {
        "citizen_name": form.optional("citizen_name"),
        "employer": form.optional("employer"),
        "town": form.optional("town"),
        "topic": _topic(moving),
        "people": people and people.lower,
        "people_max": people and people.upper,
        "amount_yuan": amount and amount.lower,
        "amount_max_yuan": amount and amount.upper,
        "since_on": form.on("since_on"),
        "since_until": form.on("since_until"),
    }
    changed = {name: value for name, value in given.items() if value != getattr(case, name)}
    return ops.correct_details(*moving.by, changed, moving.reason, moving.now)


def _set_contact_wish(moving: Moving) -> object:
    form = moving.form
    wish = ContactWish(
        way=form.word("contact_way", ContactWay),
        hours=form.word("contact_hours", ContactHours),
        is_discreet=form.text("is_contact_discreet") == "yes",
        words=form.text("contact_words"),
    )
    return ops.set_contact_wish(*moving.by, wish, moving.reason, moving.now)


def _topic(moving: Moving) -> str | None:
    """A topic of the knowledge base, or the one that the case has."""
    topic = moving.form.optional("topic")
    if topic not in {None, moving.case.topic, *moving.topics}:
        raise InputError("Choose one of the list.", "topic")
    return topic


def _answer(moving: Moving) -> object:
    return ops.answer_case(
        *moving.by,
        moving.form.text("text"),
        moving.now,
        means=moving.form.word("means", Means),
        happened_at=moving.when,
        confirms_number=_confirms_number(moving),
    )


def _confirms_number(moving: Moving) -> bool:
    """Whether a person says that a text may go to a number that nobody proved."""
    return moving.form.text("confirms_number") == "yes"


def _tell(moving: Moving) -> object:
    form = moving.form
    return ops.notify_citizen(
        *moving.by,
        form.word("told", Notified),
        form.word("spoken_means", Means),
        moving.now,
        words=form.optional("text"),
        happened_at=moving.when,
    )


def _answer_review(is_recheck: bool) -> Callable[[Moving], object]:
    def perform(moving: Moving) -> object:
        return ops.answer_review(
            *moving.by,
            moving.form.text("text"),
            moving.now,
            is_recheck=is_recheck,
            means=moving.form.word("means", Means),
            happened_at=moving.when,
            confirms_number=_confirms_number(moving),
        )

    return perform


def _decide_extension(approves: bool) -> Callable[[Moving], object]:
    def perform(moving: Moving) -> object:
        clock = moving.form.text("clock")
        return ops.decide_extension(
            *moving.by, clock, approves=approves, reason=moving.reason or None, now=moving.now
        )

    return perform


def _decide_objection(agrees: bool) -> Callable[[Moving], object]:
    def perform(moving: Moving) -> object:
        return ops.decide_objection(*moving.by, agrees=agrees, reason=moving.reason, now=moving.now)

    return perform


def _step(name: str) -> TransitionForm:
    fields = ("reason", "when") if TRANSITIONS[name].needs_reason else ("when",)
    return TransitionForm(
        lambda m: ops.record_action(
            *m.by, name, m.now, reason=m.reason or None, happened_at=m.when
        ),
        fields,
    )


def _attach(moving: Moving) -> object:
    # Whoever may not attach leaves no file behind.
    check_transition(moving.db, moving.case, TRANSITIONS["attach"], moving.actor)
    content = moving.form.file("picture")
    digest = hashlib.sha256(content).hexdigest()
    if any(attachment.sha256 == digest for attachment in moving.case.attachments):
        raise ConflictError("This picture is attached already.")
    picture = moving.store_picture(moving.case.number, content)
    return ops.attach_picture(
        *moving.by,
        moving.now,
        storage_path=picture.path,
        sha256=picture.sha256,
        size_bytes=picture.size_bytes,
        content_type=picture.content_type,
    )


def _merge(moving: Moving) -> object:
    db, case_services, case, actor = moving.by
    into = get_seen_case(db, moving.form.text("into"), actor)
    return ops.merge_case(db, case_services, case, into, actor, moving.reason, moving.now)


def _link(moving: Moving) -> object:
    db, case_services, case, actor = moving.by
    other = get_seen_case(db, moving.form.text("into"), actor)
    return ops.link_case(db, case_services, case, other, actor, moving.reason, moving.now)


def _assign(moving: Moving) -> object:
    staff_id = moving.form.optional("staff")
    known = list_assignees(moving.db, moving.case_services.offices, moving.case)
    if staff_id is not None and staff_id not in {user.actor_id for user in known}:
        raise InputError("Choose one of the list.", "staff")
    return ops.assign_case(*moving.by, staff_id, moving.now)


_FORMS: dict[str, TransitionForm] = {
    "assign": TransitionForm(_assign, ("staff",)),
    "note": TransitionForm(lambda m: ops.add_note(*m.by, m.form.text("text"), m.now), ("text",)),
    "attach": TransitionForm(_attach, ("picture",)),
    "mark_urgent": TransitionForm(lambda m: ops.mark_urgent(*m.by, m.reason, m.now), ("reason",)),
    "correct": TransitionForm(_correct, ("details", "reason")),
    "set_contact_wish": TransitionForm(_set_contact_wish, ("contact_wish", "reason")),
    "prove_phone": TransitionForm(lambda m: ops.prove_phone(*m.by, m.reason, m.now), ("reason",)),
    "join_office": TransitionForm(
        lambda m: ops.join_office(*m.by, m.form.text("office"), m.reason, m.now),
        ("office", "reason"),
    ),
    "sort": TransitionForm(
        lambda m: ops.sort_case(*m.by, m.form.word("remedy", Remedy), m.reason, m.now),
        ("remedy", "reason"),
    ),
    "forward": TransitionForm(
        lambda m: ops.forward_case(*m.by, m.form.text("office"), m.reason, m.now),
        ("office", "reason"),
    ),
    "accept": TransitionForm(lambda m: ops.accept_case(*m.by, m.now), (), "first"),
    "take_over": TransitionForm(lambda m: ops.accept_case(*m.by, m.now), (), "first"),
    "object": TransitionForm(lambda m: ops.object_to_routing(*m.by, m.reason, m.now), ("reason",)),
    "agree_objection": TransitionForm(_decide_objection(True), ("reason",)),
    "refuse_objection": TransitionForm(_decide_objection(False), ("reason",)),
    "tell": TransitionForm(_tell, ("told", "spoken_means", "text", "when")),
    "answer": TransitionForm(_answer, ("text", "means", "when"), "first"),
    "answer_petition": TransitionForm(_answer, ("text", "means", "when"), "first"),
    "pause": TransitionForm(
        lambda m: ops.pause_deadlines(*m.by, m.form.text("ground"), m.reason, m.now),
        ("ground", "reason"),
    ),
    "resume": TransitionForm(
        lambda m: ops.resume_deadlines(*m.by, m.form.text("ground"), m.now), ("ground",)
    ),
    "request_extension": TransitionForm(
        lambda m: ops.request_extension(
            *m.by, m.form.text("clock"), m.form.integer("days") or 0, m.reason, m.now
        ),
        ("clock", "days", "reason"),
    ),
    "approve_extension": TransitionForm(_decide_extension(True), ("clock", "reason")),
    "refuse_extension": TransitionForm(_decide_extension(False), ("clock", "reason")),
    "close": TransitionForm(lambda m: ops.close_case(*m.by, m.now), (), "grave"),
    "withdraw": TransitionForm(
        lambda m: ops.withdraw_case(*m.by, m.reason, m.now), ("reason",), "grave"
    ),
    "merge": TransitionForm(_merge, ("into", "reason"), "grave"),
    "link": TransitionForm(_link, ("into", "reason")),
    "void": TransitionForm(
        lambda m: apply_transition(*m.by[:3], "void", m.actor, m.now, reason=m.reason),
        ("reason",),
        "grave",
    ),
    "reopen": TransitionForm(lambda m: ops.reopen_case(*m.by, m.reason, m.now), ("reason",)),
    "request_review": TransitionForm(
        lambda m: ops.request_review(*m.by, m.reason, m.now, happened_at=m.when),
        ("reason", "when"),
    ),
    "request_recheck": TransitionForm(
        lambda m: ops.request_recheck(*m.by, m.reason, m.now, happened_at=m.when),
        ("reason", "when"),
    ),
    "answer_review": TransitionForm(_answer_review(False), ("text", "means", "when")),
    "answer_recheck": TransitionForm(_answer_review(True), ("text", "means", "when")),
    **{name: _step(name) for name in TRANSITIONS if name in ops.STEPS},
}
MOVE_FORMS: Mapping[str, TransitionForm] = MappingProxyType(_FORMS)
"""Every move."""

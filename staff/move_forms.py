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
from casework.desk import Actor, CaseDesk
from casework.models import Case
from casework.moves import MOVES
from casework.transition import check_move, make_move
from casework.vocabulary import Means, Road, Told
from core.contact_wishes import ContactHours, ContactWay, ContactWish
from core.errors import ConflictError, InputError
from providers.pictures import StoredPicture
from staff.assignees import list_assignees
from staff.form_values import FormValues
from staff.reach import get_seen_case

Weight = Literal["first", "plain", "grave"]


@dataclass(frozen=True)
class Moving:
    """A move that somebody is about to make."""

    db: Session
    desk: CaseDesk
    case: Case
    actor: Actor
    now: datetime
    form: FormValues
    store_picture: Callable[[str, bytes], StoredPicture]
    topics: Collection[str]

    @property
    def by(self) -> tuple[Session, CaseDesk, Case, Actor]:
        """What every operation of casework takes first."""
        return self.db, self.desk, self.case, self.actor

    @property
    def reason(self) -> str:
        """The reason given."""
        return self.form.text("reason")

    @property
    def when(self) -> datetime | None:
        """When it happened, for what is entered late."""
        return self.form.at("when")


@dataclass(frozen=True)
class MoveForm:
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
    return ops.tell_citizen(
        *moving.by,
        form.word("told", Told),
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


def _step(name: str) -> MoveForm:
    fields = ("reason", "when") if MOVES[name].needs_reason else ("when",)
    return MoveForm(
        lambda m: ops.record_step(*m.by, name, m.now, reason=m.reason or None, happened_at=m.when),
        fields,
    )


def _attach(moving: Moving) -> object:
    # Whoever may not attach leaves no file behind.
    check_move(moving.db, moving.case, MOVES["attach"], moving.actor)
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
    db, desk, case, actor = moving.by
    into = get_seen_case(db, moving.form.text("into"), actor)
    return ops.merge_case(db, desk, case, into, actor, moving.reason, moving.now)


def _link(moving: Moving) -> object:
    db, desk, case, actor = moving.by
    other = get_seen_case(db, moving.form.text("into"), actor)
    return ops.link_case(db, desk, case, other, actor, moving.reason, moving.now)


def _assign(moving: Moving) -> object:
    staff_id = moving.form.optional("staff")
    known = list_assignees(moving.db, moving.desk.offices, moving.case)
    if staff_id is not None and staff_id not in {user.actor_id for user in known}:
        raise InputError("Choose one of the list.", "staff")
    return ops.assign_case(*moving.by, staff_id, moving.now)


_FORMS: dict[str, MoveForm] = {
    "assign": MoveForm(_assign, ("staff",)),
    "note": MoveForm(lambda m: ops.add_note(*m.by, m.form.text("text"), m.now), ("text",)),
    "attach": MoveForm(_attach, ("picture",)),
    "mark_urgent": MoveForm(lambda m: ops.mark_urgent(*m.by, m.reason, m.now), ("reason",)),
    "correct": MoveForm(_correct, ("details", "reason")),
    "set_contact_wish": MoveForm(_set_contact_wish, ("contact_wish", "reason")),
    "prove_phone": MoveForm(lambda m: ops.prove_phone(*m.by, m.reason, m.now), ("reason",)),
    "join_office": MoveForm(
        lambda m: ops.join_office(*m.by, m.form.text("office"), m.reason, m.now),
        ("office", "reason"),
    ),
    "sort": MoveForm(
        lambda m: ops.sort_case(*m.by, m.form.word("road", Road), m.reason, m.now),
        ("road", "reason"),
    ),
    "forward": MoveForm(
        lambda m: ops.forward_case(*m.by, m.form.text("office"), m.reason, m.now),
        ("office", "reason"),
    ),
    "accept": MoveForm(lambda m: ops.accept_case(*m.by, m.now), (), "first"),
    "take_over": MoveForm(lambda m: ops.accept_case(*m.by, m.now), (), "first"),
    "object": MoveForm(lambda m: ops.object_to_routing(*m.by, m.reason, m.now), ("reason",)),
    "agree_objection": MoveForm(_decide_objection(True), ("reason",)),
    "refuse_objection": MoveForm(_decide_objection(False), ("reason",)),
    "tell": MoveForm(_tell, ("told", "spoken_means", "text", "when")),
    "answer": MoveForm(_answer, ("text", "means", "when"), "first"),
    "answer_petition": MoveForm(_answer, ("text", "means", "when"), "first"),
    "pause": MoveForm(
        lambda m: ops.pause_clocks(*m.by, m.form.text("ground"), m.reason, m.now),
        ("ground", "reason"),
    ),
    "resume": MoveForm(
        lambda m: ops.resume_clocks(*m.by, m.form.text("ground"), m.now), ("ground",)
    ),
    "request_extension": MoveForm(
        lambda m: ops.request_extension(
            *m.by, m.form.text("clock"), m.form.integer("days") or 0, m.reason, m.now
        ),
        ("clock", "days", "reason"),
    ),
    "approve_extension": MoveForm(_decide_extension(True), ("clock", "reason")),
    "refuse_extension": MoveForm(_decide_extension(False), ("clock", "reason")),
    "close": MoveForm(lambda m: ops.close_case(*m.by, m.now), (), "grave"),
    "withdraw": MoveForm(lambda m: ops.withdraw_case(*m.by, m.reason, m.now), ("reason",), "grave"),
    "merge": MoveForm(_merge, ("into", "reason"), "grave"),
    "link": MoveForm(_link, ("into", "reason")),
    "void": MoveForm(
        lambda m: make_move(*m.by[:3], "void", m.actor, m.now, reason=m.reason),
        ("reason",),
        "grave",
    ),
    "reopen": MoveForm(lambda m: ops.reopen_case(*m.by, m.reason, m.now), ("reason",)),
    "request_review": MoveForm(
        lambda m: ops.request_review(*m.by, m.reason, m.now, happened_at=m.when),
        ("reason", "when"),
    ),
    "request_recheck": MoveForm(
        lambda m: ops.request_recheck(*m.by, m.reason, m.now, happened_at=m.when),
        ("reason", "when"),
    ),
    "answer_review": MoveForm(_answer_review(False), ("text", "means", "when")),
    "answer_recheck": MoveForm(_answer_review(True), ("text", "means", "when")),
    **{name: _step(name) for name in MOVES if name in ops.STEPS},
}
MOVE_FORMS: Mapping[str, MoveForm] = MappingProxyType(_FORMS)
"""Every move."""

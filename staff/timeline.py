"""A case's events as the case page shows them: who, when, the words, and what became of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from casework.chain import detail_of
from casework.models import CaseEvent
from casework.vocabulary import EventKind
from outbox.models import OutgoingText
from staff.formatting import office_name
from staff.words import label, t

# Events that say something to the citizen, or hold the citizen's own words.
_FROM_CITIZEN = frozenset({EventKind.REGISTERED, EventKind.JOINED})
_TO_CITIZEN = frozenset(
    {EventKind.ANSWERED, EventKind.REVIEW_ANSWERED, EventKind.RECHECK_ANSWERED, EventKind.NOTIFIED}
)
_WORDS = ("text", "issue", "words")


@dataclass(frozen=True)
class TimelineItem:
    """One event. ``side``: citizen, us or record. ``facts`` are pairs of name and value;
    ``picture`` is the SHA-256 of the picture that was added."""

    kind: str
    side: str
    title: str
    who: str
    happened_at: datetime
    recorded_at: datetime
    is_late_entry: bool
    words: str
    facts: tuple[tuple[str, str], ...] = ()
    texts: tuple[OutgoingText, ...] = ()
    conversation_id: str | None = None
    picture: str | None = None


@dataclass(frozen=True)
class _Names:
    """Names that events refer to by id."""

    people: Mapping[str, str] = field(default_factory=dict)

    def of(self, actor_id: str | None) -> str:
        if actor_id is None:
            return t("case.nobody")
        return self.people.get(actor_id) or label("actors", actor_id)


def make_timeline(
    db: Session, events: Iterable[CaseEvent], texts: Iterable[OutgoingText]
) -> list[TimelineItem]:
    """The items of a case's events in the order in which they happened.

    An event that only links a text to another is shown as that one's text.
    """
    events = list(events)
    details = {event.sequence: detail_of(event) for event in events}
    names = _Names(names_by_actor(db, _actor_ids(events, details)))
    linked = _texts_by_event(events, details, list(texts))
    shown = [event for event in events if event.kind != EventKind.TEXT_LINKED]
    items = [_item(event, details[event.sequence], linked, names) for event in shown]
    return sorted(items, key=lambda item: item.happened_at)


def _item(
    event: CaseEvent,
    detail: Mapping[str, Any],
    linked: Mapping[int, tuple[OutgoingText, ...]],
    names: _Names,
) -> TimelineItem:
    words = next((str(detail[name]) for name in _WORDS if detail.get(name)), "")
    return TimelineItem(
        kind=event.kind,
        side=_side(event),
        title=_title(event),
        who=names.of(event.actor),
        happened_at=event.happened_at,
        recorded_at=event.recorded_at,
        is_late_entry=(event.recorded_at - event.happened_at).total_seconds() > 60,
        words=words,
        facts=tuple(_facts(event, detail, names)),
        texts=linked.get(event.sequence, ()),
        conversation_id=None
        if event.idempotency_key is None
        else event.idempotency_key.rpartition(":")[0],
        picture=detail.get("sha256"),
    )


def _side(event: CaseEvent) -> str:
    if event.kind in _FROM_CITIZEN and event.actor == "citizen":
        return "citizen"
    return "us" if event.kind in _TO_CITIZEN else "record"


def _title(event: CaseEvent) -> str:
    title = label("events", event.kind)
    about = _ABOUT.get(event.kind)
    if about is None or not event.about:
        return title
    return t("case.event_about", event=title, about=label(about, event.about))


_ABOUT: Mapping[str, str] = {
    EventKind.SORTED: "remedies",
    EventKind.NOTIFIED: "told",
    EventKind.PAUSED: "grounds",
    EventKind.RESUMED: "grounds",
    EventKind.EXTENSION_REQUESTED: "clock_names",
    EventKind.EXTENSION_APPROVED: "clock_names",
    EventKind.EXTENSION_REFUSED: "clock_names",
    EventKind.BREACHED: "clock_names",
    EventKind.CONTACTED: "danger.contacts",
    EventKind.CALLER_GONE: "danger.gone",
    EventKind.ESCALATED: "danger.missed",
    EventKind.CLOSED: "danger.outcomes",
}


def _facts(event: CaseEvent, detail: Mapping[str, Any], names: _Names) -> Iterable[tuple[str, str]]:
    if event.days:
        yield t("case.days"), str(event.days)
    for name, show in _SHOWN.items():
        if detail.get(name) is not None:
            yield label("details", name), show(detail[name])
    if event.kind == EventKind.ASSIGNED:
        yield label("details", "assigned_to"), names.of(detail.get("to"))
    elif event.kind in _BETWEEN_OFFICES:
        for name in ("from", "to", "office"):
            if detail.get(name):
                yield label("details", f"{name}_office"), office_name(str(detail[name]))
    elif event.kind == EventKind.CONTACT_WISH_SET:
        yield from _wish_facts(detail)
    elif event.kind == EventKind.DETAILS_CORRECTED:
        for name, change in detail.items():
            if isinstance(change, dict):
                yield label("facts", name), f"{change['from'] or '—'} → {change['to'] or '—'}"


def _wish_facts(detail: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    groups = {"contact_way": "contact_ways", "contact_hours": "contact_hours"}
    for name, group in groups.items():
        ends = detail[name]
        if ends["from"] != ends["to"]:
            yield label("facts", name), f"{label(group, ends['from'])} → {label(group, ends['to'])}"
    ends = detail["is_contact_discreet"]
    if ends["from"] != ends["to"]:
        yield t("case.discreet"), t("case.yes") if ends["to"] else t("case.no")


_BETWEEN_OFFICES = frozenset(
    {
        EventKind.FORWARDED,
        EventKind.ACCEPTED,
        EventKind.OFFICE_JOINED,
        EventKind.REVIEW_REQUESTED,
        EventKind.RECHECK_REQUESTED,
    }
)
_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "reason": str,
    "means": lambda means: label("means", means),
    "why": lambda why: label("task_reasons", why),
    "into": str,
    "number": str,
    "due_on": str,
    "level": str,
    "danger": lambda kind: label("danger.kinds", kind),
}


def _actor_ids(events: Iterable[CaseEvent], details: Mapping[int, Mapping[str, Any]]) -> set[str]:
    ids = {event.actor for event in events}
    for event in events:
        if event.kind == EventKind.ASSIGNED and details[event.sequence].get("to"):
            ids.add(str(details[event.sequence]["to"]))
    return ids


def _texts_by_event(
    events: Iterable[CaseEvent],
    details: Mapping[int, Mapping[str, Any]],
    texts: list[OutgoingText],
) -> dict[int, tuple[OutgoingText, ...]]:
    """Texts by the sequence of the event that they carry out; a long one has several parts."""
    by_id = {str(text.id): text for text in texts}
    linked: dict[int, tuple[OutgoingText, ...]] = {}
    for event in events:
        detail = details[event.sequence]
        first = by_id.get(str(detail.get("text_id")))
        if first is None:
            continue
        carried = detail.get("event") if event.kind == EventKind.TEXT_LINKED else event.sequence
        parts = [text for text in texts if text.key.split("/part")[0] == first.key]
        linked[int(carried or event.sequence)] = tuple(parts)
    return linked

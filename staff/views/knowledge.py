"""The knowledge base: what is answered, on what law, who checked it when, and its versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.errors import NotFoundError
from knowledge_base.assembly import FIGURES_TOPIC
from knowledge_base.authorities import Authority, Scope, authority_name
from knowledge_base.caveats import authority_of
from knowledge_base.entry import Entry
from knowledge_base.models import EntryVersion
from knowledge_base.queries import list_open_versions
from staff.access import needs
from staff.entry_view import read_entry_view
from staff.formatting import today
from staff.services import get_services
from staff.signed_in import me
from staff.words import language

_NARROWINGS: Mapping[str, Callable[[Entry], bool]] = {
    "all": lambda _entry: True,
    "unverified": lambda entry: entry.verified is None,
    "review_due": lambda entry: entry.review_by <= today(),
    "not_in_force": lambda entry: not entry.is_in_force(today()),
}

_WORKING = ("kb.edit", "kb.review")


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/knowledge", view_func=entry_list)
    console.add_url_rule("/knowledge/<topic>", view_func=entry_page)


@needs("kb.see")
def entry_list() -> ResponseReturnValue:
    """All entries by category, those to be reviewed soonest first when narrowed."""
    entries = list(get_services().knowledge.content.entries.values())
    show = request.args.get("show", "all")
    narrowing = _NARROWINGS.get(show, _NARROWINGS["all"])
    words = request.args.get("q", "").strip()
    shown = [entry for entry in entries if narrowing(entry) and _has(entry, words)]
    if show != "all":
        shown.sort(key=lambda entry: entry.review_by)
    counts = {name: sum(map(rule, entries)) for name, rule in _NARROWINGS.items()}
    return render_template(
        "entries.html", entries=shown, counts=counts, show=show, q=words, waiting=_waiting()
    )


@needs("kb.see")
def entry_page(topic: str) -> ResponseReturnValue:
    """One entry as citizens get it today, with its law, its review dates and its versions."""
    return render_entry(topic)


def render_entry(topic: str, **more: object) -> str:
    """The page of a topic. Raises NotFoundError when the reader may see nothing of it."""
    services = get_services()
    entry = services.knowledge.content.entries.get(topic)
    view = None
    if me().may(*_WORKING):
        with services.database.read() as db:
            view = read_entry_view(db, topic, me())
    elif entry is None:
        raise NotFoundError("There is no such entry.")
    given = _given(entry) if entry is not None else {}
    authorities = [(one, authority_name(one, Scope.LOCAL, language())) for one in Authority]
    return render_template(
        "entry.html", topic=topic, entry=entry, view=view, authorities=authorities, **given, **more
    )


def _given(entry: Entry) -> dict[str, Any]:
    """What citizens are given of an entry today."""
    knowledge, on = get_services().knowledge, today()
    return {
        "spoken": knowledge.find_answer(entry.topic, "voice", language(), on),
        "text": knowledge.find_answer(entry.topic, "text", language(), on),
        "full": knowledge.find_full(entry.topic, language(), on),
        "authority": authority_of(entry, language()),
        "basis": knowledge.content.statutes.legal_basis(entry.citations, language()),
    }


def _waiting() -> list[EntryVersion]:
    """Drafts and versions in review, for those who work on them."""
    if not me().may(*_WORKING):
        return []
    with get_services().database.read() as db:
        return [v for v in list_open_versions(db) if v.topic != FIGURES_TOPIC]


def _has(entry: Entry, words: str) -> bool:
    lower = words.lower()
    return any(lower in text.lower() for text in (entry.topic, *entry.title.values()))

"""The knowledge base, to read: what is answered, on what law, and who checked it when."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.clock import local_date
from core.errors import NotFoundError
from knowledge_base.entry import Entry
from staff.access import needs
from staff.formatting import today
from staff.services import get_services
from staff.words import language

_NARROWINGS: Mapping[str, Callable[[Entry], bool]] = {
    "all": lambda _entry: True,
    "unverified": lambda entry: entry.verified is None,
    "review_due": lambda entry: entry.review_by <= today(),
    "not_in_force": lambda entry: not entry.is_in_force(today()),
}


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
    return render_template("entries.html", entries=shown, counts=counts, show=show, q=words)


@needs("kb.see")
def entry_page(topic: str) -> ResponseReturnValue:
    """One entry as citizens get it today, with its law and its review dates."""
    services = get_services()
    knowledge = services.knowledge
    entry = knowledge.content.entries.get(topic)
    if entry is None:
        raise NotFoundError("There is no such entry.")
    on = local_date(services.clock.now())
    return render_template(
        "entry.html",
        entry=entry,
        spoken=knowledge.find_answer(topic, "voice", language(), on),
        text=knowledge.find_answer(topic, "text", language(), on),
        full=knowledge.find_full(topic, language(), on),
        basis=knowledge.content.statutes.legal_basis(entry.citations, language()),
    )


def _has(entry: Entry, words: str) -> bool:
    lower = words.lower()
    return any(lower in text.lower() for text in (entry.topic, *entry.title.values()))

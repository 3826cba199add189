"""Agents: who at the hotline takes calls now, the call queue, and which agents there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from accounts.permissions import permissions_of
from accounts.queries import find_user, list_users
from callcentre.models import Agent, Availability
from callcentre.operations import (
    AgentDraft,
    add_agent,
    remove_agent,
    set_availability,
    update_agent,
)
from callcentre.queries import find_agent_of_staff, get_agent, list_agents
from config.languages import SPOKEN_LANGUAGES
from core.errors import ConflictError, InputError, NotFoundError
from staff.access import needs
from staff.agent_board import agent_rows, queue_rows
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t

View = Callable[..., ResponseReturnValue]


def add_to(console: Blueprint) -> None:
    """Declare the routes, and for one version the former ones, when agents were called seats."""
    one = "/<int:agent_id>"
    routes: tuple[tuple[str, str, View], ...] = (
        ("", "GET", agent_list),
        ("", "POST", add_new_agent),
        ("/board", "GET", agent_board),
        ("/mine", "POST", set_my_availability),
        (one, "GET", agent_page),
        (one, "POST", save_agent),
        (f"{one}/availability", "POST", set_agent_availability),
        (f"{one}/remove", "POST", delete_agent),
    )
    for path, method, view in routes:
        console.add_url_rule(f"/agents{path}", view_func=view, methods=[method])
        old = _moved(view) if method == "GET" else view
        endpoint = f"old_{view.__name__}"
        console.add_url_rule(f"/seats{path}", endpoint, old, methods=[method])


def _moved(view: View) -> View:
    """The old address of a page, which leads to the new one."""

    @wraps(view)
    def lead_on(**names: Any) -> ResponseReturnValue:
        return redirect(url_for(f"staff.{view.__name__}", **names))

    return lead_on


@needs("agents.answer", "agents.see")
def agent_list() -> ResponseReturnValue:
    """My own availability, all agents within reach for those who may see them, and the queue."""
    return _list_page()


@needs("agents.answer", "agents.see")
def agent_board() -> ResponseReturnValue:
    """What of the page changes by itself: asked again every few seconds."""
    with get_services().database.read() as db:
        return render_template("_agent_board.html", **_board(db))


@needs("agents.answer")
def set_my_availability() -> ResponseReturnValue:
    """Begin or end taking calls myself."""
    try:
        with get_services().database.write() as db:
            agent = find_agent_of_staff(db, me().user_id)
            if agent is None:
                raise NotFoundError("You are no agent.")
            _set(db, agent)
    except InputError as error:
        return _list_page(problem=explain(str(error))), 422
    return redirect(url_for("staff.agent_list"))


@needs("agents.edit")
def set_agent_availability(agent_id: int) -> ResponseReturnValue:
    """The same for somebody else, who forgot to."""
    try:
        with get_services().database.write() as db:
            _set(db, _get_agent_within_reach(db, agent_id))
    except InputError as error:
        return _agent_page(agent_id, problem=explain(str(error))), 422
    flash(t("agents.saved"), "done")
    return redirect(url_for("staff.agent_page", agent_id=agent_id))


@needs("agents.edit")
def add_new_agent() -> ResponseReturnValue:
    """Add an agent; they are not called before they say that they are available."""
    services, now = get_services(), _now()
    try:
        with services.database.write() as db:
            agent = add_agent(db, services.case_services.vault, _draft(db, None), now)
            record_audit(
                db, Action.AGENT_ADDED, me().actor.id, _subject(agent), now, detail=_detail(agent)
            )
    except (InputError, ConflictError) as error:
        return _list_page(problem=explain(str(error))), 422
    flash(t("agents.saved"), "done")
    return redirect(url_for("staff.agent_list"))


@needs("agents.edit")
def agent_page(agent_id: int) -> ResponseReturnValue:
    """One agent, to be changed."""
    return _agent_page(agent_id)


@needs("agents.edit")
def save_agent(agent_id: int) -> ResponseReturnValue:
    """Update an agent. An address that is left empty stays as it is: nobody need read it."""
    services, now = get_services(), _now()
    try:
        with services.database.write() as db:
            agent = _get_agent_within_reach(db, agent_id)
            update_agent(db, services.case_services.vault, agent, _draft(db, agent))
            record_audit(
                db, Action.AGENT_CHANGED, me().actor.id, _subject(agent), now, detail=_detail(agent)
            )
    except (InputError, ConflictError) as error:
        return _agent_page(agent_id, problem=explain(str(error))), 422
    flash(t("agents.saved"), "done")
    return redirect(url_for("staff.agent_list"))


@needs("agents.edit")
def delete_agent(agent_id: int) -> ResponseReturnValue:
    """Remove an agent. A talk that is going on goes on."""
    services, now = get_services(), _now()
    with services.database.write() as db:
        agent = _get_agent_within_reach(db, agent_id)
        record_audit(
            db, Action.AGENT_REMOVED, me().actor.id, _subject(agent), now, detail=_detail(agent)
        )
        remove_agent(db, agent)
    flash(t("agents.removed"), "done")
    return redirect(url_for("staff.agent_list"))


def _set(db: Session, agent: Agent) -> None:
    wished, now = sent_form().word("availability", Availability), _now()
    if agent.availability != wished:
        set_availability(db, agent, wished, now)
        detail = {"availability": wished}
        record_audit(
            db, Action.AVAILABILITY_SET, me().actor.id, _subject(agent), now, detail=detail
        )


def _now() -> datetime:
    return get_services().clock.now()


def _get_agent_within_reach(db: Session, agent_id: int) -> Agent:
    agent = get_agent(db, agent_id)
    if not me().actor.reaches(agent.office_id):
        raise NotFoundError("There is no such agent.")
    return agent


def _draft(db: Session, agent: Agent | None) -> AgentDraft:
    """The form's agent. Raises InputError for an office or person out of reach."""
    form = sent_form()
    office_id, user_id = form.text("office"), form.integer("staff_user")
    is_known = get_services().case_services.offices.find(office_id) is not None
    if not is_known or not me().actor.reaches(office_id):
        raise InputError("Choose one of the list.", "office")
    user = find_user(db, user_id) if user_id else None
    if user_id and (user is None or not user.is_active or not me().actor.reaches(user.office_id)):
        raise InputError("Choose one of the list.", "staff_user")
    return AgentDraft(
        name=form.text("name"),
        office_id=office_id,
        languages=tuple(
            name for name in SPOKEN_LANGUAGES if name in request.form.getlist("languages")
        ),
        address=form.text("address") or (agent.address if agent is not None else ""),
        place=form.integer("place") or 1,
        staff_user_id=user_id,
    )


def _subject(agent: Agent) -> str:
    # The audit trail keeps the word that its oldest entries have.
    return f"seat {agent.id}"


def _detail(agent: Agent) -> dict[str, object]:
    return {"name": agent.name, "office": agent.office_id, "languages": " ".join(agent.languages)}


def _list_page(**more: object) -> str:
    with get_services().database.read() as db:
        return render_template(
            "agents.html", typed=request.form, **_board(db), **_choices(db), **more
        )


def _agent_page(agent_id: int, **more: object) -> str:
    with get_services().database.read() as db:
        agent = _get_agent_within_reach(db, agent_id)
        (row,) = agent_rows(db, [agent], _now())
        return render_template("agent.html", row=row, agent=agent, **_choices(db), **more)


def _board(db: Session) -> dict[str, object]:
    now = _now()
    own = find_agent_of_staff(db, me().user_id) if me().may("agents.answer") else None
    agents = list_agents(db) if me().may("agents.see") else []
    return {
        "own": agent_rows(db, [own], now)[0] if own is not None else None,
        "rows": agent_rows(db, [a for a in agents if me().actor.reaches(a.office_id)], now),
        "queue": queue_rows(db, me().actor.office_ids, now),
        "availabilities": tuple(Availability),
    }


def _choices(db: Session) -> dict[str, object]:
    """What the form for an agent offers."""
    if not me().may("agents.edit"):
        return {}
    reaches = me().actor.reaches
    return {
        "offices": [o for o in get_services().case_services.offices.offices if reaches(o.id)],
        "languages": SPOKEN_LANGUAGES,
        "people": [
            user
            for user in list_users(db)
            if user.is_active
            and "agents.answer" in permissions_of(user.role)
            and reaches(user.office_id)
        ],
    }

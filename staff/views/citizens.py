"""One citizen's data: found, exported, and erased by two administrators. Numbers never stand in an
address: every search is a form that is posted."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.audit import Action, record_audit
from accounts.queries import names_by_actor
from config.retention import load_retention, policy_on
from core.clock import local_date
from core.errors import ConflictError, InputError, NotFoundError, PermissionDeniedError
from core.phones import mask, parse_phone
from privacy.models import ErasureRequest
from privacy.operations import (
    Eraser,
    approve_erasure,
    propose_erasure,
    refuse_erasure,
    retention_reason,
)
from privacy.queries import export_citizen, find_citizen, list_requests
from staff.access import needs
from staff.form_values import FormValues
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t

_MAX_PHONE = 32


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    start = "/citizens"
    console.add_url_rule(start, view_func=citizen_search)
    console.add_url_rule(f"{start}/found", view_func=find_one, methods=["POST"])
    console.add_url_rule(f"{start}/export", view_func=export_one, methods=["POST"])
    console.add_url_rule(f"{start}/erasures", view_func=ask_erasure, methods=["POST"])
    console.add_url_rule(
        f"{start}/erasures/<int:request_id>", view_func=decide_erasure, methods=["POST"]
    )


@needs("privacy.erase")
def citizen_search() -> ResponseReturnValue:
    """The search, and the requests to erase."""
    return _page()


@needs("privacy.erase")
def find_one() -> ResponseReturnValue:
    """What is held of one number, by table, and what of it could be erased."""
    services = get_services()
    try:
        phone = _phone(FormValues(request.form))
    except InputError as error:
        return _page(problem=explain(str(error))), 422
    phone_key = services.case_services.vault.keyed_hash(phone)
    with services.database.write() as db:
        data = find_citizen(db, phone_key)
        _audit(db, Action.CITIZEN_SEARCHED, phone_key)
        stored = {case.number: retention_reason(_eraser().policy, case) for case in data.cases}
        return _page(db=db, found=data, phone=phone, stored=stored)


@needs("privacy.erase")
def export_one() -> ResponseReturnValue:
    """Everything of one number, as JSON or as a page to print."""
    services, form = get_services(), FormValues(request.form)
    try:
        phone = _phone(form)
    except InputError as error:
        return _page(problem=explain(str(error))), 422
    vault, now = services.case_services.vault, services.clock.now()
    phone_key = vault.keyed_hash(phone)
    with services.database.write() as db:
        exported = export_citizen(find_citizen(db, phone_key), vault, now)
        form_of = "json" if form.text("as") == "json" else "html"
        _audit(db, Action.CITIZEN_EXPORTED, phone_key, {"as": form_of})
    if form_of == "html":
        return render_template("citizen_export.html", data=exported, phone=phone)
    body = json.dumps(exported, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="citizen.json"'}
    return Response(body, mimetype="application/json", headers=headers)


@needs("privacy.erase")
def ask_erasure() -> ResponseReturnValue:
    """Note a citizen's request; a second administrator decides."""
    services, form = get_services(), FormValues(request.form)
    vault, now = services.case_services.vault, services.clock.now()
    try:
        with services.database.write() as db:
            asked = propose_erasure(db, vault, _phone(form), form.text("reason"), me().actor, now)
            _audit(db, Action.ERASURE_PROPOSED, asked.phone_key or "")
        flash(t("citizens.proposed"), "done")
    except (InputError, ConflictError, PermissionDeniedError) as error:
        flash(explain(str(error)), "problem")
    return redirect(url_for("staff.citizen_search"))


@needs("privacy.erase")
def decide_erasure(request_id: int) -> ResponseReturnValue:
    """Erase, or refuse."""
    services, form = get_services(), FormValues(request.form)
    approves, now, actor = form.text("decision") == "approve", services.clock.now(), me().actor
    try:
        with services.database.write() as db:
            asked = db.get(ErasureRequest, request_id)
            if asked is None:
                raise NotFoundError("There is no such request.")
            phone_key = asked.phone_key or ""
            if approves:
                approve_erasure(db, _eraser(), asked, actor, now)
            else:
                refuse_erasure(db, asked, actor, now)
            _audit(db, Action.ERASURE_DONE if approves else Action.ERASURE_REFUSED, phone_key)
        flash(t("citizens.decided"), "done")
    except (ConflictError, PermissionDeniedError) as error:
        flash(explain(str(error)), "problem")
    return redirect(url_for("staff.citizen_search"))


def _page(*, db: Any = None, problem: str = "", **found: Any) -> str:
    if db is None:
        with get_services().database.read() as reading:
            return _page(db=reading, problem=problem, **found)
    requests = list_requests(db)
    people = {r.proposed_by for r in requests} | {r.decided_by for r in requests if r.decided_by}
    return render_template(
        "citizens.html",
        requests=requests,
        names=names_by_actor(db, people),
        problem=problem,
        mask=mask,
        **found,
    )


def _phone(form: FormValues) -> str:
    raw = form.text("phone")
    if not raw or len(raw) > _MAX_PHONE:
        raise InputError("This is not a phone number.", "phone")
    return parse_phone(raw).e164


def _eraser() -> Eraser:
    services = get_services()
    policies = load_retention()
    ruling = policy_on(policies, local_date(services.clock.now()))
    return Eraser(ruling or policies[0], services.remove_file)


def _audit(db: Any, action: Action, phone_key: str, detail: dict[str, str] | None = None) -> None:
    """The trail names the citizen by the beginning of the keyed hash: no number stands there."""
    record_audit(
        db,
        action,
        me().actor.id,
        f"citizen:{phone_key[:12]}",
        get_services().clock.now(),
        address=request.remote_addr or "",
        detail=detail,
    )

"""Tasks: citizens whom a text cannot reach and a person must call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.audit import Action, record_audit
from casework.operations import notify_otherwise
from casework.queries import find_case_by_number, list_cases_by_number
from casework.vocabulary import Means
from core.errors import NotFoundError
from outbox.kinds import rule_of
from outbox.models import StaffTask
from outbox.operations import finish_task
from outbox.queries import list_open_tasks
from staff.access import needs
from staff.reach import list_seen
from staff.services import get_services
from staff.signed_in import me
from staff.words import t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/tasks", view_func=task_list)
    console.add_url_rule("/tasks/<int:task_id>/done", view_func=finish_staff_task, methods=["POST"])


@needs("case.tell")
def task_list() -> ResponseReturnValue:
    """What waits for a person, oldest first."""
    with get_services().database.read() as db:
        tasks = _within_reach(db, list_open_tasks(db))
        inbound_ids = [task.inbound_id for task in tasks if task.inbound_id is not None]
        by_inbound = get_services().list_inbound_words(db, inbound_ids)
        words = {task.id: by_inbound.get(task.inbound_id or 0, "") for task in tasks}
        return render_template("tasks.html", tasks=tasks, inbound_words=words)


@needs("case.tell")
def finish_staff_task(task_id: int) -> ResponseReturnValue:
    """A person has told the citizen what the text could not."""
    services = get_services()
    with services.database.write() as db:
        task = db.get(StaffTask, task_id)
        if task is None or not _within_reach(db, [task]):
            raise NotFoundError("There is no such task.")
        if task.done_at is None:
            now = services.clock.now()
            finish_task(db, task, me().actor.id, now)
            _record_on_case(db, task, now)
            subject = task.case_number or f"text {task.text_id}"
            record_audit(db, Action.TASK_DONE, me().actor.id, subject, now)
        number = task.case_number
    flash(t("tasks.finished"), "done")
    if number is not None and request.form.get("back") != "tasks":
        return redirect(url_for("staff.case_page", number=number))
    return redirect(url_for("staff.task_list"))


def _record_on_case(db: Session, task: StaffTask, now: datetime) -> None:
    """What the law demands to be told stands on the case, with how it was told."""
    case = find_case_by_number(db, task.case_number) if task.case_number else None
    if case is None or task.text is None or not rule_of(task.text.kind).is_statutory:
        return
    chosen = request.form.get("means", Means.CALL)
    means = Means(chosen) if chosen in set(Means) else Means.CALL
    actor, case_services = me().actor, get_services().case_services
    notify_otherwise(db, case_services, case, actor, means, now, text_key=task.text.key)


def _within_reach(db: Session, tasks: Sequence[StaffTask]) -> list[StaffTask]:
    """Those whose case is within reach; a task without a case is the bureau's."""
    actor = me().actor
    cases = list_cases_by_number(db, {task.case_number for task in tasks if task.case_number})
    seen = {case.number for case in list_seen(db, cases.values(), actor)}
    is_bureau = actor.office_ids is None
    return [
        task for task in tasks if task.case_number in seen or (is_bureau and not task.case_number)
    ]

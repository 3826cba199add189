"""Alerts of danger to life as every page shows them on top, and as their own page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from casework.danger.models import AlertState, DangerAlert
from casework.danger.queries import list_open_alerts
from core.clock import to_local
from core.phones import mask
from staff.services import get_services
from staff.signed_in import me
from staff.words import label, t

log = structlog.get_logger()
MAX_ON_TOP = 3
"""So many alerts stand on top of every page; the others are one link away."""
# Shape and colour of a state; the word stands beside it.
ALERT_TONES: Mapping[str, str] = {
    AlertState.NEW: "new",
    AlertState.ACKNOWLEDGED: "work",
    AlertState.CALL_BACK: "new",
    AlertState.NOT_REACHED: "away",
    AlertState.REACHED: "good",
}


@dataclass(frozen=True)
class AlertRow:
    """One alert as it is shown. ``caller`` is masked, and empty when the number is withheld;
    ``due`` says what must be done by when, and is empty when nothing is; ``handler`` is who took
    it, or who acknowledged it."""

    alert: DangerAlert
    number: str
    kinds: str
    caller: str
    town: str | None
    tone: str
    minutes: int
    due: str
    is_overdue: bool
    handler: str
    is_mine: bool

    @property
    def state(self) -> str:
        """Where the alert stands."""
        return self.alert.state

    @property
    def why_no_call(self) -> str:
        """Why the citizen must or can not be called; empty when they can."""
        if not self.alert.can_call_back:
            return t("danger.no_call.endangers")
        return "" if self.alert.phone_key else t("danger.no_call.withheld")


@dataclass(frozen=True)
class Board:
    """The alerts on top of a page, and how many there are in all."""

    rows: tuple[AlertRow, ...] = ()
    count: int = 0
    overdue: int = 0

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def danger_board(but: int | None = None) -> Board:
    """The open alerts that the reader of this page may see, the most pressing first.

    ``but`` is the alert whose own page it is. Nothing for who may see none. A page is shown also
    when they cannot be read.
    """
    if not current_user.is_authenticated or not me().may("danger.see"):
        return Board()
    try:
        with get_services().database.read() as db:
            return read_board(db, limit=MAX_ON_TOP, but=but)
    except SQLAlchemyError:
        log.exception("alerts cannot be shown")
        return Board()


def read_board(db: Session, *, limit: int | None = None, but: int | None = None) -> Board:
    """The open alerts within the reader's reach, at most ``limit`` of them as rows."""
    now = get_services().clock.now()
    alerts = [alert for alert in list_open_alerts(db, me().actor) if alert.id != but]
    overdue = sum(alert.is_overdue(now) for alert in alerts)
    return Board(tuple(alert_rows(db, alerts[:limit], now)), len(alerts), overdue)


def alert_rows(db: Session, alerts: Iterable[DangerAlert], now: datetime) -> list[AlertRow]:
    """Alerts as they are shown."""
    alerts = list(alerts)
    ids = {name for alert in alerts if (name := _handler_id(alert)) is not None}
    names = names_by_actor(db, ids)
    return [_row(alert, names, now) for alert in alerts]


def _row(alert: DangerAlert, names: Mapping[str, str], now: datetime) -> AlertRow:
    case = alert.case
    handler = _handler_id(alert) or ""
    return AlertRow(
        alert=alert,
        number=case.number,
        kinds=t("list.joint").join(label("danger.kinds", kind) for kind in alert.kinds),
        caller=mask(case.phone) if case.phone else "",
        town=case.town,
        tone=ALERT_TONES.get(alert.state, "end"),
        minutes=int((now - alert.raised_at).total_seconds() // 60),
        due=_due(alert, now),
        is_overdue=alert.is_overdue(now),
        handler=names.get(handler, handler),
        is_mine=case.assigned_to == me().actor.id,
    )


def _handler_id(alert: DangerAlert) -> str | None:
    return alert.case.assigned_to or alert.acknowledged_by


def _due(alert: DangerAlert, now: datetime) -> str:
    if alert.closed_at is not None or alert.act_by is None:
        return ""
    what = "call_back" if alert.call_back_by is not None else "act"
    due_at = alert.call_back_by or alert.act_by
    clock_time = f"{to_local(due_at):%H:%M}"
    seconds = (due_at - now).total_seconds()
    if seconds <= 0:
        return t(f"danger.{what}_late", at=clock_time, minutes=int(-seconds // 60))
    return t(f"danger.{what}_by", at=clock_time, minutes=int(-(-seconds // 60)))

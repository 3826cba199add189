"""What waits for a second person: exclusions, appeals, revisions of a published ranking."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.queries import names_by_actor
from core.errors import ConflictError, InputError, NotFoundError, PermissionDeniedError
from ratings.models import Appeal, Exclusion, RankingRevision, RatingHold
from ratings.operations import (
    decide_appeal,
    decide_exclusion,
    decide_on_hold,
    decide_revision,
    propose_on_hold,
)
from ratings.queries import (
    list_holds,
    list_waiting_appeals,
    list_waiting_exclusions,
    list_waiting_revisions,
)
from ratings.vocabulary import HoldProposal
from staff.access import needs
from staff.sent_form import sent_form
from staff.services import get_services
from staff.signed_in import me
from staff.words import explain, t


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    start = "/oversight"
    console.add_url_rule(start, view_func=oversight)
    console.add_url_rule(
        f"{start}/<kind>/<int:row_id>", view_func=decide_proposal, methods=["POST"]
    )
    hold = f"{start}/holds/<int:rating_id>"
    console.add_url_rule(f"{hold}/proposal", view_func=propose_about_hold, methods=["POST"])
    console.add_url_rule(f"{hold}/decision", view_func=decide_about_hold, methods=["POST"])


@needs("ratings.approve")
def oversight() -> ResponseReturnValue:
    """All that waits. Nobody decides on their own proposal."""
    with get_services().database.read() as db:
        exclusions = [row for row in list_waiting_exclusions(db) if _is_within_reach(row)]
        appeals = [row for row in list_waiting_appeals(db) if _is_within_reach(row)]
        revisions = [row for row in list_waiting_revisions(db) if _is_within_reach(row)]
        holds = [hold for hold in list_holds(db) if me().actor.reaches(hold.rating.office_id)]
        people = {row.proposed_by for row in holds if row.proposed_by}
        people |= {row.proposed_by for row in exclusions} | {row.filed_by for row in appeals}
        names = names_by_actor(db, people | {row.proposed_by for row in revisions})
        return render_template(
            "oversight.html",
            exclusions=exclusions,
            appeals=appeals,
            revisions=revisions,
            holds=holds,
            names=names,
        )


@needs("ratings.approve")
def decide_proposal(kind: str, row_id: int) -> ResponseReturnValue:
    """Approve or refuse one proposal."""
    services, form = get_services(), sent_form()
    now, actor = services.clock.now(), me().actor
    try:
        approves = form.text("decision") == "approve"
        with services.database.write() as db:
            row = db.get(_KINDS[kind], row_id) if kind in _KINDS else None
            if row is None or not _is_within_reach(row):
                raise NotFoundError("There is no such proposal.")
            if isinstance(row, Exclusion):
                decide_exclusion(db, row, actor, approves=approves, now=now)
            elif isinstance(row, RankingRevision):
                decide_revision(db, row, actor, approves=approves, now=now)
            elif isinstance(row, Appeal):
                words = form.text("words")
                decide_appeal(
                    db, services.case_services, row, actor, upholds=approves, words=words, now=now
                )
        flash(t("oversight.decided"), "done")
    except (InputError, ConflictError, PermissionDeniedError) as error:
        flash(explain(str(error)), "problem")
    return redirect(url_for("staff.oversight"))


def _is_within_reach(row: object) -> bool:
    """Whether the proposal is of an office that this user reaches; revisions are the bureau's."""
    actor = me().actor
    if isinstance(row, RankingRevision):
        return actor.office_ids is None
    return isinstance(row, Exclusion | Appeal) and actor.reaches(row.rating.office_id)


@needs("ratings.approve")
def propose_about_hold(rating_id: int) -> ResponseReturnValue:
    """Propose that a held rating count, or that it be left out."""
    services, form = get_services(), sent_form()
    try:
        with services.database.write() as db:
            hold = _hold(db, rating_id)
            proposal = form.word("proposal", HoldProposal)
            propose_on_hold(db, hold, me().actor, proposal, services.clock.now())
        flash(t("oversight.proposed"), "done")
    except (InputError, ConflictError, PermissionDeniedError) as error:
        flash(explain(str(error)), "problem")
    return redirect(url_for("staff.oversight"))


@needs("ratings.approve")
def decide_about_hold(rating_id: int) -> ResponseReturnValue:
    """Agree to what somebody else proposed about a held rating, or not."""
    services, form = get_services(), sent_form()
    approves, now = form.text("decision") == "approve", services.clock.now()
    try:
        with services.database.write() as db:
            hold = _hold(db, rating_id)
            decide_on_hold(db, services.case_services, hold, me().actor, approves=approves, now=now)
        flash(t("oversight.decided"), "done")
    except (InputError, ConflictError, PermissionDeniedError) as error:
        flash(explain(str(error)), "problem")
    return redirect(url_for("staff.oversight"))


def _hold(db: Session, rating_id: int) -> RatingHold:
    """A hold within reach; one of a foreign office is as unknown as one that is none."""
    hold = db.get(RatingHold, rating_id)
    if hold is None or not me().actor.reaches(hold.rating.office_id):
        raise NotFoundError("There is no such proposal.")
    return hold


_KINDS: dict[str, type[Exclusion] | type[Appeal] | type[RankingRevision]] = {
    "exclusion": Exclusion,
    "appeal": Appeal,
    "revision": RankingRevision,
}

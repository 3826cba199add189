"""Telling the bureau of somebody in danger, and that somebody reached them."""

from __future__ import annotations

from casework.danger import DangerReport, raise_danger_alert
from casework.danger import note_person_reached as note_reached
from casework.danger.queries import find_alert_of_conversation
from casework.drafts import IdempotencyKey
from casework.operations import add_from_citizen
from dialogue.contacts import contact_of
from dialogue.context import TurnContext
from dialogue.flows.petition.slots import PetitionSlots


def report_danger(turn: TurnContext, kind: str, *, can_call_back: bool) -> None:
    """Make the urgent case and alert the bureau, or add what was said to the running alert."""
    services, conversation = turn.services, turn.conversation
    petition = turn.find_slots(PetitionSlots)
    raise_danger_alert(
        services.db,
        services.facilities.case_services,
        DangerReport(
            idempotency_key=IdempotencyKey(conversation.id, f"danger{conversation.turn}"),
            contact=contact_of(turn),
            kind=kind,
            words=turn.heard.words,
            town=turn.heard.entities.town or (petition.town if petition else None),
            can_call_back=can_call_back,
            conversation_id=conversation.id,
        ),
        services.now,
    )


def report_safe(turn: TurnContext) -> None:
    """Put what is said of a danger that is over into its case. The alert stays open: a person finds
    out whether it is over. One that is closed already is not opened again."""
    services, conversation = turn.services, turn.conversation
    alert = find_alert_of_conversation(services.db, conversation.id)
    if alert is not None and alert.case.is_open:
        add_from_citizen(
            services.db,
            services.facilities.case_services,
            alert.case,
            turn.heard.words,
            services.now,
        )


def note_person_reached(turn: TurnContext) -> None:
    """The caller in danger talks to somebody."""
    if turn.conversation.danger:
        services = turn.services
        note_reached(
            services.db, services.facilities.case_services, turn.conversation.id, services.now
        )

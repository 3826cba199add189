"""Telling the bureau of somebody in danger, and that somebody reached them."""

from __future__ import annotations

from casework.danger import DangerReport, raise_danger_alert
from casework.danger import note_person_reached as note_reached
from casework.drafts import IdempotencyKey
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


def note_person_reached(turn: TurnContext) -> None:
    """The caller in danger talks to somebody."""
    if turn.conversation.danger:
        services = turn.services
        note_reached(
            services.db, services.facilities.case_services, turn.conversation.id, services.now
        )

"""From the slots of a petition to a case: registered, registered as unfinished, or kept as a
contact to be called back."""

from __future__ import annotations

from typing import Any

from casework.drafts import ContactDraft, IdempotencyKey, PetitionDraft, Recording
from casework.models import Case
from casework.operations import lodge_contact, lodge_petition
from casework.operations.lodging import add_recording
from casework.queries import find_attachment
from dialogue.announcing import Notes, announce_case
from dialogue.contacts import contact_of
from dialogue.context import TurnContext
from dialogue.flows.petition.remedies import remedy_words
from dialogue.flows.petition.slots import PetitionSlots


def register(turn: TurnContext, *, is_unfinished: bool = False) -> None:
    """Register the petition once, and tell its number, what is due and the remedies."""
    slots, services = turn.slots(PetitionSlots), turn.services
    draft = PetitionDraft(
        **_notified(turn, slots),
        known_on=slots.received,
        is_still_employed=slots.is_employed,
        employment_ended_on=slots.left,
        is_unfinished=is_unfinished,
    )
    lodging = lodge_petition(services.db, services.facilities.case_services, draft, services.now)
    _attach_recordings(turn, slots, lodging.case)
    turn.serve("petition")
    key = "petition.unfinished" if is_unfinished else "petition.lodged"
    key = "petition.joined" if lodging.is_joined else key
    notes = Notes(
        said=remedy_words(turn, slots, "voice") if turn.is_voice else "",
        written=remedy_words(turn, slots, "text"),
    )
    announce_case(turn, key, lodging, slots.phone, notes)
    turn.put(PetitionSlots())
    turn.change(parked=None)


def save_unfinished(turn: TurnContext) -> None:
    """Lose nothing of a petition that breaks off: what the citizen confirmed is registered as
    unfinished; what was only told is kept as a contact, to be called back about, and starts no
    statutory deadline."""
    slots = turn.slots(PetitionSlots)
    if not slots.issue:
        return
    if slots.is_confirmed:
        register(turn, is_unfinished=True)
        return
    services = turn.services
    draft = ContactDraft(**_notified(turn, slots))
    lodging = lodge_contact(services.db, services.facilities.case_services, draft, services.now)
    _attach_recordings(turn, slots, lodging.case)
    turn.serve("petition")
    announce_case(turn, "petition.contact", lodging, slots.phone)
    turn.put(PetitionSlots())


def _notified(turn: TurnContext, slots: PetitionSlots) -> dict[str, Any]:
    conversation = turn.conversation
    return {
        "idempotency_key": IdempotencyKey(conversation.id, f"petition{conversation.turn}"),
        "contact": contact_of(turn, name=slots.name or None, phone=slots.phone),
        "issue": slots.issue,
        "employer": slots.employer or None,
        "town": slots.town or None,
        "topics": slots.topics,
        "since": slots.since,
        "people": slots.people,
        "amount_yuan": slots.amount_yuan,
        "wanted": slots.wanted or None,
        "evidence": slots.evidence or None,
    }


def _attach_recordings(turn: TurnContext, slots: PetitionSlots, case: Case) -> None:
    db = turn.services.db
    for recording in slots.recordings:
        # A job may have made a message of it meanwhile.
        if find_attachment(db, recording.provider_sid) is None:
            provider = Recording(provider_sid=recording.provider_sid, seconds=recording.seconds)
            add_recording(db, case, provider, turn.services.now)

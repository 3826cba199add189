"""Proving the number of a petition by a code that is texted there.

Until the code comes back the number is a claim: the petition is registered apart, whatever is
known of that number.
"""

from __future__ import annotations

from dataclasses import replace

from core.phones import digits_apart
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Transition
from dialogue.flows.petition.asking import next_state
from dialogue.flows.petition.claims import number_to_prove
from dialogue.flows.petition.slots import Field, PetitionSlots, PetitionState
from dialogue.heard import Heard
from dialogue.phrases import has_phrase
from dialogue.spoken_digits import digits_of
from dialogue.wordings import wording
from nlu.repair import RepairKind
from outbox.codes import CodeCheck, CodeRequest, check_code, send_code
from outbox.states import Reason

_MAX_SILENCES = 3
_MAX_REFUSALS = 2
_GIVING_UP = frozenset({RepairKind.SKIP, RepairKind.UNKNOWN})
# Another number may be given instead of one of these.
_OF_THE_NUMBER = frozenset({Reason.COUNTRY, Reason.PREMIUM, Reason.NOT_TEXTABLE})


def ask_code(turn: TurnContext) -> Transition | None:
    """Send a code, once a number, and ask for it."""
    slots = turn.slots(PetitionSlots)
    phone = number_to_prove(turn, slots)
    if not phone:
        return next_state(turn)
    if slots.code_sent_to != phone:
        refusal = _send(turn, phone)
        if refusal is not None:
            return _go_on_refused(turn, phone, refusal)
        turn.put(replace(slots, code_sent_to=phone))
    national = phone.removeprefix("+86")
    turn.say("petition.code", number=digits_apart(national) if turn.is_voice else national)
    return _wait(turn)


def handle_code(turn: TurnContext, heard: Heard) -> Transition:
    """Take the code; or go on without, or send another one."""
    slots = turn.slots(PetitionSlots)
    if has_phrase("send_again", heard.plain):
        turn.put(replace(slots, code_sent_to=""))
        return FlowSignal.PROMPT
    if heard.keys == "#" or heard.yes_no is False or heard.repair in _GIVING_UP:
        return go_on_unproved(turn)
    code = heard.keys.strip("#*") or digits_of(heard.plain)
    if not code:
        return FlowSignal.NOT_UNDERSTOOD
    phone, services = slots.code_sent_to, turn.services
    checked = check_code(
        services.db,
        services.facilities.case_services.vault,
        turn.conversation.id,
        phone,
        code,
        services.now,
    )
    if checked is CodeCheck.WRONG:
        turn.say("petition.code_wrong")
        return _wait(turn)
    if checked is CodeCheck.OVER:
        turn.say("petition.code_over")
        return go_on_unproved(turn)
    turn.change(proved_phones=(*turn.conversation.proved_phones, phone))
    turn.say("petition.code_right")
    return next_state(turn)


def go_on_unproved(turn: TurnContext) -> Transition:
    """The number stays a claim."""
    slots = turn.slots(PetitionSlots)
    phone = number_to_prove(turn, slots)
    turn.put(replace(slots, unproved=(*slots.unproved, phone)))
    return next_state(turn)


def wait_in_silence(turn: TurnContext) -> Transition:
    """A text takes a while to come; after that the petition goes on without."""
    if turn.conversation.silences >= _MAX_SILENCES:
        return go_on_unproved(turn)
    turn.say("petition.code_expected")
    return _wait(turn)


def _wait(turn: TurnContext) -> Transition:
    turn.listen(digits=None, is_patient=True)
    return FlowSignal.STAY


def _send(turn: TurnContext, phone: str) -> Reason | None:
    conversation, services = turn.conversation, turn.services
    language = "en" if turn.language == "en" else "zh"
    request = CodeRequest(
        conversation_id=conversation.id,
        phone=phone,
        words=wording(language, "text", "petition.code_text"),
        language=language,
        key=f"{conversation.id}/{conversation.turn}/code",
        caller_key=turn.caller_key,
    )
    case_services = services.facilities.case_services
    return send_code(services.db, case_services.vault, case_services.draw, request, services.now)


def _go_on_refused(turn: TurnContext, phone: str, refusal: Reason) -> Transition:
    """Say why no code goes there; another number may be given, once."""
    slots = turn.slots(PetitionSlots)
    turn.say(f"limits.{refusal}")
    if refusal not in _OF_THE_NUMBER or phone != slots.phone:
        return go_on_unproved(turn)
    slots = replace(slots, phone="", refusals=slots.refusals + 1)
    if slots.refusals < _MAX_REFUSALS:
        turn.put(replace(slots, asking=Field.PHONE, no_matches=0))
        return GoTo(PetitionState.ASK)
    turn.put(replace(slots, skipped=(*slots.skipped, Field.PHONE)))
    return next_state(turn)

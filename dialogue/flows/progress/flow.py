"""How does my case stand: by the phone it was lodged from, or by number and last four digits (for
who left no number, the code that was told).

A caller ID that the carrier does not vouch for tells nothing. Wrong guesses are counted by who
makes them; after three in a call an agent goes on.
"""

from __future__ import annotations

from dataclasses import replace

from casework.operations import Asker, ask_progress, may_guess, note_guess
from casework.queries import Progress, list_cases_of_phone, progress_of
from core.phones import Phone, digits_apart
from core.reference_numbers import find_case_number
from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Replace, StateSpec, Transition
from dialogue.flows.person.slots import PersonSlots
from dialogue.flows.progress.slots import ProgressSlots, ProgressState
from dialogue.heard import Heard
from dialogue.spoken_digits import digits_of
from dialogue.spoken_forms import as_said, day_words

_MAX_FAILURES = 3


def _begin(turn: TurnContext) -> Transition:
    slots, services = turn.slots(ProgressSlots), turn.services
    number = find_case_number(slots.said)
    if number is not None:
        return _look_up(turn, number)
    phone, case_services = _asker(turn).phone, services.facilities.case_services
    if phone is not None:
        cases = list_cases_of_phone(services.db, case_services, phone, limit=1, with_claims=False)
        if cases:
            return _announce(turn, progress_of(services.db, case_services, cases[0], services.now))
        if _is_beside(turn):
            # What was being filled in goes on; a number is understood at any prompt.
            turn.say("progress.none")
            return FlowSignal.DONE
    return _go_on_guessing(turn, ProgressState.NUMBER)


def _is_beside(turn: TurnContext) -> bool:
    """Whether something else is being filled in below."""
    return any(frame.slots.is_filling_in for frame in turn.conversation.stack[:-1])


def _asker(turn: TurnContext) -> Asker:
    conversation = turn.conversation
    is_proved = conversation.has_proved(conversation.phone)
    phone = Phone(conversation.phone, conversation.can_text) if is_proved else None
    return Asker(phone, turn.caller_key, conversation.id)


def _go_on_guessing(turn: TurnContext, state: ProgressState) -> Transition:
    """Ask on, or let an agent find out whose case it is."""
    services = turn.services
    is_over = turn.slots(ProgressSlots).failures >= _MAX_FAILURES
    if not is_over and may_guess(services.db, _asker(turn), services.now):
        return GoTo(state)
    turn.say("progress.too_many")
    return Replace(PersonSlots())


def _ask_number(turn: TurnContext) -> None:
    turn.say("progress.number")
    turn.listen(digits=None)


def _handle_number(turn: TurnContext, heard: Heard) -> Transition:
    said = heard.keys.strip("#") or heard.words
    number = find_case_number(said)
    if number is not None:
        return _look_up(turn, number)
    if heard.words and not digits_of(heard.plain):
        return FlowSignal.NOT_UNDERSTOOD
    note_guess(turn.services.db, _asker(turn), turn.services.now)
    return _not_found(turn)


def _look_up(turn: TurnContext, number: str) -> Transition:
    progress = _ask(turn, number)
    if progress is not None:
        return _announce(turn, progress)
    turn.put(replace(turn.slots(ProgressSlots), number=number))
    return _go_on_guessing(turn, ProgressState.LAST_FOUR)


def _ask(turn: TurnContext, number: str, secret: str | None = None) -> Progress | None:
    services = turn.services
    case_services = services.facilities.case_services
    return ask_progress(
        services.db, case_services, _asker(turn), number, services.now, secret=secret
    )


def _not_found(turn: TurnContext) -> Transition:
    slots = turn.slots(ProgressSlots)
    turn.put(replace(slots, number="", failures=slots.failures + 1))
    turn.say("progress.not_found")
    return _go_on_guessing(turn, ProgressState.NUMBER)


def _ask_last_four(turn: TurnContext) -> None:
    turn.say("progress.last_four")
    turn.listen(digits=4)


def _handle_last_four(turn: TurnContext, heard: Heard) -> Transition:
    digits = heard.keys.strip("#") or digits_of(heard.plain)
    if heard.words and not digits:
        return FlowSignal.NOT_UNDERSTOOD
    # One answer for a wrong number and for wrong digits: nobody learns which cases exist.
    progress = _ask(turn, turn.slots(ProgressSlots).number, digits)
    return _announce(turn, progress) if progress is not None else _not_found(turn)


def _announce(turn: TurnContext, progress: Progress) -> Transition:
    case = progress.case
    office = turn.services.facilities.case_services.offices.get(case.office_id)
    due = day_words(case.next_due_on, turn.language)
    turn.say(
        "progress.told_due" if due and case.is_open else "progress.told",
        number=digits_apart(case.number) if turn.is_voice else case.number,
        state=turn.words(f"case.state.{case.state}"),
        office=office.name_en if turn.language == "en" else office.name_zh,
        due=as_said(turn, due),
    )
    turn.serve("progress")
    return FlowSignal.DONE


def _cancel(turn: TurnContext) -> Transition:
    turn.say("service.cancelled")
    return FlowSignal.DONE


FLOW = Flow(
    slots=ProgressSlots,
    states=ProgressState,
    begin=_begin,
    to=(ProgressState.NUMBER, ProgressState.LAST_FOUR, PersonSlots, FlowSignal.DONE),
    cancel=_cancel,
    specs={
        ProgressState.NUMBER: StateSpec(
            _ask_number,
            _handle_number,
            (ProgressState.NUMBER, ProgressState.LAST_FOUR, PersonSlots, FlowSignal.DONE),
            expects="progress.number_example",
            takes_number=True,
        ),
        ProgressState.LAST_FOUR: StateSpec(
            _ask_last_four,
            _handle_last_four,
            (ProgressState.NUMBER, PersonSlots, FlowSignal.DONE),
            expects="progress.last_four_example",
            takes_number=True,
        ),
    },
)

"""How does my case stand: by the phone it was lodged from, or by number and last four digits."""

from __future__ import annotations

from casework.queries import Progress, find_progress, list_cases_of_phone, progress_of
from core.phones import Phone, digits_apart
from core.reference_numbers import find_case_number
from dialogue.flows.question import rest, take_question
from dialogue.flows.telling import day_words, told
from dialogue.turn_inputs import Pressed, TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of

_MOST_TRIES = 3


def _begin(turning: Turning) -> NextStep:
    number = find_case_number(turning.slot("said") or "")
    turning.set_slots(said=None, tries=None)
    if number is not None:
        return _look_up(turning, number)
    services = turning.services
    phone = _own_phone(turning)
    cases = (
        list_cases_of_phone(services.db, services.facilities.desk, phone, limit=1) if phone else []
    )
    if not cases:
        return "progress.number"
    return _tell(
        turning, progress_of(services.db, services.facilities.desk, cases[0], services.now)
    )


def _own_phone(turning: Turning) -> Phone | None:
    conversation = turning.conversation
    return Phone(conversation.phone, conversation.can_text) if conversation.phone else None


def _number(turning: Turning) -> NextStep:
    turning.say("progress.number")
    turning.listen(digits=None)
    return None


def _take_number(turning: Turning, turn_input: TurnInput) -> NextStep:
    words = turn_input.keys if isinstance(turn_input, Pressed) else words_of(turn_input)
    number = find_case_number(words.strip("#"))
    return _look_up(turning, number) if number is not None else _not_found(turning)


def _look_up(turning: Turning, number: str) -> NextStep:
    services = turning.services
    progress = find_progress(
        services.db, services.facilities.desk, number, services.now, phone=_own_phone(turning)
    )
    if progress is not None:
        return _tell(turning, progress)
    turning.set_slots(number=number)
    return "progress.last_four"


def _not_found(turning: Turning) -> NextStep:
    tries = (turning.slot("tries") or 0) + 1
    turning.set_slots(tries=tries, number=None)
    turning.say("progress.not_found")
    if tries >= _MOST_TRIES:
        turning.set_slots(tries=None)
        return "message.choice"
    return "progress.number"


def _last_four(turning: Turning) -> NextStep:
    turning.say("progress.last_four")
    turning.listen(digits=4)
    return None


def _take_last_four(turning: Turning, turn_input: TurnInput) -> NextStep:
    services = turning.services
    said = choice_of(turn_input) or words_of(turn_input)
    digits = "".join(character for character in said if character.isdigit())
    # One answer for a wrong number and for wrong digits: nobody learns which cases exist.
    progress = find_progress(
        services.db,
        services.facilities.desk,
        turning.slot("number") or "",
        services.now,
        last_four=digits,
    )
    return _tell(turning, progress) if progress is not None else _not_found(turning)


def _tell(turning: Turning, progress: Progress) -> NextStep:
    turning.set_slots(number=None, tries=None)
    case = progress.case
    office = turning.services.facilities.desk.offices.get(case.office_id)
    due = day_words(case.next_due_on, turning.language)
    turning.say(
        "progress.told_due" if due and case.is_open else "progress.told",
        number=digits_apart(case.number) if turning.is_voice else case.number,
        state=turning.words(f"case.state.{case.state}"),
        office=office.name_en if turning.language == "en" else office.name_zh,
        due=told(turning, due),
    )
    turning.served("progress")
    return rest(turning)


STEPS = {
    "progress.begin": Step(_begin, take_question),
    "progress.number": Step(_number, _take_number),
    "progress.last_four": Step(_last_four, _take_last_four),
}

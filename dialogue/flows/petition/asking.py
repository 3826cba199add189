"""The questions of a petition, one at a time, and what to do when an answer is not one."""

from __future__ import annotations

from dataclasses import replace

from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Start, Transition
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.petition.claims import number_to_prove
from dialogue.flows.petition.correcting import set_value
from dialogue.flows.petition.facts import shown
from dialogue.flows.petition.fields import read_field
from dialogue.flows.petition.no_answers import (
    asks_about_question,
    has_no_answer,
    is_aside,
    is_hesitation,
)
from dialogue.flows.petition.numbers import is_doubtful, read_bare_number
from dialogue.flows.petition.registering import save_unfinished
from dialogue.flows.petition.remedies import find_day_needed
from dialogue.flows.petition.slots import (
    NUMBER_FIELDS,
    RECORDED_FIELDS,
    Field,
    NameRecording,
    PetitionSlots,
    PetitionState,
)
from dialogue.flows.petition.telling import (
    add_story,
    fill_from_entities,
    is_story,
    named_facts,
    names_problem,
)
from dialogue.heard import Heard
from dialogue.phrases import has_phrase
from dialogue.replies import TakeRecording
from dialogue.turn_inputs import Recorded
from nlu.entities.towns import find_town_by_sound

MAX_NO_MATCHES = 2
# After so many silences in a row nobody is there any more.
_MAX_SILENCES = 3
_MAX_NAME_SECONDS = 20
# "从去年年底开始": longer words tell more than a day.
_MAX_BARE_FACT = 14
_MIN_STORY = 3
# Answers in which people name other things along with what was asked.
_TELLING_FIELDS = frozenset({Field.ISSUE, Field.EMPLOYER, Field.WANTED})
# These keep the characters that were written.
_OWN_WORDS = frozenset({Field.WANTED, Field.EVIDENCE, Field.NAME})
_BARE_FIELDS = (Field.SINCE, Field.TOWN, Field.PEOPLE, Field.AMOUNT)


def next_state(turn: TurnContext) -> Transition:
    """Where the petition goes on: the story first, then what is not known yet, then reading it
    back."""
    slots = turn.slots(PetitionSlots)
    if slots.issue and not slots.is_confirmed:
        return GoTo(PetitionState.STORY)
    field = _next_field(turn, slots)
    if field is not None:
        turn.put(replace(slots, asking=field, no_matches=0))
        return GoTo(PetitionState.ASK)
    day = None if slots.has_asked_day else find_day_needed(turn, slots)
    if day is not None:
        turn.put(replace(slots, has_asked_day=True, day_needed=day))
        return GoTo(PetitionState.ASK_DAY)
    turn.put(replace(slots, asking=None))
    if number_to_prove(turn, slots):
        return GoTo(PetitionState.CODE)
    return GoTo(PetitionState.READ_BACK)


def _next_field(turn: TurnContext, slots: PetitionSlots) -> Field | None:
    needs_phone = not turn.conversation.phone or not turn.conversation.can_text
    asked = [field for field in Field if field is not Field.PHONE or needs_phone]
    return next((f for f in asked if not slots.value(f) and f not in slots.skipped), None)


def ask(turn: TurnContext) -> None:
    """Ask for one field."""
    field = _asking(turn)
    turn.say(f"petition.ask.{field}")
    turn.listen(digits=None if field in NUMBER_FIELDS else 1)


def handle_answer(turn: TurnContext, heard: Heard) -> Transition:
    """Take an answer that the field can be; leave everything else to the engine."""
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    unanswered = _take_no_answer(turn, field, heard)
    if unanswered is not None:
        return unanswered
    if heard.yes_no is False and slots.last is not None:
        # "不对": what was told before is wrong.
        turn.put(replace(slots, asking=slots.last, no_matches=0))
        return GoTo(PetitionState.ASK)
    if field in RECORDED_FIELDS and heard.is_unsure:
        return _ask_again_or_record(turn, heard)
    if is_aside(field, heard):
        return FlowSignal.NOT_UNDERSTOOD
    if field is Field.ISSUE:
        return _take_story(turn, heard)
    value = _read(field, heard) if heard.yes_no is None else None
    if value is None:
        return _take_addition(turn, heard)
    return _take_value(turn, field, value)


def _take_value(turn: TurnContext, field: Field, value: object) -> Transition:
    slots, heard = turn.slots(PetitionSlots), turn.heard
    if field is Field.PEOPLE and is_doubtful(heard):
        turn.put(replace(slots, doubted=read_bare_number(heard)))
        return GoTo(PetitionState.DOUBT)
    if field in _TELLING_FIELDS:
        slots = _with_place(fill_from_entities(slots, heard), field, heard)
    turn.put(set_value(slots, field, value))
    return next_state(turn)


def _with_place(slots: PetitionSlots, field: Field, heard: Heard) -> PetitionSlots:
    """The town that is named behind an employer as it sounds ("KaiDa Toys, Chang An")."""
    _, mark, place = heard.plain.partition(",")
    town = find_town_by_sound(place.strip()) if mark and field is Field.EMPLOYER else None
    return replace(slots, town=town) if town is not None and not slots.town else slots


def _take_no_answer(turn: TurnContext, field: Field, heard: Heard) -> Transition | None:
    """What to do about words that cannot be an answer; None where they may be one."""
    is_unsure_name = field in RECORDED_FIELDS and heard.is_unsure
    if is_hesitation(heard) and not is_unsure_name:
        return _give_time(turn, field)
    if asks_about_question(heard):
        return _say_expected(turn, field)
    if has_no_answer(field, heard) and not _knows_roughly(field, heard):
        return skip(turn, field)
    is_going_on = heard.goes_on or has_phrase("not_cancelling", heard.plain)
    return FlowSignal.PROMPT if is_going_on else None


def _give_time(turn: TurnContext, field: Field) -> Transition:
    """Somebody thinks aloud: no failed try. On the phone they are not interrupted."""
    if not turn.is_voice:
        return FlowSignal.PROMPT
    turn.say("service.take_your_time")
    turn.listen(digits=None if field in NUMBER_FIELDS else 1, is_patient=True)
    return FlowSignal.STAY


def _say_expected(turn: TurnContext, field: Field) -> Transition:
    turn.say(f"petition.expect.{field}")
    turn.listen(digits=None if field in NUMBER_FIELDS else 1)
    return FlowSignal.STAY


def _knows_roughly(field: Field, heard: Heard) -> bool:
    """ "不知道，大概三个人吧": a value counts for more than the doubt."""
    return field in _BARE_FIELDS and bool(heard.words) and _read(field, heard) is not None


def _read(field: Field, heard: Heard) -> object | None:
    said = heard.keys.strip("#*") if field in NUMBER_FIELDS else ""
    said = said or (heard.words if field in _OWN_WORDS else heard.plain)
    return read_field(field, said, heard.entities, heard.today) if said else None


def _take_story(turn: TurnContext, heard: Heard) -> Transition:
    is_short = len(heard.plain) < _MIN_STORY and not names_problem(heard.words)
    if heard.yes_no is not None or is_short or not is_story(heard.words):
        return FlowSignal.NOT_UNDERSTOOD
    slots = turn.slots(PetitionSlots)
    turn.put(add_story(slots, heard, turn.services.facilities.nlu))
    return next_state(turn)


def _take_addition(turn: TurnContext, heard: Heard) -> Transition:
    """Something else that belongs to the petition: a day that is named by itself, or more of the
    story, which is kept as a part of it."""
    if heard.is_asking or not heard.words:
        return FlowSignal.NOT_UNDERSTOOD
    aside = _bare_fact(turn.slots(PetitionSlots), heard)
    if aside is not None:
        field, value = aside
        turn.put(set_value(turn.slots(PetitionSlots), field, value))
        name = turn.words(f"petition.field.{field}")
        turn.say("petition.corrected", field=name, value=shown(turn, field, value))
        return FlowSignal.PROMPT
    if not names_problem(heard.words):
        return FlowSignal.NOT_UNDERSTOOD
    turn.put(add_story(turn.slots(PetitionSlots), heard, turn.services.facilities.nlu))
    turn.say("petition.added")
    return FlowSignal.PROMPT


def _bare_fact(slots: PetitionSlots, heard: Heard) -> tuple[Field, object] | None:
    """A day, a town, people, a sum or the employer that is not known yet, named by itself where
    something else was asked."""
    if len(heard.plain) > _MAX_BARE_FACT:
        return None
    facts = named_facts(heard)
    by_sound = find_town_by_sound(heard.plain)
    if by_sound is not None:
        facts.setdefault(Field.TOWN, by_sound)
    fields = _BARE_FIELDS if slots.employer else (Field.EMPLOYER, *_BARE_FIELDS)
    return next(((field, facts[field]) for field in fields if field in facts), None)


def skip(turn: TurnContext, field: Field) -> Transition:
    """Leave a slot empty and go on."""
    slots = turn.slots(PetitionSlots)
    turn.put(replace(slots, skipped=(*slots.skipped, field), no_matches=0, heard=""))
    return next_state(turn)


def miss_answer(turn: TurnContext) -> Transition:
    """Once more with an example; then go on without it, saying so, rather than keep somebody from
    complaining."""
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    no_matches = slots.no_matches + 1
    turn.put(replace(slots, no_matches=no_matches))
    if no_matches < MAX_NO_MATCHES or (field is Field.ISSUE and no_matches <= MAX_NO_MATCHES):
        return _say_expected(turn, field)
    if field is Field.ISSUE:
        turn.say("petition.no_story")
        return Start(MessageSlots(is_wanted=True))
    turn.say("petition.left_empty")
    return skip(turn, field)


def skip_in_silence(turn: TurnContext) -> Transition:
    """Silence is a miss; after several nobody is there."""
    if turn.conversation.silences < _MAX_SILENCES:
        return miss_answer(turn)
    if not turn.slots(PetitionSlots).issue:
        return Start(MessageSlots())
    save_unfinished(turn)
    turn.say("service.goodbye_silence")
    turn.end()
    return FlowSignal.STAY


# --- a name that was heard badly --------------------------------------------------------------


def _ask_again_or_record(turn: TurnContext, heard: Heard) -> Transition:
    slots = turn.slots(PetitionSlots)
    turn.put(replace(slots, no_matches=slots.no_matches + 1, heard=heard.words))
    if slots.no_matches + 1 >= MAX_NO_MATCHES:
        return GoTo(PetitionState.RECORD)
    turn.say(f"petition.expect.{_asking(turn)}")
    turn.listen()
    return FlowSignal.STAY


def record_name(turn: TurnContext) -> None:
    """Ask for the name to be recorded: its sound is worth more than what was understood."""
    turn.say("petition.record")
    turn.replies.append(TakeRecording(turn.language, _MAX_NAME_SECONDS))


def handle_recording(turn: TurnContext, heard: Heard) -> Transition:
    """Keep the recording beside the name as it was heard."""
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    recorded = heard.turn_input
    if isinstance(recorded, Recorded) and recorded.recording_id:
        recording = NameRecording(field, recorded.recording_id, recorded.seconds)
        turn.put(replace(slots, recordings=(*slots.recordings, recording)))
        if recorded.hung_up:
            _fill_as_heard(turn)
            save_unfinished(turn)
            turn.end()
            return FlowSignal.STAY
    return keep_as_heard(turn)


def keep_as_heard(turn: TurnContext) -> Transition:
    """Go on with the name as it was heard, if that can be one."""
    return next_state(turn) if _fill_as_heard(turn) else skip(turn, _asking(turn))


def _fill_as_heard(turn: TurnContext) -> bool:
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    value = _read(field, turn.heard.again(slots.heard)) if slots.heard else None
    if value is None:
        return False
    turn.put(set_value(slots, field, value))
    return True


def _asking(turn: TurnContext) -> Field:
    return turn.slots(PetitionSlots).asking or Field.ISSUE

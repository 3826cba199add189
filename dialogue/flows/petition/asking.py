"""The questions of a petition, one at a time, and what to do when an answer is not one."""

from __future__ import annotations

from dataclasses import replace

from casework.remedies import DayNeeded
from dialogue.context import TurnContext
from dialogue.flow import GoTo, Move, Start, Transition
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.petition.claims import number_to_prove
from dialogue.flows.petition.correcting import set_value
from dialogue.flows.petition.facts import shown
from dialogue.flows.petition.fields import read_field, since_of
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
from dialogue.phrases import begins_with, has_phrase, is_phrase
from dialogue.replies import TakeRecording
from dialogue.turn_inputs import Recorded
from nlu.decision import Outcome
from nlu.repair import RepairKind

_MAX_MISSES = 2
# After so many silences in a row nobody is there any more.
_MAX_SILENCES = 3
_MAX_NAME_SECONDS = 20
# "从去年年底开始": longer words tell more than a day.
_MAX_BARE_FACT = 14
_MIN_STORY = 3
# Answers in which people name other things along with what was asked.
_TELLING_FIELDS = frozenset({Field.ISSUE, Field.EMPLOYER, Field.WANTED})
_WORDED_FIELDS = frozenset({Field.ISSUE, Field.EMPLOYER, Field.WANTED, Field.EVIDENCE, Field.NAME})
# These keep the characters that were written.
_OWN_WORDS = frozenset({Field.WANTED, Field.EVIDENCE, Field.NAME})
_BARE_FIELDS = (Field.SINCE, Field.TOWN, Field.PEOPLE, Field.AMOUNT)
_NO_ANSWER = frozenset({RepairKind.SKIP, RepairKind.UNKNOWN})


def next_state(turn: TurnContext) -> Transition:
    """Where the petition goes on: the story first, then what is not known yet, then reading it
    back."""
    slots = turn.slots(PetitionSlots)
    if slots.issue and not slots.is_confirmed:
        return GoTo(PetitionState.STORY)
    field = _next_field(turn, slots)
    if field is not None:
        turn.put(replace(slots, asking=field, misses=0))
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
    if _has_no_answer(field, heard):
        return _skip(turn, field)
    if heard.yes_no is False and slots.last is not None:
        # "不对": what was told before is wrong.
        turn.put(replace(slots, asking=slots.last, misses=0))
        return GoTo(PetitionState.ASK)
    if field in RECORDED_FIELDS and heard.is_unsure:
        return _ask_again_or_record(turn, heard)
    if _is_aside(field, heard):
        return Move.NOT_UNDERSTOOD
    if field is Field.ISSUE:
        return _take_story(turn, heard)
    value = _read(field, heard) if heard.yes_no is None else None
    if value is None:
        return _take_addition(turn, heard)
    if field in _TELLING_FIELDS:
        slots = fill_from_entities(slots, heard)
    turn.put(set_value(slots, field, value))
    return next_state(turn)


def _read(field: Field, heard: Heard) -> object | None:
    said = heard.keys.strip("#*") if field in NUMBER_FIELDS else ""
    said = said or (heard.words if field in _OWN_WORDS else heard.plain)
    return read_field(field, said, heard.entities, heard.today) if said else None


def _has_no_answer(field: Field, heard: Heard) -> bool:
    """Whether the citizen does not know, will not say, or has none."""
    if field is Field.NAME and has_phrase("anonymous", heard.plain):
        return True
    if field is Field.PHONE and begins_with("none", heard.plain):
        return True
    does_not_know = begins_with("not_known", heard.plain) and not heard.is_asking
    return field is not Field.ISSUE and (
        heard.repair in _NO_ANSWER
        or heard.keys == "#"
        or is_phrase("none", heard.plain)
        or does_not_know
    )


def _is_aside(field: Field, heard: Heard) -> bool:
    """Whether an answer in words is a question of its own. A story may ask, and so may a wish."""
    if not heard.is_asking or field not in _WORDED_FIELDS:
        return False
    if field is Field.ISSUE:
        return heard.decision.outcome is Outcome.ANSWER and not is_story(heard.words)
    is_wish = field is Field.WANTED and has_phrase("wishing", heard.plain)
    return heard.decision.outcome is Outcome.ANSWER or not is_wish


def _take_story(turn: TurnContext, heard: Heard) -> Transition:
    is_no_story = heard.yes_no is not None or len(heard.plain) < _MIN_STORY
    if is_no_story or not is_story(heard.words):
        return Move.NOT_UNDERSTOOD
    slots = turn.slots(PetitionSlots)
    turn.put(add_story(slots, heard, turn.services.facilities.nlu))
    return next_state(turn)


def _take_addition(turn: TurnContext, heard: Heard) -> Transition:
    """Something else that belongs to the petition: a day that is named by itself, or more of the
    story, which is kept as a part of it."""
    if heard.is_asking or not heard.words:
        return Move.NOT_UNDERSTOOD
    aside = _bare_fact(heard)
    if aside is not None:
        field, value = aside
        turn.put(set_value(turn.slots(PetitionSlots), field, value))
        name = turn.words(f"petition.field.{field}")
        turn.say("petition.corrected", field=name, value=shown(turn, field, value))
        return Move.PROMPT
    if not names_problem(heard.words):
        return Move.NOT_UNDERSTOOD
    turn.put(add_story(turn.slots(PetitionSlots), heard, turn.services.facilities.nlu))
    turn.say("petition.added")
    return Move.PROMPT


def _bare_fact(heard: Heard) -> tuple[Field, object] | None:
    """A day, a town, people or a sum, named by itself where something else was asked."""
    if len(heard.plain) > _MAX_BARE_FACT:
        return None
    facts = named_facts(heard)
    return next(((field, facts[field]) for field in _BARE_FIELDS if field in facts), None)


def _skip(turn: TurnContext, field: Field) -> Transition:
    slots = turn.slots(PetitionSlots)
    turn.put(replace(slots, skipped=(*slots.skipped, field), misses=0, heard=""))
    return next_state(turn)


def miss_answer(turn: TurnContext) -> Transition:
    """Once more with an example; then go on without it, saying so, rather than keep somebody from
    complaining."""
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    misses = slots.misses + 1
    turn.put(replace(slots, misses=misses))
    if misses < _MAX_MISSES or (field is Field.ISSUE and misses <= _MAX_MISSES):
        turn.say(f"petition.expect.{field}")
        turn.listen(digits=None if field in NUMBER_FIELDS else 1)
        return Move.STAY
    if field is Field.ISSUE:
        turn.say("petition.no_story")
        return Start(MessageSlots(is_wanted=True))
    turn.say("petition.left_empty")
    return _skip(turn, field)


def skip_in_silence(turn: TurnContext) -> Transition:
    """Silence is a miss; after several nobody is there."""
    if turn.conversation.silences < _MAX_SILENCES:
        return miss_answer(turn)
    if not turn.slots(PetitionSlots).issue:
        return Start(MessageSlots())
    save_unfinished(turn)
    turn.say("service.goodbye_silence")
    turn.end()
    return Move.STAY


# --- a name that was heard badly --------------------------------------------------------------


def _ask_again_or_record(turn: TurnContext, heard: Heard) -> Transition:
    slots = turn.slots(PetitionSlots)
    turn.put(replace(slots, misses=slots.misses + 1, heard=heard.words))
    if slots.misses + 1 >= _MAX_MISSES:
        return GoTo(PetitionState.RECORD)
    turn.say(f"petition.expect.{_asking(turn)}")
    turn.listen()
    return Move.STAY


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
            return Move.STAY
    return keep_as_heard(turn)


def keep_as_heard(turn: TurnContext) -> Transition:
    """Go on with the name as it was heard, if that can be one."""
    return next_state(turn) if _fill_as_heard(turn) else _skip(turn, _asking(turn))


def _fill_as_heard(turn: TurnContext) -> bool:
    slots, field = turn.slots(PetitionSlots), _asking(turn)
    value = _read(field, turn.heard.again(slots.heard)) if slots.heard else None
    if value is None:
        return False
    turn.put(set_value(slots, field, value))
    return True


# --- the exact day ----------------------------------------------------------------------------


def ask_day(turn: TurnContext) -> None:
    """Ask for the day on which a limit hangs."""
    turn.say(f"petition.ask_day.{turn.slots(PetitionSlots).day_needed}")
    turn.listen()


def handle_day(turn: TurnContext, heard: Heard) -> Transition:
    """Take the day, or that the employment goes on."""
    slots = turn.slots(PetitionSlots)
    if slots.day_needed is DayNeeded.LEFT and has_phrase("still_employed", heard.plain):
        turn.put(replace(slots, is_employed=True))
        return next_state(turn)
    if heard.repair in _NO_ANSWER or heard.yes_no is not None or heard.keys == "#":
        return next_state(turn)
    day = since_of(heard.entities, heard.today)
    if day is None:
        return Move.NOT_UNDERSTOOD
    if slots.day_needed is DayNeeded.LEFT:
        turn.put(replace(slots, left=day))
    elif slots.day_needed is DayNeeded.RECEIVED:
        turn.put(replace(slots, received=day))
    else:
        turn.put(set_value(slots, Field.SINCE, day))
    return next_state(turn)


def miss_day(turn: TurnContext) -> Transition:
    """Go on with what is known."""
    return next_state(turn)


def _asking(turn: TurnContext) -> Field:
    return turn.slots(PetitionSlots).asking or Field.ISSUE

"""Lodge a petition: the story, one question at a time, read back, sorted, confirmed, numbered."""

from __future__ import annotations

from dataclasses import replace

from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Start, StateSpec, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.petition.asking import (
    ask,
    handle_answer,
    handle_recording,
    keep_as_heard,
    miss_answer,
    next_state,
    record_name,
    skip_in_silence,
)
from dialogue.flows.petition.asking_day import ask_day, handle_day, miss_day
from dialogue.flows.petition.asking_which import ask_which, handle_which, miss_which
from dialogue.flows.petition.claims import number_to_prove
from dialogue.flows.petition.correcting import (
    corrected_field,
    named_field,
    new_value,
    set_value,
)
from dialogue.flows.petition.facts import all_facts, shown
from dialogue.flows.petition.proving import (
    ask_code,
    handle_code,
    wait_in_silence,
)
from dialogue.flows.petition.registering import register, save_unfinished
from dialogue.flows.petition.slots import Field, PetitionSlots, PetitionState
from dialogue.flows.petition.telling import (
    add_story,
    fill_from_entities,
    is_story,
    named_facts,
    names_problem,
    replace_in_story,
)
from dialogue.flows.question.naming import offered_options
from dialogue.heard import Heard
from dialogue.phrases import has_phrase
from dialogue.spoken_forms import shortened
from nlu.decision import Outcome
from nlu.interpretation import Intent
from nlu.repair import Correction, find_named_values

# The keys under which fields are corrected; the others are corrected by name.
_KEYED_FIELDS = tuple(field for field in Field if field is not Field.PHONE)


def _begin(turn: TurnContext) -> Transition:
    slots = turn.slots(PetitionSlots)
    if is_story(slots.said):
        heard = turn.heard.again(slots.said)
        turn.put(add_story(slots, heard, turn.services.facilities.nlu))
    else:
        turn.say("petition.begin")
    return next_state(turn)


# --- the story: confirmed, with the answers that may help beside it ---------------------------


def _offer_story(turn: TurnContext) -> None:
    slots = turn.slots(PetitionSlots)
    # 1 registers the petition.
    _, options = offered_options(turn, slots.topics, first=2)
    key = "petition.story_or_answers" if options else "petition.story"
    turn.say(key, issue=shortened(turn, slots.issue), options=options)
    turn.listen()


def _handle_story(turn: TurnContext, heard: Heard) -> Transition:
    slots = turn.slots(PetitionSlots)
    offered, _ = offered_options(turn, slots.topics)
    number = heard.number_of(len(offered) + 1)
    is_wish = heard.keyword is Intent.COMPLAINT
    if is_wish:
        turn.say("petition.begin")
    if number == 0 or heard.yes_no is True or is_wish:
        turn.put(replace(slots, is_confirmed=True))
        return next_state(turn)
    if number is not None:
        return Start(AnswerSlots(topic=offered[number - 1]))
    if heard.yes_no is False:
        turn.put(replace(slots, issue="", topics=(), asking=Field.ISSUE))
        return GoTo(PetitionState.ASK)
    return _go_on_telling(turn, heard)


def _go_on_telling(turn: TurnContext, heard: Heard) -> Transition:
    """More of the story is added to it; who goes on with the facts takes it as right."""
    slots = turn.slots(PetitionSlots)
    if heard.is_asking and heard.decision.outcome is Outcome.ANSWER:
        return FlowSignal.NOT_UNDERSTOOD
    if names_problem(heard.words):
        turn.put(add_story(slots, heard, turn.services.facilities.nlu))
        turn.say("petition.added")
        return FlowSignal.PROMPT
    filled = fill_from_entities(slots, heard)
    if filled != slots:
        turn.put(replace(filled, is_confirmed=True))
        return next_state(turn)
    return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD


# --- read back --------------------------------------------------------------------------------


def _read_back(turn: TurnContext) -> None:
    turn.say("petition.read_back", facts=all_facts(turn, turn.slots(PetitionSlots)))
    turn.listen()


def _handle_read_back(turn: TurnContext, heard: Heard) -> Transition:
    if heard.choice == "1" or heard.yes_no is True:
        if number_to_prove(turn, turn.slots(PetitionSlots)):
            # Another number was given at the read-back.
            return GoTo(PetitionState.CODE)
        register(turn)
        return FlowSignal.DONE
    if heard.choice == "2" or (heard.yes_no is False and named_field(heard.plain) is None):
        return GoTo(PetitionState.WHICH)
    if heard.choice == "3":
        return _cancel(turn)
    return _take_changes(turn, heard) or _ask_again_for_named(turn, heard)


def _take_changes(turn: TurnContext, heard: Heard) -> Transition | None:
    """What is changed where everything has been read back: fields that are named with what they
    are to be ("金额是十三万二人数是八个人"), and the name that is to be left out after all."""
    if has_phrase("anonymous", heard.plain) and not heard.is_asking:
        return _leave_name_out(turn)
    transition: Transition | None = None
    for named in find_named_values(heard.words):
        transition = _correct_one(turn, named)
    return transition or _take_facts(turn, heard)


def _leave_name_out(turn: TurnContext) -> Transition:
    slots = turn.slots(PetitionSlots)
    turn.put(replace(slots, name="", skipped=(*slots.skipped, Field.NAME)))
    name = turn.words(f"petition.field.{Field.NAME}")
    turn.say("petition.corrected", field=name, value=turn.words("petition.anonymous"))
    return _after_correction(turn)


def _take_facts(turn: TurnContext, heard: Heard) -> Transition | None:
    """ "金额是十三万二，人数是八个人": what is named at the read-back is what it is to be."""
    named = {} if heard.is_asking or not heard.words else named_facts(heard)
    if not named:
        return None
    slots = turn.slots(PetitionSlots)
    for field, value in named.items():
        slots = set_value(slots, field, value)
    turn.put(slots)
    return _after_correction(turn)


def _ask_again_for_named(turn: TurnContext, heard: Heard) -> Transition:
    """ "单位" or "金额不对": that field is asked for once more."""
    field = named_field(heard.plain)
    if field is None:
        return FlowSignal.PROMPT if heard.keys else FlowSignal.NOT_UNDERSTOOD
    return _ask_again(turn, field)


def _ask_again(turn: TurnContext, field: Field) -> Transition:
    turn.put(replace(turn.slots(PetitionSlots), asking=field, no_matches=0))
    return GoTo(PetitionState.ASK)


def _which(turn: TurnContext) -> None:
    turn.say("petition.which")
    turn.listen()


def _handle_which(turn: TurnContext, heard: Heard) -> Transition:
    if heard.yes_no is True:
        return GoTo(PetitionState.READ_BACK)
    number = heard.number_of(len(_KEYED_FIELDS))
    if number is not None:
        return _ask_again(turn, _KEYED_FIELDS[number])
    return _take_changes(turn, heard) or _ask_again_for_named(turn, heard)


# --- at any prompt ----------------------------------------------------------------------------


def _correct(turn: TurnContext, correction: Correction) -> Transition:
    """Correct any fields, the present or earlier ones, and say what they are now."""
    others = [other for other in turn.heard.corrections if other != correction]
    transitions = [_correct_one(turn, one) for one in (correction, *others)]
    understood = [one for one in transitions if one is not FlowSignal.NOT_UNDERSTOOD]
    return understood[-1] if understood else FlowSignal.NOT_UNDERSTOOD


def _correct_one(turn: TurnContext, correction: Correction) -> Transition:
    slots, nlu = turn.slots(PetitionSlots), turn.services.facilities.nlu
    is_bare = not (correction.slot or correction.new or correction.old)
    if is_bare and turn.frame.state in (PetitionState.READ_BACK, PetitionState.WHICH):
        # "有错": which field is asked for.
        return FlowSignal.NOT_UNDERSTOOD
    field = corrected_field(slots, correction, turn.heard)
    corrected = replace_in_story(slots, correction.old, correction.new, nlu)
    if field is None:
        if corrected is slots:
            return FlowSignal.NOT_UNDERSTOOD
        turn.put(corrected)
        return _say_corrected(turn, Field.ISSUE)
    if field is Field.NAME and has_phrase("anonymous", turn.heard.plain):
        return _leave_name_out(turn)
    value = new_value(field, correction.new, turn.heard) if correction.new else None
    if value is None:
        return _ask_again(turn, field)
    present = corrected.value(field)
    if correction.is_addition and isinstance(present, str) and present:
        value = f"{present}；{value}"
    turn.put(set_value(corrected, field, value))
    return _say_corrected(turn, field)


def _say_corrected(turn: TurnContext, field: Field) -> Transition:
    value = shown(turn, field, turn.slots(PetitionSlots).value(field))
    name = turn.words(f"petition.field.{field}")
    turn.say("petition.corrected", field=name, value=value)
    return _after_correction(turn)


def _after_correction(turn: TurnContext) -> Transition:
    match turn.frame.state:
        case PetitionState.ASK | PetitionState.ASK_DAY | PetitionState.DOUBT:
            return next_state(turn)
        case PetitionState.WHICH:
            return GoTo(PetitionState.READ_BACK)
        case _:
            return FlowSignal.PROMPT


def _cancel(turn: TurnContext) -> Transition:
    """Break it off; what was told is put aside in case it is regretted."""
    if turn.slots(PetitionSlots).issue:
        turn.change(parked=turn.frame)
        turn.say("petition.put_aside")
    else:
        turn.say("service.cancelled")
    return FlowSignal.DONE


_ASKING = (
    PetitionState.STORY,
    PetitionState.ASK,
    PetitionState.ASK_DAY,
    PetitionState.DOUBT,
    PetitionState.CODE,
    PetitionState.READ_BACK,
)

FLOW = Flow(
    slots=PetitionSlots,
    states=PetitionState,
    begin=_begin,
    to=_ASKING,
    correct=_correct,
    cancel=_cancel,
    hang_up=save_unfinished,
    resumed="petition.resumed",
    specs={
        PetitionState.STORY: StateSpec(
            _offer_story,
            _handle_story,
            (*_ASKING, AnswerSlots),
            expects="petition.expect.story",
            takes_yes_no=True,
        ),
        PetitionState.ASK: StateSpec(
            ask,
            handle_answer,
            (*_ASKING, PetitionState.RECORD, MessageSlots),
            on_silence=skip_in_silence,
            on_no_match=miss_answer,
        ),
        PetitionState.ASK_DAY: StateSpec(
            ask_day,
            handle_day,
            _ASKING,
            on_silence=miss_day,
            on_no_match=miss_day,
            takes_yes_no=True,
        ),
        PetitionState.DOUBT: StateSpec(
            ask_which, handle_which, _ASKING, on_silence=miss_which, on_no_match=miss_which
        ),
        PetitionState.RECORD: StateSpec(
            record_name, handle_recording, _ASKING, on_silence=keep_as_heard
        ),
        PetitionState.CODE: StateSpec(
            ask_code,
            handle_code,
            _ASKING,
            on_silence=wait_in_silence,
            expects="petition.code_expected",
            takes_number=True,
        ),
        PetitionState.READ_BACK: StateSpec(
            _read_back,
            _handle_read_back,
            (PetitionState.WHICH, PetitionState.ASK, PetitionState.CODE, FlowSignal.DONE),
            expects="petition.expect.read_back",
            takes_yes_no=True,
        ),
        PetitionState.WHICH: StateSpec(
            _which,
            _handle_which,
            (PetitionState.ASK, PetitionState.READ_BACK),
            expects="petition.which",
        ),
    },
)

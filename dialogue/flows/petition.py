"""Lodge a petition: one question at a time, read back, sorted, confirmed, numbered."""

from __future__ import annotations

from casework.drafts import Origin, PetitionDraft, Recording
from casework.models import Case
from casework.operations import lodge_petition
from casework.operations.lodging import add_recording
from casework.queries import find_attachment
from casework.vocabulary import Road
from core.clock import local_date
from dialogue.flows.contacts import contact_of
from dialogue.flows.petition_slots import (
    CORRECTABLE,
    PHONE_SLOT,
    RECORDED_SLOTS,
    RECORDING_SLOTS,
    SKIP_WORDS,
    SLOT_BY_NAME,
    SLOTS,
    PetitionSlot,
    day_of,
    yuan_of,
)
from dialogue.flows.question import SURE_SPEECH, give_answer, rest, take_question
from dialogue.flows.telling import (
    count_words,
    limit_words,
    shortened,
    tell_case_number,
    told,
)
from dialogue.replies import TakeRecording
from dialogue.turn_inputs import Pressed, Recorded, Spoke, TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of
from nlu.entities.extraction import find_entities
from nlu.entities.values import Entities

_MOST_TRIES = 2
# After so many silences in a row nobody is there any more.
_MOST_SILENCES = 3
# A first message longer than this already tells what happened.
_TELLING_LENGTH = 12
_SKIPPED = ""
_MOST_NAME_SECONDS = 20
# Answers in which people name other things along with what was asked.
_TELLING_SLOTS = frozenset({"issue", "employer"})


def _begin(turning: Turning) -> NextStep:
    forget(turning)
    _fill_from_first_words(turning, turning.slot("said") or "")
    turning.set_slots(said=None)
    topic = turning.conversation.topic
    knowledge = turning.services.facilities.knowledge
    if topic and knowledge.find_entry(topic, turning.services.today):
        return "petition.offer"
    turning.say("petition.begin")
    return "petition.ask"


def _offer(turning: Turning) -> NextStep:
    knowledge = turning.services.facilities.knowledge
    topic = turning.conversation.topic or ""
    if not knowledge.find_entry(topic, turning.services.today):
        return "petition.ask"
    name = knowledge.short_name(topic, turning.language)
    turning.say("petition.begin_or_answer", name=name)
    turning.listen()
    return None


def forget(turning: Turning) -> None:
    """Drop all that was filled in so far."""
    turning.set_slots(**dict.fromkeys((*SLOT_BY_NAME, *RECORDING_SLOTS, "heard", "tries")))


def _take_begin(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    if choice == "2" and turning.conversation.topic:
        forget(turning)
        return give_answer(turning, turning.conversation.topic, 1.0)
    if choice == "1":
        return "petition.ask"
    if choice or not words_of(turn_input):
        return "petition.begin_again"
    _fill_from_first_words(turning, words_of(turn_input))
    return "petition.ask"


def _begin_again(turning: Turning) -> NextStep:
    turning.say("petition.begin_again")
    turning.listen()
    return None


def _fill_from_first_words(turning: Turning, words: str) -> None:
    if len(words) >= _TELLING_LENGTH:
        turning.set_slots(issue=words)
    _fill_from_entities(turning, _entities(turning, words))


def _fill_from_entities(turning: Turning, entities: Entities) -> None:
    """Take what was named along with something else, so that nobody is asked for it again."""
    since = entities.dates[0].at_least if entities.dates else None
    known = {
        "employer": entities.employer,
        "town": entities.town,
        "since_on": since.isoformat() if since else None,
        "people": entities.people.at_least if entities.people else None,
        "amount_yuan": str(entities.amount.at_least) if entities.amount else None,
    }
    for name, value in known.items():
        if value is not None and turning.slot(name) is None:
            turning.set_slots(**{name: value})


def _entities(turning: Turning, words: str) -> Entities:
    return find_entities(words, local_date(turning.services.now))


def _next_slot(turning: Turning) -> PetitionSlot | None:
    for slot in SLOTS:
        if turning.slot(slot.name) is None:
            return slot
    needs_phone = not turning.conversation.phone or not turning.conversation.can_text
    return PHONE_SLOT if needs_phone and turning.slot(PHONE_SLOT.name) is None else None


def _ask(turning: Turning) -> NextStep:
    slot = _next_slot(turning)
    if slot is None:
        return "petition.read_back"
    turning.set_slots(asking=slot.name)
    turning.say(f"petition.ask.{slot.name}")
    turning.listen(digits=None if slot.is_number else 1)
    return None


def _take_slot(turning: Turning, turn_input: TurnInput) -> NextStep:
    slot = SLOT_BY_NAME[turning.slot("asking")]
    words = _answer_to(slot, turn_input)
    if words.strip(" 。.").lower() in SKIP_WORDS and not slot.is_required:
        return _fill(turning, slot, _SKIPPED)
    if _is_unsure(slot, turn_input):
        return _ask_again_or_record(turning, slot, words)
    entities = _entities(turning, words)
    value = slot.read(words.strip(), entities) if words else None
    if value is None:
        return _not_understood(turning, slot, words)
    if slot.name in _TELLING_SLOTS:
        _fill_from_entities(turning, entities)
    return _fill(turning, slot, value)


def _is_unsure(slot: PetitionSlot, turn_input: TurnInput) -> bool:
    """Whether a name was heard so badly that its sound is worth more than its words."""
    return (
        slot.name in RECORDED_SLOTS
        and isinstance(turn_input, Spoke)
        and turn_input.confidence is not None
        and turn_input.confidence < SURE_SPEECH
    )


def _ask_again_or_record(turning: Turning, slot: PetitionSlot, words: str) -> NextStep:
    tries = (turning.slot("tries") or 0) + 1
    turning.set_slots(tries=tries, heard=words)
    if tries >= _MOST_TRIES:
        return "petition.record"
    turning.say("petition.not_understood")
    return "petition.ask"


def _record(turning: Turning) -> NextStep:
    turning.say("petition.record")
    turning.replies.append(TakeRecording(turning.language, _MOST_NAME_SECONDS))
    return None


def _take_recording(turning: Turning, turn_input: TurnInput) -> NextStep:
    slot = SLOT_BY_NAME[turning.slot("asking")]
    if isinstance(turn_input, Recorded) and turn_input.recording_id:
        kept = [turn_input.recording_id, turn_input.seconds]
        turning.set_slots(**{slot.name: turning.slot("heard"), f"{slot.name}_recording": kept})
        if turn_input.hung_up:
            save_unfinished(turning)
            turning.end()
            return None
    return _fill(turning, slot, turning.slot("heard") or _SKIPPED)


def _keep_as_heard(turning: Turning) -> NextStep:
    return _fill(turning, SLOT_BY_NAME[turning.slot("asking")], turning.slot("heard") or _SKIPPED)


def _answer_to(slot: PetitionSlot, turn_input: TurnInput) -> str:
    """What was said or keyed in. Keys tell a number, or with # alone that there is no answer."""
    if not isinstance(turn_input, Pressed):
        return words_of(turn_input)
    return turn_input.keys if slot.is_number or turn_input.keys == "#" else ""


def _fill(turning: Turning, slot: PetitionSlot, value: object) -> NextStep:
    turning.set_slots(**{slot.name: value, "tries": None, "heard": None})
    return "petition.ask"


def _not_understood(turning: Turning, slot: PetitionSlot, words: str) -> NextStep:
    """Ask once more, then go on without it rather than keep somebody from complaining."""
    tries = (turning.slot("tries") or 0) + 1
    turning.set_slots(tries=tries)
    if tries >= _MOST_TRIES:
        return _fill(turning, slot, words if slot.is_required and words else _SKIPPED)
    turning.say("petition.not_understood")
    return "petition.ask"


def _skip_in_silence(turning: Turning) -> NextStep:
    turning.change(silences=turning.conversation.silences + 1)
    if turning.conversation.silences < _MOST_SILENCES:
        return _not_understood(turning, SLOT_BY_NAME[turning.slot("asking")], "")
    return "service.goodbye_silence" if turning.slot("issue") else "message.offer"


# --- read back and confirm ------------------------------------------------------------------


def _read_back(turning: Turning) -> NextStep:
    turning.say("petition.read_back", facts=_facts(turning))
    turning.listen()
    return None


def _facts(turning: Turning) -> str:
    return "".join(
        turning.words(f"petition.fact.{name}", value=_shown(turning, name))
        for name in CORRECTABLE
        if turning.slot(name)
    )


def _shown(turning: Turning, name: str) -> object:
    value = turning.slot(name)
    if name in _TELLING_SLOTS:
        return shortened(turning, value)
    if name == "since_on":
        return told(turning, limit_words(day_of(value), turning.language))
    if name == "people" and turning.is_voice:
        return count_words(int(value), turning.language)
    if name == "amount_yuan":
        return told(turning, value)
    if name == "town":
        town = turning.services.facilities.desk.offices.find_town(value)
        if town is not None:
            return town.name_en if turning.language == "en" else town.name_zh
    return value


def _take_read_back(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    words = words_of(turn_input).strip(" 。.!！").lower()
    if choice == "1" or words in _YES:
        return "petition.lodge"
    if choice == "2":
        return "petition.which"
    if choice == "3":
        forget(turning)
        turning.say("petition.cancelled")
        return rest(turning)
    return "petition.read_back"


_YES = frozenset(
    {"对", "是", "是的", "对的", "确认", "正确", "系", "啱", "yes", "correct", "right"}
)


def _which(turning: Turning) -> NextStep:
    turning.say("petition.which")
    turning.listen()
    return None


def _take_which(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    if not choice.isdigit() or not 1 <= int(choice) <= len(CORRECTABLE):
        return "petition.read_back"
    turning.set_slots(**{CORRECTABLE[int(choice) - 1]: None, "tries": None})
    return "petition.ask"


def _lodge(turning: Turning) -> NextStep:
    _register(turning)
    return rest(turning)


def _register(turning: Turning) -> None:
    services = turning.services
    slot = turning.slot
    lodging = lodge_petition(
        services.db,
        services.facilities.desk,
        PetitionDraft(
            origin=Origin(turning.conversation.id, f"petition{turning.conversation.turn}"),
            contact=contact_of(turning, name=slot("name") or None),
            issue=slot("issue") or turning.words("petition.untold"),
            employer=slot("employer") or None,
            town=slot("town") or None,
            topic=turning.conversation.topic,
            since_on=day_of(slot("since_on")),
            people=slot("people") or None,
            amount_yuan=yuan_of(slot("amount_yuan") or None),
            wanted=slot("wanted") or None,
            evidence=slot("evidence") or None,
        ),
        services.now,
    )
    _attach_recordings(turning, lodging.case)
    turning.served("petition")
    tell_case_number(
        turning, "petition.lodged", lodging, road=_road_words(turning, lodging.case.roads)
    )
    forget(turning)


def _attach_recordings(turning: Turning, case: Case) -> None:
    db = turning.services.db
    for sid, seconds in filter(None, map(turning.slot, RECORDING_SLOTS)):
        # A job may have made a message of it meanwhile.
        if find_attachment(db, sid) is None:
            add_recording(
                db, case, Recording(provider_sid=sid, seconds=seconds), turning.services.now
            )


def _road_words(turning: Turning, roads: list[dict[str, object]]) -> str:
    """The citizen's first road besides the petition, with its limit when one could be counted."""
    for road in roads:
        if road["road"] == Road.PETITION or road["is_expired"]:
            continue
        limit = told(turning, limit_words(day_of(road["limit_on"]), turning.language))
        key = f"petition.road.{road['road']}" + ("_by" if limit else "")
        return turning.words(key, limit=limit)
    return ""


def save_unfinished(turning: Turning) -> None:
    """Somebody who hangs up or falls silent half way still gets a case when it is known what
    happened."""
    if turning.slot("issue"):
        _register(turning)


STEPS = {
    "petition.begin": Step(_begin, _take_begin),
    "petition.offer": Step(_offer, _take_begin),
    "petition.begin_again": Step(_begin_again, _take_begin),
    "petition.ask": Step(_ask, _take_slot, on_silence=_skip_in_silence),
    "petition.record": Step(_record, _take_recording, on_silence=_keep_as_heard),
    "petition.read_back": Step(_read_back, _take_read_back),
    "petition.which": Step(_which, _take_which),
    "petition.lodge": Step(_lodge, take_question),
}

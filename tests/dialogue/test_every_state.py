"""Every state of a call, by every kind of input, in all languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from app.tables import metadata
from callcentre.models import Availability
from callcentre.operations import AgentDraft, add_agent, engage_agent, set_availability
from casework.case_services import CaseServices
from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.operations import take_message
from config.office_hours import load_office_hours
from core.clock import LOCAL_ZONE
from core.database import Database
from core.encryption import Vault
from core.phones import Phone
from dialogue.conversation import Conversation
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.flows.registry import FLOWS
from dialogue.replies import End, Enqueue, Listen, Say, SendText, TakeRecording, Transfer
from dialogue.services import DialogueServices, Facilities
from dialogue.turn_inputs import HungUp, Pressed, Silent, Spoke
from hotline.twilio.twiml import Links, render
from hotline.twilio.twiml_rules import find_violation
from knowledge_base.loader import Content
from knowledge_base.published import KnowledgeBase
from knowledge_base.statute_files import StatuteDocument
from knowledge_base.statutes import import_statutes
from tests.conftest import MORNING
from tests.dialogue.conftest import LANDLINE, MOBILE
from tests.dialogue.walking import (
    DANGER,
    FEWER_INPUTS,
    INPUTS,
    REPAIRS,
    KnownPhrases,
    Place,
    State,
    all_replies,
    turns_to_somebody,
    walk,
)

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=LOCAL_ZONE)
LINKS = Links("/voice/turn?turn=2", "/voice/turn?turn=2", "/voice/recording")
MAX_TURNS_TO_SOMEBODY = 3
# Two granted for a moment asked for, and five with the number of help in danger.
MAX_SILENCES = 9
WAITING = (Listen, TakeRecording, Transfer, Enqueue, End)
PERSON_STATES = {"person.transfer", "person.queue", "message.offer"}
# States of a text thread.
TEXT_ONLY = {"message.write"}
NEEDS_MORE_INPUTS = {
    "answer.sent", "answer.unhelpful", "delivery.confirm", "delivery.number", "person.queue",
    "person.transfer", "petition.ask_day", "petition.code", "progress.last_four",
    "progress.number", "rating.ask", "statute.nearest",
}  # fmt: skip
# The longest thing said: the beginning of a full answer.
MAX_CHARACTERS = {"zh": 240, "yue": 240, "en": 520}


@dataclass(frozen=True)
class Caller:
    """Who calls, and what the service is like at that moment."""

    language: str
    phone: str
    is_open: bool
    agents: tuple[str, ...]
    has_case: bool = False


CALLERS = {
    f"{language} {name}": replace(caller, language=language)
    for language in ("zh", "yue", "en")
    for name, caller in {
        "mobile by day": Caller("", MOBILE, True, ("+8676922000000",), has_case=True),
        "landline by night": Caller("", LANDLINE, False, ("+8676922000000",)),
        "withheld, all agents busy": Caller("", "", True, ()),
    }.items()
}


@pytest.fixture(params=CALLERS.values(), ids=CALLERS.keys(), scope="module")
def caller(request: pytest.FixtureRequest) -> Caller:
    assert isinstance(request.param, Caller)
    return request.param


@pytest.fixture(scope="module")
def places(
    caller: Caller,
    tmp_path_factory: pytest.TempPathFactory,
    vault: Vault,
    content: Content,
    case_services: CaseServices,
) -> Iterator[dict[State, Place]]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('walk') / 'walk.sqlite3'}", vault)
    metadata.create_all(database.engine)
    facilities = Facilities(
        nlu=KnownPhrases(),
        knowledge=KnowledgeBase(lambda: content),
        case_services=case_services,
        office_hours=load_office_hours(),
        list_agents=lambda _db: caller.agents,
    )
    with database.read() as db:
        now = MORNING if caller.is_open else EVENING
        keep_a_law(db, content, now)
        if not caller.agents:
            keep_an_agent_busy(db, vault, case_services, now)
        if caller.has_case:
            lodge(db, case_services, caller, now)
        start = Conversation(
            id="CA1",
            channel="voice",
            phone=caller.phone,
            phone_key=vault.keyed_hash(caller.phone) if caller.phone else "",
            can_text=caller.phone == MOBILE,
            language=caller.language,
            started_at=now.isoformat(),
            is_proved=caller.phone == MOBILE,
        )
        inputs = INPUTS if caller.language == "zh" else FEWER_INPUTS
        yield walk(start, DialogueServices(facilities, db, now), inputs)
    database.dispose()


def keep_an_agent_busy(
    db: Session, vault: Vault, case_services: CaseServices, now: datetime
) -> None:
    draft = AgentDraft(
        name="一号",
        office_id=case_services.offices.bureau.id,
        languages=("zh",),
        address="+8676922000001",
    )
    agent = add_agent(db, vault, draft, now)
    set_availability(db, agent, Availability.AVAILABLE, now)
    engage_agent(db, agent, "CA9", now)


def keep_a_law(db: Session, content: Content, now: datetime) -> None:
    articles = {n: f"第{n}条的话，说得很长，" * 12 for n in range(1, 99)}
    law = StatuteDocument(
        "labour-contract-law", "劳动合同法", "劳动合同法", date(2012, 12, 28), date(2013, 7, 1),
        articles, "law.txt", "hash",
    )  # fmt: skip
    import_statutes(db, content.statutes, [law], now)


def lodge(db: Session, case_services: CaseServices, caller: Caller, now: datetime) -> None:
    contact = Contact(phone=Phone(caller.phone, True), channel="voice", is_proved=True)
    draft = MessageDraft(
        idempotency_key=IdempotencyKey("CA0", "message1"), contact=contact, text="社保没有交"
    )
    take_message(db, case_services, draft, now)


def test_every_state_in_which_a_call_can_stand_is_met(
    places: dict[State, Place], caller: Caller
) -> None:
    met = {place.conversation.place for place in places.values()}
    every = {f"{flow.name}.{state}" for flow in FLOWS for state in flow.states}
    unmet = every - met - TEXT_ONLY
    if caller.language != "zh":
        # With fewer inputs not every state is come into.
        assert unmet <= NEEDS_MORE_INPUTS
    elif caller.phone == MOBILE:
        assert unmet == {
            "delivery.number", "delivery.confirm", "rating.ask", "progress.number",
            "progress.last_four", "person.queue", "petition.code",
        }  # fmt: skip
    elif caller.is_open and not caller.agents:
        assert unmet == {"person.transfer", "answer.sent"}


NUMBERS = {"zh": "一二三五六", "yue": "一二三五六", "en": "one two three five six"}


def test_danger_is_answered_in_every_state(places: dict[State, Place], caller: Caller) -> None:
    met: set[str] = set()
    for place in places.values():
        if place.conversation.is_over:
            continue
        for edge in place.edges:
            if edge.turn_input == Spoke(DANGER, 0.9):
                said = [reply.words for reply in edge.replies if isinstance(reply, Say)]
                assert NUMBERS[caller.language] in said[0], (place.path, said)
                met.add(place.conversation.place)
    assert met >= {"question.listen", "answer.given", "petition.ask", "petition.read_back"}


# What is said at some prompt or other and can never be what a petition asks for.
NO_VALUES = (*REPAIRS, "不知道", "再见", "对", "第一个", "。")


def test_no_field_of_a_petition_is_filled_with_what_it_cannot_be(
    places: dict[State, Place],
) -> None:
    for place in places.values():
        for frame in place.conversation.stack:
            if isinstance(frame.slots, PetitionSlots):
                slots = frame.slots
                for value in (slots.issue, slots.employer, slots.town, slots.name):
                    assert value not in NO_VALUES, (place.path, value)
                assert not slots.phone or slots.phone.startswith("+86")


def test_a_cancelled_petition_is_gone_and_a_repeated_turn_says_the_same(
    places: dict[State, Place],
) -> None:
    for place in places.values():
        if place.conversation.is_over or place.reaches_somebody:
            continue
        led = {edge.turn_input: edge for edge in place.edges}
        if Spoke("算了", 0.9) not in led:
            continue
        cancelled = places[led[Spoke("算了", 0.9)].target].conversation
        kinds = {type(frame.slots) for frame in cancelled.stack}
        if place.conversation.stack[-1].slots.is_filling_in:
            assert type(place.conversation.stack[-1].slots) not in kinds, place.path
        again = led[Spoke("你刚才说什么", 0.9)]
        said = [r.words for r in again.replies if isinstance(r, Say)]
        assert said == [words.words for words in place.conversation.said], place.path


def test_every_document_is_lawful(places: dict[State, Place]) -> None:
    for turn_input, replies in all_replies(places):
        violation = find_violation(render(replies, LINKS))
        assert violation is None, (violation, turn_input, replies)


def test_a_person_or_a_message_is_never_far_away(places: dict[State, Place]) -> None:
    turns = turns_to_somebody(places)
    far = [
        (place.path, turns.get(state))
        for state, place in places.items()
        if not place.conversation.is_over and turns.get(state, 99) > MAX_TURNS_TO_SOMEBODY
    ]
    assert far == []


def test_silence_alone_ends_the_call(places: dict[State, Place]) -> None:
    for place in places.values():
        here, silences = place, 0
        while not here.conversation.is_over:
            silences += 1
            assert silences <= MAX_SILENCES, place.path
            here = places[next(e.target for e in here.edges if e.turn_input == Silent())]


def test_a_hang_up_ends_every_state_and_says_nothing(places: dict[State, Place]) -> None:
    for place in places.values():
        for edge in place.edges:
            if edge.turn_input == HungUp():
                assert places[edge.target].conversation.is_over
                assert not any(isinstance(reply, Say | Listen) for reply in edge.replies)


def test_every_turn_waits_for_something_or_ends(places: dict[State, Place]) -> None:
    for turn_input, replies in all_replies(places):
        if turn_input != HungUp():
            assert isinstance(replies[-1], WAITING), (turn_input, replies)


def test_nothing_said_is_longer_than_a_caller_can_keep_in_mind(
    places: dict[State, Place],
) -> None:
    for turn_input, replies in all_replies(places):
        for reply in replies:
            if isinstance(reply, Say):
                most = MAX_CHARACTERS[reply.language]
                assert 0 < len(reply.words) <= most, (len(reply.words), turn_input, reply)


def test_saying_it_again_does_nothing_again(places: dict[State, Place]) -> None:
    for place in places.values():
        for edge in place.edges:
            if edge.turn_input in {Pressed("*"), Silent()}:
                target = places[edge.target].conversation
                is_same = target.place == place.conversation.place
                texts = [reply for reply in edge.replies if isinstance(reply, SendText)]
                assert not (is_same and texts), (place.path, edge)


def test_every_state_repeats_itself_slowly_and_leads_to_a_person_and_a_message(
    places: dict[State, Place],
) -> None:
    for place in places.values():
        if place.conversation.is_over or place.reaches_somebody:
            continue
        led = {e.turn_input: places[e.target] for e in place.edges}
        assert led[Pressed("*")].conversation.place == place.conversation.place
        if not isinstance(place.conversation.stack[-1].slots, MessageSlots):
            assert led[Pressed("9")].conversation.place == "message.record"
        reached = led[Pressed("0")].conversation.place
        # When nobody is there, what was interrupted is gone on with.
        interrupted = {f"{frame.slots.flow}.{frame.state}" for frame in place.conversation.stack}
        assert reached in PERSON_STATES | interrupted, place.path

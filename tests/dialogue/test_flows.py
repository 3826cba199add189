"""Flows are checked when they are made, and stored conversations survive a change of form."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from sqlalchemy import select

from core.clock import FixedClock
from core.database import Database
from core.ranges import Range
from dialogue.context import TurnContext
from dialogue.conversation import Conversation, Frame
from dialogue.flow import Flow, FlowSignal, GoTo, StateSpec, Transition
from dialogue.flows.message.slots import MessageState
from dialogue.flows.petition.slots import Field, NameRecording, PetitionSlots, PetitionState
from dialogue.flows.question.slots import QuestionSlots, QuestionState
from dialogue.flows.registry import FLOWS
from dialogue.heard import Heard
from dialogue.replies import Say
from dialogue.services import DialogueServices, Facilities
from dialogue.slots import Slots, State
from dialogue.store import find_conversation, take_and_store
from dialogue.stored_conversation import conversation_from_json, conversation_to_json
from dialogue.turn_inputs import Spoke, Texted
from knowledge_base.loader import Content
from knowledge_base.models import AnswerReceipt
from knowledge_base.published import KnowledgeBase
from tests.dialogue.scenario import Citizen

MakeCitizen = Callable[..., Citizen]


class DoorState(State):
    OPEN = "open"
    SHUT = "shut"


@dataclass(frozen=True)
class DoorSlots(Slots):
    flow: ClassVar[str] = "door"


def begin(turn: TurnContext) -> Transition:
    return GoTo(DoorState.OPEN)


def handle(turn: TurnContext, heard: Heard) -> Transition:
    return FlowSignal.STAY


def say_nothing(turn: TurnContext) -> None:
    return None


SPEC = StateSpec(say_nothing, handle)


def test_a_flow_without_a_specification_for_each_state_is_refused() -> None:
    with pytest.raises(ValueError, match="door: no specification of shut"):
        Flow(slots=DoorSlots, states=DoorState, specs={DoorState.OPEN: SPEC}, begin=begin)


def test_a_transition_into_a_state_of_another_flow_is_refused() -> None:
    specs = {DoorState.OPEN: replace(SPEC, to=(MessageState.RECORD,)), DoorState.SHUT: SPEC}
    with pytest.raises(ValueError, match="a state of another flow"):
        Flow(slots=DoorSlots, states=DoorState, specs=specs, begin=begin)


def test_only_declared_transitions_are_allowed() -> None:
    specs = {DoorState.OPEN: replace(SPEC, to=(DoorState.SHUT,)), DoorState.SHUT: SPEC}
    flow = Flow(slots=DoorSlots, states=DoorState, specs=specs, begin=begin)
    assert flow.allows(DoorState.OPEN, GoTo(DoorState.SHUT))
    assert flow.allows(DoorState.SHUT, FlowSignal.STAY)
    assert not flow.allows(DoorState.SHUT, GoTo(DoorState.OPEN))
    assert not flow.allows(None, FlowSignal.DONE)


def test_no_two_flows_have_one_name() -> None:
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)


def a_conversation(**changes: object) -> Conversation:
    plain = Conversation("T1", "text", "+8613800138000", "key", True, "zh", "2026-11-30T10:00")
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_conversation_is_the_same_after_it_was_stored() -> None:
    slots = PetitionSlots(
        issue="欠薪",
        people=Range(7, 8),
        amount_yuan=None,
        asking=Field.NAME,
        recordings=(NameRecording(Field.NAME, "RE1", 3),),
    )
    frame = Frame(PetitionState.ASK, slots)
    conversation = a_conversation(
        stack=(Frame(QuestionState.LISTEN, QuestionSlots()), frame), parked=frame, asked=("问",)
    )
    raw = json.loads(json.dumps(conversation_to_json(conversation)))
    assert conversation_from_json(raw) == conversation


OLD_FORM = {
    "id": "T1", "channel": "text", "phone": "+8613800138000", "phone_key": "key", "can_text": True,
    "language": "zh", "started_at": "2026-11-30T10:00", "step": "petition.ask", "turn": 4,
    "silences": 0, "misses": 0, "is_slow": False, "topic": None, "offered": [], "asked": [],
    "services": [], "slots": {"asking": "employer"}, "is_over": False,
}  # fmt: skip


def test_a_conversation_of_an_older_form_begins_again_politely(texter: MakeCitizen) -> None:
    thread = texter()
    thread.conversation = conversation_from_json(OLD_FORM)
    thread.conversation = replace(thread.conversation, id="T1")
    heard = thread.text("试用期最长多久")
    assert heard.startswith("刚才的对话没有保留下来") and "试用期" in heard
    assert thread.conversation.turn == 5
    assert "没有保留" not in thread.text("年假几天")


def test_a_conversation_that_cannot_be_read_begins_again_and_an_ended_one_stays_ended() -> None:
    broken = conversation_to_json(a_conversation(stack=(Frame(None, PetitionSlots()),)))
    broken["stack"] = [{"flow": "no such flow", "state": None, "slots": {}}]
    assert conversation_from_json(broken).is_restarted
    assert not conversation_from_json({**OLD_FORM, "is_over": True}).is_restarted


class ChangingContent:
    """Content that is exchanged each time somebody looks at it."""

    def __init__(self, content: Content) -> None:
        self.content, self.looks = content, 0

    def current(self) -> Content:
        self.looks += 1
        topic = "probation-period-length"
        entry = self.content.entries[topic]
        changed = replace(
            entry,
            text={**entry.text, "zh": f"第{self.looks}版的短信"},
            spoken={**entry.spoken, "zh": f"第{self.looks}版的语音。"},
        )
        return replace(self.content, entries={**self.content.entries, topic: changed})


@pytest.mark.parametrize("channel", ["voice", "text"])
def test_the_receipt_is_what_was_said_while_the_content_is_exchanged(
    channel: str,
    database: Database,
    clock: FixedClock,
    content: Content,
    make_facilities: Callable[..., Facilities],
) -> None:
    changing = ChangingContent(content)
    facilities = replace(make_facilities(), knowledge=KnowledgeBase(changing.current))
    conversation = a_conversation(id=f"C-{channel}", channel=channel)
    heard = Spoke("试用期最长多久", 0.9) if channel == "voice" else Texted("试用期最长多久")
    with database.write() as db:
        services = DialogueServices(facilities, db, clock.now())
        turn = take_and_store(conversation, heard, "k1", services)
    with database.read() as db:
        (receipt,) = db.scalars(select(AnswerReceipt))
        stored = find_conversation(db, conversation.id)
    said = [reply.words for reply in turn.replies if isinstance(reply, Say)]
    assert changing.looks > 1 and "版的" in said[0]
    assert receipt.text == said[0]
    assert stored is not None and stored.said[0].words == said[0]

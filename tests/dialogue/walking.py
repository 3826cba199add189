"""A walk over every state that a call can come into, by everything that a caller can do."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from core.ranges import Range
from dialogue.conversation import Conversation
from dialogue.engine import Turn, take_turn
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.danger.slots import DangerSlots
from dialogue.flows.delivery.slots import DeliverySlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.person.slots import PersonSlots
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.flows.progress.slots import ProgressSlots
from dialogue.flows.question.slots import QuestionSlots
from dialogue.flows.rating.flow import is_asked_by_key
from dialogue.flows.statute.slots import StatuteSlots
from dialogue.replies import Enqueue, Reply, TakeRecording, Transfer
from dialogue.services import DialogueServices
from dialogue.slots import Slots
from dialogue.turn_inputs import (
    Arrived,
    HungUp,
    Pressed,
    QueueEnded,
    Recorded,
    Silent,
    Spoke,
    TransferEnded,
    TurnInput,
)
from nlu.entities.values import NO_ENTITIES, Entities
from nlu.interpretation import Candidate, Intent, Interpretation

MAX_STATES = 2000
A_LAW = "劳动合同法第39条"
LONG_STORY = "老板拖欠我们三个月的工资一直不发，去问了很多次都说没有钱，" * 12
_TOPICS = (
    "probation-period-length",
    "wage-arrears-what-to-do",
    "withdrawn-meanwhile",
    "wage-pay-date",
)


def _acting(intent: Intent, *topics: str, sure: float = 0.0) -> Interpretation:
    candidates = tuple(Candidate(topic, 0.3) for topic in topics)
    since, amount = Range.exactly(date(2026, 9, 1)), Range.exactly(Decimal(36000))
    entities = Entities(town="changan", dates=(since,), amount=amount)
    return Interpretation(
        intent=intent,
        intent_confidence=0.9,
        topic=topics[0] if topics else None,
        confidence=sure,
        candidates=candidates,
        language="zh",
        entities=entities if intent is Intent.COMPLAINT else NO_ENTITIES,
    )


UNDERSTOOD = {
    "sure": _acting(Intent.QUESTION, *_TOPICS, sure=0.9),
    "unsure": _acting(Intent.QUESTION, *_TOPICS, sure=0.3),
    "complaint": _acting(Intent.COMPLAINT),
    LONG_STORY: _acting(Intent.COMPLAINT, *_TOPICS, sure=0.9),
    **{
        intent.value: _acting(intent)
        for intent in Intent
        if intent not in (Intent.QUESTION, Intent.COMPLAINT)
    },
}


class KnownPhrases:
    """An engine that knows a few phrases; everything else is about nothing that it knows."""

    def interpret(self, text: str, *, language: str | None = None) -> Interpretation:
        return UNDERSTOOD.get(text, _acting(Intent.QUESTION))


DANGER = "我站在楼顶上不想活了"
REPAIRS = (
    DANGER,
    "不对，是厚街",
    "刚才说错了",
    "算了",
    "你刚才说什么",
    "等一下",
    "没错",
    "不对",
    "跳过",
    "谢谢",
    "你是机器人吗",
)
INPUTS: tuple[TurnInput, ...] = (
    *(Pressed(key) for key in "0123456789*#"),
    *(
        Pressed(keys)
        for keys in (
            "9#",
            "0#",
            "12#",
            "13900139000#",
            "1111",
            "8000",
            "2026112300021#",
            "*#",
            "99",
        )
    ),
    *(Spoke(words, 0.9) for words in UNDERSTOOD),
    *(
        Spoke(words, 0.9)
        for words in ("。", "不知道", "对", "第一个", "长安镇", "二零二六年九月", "再见")
    ),
    *(Spoke(words, 0.9) for words in REPAIRS),
    *(
        Spoke(words, 0.9)
        for words in ("前年夏天", "还在职", A_LAW, "劳动合同法第99条", "火星法第3条")
    ),
    Spoke("sure", 0.1),
    Spoke("gibberish", None),
    Silent(),
    HungUp(),
)
# One of each kind: enough to meet every wording in another language.
FEWER_INPUTS: tuple[TurnInput, ...] = (
    *(Pressed(key) for key in "01239*#"),
    *(Pressed(keys) for keys in ("12#", "13900139000#", "1111", "2026112300021#")),
    *(Spoke(words, 0.9) for words in ("sure", "unsure", "complaint", LONG_STORY, "progress")),
    *(Spoke(words, 0.9) for words in (DANGER, "算了", "你刚才说什么", "不知道", "对", "再见")),
    *(Spoke(words, 0.9) for words in ("前年夏天", "还在职", A_LAW, "火星法第3条")),
    Spoke("sure", 0.1),
    Silent(),
    HungUp(),
)
# While a telephone rings, in the queue, and while a message is recorded.
PROVIDER_INPUTS: tuple[TurnInput, ...] = (
    Silent(),
    HungUp(),
    Pressed("9"),
    Pressed("*"),
    Spoke(DANGER, 0.9),
    Recorded("RE1", 7),
    Recorded("RE1", 7, hung_up=True),
    Recorded("", 0),
    TransferEnded("answered"),
    TransferEnded("not_reached"),
    QueueEnded("answered"),
    QueueEnded("left"),
)

# What does not first set the count of silences back: all other inputs lead on alike from a state
# in which there were silences before and from one in which there were none.
_AFTER_SILENCE = (Pressed("0"), Pressed("9"), Pressed("*"), Silent(), HungUp())

State = tuple[object, ...]
# What of each flow's slots decides how it goes on.
_FEATURES: dict[type[Slots], Callable[[Any], State]] = {
    QuestionSlots: lambda s: (bool(s.heard), len(s.offered), s.no_matches),
    AnswerSlots: lambda s: (),
    DeliverySlots: lambda s: (bool(s.phone),),
    MessageSlots: lambda s: (bool(s.recording), s.empty_tries),
    PetitionSlots: lambda s: (s.asking, min(s.no_matches, 2), bool(s.issue)),
    ProgressSlots: lambda s: (bool(s.number), s.failures),
    PersonSlots: lambda s: (len(s.tried), s.is_urgent),
    DangerSlots: lambda s: (s.has_tried, s.can_call_back),
    StatuteSlots: lambda s: (bool(s.statute), bool(s.offers), s.part),
}


def state_of(conversation: Conversation) -> State:
    """What of a conversation decides how it goes on: the flow on top with its slots, and which flow
    waits right below it."""
    if conversation.is_over:
        return ("over",)
    *below, top = conversation.stack
    return (
        _kind_below(below[-1].slots) if below else "",
        top.name,
        *_FEATURES.get(type(top.slots), lambda _: ())(top.slots),
        min(conversation.silences, 6 if top.name.startswith("danger") else 4),
        min(conversation.no_matches, 2) if _counts_no_matches(conversation) else 0,
        is_asked_by_key(conversation),
    )


def _kind_below(slots: Slots) -> str:
    """A petition waits to be gone on with, an answer to be sent; any other flow is only come back
    to."""
    return slots.flow if isinstance(slots, PetitionSlots | AnswerSlots) else "another"


def _counts_no_matches(conversation: Conversation) -> bool:
    """A petition counts its own, and silence is counted by itself."""
    is_petition = isinstance(conversation.stack[-1].slots, PetitionSlots)
    return conversation.silences == 0 and not is_petition


@dataclass(frozen=True)
class Edge:
    """What one input led to."""

    turn_input: TurnInput
    replies: tuple[Reply, ...]
    target: State


@dataclass
class Place:
    """A state, how it was first come into, and all that leads on from it."""

    conversation: Conversation
    replies: tuple[Reply, ...]
    path: tuple[TurnInput, ...]
    edges: list[Edge] = field(default_factory=list)

    @property
    def reaches_somebody(self) -> bool:
        """Whether a person is being called, or a message recorded, in this state."""
        return any(isinstance(reply, TakeRecording | Transfer | Enqueue) for reply in self.replies)


def take(conversation: Conversation, turn_input: TurnInput, services: DialogueServices) -> Turn:
    """Take a turn and take back all that it wrote."""
    with services.db.begin_nested() as attempt:
        turn = take_turn(conversation, turn_input, services)
        attempt.rollback()
    return turn


def walk(
    start: Conversation, services: DialogueServices, calm_inputs: tuple[TurnInput, ...] = INPUTS
) -> dict[State, Place]:
    """All states that can be reached from ``start``, breadth first."""
    places: dict[State, Place] = {}
    waiting: deque[State] = deque()
    walked: set[State] = set()

    def arrive(turn: Turn, path: tuple[TurnInput, ...]) -> State:
        # Each language has a walk of its own, and the limit of turns a test of its own.
        conversation = replace(turn.conversation, language=start.language, turn=len(path) % 40)
        # What was told of danger, and what was answered last, decide nothing about the states.
        conversation = replace(conversation, danger="", topic=None, offered_help=())
        state = state_of(conversation)
        if state not in places:
            places[state] = Place(conversation, turn.replies, path)
            waiting.append(state)
            assert len(places) <= MAX_STATES, Counter(state[:3] for state in places)
        return state

    arrive(take(start, Arrived(), services), (Arrived(),))
    while waiting:
        place = places[waiting.popleft()]
        if place.conversation.is_over:
            continue
        calm = state_of(replace(place.conversation, silences=0, no_matches=0))
        if place.reaches_somebody:
            inputs = PROVIDER_INPUTS
        else:
            inputs = _AFTER_SILENCE if calm in walked else calm_inputs
        walked.add(calm)
        for turn_input in inputs:
            turn = take(place.conversation, turn_input, services)
            target = arrive(turn, (*place.path, turn_input))
            place.edges.append(Edge(turn_input, turn.replies, target))
    return places


def all_replies(places: dict[State, Place]) -> Iterator[tuple[TurnInput, tuple[Reply, ...]]]:
    """Everything that was ever replied in the walk, each once."""
    seen: set[tuple[Reply, ...]] = set()
    for place in places.values():
        for edge in place.edges:
            if edge.replies not in seen:
                seen.add(edge.replies)
                yield edge.turn_input, edge.replies


def turns_to_somebody(places: dict[State, Place]) -> dict[State, int]:
    """For each state from which a person or a message can be reached: in how many turns."""
    turns = {state: 0 for state, place in places.items() if place.reaches_somebody}
    grew = True
    while grew:
        grew = False
        for state, place in places.items():
            best = min((turns.get(edge.target, 99) for edge in place.edges), default=99) + 1
            if best < turns.get(state, 99):
                turns[state] = best
                grew = True
    return turns

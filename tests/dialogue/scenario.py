"""A citizen in a test; the conversation is written and read anew between all turns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeVar

from core.clock import FixedClock
from core.database import Database
from dialogue.conversation import Conversation
from dialogue.engine import take_turn
from dialogue.flows.question.slots import QuestionSlots
from dialogue.replies import (
    End,
    Listen,
    Reply,
    Say,
    SendText,
    TakeRecording,
    Transfer,
    replies_from_json,
    replies_to_json,
)
from dialogue.services import DialogueServices, Facilities
from dialogue.slots import Slots
from dialogue.stored_conversation import conversation_from_json, conversation_to_json
from dialogue.turn_inputs import (
    Arrived,
    HungUp,
    Pressed,
    Recorded,
    Silent,
    Spoke,
    Texted,
    TransferEnded,
    TurnInput,
)

S = TypeVar("S", bound=Slots)


@dataclass
class Citizen:
    """One conversation with the service."""

    database: Database
    facilities: Facilities
    clock: FixedClock
    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    texts: list[SendText] = field(default_factory=list)

    def take(self, turn_input: TurnInput) -> str:
        """Take a turn; all the words that came back."""
        with self.database.write() as db:
            services = DialogueServices(self.facilities, db, self.clock.now())
            turn = take_turn(self.conversation, turn_input, services)
        raw = json.loads(json.dumps(conversation_to_json(turn.conversation), ensure_ascii=False))
        self.conversation = conversation_from_json(raw)
        self.replies = replies_from_json(json.loads(json.dumps(replies_to_json(turn.replies))))
        assert self.replies == turn.replies
        self.texts += [reply for reply in self.replies if isinstance(reply, SendText)]
        return "\n".join(reply.words for reply in self.replies if isinstance(reply, Say))

    def slots(self, kind: type[S]) -> S:
        """The slots of the uppermost flow of a kind."""
        frames = [f.slots for f in self.conversation.stack if isinstance(f.slots, kind)]
        return frames[-1]

    @property
    def offered(self) -> tuple[str, ...]:
        """The topics that can be chosen now."""
        return self.slots(QuestionSlots).offered

    def call(self) -> str:
        return self.take(Arrived())

    def say(self, words: str, confidence: float = 0.9) -> str:
        return self.take(Spoke(words, confidence))

    def press(self, keys: str) -> str:
        return self.take(Pressed(keys))

    def be_silent(self) -> str:
        return self.take(Silent())

    def hang_up(self) -> str:
        return self.take(HungUp())

    def record(self, sid: str = "RE1", seconds: int = 7, *, hung_up: bool = False) -> str:
        return self.take(Recorded(sid, seconds, hung_up))

    def after_transfer(self, *, answered: bool) -> str:
        return self.take(TransferEnded("answered" if answered else "not_reached"))

    def text(self, words: str, attachments: int = 0) -> str:
        return self.take(Texted(words, attachments))

    @property
    def waits_for(self) -> str:
        """What the line waits for: keys, speech, recording, person, or nothing."""
        for reply in reversed(self.replies):
            match reply:
                case Listen():
                    return "speech" if reply.speech else "keys"
                case TakeRecording():
                    return "recording"
                case Transfer():
                    return "person"
                case End():
                    return "nothing"
        return "text" if self.conversation.channel == "text" else "nothing"

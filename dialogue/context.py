"""One turn in the making: the conversation so far, what was heard, the replies so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from core.callers import caller_key
from dialogue.conversation import Conversation, Frame
from dialogue.heard import Heard
from dialogue.replies import End, Listen, Reply, Say, SendText
from dialogue.services import DialogueServices
from dialogue.slots import Slots, State
from dialogue.wordings import wording
from outbox.limits import find_refusal, note_refusal

S = TypeVar("S", bound=Slots)


@dataclass
class TurnContext:
    """What prompts and handlers work on. Lives for one turn only.

    ``answer_language`` is the language of this turn's answer when a single question was asked in
    another one than the conversation's. ``is_aside``: "what did you say?" asks for what was said
    before this turn.
    """

    conversation: Conversation
    services: DialogueServices
    heard: Heard
    replies: list[Reply] = field(default_factory=list)
    answer_language: str = ""
    is_aside: bool = False

    @property
    def is_voice(self) -> bool:
        """Whether the citizen is on the phone."""
        return self.conversation.channel == "voice"

    @property
    def language(self) -> str:
        """Language of this turn's words: zh, yue or en. A text that asks in another language than
        the conversation's is answered in it as a whole."""
        if self.answer_language and not self.is_voice and not self.is_digressing:
            return self.answer_language
        return self.conversation.language

    # --- the stack of flows -----------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The flow whose answer is awaited."""
        return self.conversation.stack[-1]

    @property
    def is_digressing(self) -> bool:
        """Whether something is being filled in below or at the top of the stack."""
        return not self.conversation.is_asking_freely

    def slots(self, kind: type[S]) -> S:
        """The slots of the flow on top. Raises TypeError when it is another flow."""
        slots = self.frame.slots
        if not isinstance(slots, kind):
            raise TypeError(f"the flow on top is {slots.flow}, not {kind.flow}")
        return slots

    def find_slots(self, kind: type[S]) -> S | None:
        """The slots of the uppermost flow of a kind, or None when none is going on."""
        for frame in reversed(self.conversation.stack):
            if isinstance(frame.slots, kind):
                return frame.slots
        return None

    def put(self, slots: Slots) -> None:
        """Replace the slots of the flow on top."""
        self.set_top(Frame(self.frame.state, slots))

    def set_top(self, frame: Frame) -> None:
        """Replace the uppermost frame."""
        self.change(stack=(*self.conversation.stack[:-1], frame))

    def set_state(self, state: State) -> None:
        """Set the state of the flow on top."""
        self.set_top(Frame(state, self.frame.slots))

    def push(self, frame: Frame) -> None:
        """Put a frame on top."""
        self.change(stack=(*self.conversation.stack, frame))

    def start(self, slots: Slots) -> None:
        """Put a flow on top that has not begun; below it stay the one at the bottom and those that
        wait. No flow stands there twice."""
        bottom, *rest = self.conversation.stack
        others = [f for f in rest if f.slots.waits and type(f.slots) is not type(slots)]
        self.change(stack=(bottom, *others, Frame(None, slots)))

    def pop(self) -> Frame:
        """Take the uppermost frame away."""
        frame = self.frame
        self.change(stack=self.conversation.stack[:-1])
        return frame

    def change(self, **changes: Any) -> None:
        """Replace fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)

    # --- replies ----------------------------------------------------------------------------

    def words(self, key: str, **values: object) -> str:
        """The wording of this conversation's language and channel, its choices as digits or, while
        digits rate an earlier service, as letters."""
        found = wording(self.language, self.conversation.channel, key, **values)
        return with_choices(found, uses_letters=self.conversation.uses_letters)

    def say(self, key: str, **values: object) -> None:
        """Say a wording."""
        self.say_words(self.words(key, **values))

    def say_words(self, words: str, language: str = "") -> None:
        """Say words that are no wording (an answer)."""
        if words:
            self.replies.append(Say(words, language or self.language, self.conversation.is_slow))

    def listen(
        self,
        *,
        digits: int | None = 1,
        hints: tuple[str, ...] = (),
        is_patient: bool = False,
    ) -> None:
        """Wait for an answer. In a text thread one always waits, so nothing is added."""
        if self.is_voice:
            self.replies.append(Listen(self.language, digits, True, hints, is_patient))

    def send_text(self, kind: str, words: str, phone: str = "") -> bool:
        """Send a text beside what is said, to the caller's number unless another is given.

        False when the limits refuse it; then the reason was said.
        """
        conversation, services = self.conversation, self.services
        number = sum(isinstance(reply, SendText) for reply in self.replies)
        to = phone or conversation.phone
        text = SendText(
            words=words,
            kind=kind,
            phone=to,
            language="en" if self.language == "en" else "zh",
            key=f"{conversation.id}/{conversation.turn}/{number}",
            caller_key=self.caller_key,
            is_claimed=not conversation.has_proved(to),
        )
        destination = text.destination(services.facilities.case_services.vault.keyed_hash(to))
        refusal = find_refusal(services.db, destination, services.now)
        if refusal is not None:
            note_refusal(services.db, destination, refusal, services.now)
            self.say(f"limits.{refusal}")
            return False
        self.replies.append(text)
        return True

    @property
    def caller_key(self) -> str:
        """By what the citizen of this conversation is counted (``core.callers``)."""
        conversation, vault = self.conversation, self.services.facilities.case_services.vault
        return caller_key(
            vault, conversation.phone, conversation.id, is_proved=conversation.is_proved
        )

    def end(self) -> None:
        """Say nothing more and end."""
        self.replies.append(End())
        self.change(is_over=True)

    def serve(self, service: str) -> None:
        """Note that a service was given, for the rating invitation."""
        if service not in self.conversation.services:
            self.change(services=(*self.conversation.services, service))

    def offer_once(self, name: str, offer: Callable[[], None]) -> None:
        """Make an offer unless it was made before in this conversation."""
        if name not in self.conversation.offered_help:
            self.change(offered_help=(*self.conversation.offered_help, name))
            offer()


_LETTERS = "ABCDEFGHI"


def with_choices(words: str, *, uses_letters: bool) -> str:
    """Words with their choices ``[1]`` … ``[9]`` as digits, or as letters A … I."""
    for number, letter in enumerate(_LETTERS, start=1):
        words = words.replace(f"[{number}]", letter if uses_letters else str(number))
    return words

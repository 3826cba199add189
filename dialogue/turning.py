"""One turn in the making: the conversation so far, the replies so far, and words for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.conversation import Conversation
from dialogue.replies import End, Listen, Reply, Say, SendText
from dialogue.services import DialogueServices
from dialogue.turn_inputs import Pressed, Spoke, Texted, TurnInput
from dialogue.wordings import wording


@dataclass
class Turning:
    """What the steps of a flow work on. Lives for one turn only."""

    conversation: Conversation
    services: DialogueServices
    replies: list[Reply] = field(default_factory=list)

    @property
    def is_voice(self) -> bool:
        """Whether the citizen is on the phone."""
        return self.conversation.channel == "voice"

    @property
    def language(self) -> str:
        """Language of the conversation: zh, yue or en."""
        return self.conversation.language

    def words(self, key: str, **values: object) -> str:
        """The wording of this conversation's language and channel."""
        return wording(self.language, self.conversation.channel, key, **values)

    def change(self, **changes: Any) -> None:
        """Replace fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)

    def set_slots(self, **slots: Any) -> None:
        """Set or, with None, remove slots."""
        self.conversation = self.conversation.with_slots(**slots)

    def slot(self, name: str) -> Any:
        """A slot's value, or None."""
        return self.conversation.slots.get(name)

    def say(self, key: str, **values: object) -> None:
        """Say a wording."""
        self.say_words(self.words(key, **values))

    def say_words(self, words: str) -> None:
        """Say words that are no wording (an answer)."""
        self.replies.append(Say(words, self.language, self.conversation.is_slow))

    def listen(
        self, *, digits: int | None = 1, speech: bool = True, hints: tuple[str, ...] = ()
    ) -> None:
        """Wait for an answer. In a text thread one always waits, so nothing is added."""
        if self.is_voice:
            self.replies.append(Listen(self.language, digits, speech, hints))

    def send_text(self, kind: str, words: str, phone: str = "") -> None:
        """Send a text beside what is said, to the caller's number unless another is given."""
        conversation = self.conversation
        number = sum(isinstance(reply, SendText) for reply in self.replies)
        self.replies.append(
            SendText(
                words=words,
                kind=kind,
                phone=phone or conversation.phone,
                language="en" if self.language == "en" else "zh",
                key=f"{conversation.id}/{conversation.turn}/{number}",
            )
        )

    def end(self) -> None:
        """Say nothing more and end."""
        self.replies.append(End())
        self.change(is_over=True)

    def served(self, service: str) -> None:
        """Note that a service was given, for the rating invitation."""
        if service not in self.conversation.services:
            self.change(services=(*self.conversation.services, service))


def words_of(turn_input: TurnInput) -> str:
    """The words of a spoken or written input; empty for any other."""
    return turn_input.words.strip() if isinstance(turn_input, Spoke | Texted) else ""


def choice_of(turn_input: TurnInput) -> str:
    """The key of a choice: pressed, or written or spoken as a bare digit; else empty."""
    if isinstance(turn_input, Pressed):
        return turn_input.keys
    return _BARE_CHOICES.get(words_of(turn_input).strip(" 。.!！,，#").lower(), "")


# fmt: off
_CHOICE_WORDS = {
    "1": ("１", "一", "①", "one", "first", "the first", "first one", "the first one"),
    "2": ("２", "二", "两", "②", "two", "second", "the second", "second one", "the second one"),
    "3": ("３", "三", "③", "three", "third", "the third", "third one", "the third one"),
    "4": ("４", "四", "④", "four"),
    "5": ("５", "五", "⑤", "five"),
    "6": ("６", "六", "six"),
    "7": ("７", "七", "seven"),
    "8": ("８", "八", "eight"),
    "9": ("９", "九", "nine"),
    "0": ("０", "零", "zero"),
}
# What stands around a bare number: 第一个, 按1, 撳一, 选2, press one, number one.
_CHOICE_FRAMES = (
    "{}", "第{}", "第{}个", "第{}個", "第{}项", "第{}項", "第{}样", "第{}樣", "第{}种", "按{}",
    "撳{}", "揿{}", "选{}", "選{}", "选第{}个", "揀第{}個", "回复{}", "press {}", "number {}",
    "option {}",
)
# fmt: on
_BARE_CHOICES = {
    frame.format(word): digit
    for digit, words in _CHOICE_WORDS.items()
    for word in (digit, *words)
    for frame in _CHOICE_FRAMES
}

NextStep = str | None
"""The step to go to; None: stay here and wait for the next input."""


@dataclass(frozen=True)
class Step:
    """One place of a flow.

    ``enter`` says what belongs here and waits (None) or passes on at once (a step's name).
    ``take`` takes the citizen's input and names the next step. ``hang_up`` saves what must not be
    lost when the caller hangs up here (an unfinished petition is saved everywhere). ``on_silence``
    replaces the common silence ladder where there is something better to do than to say it again.
    """

    enter: Callable[[Turning], NextStep]
    take: Callable[[Turning, TurnInput], NextStep]
    hang_up: Callable[[Turning], None] | None = None
    on_silence: Callable[[Turning], NextStep] | None = None

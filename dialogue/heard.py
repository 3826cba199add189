"""What was heard in a turn, looked at once: every reader asks this instead of the raw input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from config.yaml_files import read_yaml
from dialogue.turn_inputs import Pressed, Spoke, Texted, TurnInput
from nlu.asking import is_asking
from nlu.danger import Danger, find_danger
from nlu.decision import Decision, decide
from nlu.engine import NluEngine
from nlu.entities.extraction import find_entities
from nlu.entities.values import NO_ENTITIES, Entities
from nlu.interpretation import Intent, Interpretation
from nlu.problems import classify_issue, names_problem
from nlu.repair import (
    Correction,
    RepairKind,
    find_correction,
    find_corrections,
    find_repair,
    read_yes_no,
    split_compound,
    split_ending,
)
from nlu.texts import find_keyword, simplify

# Speech below this confidence is read back before it is relied on.
SURE_SPEECH = 0.45
_CHOICES_FILE = Path(__file__).parent / "data" / "choices.yaml"
_LETTERS = "abcdefghi"
# "那帮我投诉", "好，留言".
_OPENING = re.compile(r"^(?:那么|那就|那|好的|好|嗯|行|so|ok|okay|then)[,，、 ]*", re.IGNORECASE)
_MARKS = " 。.!！,，、#~～:：;；"


class Heard:
    """One turn input with everything that can be read from it, each worked out when it is first
    asked for."""

    def __init__(
        self, turn_input: TurnInput, nlu: NluEngine, today: date, *, uses_letters: bool = False
    ) -> None:
        self.turn_input = turn_input
        self.uses_letters = uses_letters
        self._nlu = nlu
        self.today = today
        self.words = turn_input.words.strip() if isinstance(turn_input, Spoke | Texted) else ""
        self.keys = turn_input.keys if isinstance(turn_input, Pressed) else ""

    @property
    def is_unsure(self) -> bool:
        """Whether it was heard so badly that it must be read back; so is speech for which the
        recogniser gives no confidence."""
        if not isinstance(self.turn_input, Spoke):
            return False
        confidence = self.turn_input.confidence
        return confidence is None or confidence < SURE_SPEECH

    @cached_property
    def plain(self) -> str:
        """The words in half width and simplified characters."""
        return simplify(self.words).strip() if self.words else ""

    @cached_property
    def choice(self) -> str:
        """The key of a choice: pressed, or a bare digit (letter, where letters are used) in words;
        else empty."""
        if self.keys:
            return self.keys
        word = self.plain.strip(_MARKS).lower()
        if self.uses_letters and len(word) == 1 and word in _LETTERS:
            return str(_LETTERS.index(word) + 1)
        return _bare_choices().get(word, "")

    def number_of(self, choices: int) -> int | None:
        """Which of so many numbered choices was taken (0 is the first), or None."""
        choice = self.choice
        is_one = choice.isdecimal() and len(choice) == 1 and 1 <= int(choice) <= choices
        return int(choice) - 1 if is_one else None

    @cached_property
    def danger(self) -> Danger | None:
        """The danger to life detected in the words, or None. In corrections only the new values
        are examined: "说错了" reports no assault."""
        if not self.words:
            return None
        corrected = "，".join(one.new for one in self.corrections)
        return find_danger(corrected if self.corrections else self.words)

    @cached_property
    def repair(self) -> RepairKind | None:
        """What the whole of the words does to the conversation itself, or None."""
        return find_repair(self.words) if self.words else None

    @cached_property
    def compound(self) -> tuple[RepairKind | None, str]:
        """A leading repair and the words after it."""
        return split_compound(self.words) if self.words else (None, "")

    @cached_property
    def goes_on(self) -> bool:
        """Whether the words only ask to resume what was interrupted: "继续", "打不通，那
        继续吧"."""
        if not self.words or self.repair is not None:
            return self.repair is RepairKind.CONTINUE
        before, kind = split_ending(self.words)
        if kind is not RepairKind.CONTINUE or names_problem(before):
            return False
        return not is_asking(simplify(before)) and self.entities_of(before) == NO_ENTITIES

    @cached_property
    def correction(self) -> Correction | None:
        """A correction of something told before, or None."""
        return find_correction(self.words) if self.words else None

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """All corrections of one message, in order."""
        return find_corrections(self.words) if self.words else ()

    @cached_property
    def yes_no(self) -> bool | None:
        """Yes, no, or neither."""
        return read_yes_no(self.words) if self.words else None

    @cached_property
    def keyword(self) -> Intent | None:
        """The intent that the whole of the words commands, or None."""
        if not self.words:
            return None
        return find_keyword(self.words) or find_keyword(_OPENING.sub("", self.plain))

    @cached_property
    def interpretation(self) -> Interpretation:
        """What the engine understood."""
        return self._nlu.interpret(self.words)

    @cached_property
    def decision(self) -> Decision:
        """What the dialogue is to do about it."""
        return decide(self.interpretation)

    @cached_property
    def is_asking(self) -> bool:
        """Whether the words ask something."""
        return bool(self.words) and is_asking(self.plain)

    @cached_property
    def entities(self) -> Entities:
        """The facts named in it, as of today."""
        return find_entities(self.plain, self.today) if self.words else NO_ENTITIES

    def entities_of(self, words: str) -> Entities:
        """The facts named in other words, as of the same day."""
        return find_entities(simplify(words), self.today)

    def again(self, words: str) -> Heard:
        """The same input with other words: what is left after a repair, or what was confirmed."""
        other: TurnInput = Texted(words)
        if isinstance(self.turn_input, Spoke | Pressed):
            other = Spoke(words, 1.0)
        return Heard(other, self._nlu, self.today, uses_letters=self.uses_letters)


def understand_before(words: str, nlu: NluEngine) -> None:
    """Ask an engine that remembers everything that a turn will ask it about these words, so that
    the database is not held meanwhile."""
    nlu.interpret(words)
    if names_problem(words):
        classify_issue(words, nlu)


def read_all(words: str, nlu: NluEngine) -> None:
    """Read everything from words once, so that no citizen waits for what is loaded with the first
    ones."""
    heard = Heard(Texted(words), nlu, date(2026, 1, 1))
    for name in ("danger", "repair", "compound", "correction", "yes_no", "keyword", "entities"):
        getattr(heard, name)


@cache
def _bare_choices() -> Mapping[str, str]:
    raw = read_yaml(_CHOICES_FILE)
    return {
        str(frame).format(word): digit
        for digit, words in raw["words"].items()
        for word in (digit, *map(str, words))
        for frame in raw["frames"]
    }

"""What a flow is: states with a prompt and a handler, typed slots, and declared transitions.

A flow is checked when its module is imported: every state has a specification, and every
transition that is declared leads to a state of the same flow, to the slots of another one, or is
one of ``FlowSignal``. Flows name each other by their slots' classes, so no name of a state
stands in another flow's file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from dialogue.context import TurnContext
from dialogue.heard import Heard
from dialogue.slots import Slots, State
from nlu.repair import Correction


@dataclass(frozen=True)
class GoTo:
    """On to another state of the same flow, which is prompted."""

    state: State


@dataclass(frozen=True)
class Start:
    """Another flow on top of this one, which comes back when the other is done."""

    slots: Slots


@dataclass(frozen=True)
class Replace:
    """Another flow in place of this one."""

    slots: Slots


class FlowSignal(Enum):
    """A transition that needs no target."""

    STAY = "stay"
    """All is said; wait for the next input in the same state."""
    PROMPT = "prompt"
    """Prompt the same state again."""
    DONE = "done"
    """This flow is finished; the one below goes on."""
    LEAVE = "leave"
    """This flow is finished; the one below takes what was heard."""
    NOT_UNDERSTOOD = "not understood"
    """The input is no answer to this prompt: the engine looks for another meaning."""


Transition = GoTo | Start | Replace | FlowSignal
Target = State | type[Slots] | FlowSignal
Prompt = Callable[[TurnContext], Transition | None]
"""Says what belongs to a state. None: wait for the answer."""
Handler = Callable[[TurnContext, Heard], Transition]
OnSilence = Callable[[TurnContext], Transition]


@dataclass(frozen=True)
class StateSpec:
    """One state: what is asked, how the answer is taken, and where it leads.

    ``to`` lists every transition that the prompt, the handler and ``on_silence`` return, except
    STAY, PROMPT and NOT_UNDERSTOOD, which are always allowed. ``on_silence`` replaces the common
    reaction to silence. ``expects`` is the wording that says what is expected, with an example;
    ``takes_number``: keys make a number that # ends. ``takes_yes_no``: "好的谢谢" is a yes here
    and no small talk. ``on_no_match`` replaces the common reaction to what was not understood.
    """

    prompt: Prompt
    handle: Handler
    to: tuple[Target, ...] = ()
    on_silence: OnSilence | None = None
    expects: str = ""
    takes_number: bool = False
    takes_yes_no: bool = False
    on_no_match: OnSilence | None = None


_ALWAYS = (FlowSignal.STAY, FlowSignal.PROMPT, FlowSignal.NOT_UNDERSTOOD)


@dataclass(frozen=True)
class Flow:
    """One flow. ``begin`` decides where a started flow goes first; ``to`` lists its transitions.

    ``correct`` takes a correction of something told in this flow, ``cancel`` breaks it off,
    ``hang_up`` saves what must not be lost, ``resumed`` is the wording that leads back to it after
    something else. Raises ValueError when the flow is not complete.
    """

    slots: type[Slots]
    states: type[State]
    specs: Mapping[State, StateSpec]
    begin: Callable[[TurnContext], Transition]
    to: tuple[Target, ...] = ()
    correct: Callable[[TurnContext, Correction], Transition] | None = None
    cancel: Callable[[TurnContext], Transition] | None = None
    hang_up: Callable[[TurnContext], None] | None = None
    resumed: str = ""

    def __post_init__(self) -> None:
        missing = [state for state in self.states if state not in self.specs]
        if missing:
            raise ValueError(f"{self.name}: no specification of {', '.join(missing)}")
        for targets in (self.to, *(spec.to for spec in self.specs.values())):
            for target in targets:
                if isinstance(target, State) and not isinstance(target, self.states):
                    raise ValueError(f"{self.name}: {target!r} is a state of another flow")

    @property
    def name(self) -> str:
        """The flow's name."""
        return self.slots.flow

    def allows(self, state: State | None, transition: Transition) -> bool:
        """Whether a transition was declared for a state, or for the beginning (None)."""
        target = target_of(transition)
        declared = self.to if state is None else self.specs[state].to
        return target in _ALWAYS or target in declared


def target_of(transition: Transition) -> Target:
    """What a transition leads to, as flows declare it."""
    match transition:
        case GoTo(state):
            return state
        case Start(slots) | Replace(slots):
            return type(slots)
        case _:
            return transition

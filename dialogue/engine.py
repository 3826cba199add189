"""The centre: one turn of one conversation.

Before any handler the shared layer looks at what was heard (``dialogue.shared``): danger to life,
a wish for a person, corrections, cancelling, repeating, thanks. What no handler takes for an answer
is understood as a question or another wish, and the interrupted flow goes on afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.context import TurnContext
from dialogue.conversation import Conversation, Frame, Said
from dialogue.flow import Flow, FlowSignal, GoTo, Replace, Start, StateSpec, Transition
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.question.slots import QuestionSlots, QuestionState
from dialogue.flows.question.understanding import understand
from dialogue.flows.registry import flow_of
from dialogue.heard import Heard
from dialogue.replies import End, Listen, Reply, Say
from dialogue.saving import save_everything
from dialogue.services import DialogueServices
from dialogue.shared.danger import add_number, note_hang_up
from dialogue.shared.languages import follow_answer
from dialogue.shared.layer import respond
from dialogue.shared.silence import respond_to_silence
from dialogue.turn_inputs import Arrived, HungUp, Recorded, Silent, TurnInput

MAX_TRANSITIONS_PER_TURN = 12
MAX_TURNS_PER_CALL = 80


@dataclass(frozen=True)
class Turn:
    """The new state and the replies, in the order to be said; the old state is untouched."""

    conversation: Conversation
    replies: tuple[Reply, ...]


def take_turn(
    conversation: Conversation, turn_input: TurnInput, services: DialogueServices
) -> Turn:
    """Take one turn. Writes lasting facts through ``services.db`` and flushes, never commits.

    An ended conversation gives no replies but End. A call that goes on for ever is ended politely
    with an offer of a message.
    """
    heard = Heard(
        turn_input,
        services.facilities.nlu,
        services.today,
        uses_letters=conversation.uses_letters,
    )
    turn = TurnContext(
        replace(conversation, turn=conversation.turn + 1, is_slow=False), services, heard
    )
    # A recording that a hang-up ended may be reported after the hang-up itself.
    if conversation.is_over and not isinstance(turn_input, Recorded):
        return Turn(turn.conversation, (End(),))
    if isinstance(turn_input, HungUp):
        return _hang_up(turn)
    _open(turn)
    if turn.is_voice and conversation.turn >= MAX_TURNS_PER_CALL:
        turn.say("service.too_long")
        carry_out(turn, Start(MessageSlots(is_wanted=True)))
    else:
        carry_out(turn, _react(turn))
    add_number(turn)
    return _finished(turn)


def _open(turn: TurnContext) -> None:
    """Put the question flow at the bottom of a conversation that has just begun."""
    if turn.conversation.stack:
        return
    is_greeting = isinstance(turn.heard.turn_input, Arrived)
    state = QuestionState.GREETING if is_greeting else QuestionState.LISTEN
    turn.push(Frame(state, QuestionSlots()))
    if turn.conversation.is_restarted:
        turn.change(is_restarted=False)
        turn.say("service.fresh_start")


def _react(turn: TurnContext) -> Transition:
    match turn.heard.turn_input:
        case Arrived():
            return FlowSignal.PROMPT
        case Silent():
            spec = _spec_of(turn)
            return respond_to_silence(turn, spec.on_silence if spec else None)
    turn.change(silences=0)
    shared = respond(turn)
    if shared is FlowSignal.PROMPT and turn.frame.state is QuestionState.GREETING:
        # Nobody is greeted twice.
        return GoTo(QuestionState.LISTEN)
    return shared if shared is not None else _handle(turn)


def _handle(turn: TurnContext) -> Transition:
    """Let the flow on top take what was heard; else understand it as something else."""
    spec = _spec_of(turn)
    if spec is None:
        return FlowSignal.PROMPT
    frame = turn.frame
    follow_answer(turn)
    transition = spec.handle(turn, turn.heard)
    _check(frame, transition)
    if transition is FlowSignal.LEAVE:
        turn.pop()
        return _handle(turn)
    # A handler may have put other words in place of those that were heard.
    if transition is FlowSignal.NOT_UNDERSTOOD and turn.heard.words:
        transition = understand(turn, turn.heard)
    return transition


def carry_out(turn: TurnContext, transition: Transition) -> None:
    """Follow transitions until one waits for the citizen.

    Raises RuntimeError when they go round in circles, or one was not declared.
    """
    for _ in range(MAX_TRANSITIONS_PER_TURN):
        if transition is FlowSignal.STAY or turn.conversation.is_over:
            return
        transition = _follow(turn, transition)
    raise RuntimeError(f"transitions go round in circles at {turn.conversation.place}")


def _follow(turn: TurnContext, transition: Transition) -> Transition:
    match transition:
        case GoTo(state):
            turn.change(no_matches=0)
            turn.set_state(state)
            return _prompt(turn)
        case Start(slots):
            turn.change(no_matches=0)
            turn.start(slots)
            return _begin(turn)
        case Replace(slots):
            turn.change(no_matches=0)
            turn.set_top(Frame(None, slots))
            return _begin(turn)
        case FlowSignal.DONE:
            turn.change(no_matches=0)
            return _resume(turn)
        case FlowSignal.NOT_UNDERSTOOD:
            return _no_match(turn)
        case _:
            return _prompt(turn)


def _begin(turn: TurnContext) -> Transition:
    frame = turn.frame
    transition = _flow(turn).begin(turn)
    _check(frame, transition)
    return transition


def _prompt(turn: TurnContext) -> Transition:
    spec = _spec_of(turn)
    if spec is None:
        return _begin(turn)
    frame = turn.frame
    transition = spec.prompt(turn) or FlowSignal.STAY
    _check(frame, transition)
    return transition


def _resume(turn: TurnContext) -> Transition:
    """Take the finished flow away and go on with the one below; the question flow at the bottom
    is never finished."""
    if len(turn.conversation.stack) > 1:
        turn.pop()
    if turn.frame.state is None:
        return _begin(turn)
    flow = _flow(turn)
    if flow.slots is QuestionSlots:
        return GoTo(QuestionState.LISTEN)
    if flow.resumed:
        turn.say(flow.resumed)
    return FlowSignal.PROMPT


def _no_match(turn: TurnContext) -> Transition:
    """Say what is expected, with an example; the second time also the way by key."""
    turn.change(no_matches=turn.conversation.no_matches + 1)
    spec = _spec_of(turn)
    if spec is not None and spec.on_no_match is not None:
        frame = turn.frame
        transition = spec.on_no_match(turn)
        _check(frame, transition)
        return transition
    if spec is None or not spec.expects:
        return FlowSignal.PROMPT
    if turn.is_voice and turn.conversation.no_matches > 1:
        turn.say("service.keys_hint")
        return FlowSignal.PROMPT
    turn.say(spec.expects)
    turn.listen(digits=None if spec.takes_number else 1)
    return FlowSignal.STAY


def _flow(turn: TurnContext) -> Flow:
    return flow_of(turn.frame.slots)


def _spec_of(turn: TurnContext) -> StateSpec | None:
    """How the present state works; None for a flow that has not begun."""
    state = turn.frame.state
    return None if state is None else _flow(turn).specs[state]


def _check(frame: Frame, transition: Transition) -> None:
    if not flow_of(frame.slots).allows(frame.state, transition):
        raise RuntimeError(f"{frame.name} does not declare {transition}")


def _hang_up(turn: TurnContext) -> Turn:
    if turn.conversation.stack:
        save_everything(turn)
    note_hang_up(turn)
    if not turn.is_voice:
        # No turn answers a closed thread: a separate text confirms what was saved.
        said = "\n".join(reply.words for reply in turn.replies if isinstance(reply, Say))
        if said:
            turn.send_text("acknowledgement", said)
    # On the phone what was to be said finds nobody; texts still go out.
    replies = tuple(reply for reply in turn.replies if not isinstance(reply, Say | Listen))
    turn.change(is_over=True)
    return Turn(turn.conversation, replies)


def _finished(turn: TurnContext) -> Turn:
    said = tuple(Said(r.words, r.language) for r in turn.replies if isinstance(r, Say))
    if said and not turn.is_aside:
        turn.change(said=said)
    return Turn(turn.conversation, tuple(turn.replies))

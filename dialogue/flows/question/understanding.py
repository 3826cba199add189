"""What no handler took for an answer: a question, a complaint, or another wish.

In the middle of something that is being filled in, a question is answered and the interrupted flow
goes on; what is understood as nothing is left to the prompt that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.masking import mask_personal
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, GoTo, Start, Transition
from dialogue.flows.answer.slots import AnswerSlots
from dialogue.flows.message.slots import MessageSlots
from dialogue.flows.person.slots import PersonSlots
from dialogue.flows.petition.slots import PetitionSlots
from dialogue.flows.petition.supplement import add_words, find_registered
from dialogue.flows.progress.slots import ProgressSlots
from dialogue.flows.question.slots import QuestionSlots, QuestionState
from dialogue.flows.statute.slots import StatuteSlots
from dialogue.heard import Heard
from dialogue.shared.about_us import (
    answer_in_petition,
    complains_about_us,
    take_complaint_about_us,
)
from dialogue.shared.languages import follow_language
from knowledge_base.article_requests import find_article_request
from knowledge_base.operations import record_unanswered
from nlu.decision import Outcome
from nlu.entities.values import NO_ENTITIES

MAX_NO_MATCHES = 3
_MAX_ASKED_REMEMBERED = 5
# The engine's least confidence in a topic that is related to the last answer.
_MIN_NEAR = 0.04
_MAX_BEFORE = 2


def understand(turn: TurnContext, heard: Heard) -> Transition:
    """Act on words as a free message."""
    statute = turn.find_slots(StatuteSlots)
    leave_digressions(turn)
    if heard.is_unsure and not turn.is_digressing:
        return Start(QuestionSlots(heard=heard.words))
    follow_language(turn, heard)
    about_petition = answer_in_petition(turn, heard)
    if about_petition is not None:
        return about_petition
    if _belongs_to_registered(turn, heard):
        return _prompt_quietly(turn)
    request = find_article_request(heard.plain)
    law = request and (request.law_words or (statute.statute if statute else ""))
    if request is not None and law:
        _remember(turn, heard.words)
        return Start(StatuteSlots(law_words=law, article=request.article))
    return _BY_OUTCOME[heard.decision.outcome](turn, heard)


def _belongs_to_registered(turn: TurnContext, heard: Heard) -> bool:
    """Take an answer that comes after its petition was registered as unfinished ("9月1日", the
    next morning) into its record."""
    says_nothing = heard.entities == NO_ENTITIES and heard.yes_no is None
    is_late = not (turn.is_digressing or heard.is_asking or says_nothing)
    if not is_late or heard.decision.outcome not in _NOTHING_ELSE:
        return False
    case = find_registered(turn, is_unfinished=True)
    if case is not None:
        add_words(turn, case, "" if heard.entities == NO_ENTITIES else heard.words)
    return case is not None


_NOTHING_ELSE = frozenset({Outcome.NONE, Outcome.CLARIFY, Outcome.CHAT})


def leave_digressions(turn: TurnContext) -> None:
    """Back to what is being filled in, or to the bottom of the stack when nothing is."""
    stack = turn.conversation.stack
    while len(stack) > 1 and not stack[-1].slots.is_filling_in:
        stack = stack[:-1]
    turn.change(stack=stack)


def _remember(turn: TurnContext, words: str) -> None:
    turn.change(asked=(*turn.conversation.asked, words)[-_MAX_ASKED_REMEMBERED:])


def _answer(turn: TurnContext, heard: Heard) -> Transition:
    if turn.is_digressing and not heard.is_asking:
        return FlowSignal.NOT_UNDERSTOOD
    decision, services = heard.decision, turn.services
    topic = decision.topic or ""
    if services.facilities.knowledge.find_entry(topic, services.today) is None:
        return _no_match(turn, heard)
    _remember(turn, heard.words)
    _reset_no_matches(turn)
    return Start(
        AnswerSlots(
            topic=topic,
            confidence=heard.interpretation.confidence,
            language=turn.answer_language,
            year=heard.entities.year_asked,
        )
    )


def _clarify(turn: TurnContext, heard: Heard) -> Transition:
    if turn.is_digressing and not heard.is_asking:
        return FlowSignal.NOT_UNDERSTOOD
    _remember(turn, heard.words)
    return Start(QuestionSlots(offered=tuple(c.topic for c in heard.decision.candidates[:3])))


def _near_last(turn: TurnContext, heard: Heard) -> Transition | None:
    """The answer to a question that leans on the last one ("那我自己怎么申请"): of what it may be
    about, what is related to what was asked or answered before."""
    if not heard.is_asking:
        return None
    near = _topics_near_last(turn, heard)
    for candidate in heard.interpretation.candidates:
        if candidate.topic in near and candidate.confidence >= _MIN_NEAR:
            _remember(turn, heard.words)
            return Start(AnswerSlots(topic=candidate.topic, confidence=candidate.confidence))
    return None


def _topics_near_last(turn: TurnContext, heard: Heard) -> frozenset[str]:
    """What was answered last, or else what the last question may have been about, with all that
    is related to it."""
    knowledge, conversation = turn.services.facilities.knowledge, turn.conversation
    topics = [conversation.topic] if conversation.topic else []
    if not topics and conversation.asked:
        before = heard.again(conversation.asked[-1]).interpretation
        topics = [candidate.topic for candidate in before.candidates[:_MAX_BEFORE]]
    entries = [knowledge.find_entry(topic, turn.services.today) for topic in topics]
    return frozenset(t for entry in entries if entry for t in (entry.topic, *entry.related))


def _no_match(turn: TurnContext, heard: Heard) -> Transition:
    """Not understood: once more with an example, then the key menu, then a message."""
    if turn.is_digressing:
        return FlowSignal.NOT_UNDERSTOOD
    near = _near_last(turn, heard)
    if near is not None:
        return near
    _remember(turn, heard.words)
    _record_unanswered(turn, heard.words)
    slots = turn.slots(QuestionSlots)
    turn.put(replace(slots, no_matches=slots.no_matches + 1))
    if not turn.is_voice:
        turn.say(
            "question.none" if slots.no_matches < MAX_NO_MATCHES - 1 else "question.none_again"
        )
        return FlowSignal.STAY
    if slots.no_matches + 1 >= MAX_NO_MATCHES:
        _reset_no_matches(turn)
        return Start(MessageSlots())
    return GoTo(QuestionState.KEYS if slots.no_matches else QuestionState.REPHRASE)


def _reset_no_matches(turn: TurnContext) -> None:
    slots = turn.frame.slots
    if isinstance(slots, QuestionSlots) and slots.no_matches:
        turn.put(replace(slots, no_matches=0))


def _record_unanswered(turn: TurnContext, words: str) -> None:
    services = turn.services
    record_unanswered(
        services.db,
        mask_personal(words),
        reason="none",
        channel=turn.conversation.channel,
        language=turn.language,
        now=services.now,
    )


def _petition(turn: TurnContext, heard: Heard) -> Transition:
    if complains_about_us(heard):
        return take_complaint_about_us(turn)
    if turn.find_slots(PetitionSlots) is not None:
        return FlowSignal.NOT_UNDERSTOOD
    _remember(turn, heard.words)
    return Start(PetitionSlots(said=heard.words))


def _progress(turn: TurnContext, heard: Heard) -> Transition:
    return Start(ProgressSlots(said=heard.words))


def _help(turn: TurnContext, heard: Heard) -> Transition:
    if turn.is_digressing:
        return FlowSignal.NOT_UNDERSTOOD
    turn.say("service.help")
    return FlowSignal.PROMPT


def _chat(turn: TurnContext, heard: Heard) -> Transition:
    if turn.is_digressing:
        return FlowSignal.NOT_UNDERSTOOD
    turn.say("service.chat")
    return _prompt_quietly(turn)


def _opting(turn: TurnContext, heard: Heard) -> Transition:
    # Opting out by text is taken by the channel before the dialogue; by voice it is explained.
    turn.say("service.opt_out")
    return _prompt_quietly(turn)


def _nothing_to_cancel(turn: TurnContext, heard: Heard) -> Transition:
    turn.say("service.nothing_to_cancel")
    return _prompt_quietly(turn)


def _more(turn: TurnContext, heard: Heard) -> Transition:
    topic = turn.conversation.topic
    if topic is None:
        turn.say("question.no_more")
        return _prompt_quietly(turn)
    return Start(AnswerSlots(topic=topic, wants_more=True))


def _prompt_quietly(turn: TurnContext) -> Transition:
    return FlowSignal.PROMPT if turn.is_digressing else GoTo(QuestionState.LISTEN)


_BY_OUTCOME: Mapping[Outcome, Callable[[TurnContext, Heard], Transition]] = {
    Outcome.ANSWER: _answer,
    Outcome.CLARIFY: _clarify,
    Outcome.NONE: _no_match,
    Outcome.AGENT: lambda turn, heard: Start(PersonSlots()),
    Outcome.PETITION: _petition,
    Outcome.STATUS: _progress,
    Outcome.MESSAGE: lambda turn, heard: Start(MessageSlots(is_wanted=True)),
    Outcome.OPT_OUT: _opting,
    Outcome.OPT_IN: _opting,
    Outcome.CANCEL: _nothing_to_cancel,
    Outcome.MORE: _more,
    Outcome.HELP: _help,
    Outcome.CHAT: _chat,
}

"""What does article N of a law say: the law's own words, or what comes nearest."""

from __future__ import annotations

from dataclasses import replace

from core.errors import ContentError
from dialogue.context import TurnContext
from dialogue.flow import Flow, FlowSignal, GoTo, Replace, StateSpec, Transition
from dialogue.flows.question.slots import QuestionSlots
from dialogue.flows.statute.slots import StatuteSlots, StatuteState
from dialogue.heard import Heard
from dialogue.phrases import hints_of, is_phrase
from dialogue.spoken_forms import as_said
from knowledge_base.article_parts import cut_article, speakable
from knowledge_base.lookup import (
    ArticleFound,
    ArticleUnknown,
    LawName,
    LawUnknown,
    LookUp,
    TextNotHeld,
    citation_of,
    find_article,
)
from nlu.interpretation import Intent

# Characters of an article said at once (a spoken answer is at most 120), and sent at once (four
# segments with heading and way on).
_MAX_SPOKEN = 110
_MAX_SENT = 170
_MAX_OFFERED = 3


def _begin(turn: TurnContext) -> Transition:
    slots = turn.slots(StatuteSlots)
    turn.change(topic=None)
    found = _look_up(turn, slots.law_words, slots.article)
    match found:
        case ArticleFound(law=law):
            turn.put(replace(slots, statute=law.id))
            turn.serve("answer")
            return GoTo(StatuteState.READ)
        case TextNotHeld(law=law):
            turn.put(replace(slots, statute=law.id))
            turn.say("statute.no_text", law=_name(turn, law))
            return _offer_entries(turn)
        case ArticleUnknown(law=law, article=article, last=last):
            numbers = {"article": as_said(turn, article), "last": as_said(turn, last)}
            turn.say("statute.no_article", law=_name(turn, law), **numbers)
            return _offer_nearest(turn, ((law.id, last),))
        case LawUnknown(law_words=words, article=article, nearest=nearest):
            turn.say("statute.no_law", law=words)
            return _offer_nearest(turn, tuple((law.id, article) for law in nearest))


def _look_up(turn: TurnContext, law: str, article: int) -> LookUp:
    services = turn.services
    statutes = services.facilities.knowledge.content.statutes
    return find_article(services.db, statutes, law, article, services.today)


def _name(turn: TurnContext, law: LawName) -> str:
    return law.in_language(turn.language)


# --- the article itself ---------------------------------------------------------------------


def _read(turn: TurnContext) -> Transition | None:
    slots = turn.slots(StatuteSlots)
    found = _look_up(turn, slots.statute, slots.article)
    if not isinstance(found, ArticleFound):
        return FlowSignal.DONE
    parts = cut_article(found.words, _MAX_SPOKEN if turn.is_voice else _MAX_SENT)
    part = min(slots.part, len(parts) - 1)
    turn.put(replace(slots, part=part))
    ways_on = _ways_on(turn, has_more=part + 1 < len(parts))
    law = _name(turn, found.law)
    if not turn.is_voice:
        words = turn.words("statute.found", law=law, article=found.article, words=parts[part])
        turn.say_words(words + ways_on)
        return None
    turn.say("statute.found", law=law, article=as_said(turn, found.article))
    # Laws are in Chinese: an English voice cannot read them.
    turn.say_words(speakable(parts[part]), "zh" if turn.language == "en" else turn.language)
    turn.say_words(ways_on)
    turn.listen(hints=hints_of(turn.language))
    return None


def _ways_on(turn: TurnContext, *, has_more: bool) -> str:
    ways = []
    if _is_textable(turn):
        ways.append("statute.by_text")
    elif has_more:
        ways.append("statute.more")
    if _topics_that_cite(turn):
        ways.append("statute.explained")
    return "".join(turn.words(way) for way in (*ways, "statute.ask_on"))


def _handle_read(turn: TurnContext, heard: Heard) -> Transition:
    wants_more = heard.keyword is Intent.MORE or is_phrase("text_me", heard.plain)
    if heard.choice == "1" or wants_more:
        return _send(turn) if _is_textable(turn) else _read_on(turn)
    if heard.choice == "2":
        return _offer_entries(turn)
    return FlowSignal.PROMPT if heard.choice else FlowSignal.NOT_UNDERSTOOD


def _is_textable(turn: TurnContext) -> bool:
    return turn.is_voice and turn.conversation.can_text


def _read_on(turn: TurnContext) -> Transition:
    slots = turn.slots(StatuteSlots)
    turn.put(replace(slots, part=slots.part + 1))
    return FlowSignal.PROMPT


def _send(turn: TurnContext) -> Transition:
    slots = turn.slots(StatuteSlots)
    found = _look_up(turn, slots.statute, slots.article)
    if isinstance(found, ArticleFound):
        words = f"《{found.law.zh}》第{found.article}条：{found.words}"
        if turn.send_text("answer", words):
            turn.say("question.sent")
        turn.listen(hints=hints_of(turn.language))
        return FlowSignal.STAY
    return FlowSignal.DONE


# --- what explains it -----------------------------------------------------------------------


def _offer_entries(turn: TurnContext) -> Transition:
    topics = _topics_that_cite(turn)
    if not topics:
        turn.say("statute.no_entries")
        return FlowSignal.DONE
    turn.say("statute.entries")
    return Replace(QuestionSlots(offered=topics))


def _topics_that_cite(turn: TurnContext) -> tuple[str, ...]:
    """Topics whose entries rest on the article, those that name it first in front."""
    services, slots = turn.services, turn.slots(StatuteSlots)
    knowledge = services.facilities.knowledge
    statute = knowledge.content.statutes.by_id.get(slots.statute)
    if statute is None:
        return ()
    name = LawName(statute.id, statute.title_zh, statute.short_zh, statute.title_en)
    citation = citation_of(name, slots.article)
    return knowledge.topics_citing(citation, services.today)[:_MAX_OFFERED]


# --- what comes nearest ---------------------------------------------------------------------


def _offer_nearest(turn: TurnContext, offers: tuple[tuple[str, int], ...]) -> Transition:
    if not offers:
        turn.say("statute.ask_again")
        return FlowSignal.DONE
    turn.put(replace(turn.slots(StatuteSlots), offers=offers))
    return GoTo(StatuteState.NEAREST)


def _ask_which(turn: TurnContext) -> None:
    options = "".join(
        turn.words(
            "statute.option",
            digit=f"[{digit}]",
            law=_name(turn, _law(turn, law)),
            article=as_said(turn, article),
        )
        for digit, (law, article) in enumerate(turn.slots(StatuteSlots).offers, start=1)
    )
    turn.say("statute.nearest", options=options)
    turn.listen(hints=hints_of(turn.language))


def _law(turn: TurnContext, law: str) -> LawName:
    found = _look_up(turn, law, 1)
    if isinstance(found, LawUnknown):
        raise ContentError(f"statute {law} is not known any more.")
    return found.law


def _handle_nearest(turn: TurnContext, heard: Heard) -> Transition:
    offers = turn.slots(StatuteSlots).offers
    number = heard.number_of(len(offers))
    if number is None and heard.yes_no is True and len(offers) == 1:
        number = 0
    if number is not None:
        law, article = offers[number]
        return Replace(StatuteSlots(law_words=law, article=article))
    return FlowSignal.PROMPT if heard.choice else FlowSignal.NOT_UNDERSTOOD


FLOW = Flow(
    slots=StatuteSlots,
    states=StatuteState,
    begin=_begin,
    to=(StatuteState.READ, StatuteState.NEAREST, QuestionSlots, FlowSignal.DONE),
    specs={
        StatuteState.READ: StateSpec(_read, _handle_read, (QuestionSlots, FlowSignal.DONE)),
        StatuteState.NEAREST: StateSpec(_ask_which, _handle_nearest, (StatuteSlots,)),
    },
)

"""What does article N of a law say: the law's own words, or what comes nearest."""

from __future__ import annotations

from core.errors import ContentError
from dialogue.flows.question import QUESTION_HINTS, rest, take_question
from dialogue.flows.telling import told
from dialogue.replies import Say
from dialogue.turn_inputs import TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of
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
from nlu.embedded.keywords import find_keyword
from nlu.interpretation import Act

# Characters of an article said at once (RULES: a spoken answer is at most 120), and sent at once
# (four segments with heading and way on).
_SPOKEN = 110
_SENT = 170
_MOST_OFFERED = 3


def _begin(turning: Turning) -> NextStep:
    turning.change(topic=None, offered=())
    found = _look_up(turning, turning.slot("law_words") or "", turning.slot("article") or 0)
    match found:
        case ArticleFound(law=law):
            turning.set_slots(statute=law.id, law_words=None, law_part=0)
            turning.change(misses=0)
            turning.served("answer")
            return "statute.told"
        case TextNotHeld(law=law):
            turning.set_slots(statute=law.id, law_words=None)
            turning.say("statute.no_text", law=_name(turning, law))
            return "statute.entries"
        case ArticleUnknown(law=law, article=article, last=last):
            numbers = {"article": told(turning, article), "last": told(turning, last)}
            turning.say("statute.no_article", law=_name(turning, law), **numbers)
            return _offer(turning, [(law.id, last)])
        case LawUnknown(law_words=words, article=article, nearest=nearest):
            turning.say("statute.no_law", law=words)
            return _offer(turning, [(law.id, article) for law in nearest])


def _look_up(turning: Turning, law: str, article: int) -> LookUp:
    services = turning.services
    statutes = services.facilities.knowledge.content.statutes
    return find_article(services.db, statutes, law, article, services.today)


def _name(turning: Turning, law: LawName) -> str:
    return law.in_language(turning.language)


# --- the article itself -----------------------------------------------------------------------


def _tell(turning: Turning) -> NextStep:
    found = _look_up(turning, turning.slot("statute") or "", turning.slot("article") or 0)
    if not isinstance(found, ArticleFound):
        return rest(turning)
    parts = cut_article(found.words, _SPOKEN if turning.is_voice else _SENT)
    part = min(turning.slot("law_part") or 0, len(parts) - 1)
    turning.set_slots(law_part=part)
    after = _ways_on(turning, has_more=part + 1 < len(parts))
    law = _name(turning, found.law)
    if turning.is_voice:
        turning.say("statute.found", law=law, article=told(turning, found.article))
        # Laws are in Chinese: an English voice cannot read them.
        language = "zh" if turning.language == "en" else turning.language
        slowly = turning.conversation.is_slow
        turning.replies.append(Say(speakable(parts[part]), language, slowly))
        turning.say_words(after)
        turning.listen(hints=QUESTION_HINTS)
    else:
        words = turning.words("statute.found", law=law, article=found.article, words=parts[part])
        turning.say_words(words + after)
    return None


def _ways_on(turning: Turning, *, has_more: bool) -> str:
    ways = []
    if turning.is_voice and turning.conversation.can_text:
        ways.append("statute.by_text")
    elif has_more:
        ways.append("statute.more")
    if _topics_that_cite(turning):
        ways.append("statute.explained")
    return "".join(turning.words(way) for way in (*ways, "statute.ask_on"))


def _take_told(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    if choice == "1" or find_keyword(words_of(turn_input)) is Act.MORE:
        return "statute.by_text" if _is_textable(turning) else "statute.more"
    if choice == "2":
        return "statute.entries"
    return "statute.told" if choice else take_question(turning, turn_input)


def _is_textable(turning: Turning) -> bool:
    return turning.is_voice and turning.conversation.can_text


def _more(turning: Turning) -> NextStep:
    turning.set_slots(law_part=(turning.slot("law_part") or 0) + 1)
    return "statute.told"


def _by_text(turning: Turning) -> NextStep:
    found = _look_up(turning, turning.slot("statute") or "", turning.slot("article") or 0)
    if isinstance(found, ArticleFound):
        words = f"《{found.law.zh}》第{found.article}条：{found.words}"
        turning.send_text("answer", words)
        turning.say("question.sent")
    return "question.listen"


# --- what explains it -------------------------------------------------------------------------


def _entries(turning: Turning) -> NextStep:
    topics = _topics_that_cite(turning)
    if not topics:
        turning.say("statute.no_entries")
        return rest(turning)
    turning.change(offered=topics)
    turning.say("statute.entries")
    return "question.clarify"


def _topics_that_cite(turning: Turning) -> tuple[str, ...]:
    """Topics whose entries rest on the article, those that name it first in front."""
    services = turning.services
    knowledge = services.facilities.knowledge
    law = turning.slot("statute") or ""
    statute = knowledge.content.statutes.by_id.get(law)
    if statute is None:
        return ()
    name = LawName(statute.id, statute.title_zh, statute.short_zh, statute.title_en)
    citation = citation_of(name, turning.slot("article") or 0)
    return knowledge.topics_citing(citation, services.today)[:_MOST_OFFERED]


# --- what comes nearest -----------------------------------------------------------------------


def _offer(turning: Turning, offers: list[tuple[str, int]]) -> NextStep:
    if not offers:
        turning.say("statute.ask_again")
        return rest(turning)
    turning.set_slots(law_offers=[list(offer) for offer in offers], law_words=None)
    return "statute.nearest"


def _nearest(turning: Turning) -> NextStep:
    offers = turning.slot("law_offers") or []
    options = "".join(
        turning.words(
            "statute.option",
            digit=digit,
            law=_name(turning, _law(turning, law)),
            article=told(turning, article),
        )
        for digit, (law, article) in enumerate(offers, start=1)
    )
    turning.say("statute.nearest", options=options)
    turning.listen(hints=QUESTION_HINTS)
    return None


def _law(turning: Turning, law: str) -> LawName:
    found = _look_up(turning, law, 1)
    if isinstance(found, LawUnknown):
        raise ContentError(f"statute {law} is not known any more.")
    return found.law


def _take_nearest(turning: Turning, turn_input: TurnInput) -> NextStep:
    offers = turning.slot("law_offers") or []
    choice = choice_of(turn_input)
    if choice.isdigit() and 1 <= int(choice) <= len(offers):
        law, article = offers[int(choice) - 1]
        turning.set_slots(law_words=law, article=article, law_offers=None)
        return "statute.begin"
    return "statute.nearest" if choice else take_question(turning, turn_input)


STEPS = {
    "statute.begin": Step(_begin, take_question),
    "statute.told": Step(_tell, _take_told),
    "statute.more": Step(_more, take_question),
    "statute.by_text": Step(_by_text, take_question),
    "statute.entries": Step(_entries, take_question),
    "statute.nearest": Step(_nearest, _take_nearest),
}

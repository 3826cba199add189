"""Ask a question: listen, understand, answer, ask back, or pass on."""

from __future__ import annotations

from collections.abc import Callable

from core.masking import mask_personal
from dialogue.flows.telling import shortened
from dialogue.turn_inputs import Arrived, Pressed, Spoke, TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of
from knowledge_base.article_requests import find_article_request
from knowledge_base.operations import record_answer, record_unanswered
from nlu.decision import Decision, Outcome, decide
from nlu.embedded.normalising import simplify

# fmt: off
QUESTION_HINTS = (
    "工资", "加班", "合同", "社保", "工伤", "辞职", "补偿", "仲裁", "失业金", "补贴",
    "人工", "留言", "投诉",
)
# fmt: on
# Speech below this confidence is read back before it is acted on.
SURE_SPEECH = 0.45
MOST_MISSES = 3
_MOST_ASKED_KEPT = 5
# The flat key list: the questions asked most of what a key stands for.
KEY_TOPICS = {
    "1": ("wage-arrears-what-to-do", "minimum-wage-dongguan", "wages-on-leaving"),
    "2": ("double-wage-no-contract", "probation-period-length", "labour-relationship-proof"),
    "3": ("severance-when-due", "severance-calculation", "resignation-notice"),
    "4": ("employer-social-insurance-duty", "social-insurance-complaint", "late-insurance-payment"),
    "5": ("work-injury-recognition", "work-injury-benefits", "work-injury-no-insurance"),
    "6": ("how-to-apply-arbitration", "arbitration-time-limit", "arbitration-duration"),
    "7": (
        "unemployment-benefit-conditions",
        "unemployment-benefit-apply",
        "unemployment-benefit-amount",
    ),
    "8": (
        "social-insurance-subsidy-flexible",
        "graduate-employment-guidance",
        "difficulty-recognition",
    ),
}
_LANGUAGE_KEYS = {"1": "zh", "2": "yue", "3": "en"}


def _greet(turning: Turning) -> NextStep:
    turning.say("question.greeting")
    turning.listen(hints=QUESTION_HINTS)
    return None


def _take_after_greeting(turning: Turning, turn_input: TurnInput) -> NextStep:
    if isinstance(turn_input, Arrived):
        return "question.greeting"
    chosen = _LANGUAGE_KEYS.get(choice_of(turn_input))
    if chosen is not None:
        turning.change(language=chosen)
        return "question.listen"
    return take_question(turning, turn_input)


def _listen(turning: Turning) -> NextStep:
    turning.say("question.prompt")
    turning.listen(hints=QUESTION_HINTS)
    return None


def rest(turning: Turning) -> NextStep:
    """Where a finished piece of work leaves the citizen: free to ask on."""
    return "question.listen" if turning.is_voice else "question.wait"


def take_question(turning: Turning, turn_input: TurnInput) -> NextStep:
    """Understand a free question from any step that lets the citizen ask on."""
    words = words_of(turn_input)
    if isinstance(turn_input, Pressed):
        return "question.keys"
    if not words:
        turning.say("question.empty")
        return rest(turning)
    if isinstance(turn_input, Spoke) and words.strip(" 。.!！,，").lower() in _GOODBYES:
        return "rating.offer"
    if isinstance(turn_input, Spoke) and _is_unsure(turn_input):
        turning.set_slots(heard=words)
        return "question.confirm"
    return understand(turning, words)


# What people say at the end of a call.
_GOODBYES = frozenset(
    {
        "再见", "拜拜", "没有了", "没有问题了", "没问题了", "不用了", "谢谢再见", "没有了谢谢",
        "再見", "冇喇", "冇啦", "冇問題喇", "唔使喇", "唔該晒拜拜",
        "bye", "goodbye", "good bye", "bye bye", "no thanks", "no thank you", "that's all",
        "nothing else",
    }
)  # fmt: skip


def _is_unsure(spoke: Spoke) -> bool:
    return spoke.confidence is not None and spoke.confidence < SURE_SPEECH


def understand(turning: Turning, words: str) -> NextStep:
    """Act on what was asked."""
    asked = (*turning.conversation.asked, words)[-_MOST_ASKED_KEPT:]
    turning.change(asked=asked)
    turning.set_slots(heard=None, said=words)
    facilities = turning.services.facilities
    interpretation = facilities.nlu.interpret(words)
    if turning.is_voice and turning.language == "zh" and interpretation.language != "zh":
        turning.change(language=interpretation.language)
    elif not turning.is_voice:
        turning.change(language="en" if interpretation.language == "en" else "zh")
    request = find_article_request(simplify(words))
    if request is not None and (request.law_words or turning.slot("statute")):
        law = request.law_words or turning.slot("statute")
        turning.set_slots(law_words=law, article=request.article)
        return "statute.begin"
    decision = decide(interpretation)
    return _ROADS[decision.outcome](turning, words, decision)


def _answer(turning: Turning, words: str, decision: Decision) -> NextStep:
    sure = decision.candidates[0].confidence if decision.candidates else 1.0
    return give_answer(turning, decision.topic or "", sure)


def give_answer(turning: Turning, topic: str, confidence: float) -> NextStep:
    """Answer with a topic's entry, with a receipt; pass on when it has none in force today."""
    services = turning.services
    channel = turning.conversation.channel
    answer = services.facilities.knowledge.find_answer(
        topic, channel, turning.language, services.today
    )
    if answer is None:
        return _miss(turning, turning.slot("said") or topic, Decision(Outcome.NONE))
    record_answer(
        services.db,
        answer,
        conversation_id=turning.conversation.id,
        turn=turning.conversation.turn,
        channel=channel,
        confidence=confidence,
        phone=turning.conversation.phone,
        phone_key=turning.conversation.phone_key,
        now=services.now,
    )
    turning.change(topic=topic, misses=0, offered=())
    turning.served("answer")
    return "question.answered"


def _clarify(turning: Turning, words: str, decision: Decision) -> NextStep:
    turning.change(offered=tuple(c.topic for c in decision.candidates[:3]))
    return "question.clarify"


def _miss(turning: Turning, words: str, decision: Decision) -> NextStep:
    services = turning.services
    turning.change(misses=turning.conversation.misses + 1)
    record_unanswered(
        services.db,
        mask_personal(words),
        reason="none",
        channel=turning.conversation.channel,
        language=turning.language,
        now=services.now,
    )
    if not turning.is_voice:
        turning.say("question.none")
        return "question.wait"
    if turning.conversation.misses >= MOST_MISSES:
        return "message.offer"
    return "question.again" if turning.conversation.misses == 1 else "question.keys"


def _opt_out(turning: Turning, words: str, decision: Decision) -> NextStep:
    # Opting out by text is caught by the channel before the dialogue; by voice it is explained.
    turning.say("service.opt_out")
    return rest(turning)


def _road(step: str) -> Callable[[Turning, str, Decision], NextStep]:
    def go(turning: Turning, words: str, decision: Decision) -> NextStep:
        return step

    return go


def _petition(turning: Turning, words: str, decision: Decision) -> NextStep:
    turning.change(topic=decision.topic, offered=(decision.topic,) if decision.topic else ())
    return "petition.begin"


def _chat(turning: Turning, words: str, decision: Decision) -> NextStep:
    turning.say("service.chat")
    return rest(turning)


_ROADS: dict[Outcome, Callable[[Turning, str, Decision], NextStep]] = {
    Outcome.ANSWER: _answer,
    Outcome.CLARIFY: _clarify,
    Outcome.NONE: _miss,
    Outcome.AGENT: _road("person.begin"),
    Outcome.PETITION: _petition,
    Outcome.STATUS: _road("progress.begin"),
    Outcome.MESSAGE: _road("message.begin"),
    Outcome.OPT_OUT: _opt_out,
    Outcome.OPT_IN: _opt_out,
    Outcome.CANCEL: _road("service.nothing_to_cancel"),
    Outcome.MORE: _road("question.more"),
    Outcome.HELP: _road("service.help"),
    Outcome.CHAT: _chat,
}


# --- reading back unsure speech -------------------------------------------------------------


def _confirm(turning: Turning) -> NextStep:
    turning.say("question.confirm", heard=shortened(turning, turning.slot("heard")))
    turning.listen()
    return None


def _take_confirmation(turning: Turning, turn_input: TurnInput) -> NextStep:
    heard = turning.slot("heard")
    if choice_of(turn_input) == "1" or words_of(turn_input) in YES:
        return understand(turning, heard)
    if choice_of(turn_input) == "2" or words_of(turn_input) in _NO or not words_of(turn_input):
        turning.set_slots(heard=None)
        return "question.again"
    # Said anew: taken as it is, so that nobody is read back to in circles.
    return understand(turning, words_of(turn_input))


YES = frozenset({"对", "是", "是的", "对的", "系", "啱", "yes", "correct", "right"})
_NO = frozenset({"不对", "不是", "唔系", "唔啱", "no", "wrong"})


def _again(turning: Turning) -> NextStep:
    turning.say("question.again")
    turning.listen(hints=QUESTION_HINTS)
    return None


# --- the flat key list ----------------------------------------------------------------------


def _keys(turning: Turning) -> NextStep:
    turning.say("question.keys")
    turning.listen()
    return None


def _take_keys(turning: Turning, turn_input: TurnInput) -> NextStep:
    topics = KEY_TOPICS.get(choice_of(turn_input))
    if topics is None:
        return take_question(turning, turn_input) if words_of(turn_input) else "question.keys"
    turning.change(offered=topics)
    return "question.clarify"


# --- asking back ----------------------------------------------------------------------------


def _offer(turning: Turning) -> NextStep:
    knowledge = turning.services.facilities.knowledge
    # An entry may be withdrawn while it is being offered.
    today = turning.services.today
    offered = tuple(t for t in turning.conversation.offered if knowledge.find_entry(t, today))
    turning.change(offered=offered)
    if not offered:
        return "question.again"
    options = "".join(
        turning.words(
            "question.option", digit=digit, name=knowledge.short_name(topic, turning.language)
        )
        for digit, topic in enumerate(turning.conversation.offered, start=1)
    )
    turning.say("question.clarify", options=options)
    turning.listen()
    return None


def _take_offer(turning: Turning, turn_input: TurnInput) -> NextStep:
    offered = turning.conversation.offered
    choice = choice_of(turn_input)
    if choice.isdigit() and 1 <= int(choice) <= len(offered):
        return give_answer(turning, offered[int(choice) - 1], 1.0)
    if choice or not words_of(turn_input):
        return "question.again"
    named = _named(turning, words_of(turn_input))
    return give_answer(turning, named, 1.0) if named else take_question(turning, turn_input)


def _named(turning: Turning, words: str) -> str | None:
    """The one offered topic whose short name, or a part of it, the citizen repeated."""
    knowledge = turning.services.facilities.knowledge
    said = words.strip(" 。.!！").lower()
    named = []
    for topic in turning.conversation.offered:
        name = knowledge.short_name(topic, turning.language).lower()
        if said == name:
            return topic
        if name in said or (len(said) >= _LEAST_NAME and said in name):
            named.append(topic)
    return named[0] if len(named) == 1 else None


_LEAST_NAME = 2


STEPS = {
    "question.greeting": Step(_greet, _take_after_greeting),
    "question.listen": Step(_listen, take_question),
    "question.wait": Step(lambda turning: None, take_question),
    "question.confirm": Step(_confirm, _take_confirmation),
    "question.again": Step(_again, take_question),
    "question.keys": Step(_keys, _take_keys),
    "question.clarify": Step(_offer, _take_offer),
}

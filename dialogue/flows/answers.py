"""What follows an answer: more of it, a text with its law, a word that it did not help."""

from __future__ import annotations

from core.errors import InputError
from core.masking import mask_personal
from core.phones import Phone, digits_apart, parse_phone
from dialogue.flows.question import QUESTION_HINTS, YES, rest, take_question
from dialogue.flows.telling import beginning_of
from dialogue.turn_inputs import TurnInput
from dialogue.turning import NextStep, Step, Turning, choice_of, words_of
from knowledge_base.operations import record_unanswered


def _answered(turning: Turning) -> NextStep:
    services = turning.services
    conversation = turning.conversation
    answer = services.facilities.knowledge.find_answer(
        conversation.topic or "", conversation.channel, turning.language, services.today
    )
    if answer is None:
        return rest(turning)
    turning.say_words(answer.text)
    if turning.is_voice:
        turning.say("question.answered")
        turning.listen()
    return None


def _take_answered(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    roads = _VOICE_ROADS if turning.is_voice else _TEXT_ROADS
    if choice in roads:
        return roads[choice]
    if choice and turning.is_voice:
        return "question.answered"
    return _said_road(turning, turn_input) or take_question(turning, turn_input)


def _said_road(turning: Turning, turn_input: TurnInput) -> str | None:
    words = words_of(turn_input).strip(" 。.!！").lower()
    if turning.is_voice and words in _TEXT_ME:
        return "question.text_me"
    return "question.unhelpful" if words in _NOT_HELPFUL else None


# What people say instead of pressing 1 or 4.
_TEXT_ME = frozenset(
    {
        "发短信", "发短信给我", "短信", "短信发给我", "發短信畀我", "發短信",
        "text me", "send me a text",
    }
)  # fmt: skip
_NOT_HELPFUL = frozenset(
    {
        "没答到点上", "答非所问", "不是这个", "没有用", "没用", "唔係呢個", "答得唔啱", "冇用",
        "not helpful", "that is not it", "that's not it", "not my question",
    }
)  # fmt: skip


_VOICE_ROADS = {
    "1": "question.text_me",
    "2": "question.listen",
    "3": "question.more",
    "4": "question.unhelpful",
}
_TEXT_ROADS = {"1": "question.more", "2": "question.unhelpful", "3": "person.begin"}


def _more(turning: Turning) -> NextStep:
    """In a text thread the full answer; on the phone its beginning, and the rest by text."""
    full = _full_answer(turning)
    if full is None:
        turning.say("question.no_more")
        return rest(turning)
    if not turning.is_voice:
        turning.say_words(full)
        return "question.told"
    turning.say_words(beginning_of(full, turning.language))
    turning.say("question.more_told")
    turning.listen(hints=QUESTION_HINTS)
    return None


def _take_more(turning: Turning, turn_input: TurnInput) -> NextStep:
    choice = choice_of(turn_input)
    if choice == "1" or words_of(turn_input) in _TEXT_ME:
        turning.set_slots(wants_full=True)
        return "question.text_me"
    return {"2": "question.listen", "4": "question.unhelpful"}.get(choice) or take_question(
        turning, turn_input
    )


def _full_answer(turning: Turning) -> str | None:
    services = turning.services
    topic = turning.conversation.topic or ""
    return services.facilities.knowledge.find_full(topic, turning.language, services.today)


def _unhelpful(turning: Turning) -> NextStep:
    services = turning.services
    asked = turning.conversation.asked
    if asked:
        record_unanswered(
            services.db,
            mask_personal(asked[-1]),
            reason="unhelpful",
            channel=turning.conversation.channel,
            language=turning.language,
            now=services.now,
        )
    return "question.not_helped"


def _not_helped(turning: Turning) -> NextStep:
    turning.say("question.unhelpful")
    turning.listen(hints=QUESTION_HINTS)
    return None


def _take_unhelpful(turning: Turning, turn_input: TurnInput) -> NextStep:
    road = {"1": "question.again", "2": "person.begin", "3": "message.begin"}
    chosen = road.get(choice_of(turn_input))
    return chosen or take_question(turning, turn_input)


# --- "text me this" -------------------------------------------------------------------------


def _text_me(turning: Turning) -> NextStep:
    if not turning.conversation.can_text:
        turning.say("question.needs_mobile")
        return "question.mobile"
    _send_answer(turning, turning.conversation.phone)
    return "question.sent"


def _sent(turning: Turning) -> NextStep:
    turning.say("question.sent")
    turning.listen(hints=QUESTION_HINTS)
    return None


def _send_answer(turning: Turning, phone: str) -> None:
    services = turning.services
    if turning.slot("wants_full"):
        turning.set_slots(wants_full=None)
        full = _full_answer(turning)
        if full is not None:
            turning.send_text("answer", full, phone)
        return
    answer = services.facilities.knowledge.find_answer(
        turning.conversation.topic or "", "text", turning.language, services.today
    )
    if answer is not None:
        turning.send_text("answer", answer.text, phone)


def _mobile(turning: Turning) -> NextStep:
    turning.say("question.mobile")
    turning.listen(digits=None, speech=False)
    return None


def _take_mobile(turning: Turning, turn_input: TurnInput) -> NextStep:
    phone = _read_mobile(choice_of(turn_input))
    if phone is None:
        turning.say("question.mobile_wrong")
        return "question.mobile"
    turning.set_slots(mobile=phone.e164)
    return "question.mobile_confirm"


def _read_mobile(keys: str) -> Phone | None:
    try:
        phone = parse_phone(keys.strip("#"))
    except InputError:
        return None
    return phone if phone.can_receive_texts else None


def _confirm_mobile(turning: Turning) -> NextStep:
    national = turning.slot("mobile").removeprefix("+86")
    turning.say("question.mobile_confirm", number=digits_apart(national))
    turning.listen()
    return None


def _take_mobile_confirmation(turning: Turning, turn_input: TurnInput) -> NextStep:
    if choice_of(turn_input) != "1" and words_of(turn_input) not in YES:
        turning.set_slots(mobile=None)
        return "question.mobile"
    _send_answer(turning, turning.slot("mobile"))
    return "question.sent"


STEPS = {
    "question.answered": Step(_answered, _take_answered),
    "question.more": Step(_more, _take_more),
    "question.told": Step(lambda turning: None, _take_answered),
    "question.unhelpful": Step(_unhelpful, take_question),
    "question.not_helped": Step(_not_helped, _take_unhelpful),
    "question.text_me": Step(_text_me, take_question),
    "question.sent": Step(_sent, take_question),
    "question.mobile": Step(_mobile, _take_mobile),
    "question.mobile_confirm": Step(_confirm_mobile, _take_mobile_confirmation),
}

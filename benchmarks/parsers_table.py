"""What ``benchmarks.parsers`` and the tests run: parsers of outside text, and awkward texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from casework.case_services import CaseRules
from casework.employers import normalise_employer
from casework.routing import find_town as find_town_of_office
from casework.routing import find_village
from casework.urgency import find_urgent_reasons
from config.offices import load_offices
from core.masking import mask_personal
from core.phones import find_caller
from core.reference_numbers import find_case_number
from core.text_segments import count_segments
from dialogue.flows.petition.correcting import named_field
from dialogue.flows.petition.fields import read_field
from dialogue.flows.petition.names import read_employer, read_person
from dialogue.flows.petition.slots import Field
from dialogue.spoken_digits import digits_of
from dialogue.spoken_forms import beginning_of
from knowledge_base.article_requests import find_article_request
from knowledge_base.entry_texts import with_dates
from knowledge_base.loader import parse_entry
from knowledge_base.spoken_numbers import speak_numbers
from knowledge_base.statute_texts import split_articles
from nlu.asking import is_asking
from nlu.danger import find_danger
from nlu.embedded.features import count_features
from nlu.embedded.intents import is_clear_question
from nlu.embedded.keywords import find_keyword
from nlu.embedded.language import detect_language
from nlu.embedded.normalising import normalise, simplify, without_contact
from nlu.embedded.opt_outs import is_opt_out, split_at_footer
from nlu.entities.answers import read_amount_answer, read_people_answer
from nlu.entities.extraction import find_entities
from nlu.entities.towns import find_town, find_town_by_sound
from nlu.entities.values import NO_ENTITIES
from nlu.problems import is_story, names_problem
from nlu.repair import (
    find_correction,
    find_corrections,
    find_language_wish,
    find_repair,
    is_whole_sentence_of,
    read_yes_no,
    split_compound,
)
from outbox.parts import clean_words, number_parts
from providers.gateway_webhooks import read_posted
from ratings.replies import find_reason, find_reason_key, parse_rating
from sms.languages import is_other_language, language_of
from sms.loops import is_automatic
from sms.quotes import without_quote

TODAY = date(2026, 11, 23)
Parser = Callable[[str], object]

_WORDS = (
    "1-", "1", "1,", "1.", "1/", "1:", "0.", "13", "+86", "12-1-", "2025-1-", "2025年", "1月",
    "1号", "1月1", "第1", "第一条", "一", "十", "二〇", "几", "万", "两三", "百分之", "a", "a-",
    "a.", "a@", "@a.", "a1", "http://", "dg", "DG2026-", "I'm", "我", "我叫", "我叫张", "我是",
    "不", "不是", "不满意", "满意", "5分", "分", "人", "个", "块", "元", "厚街", "公司",
    "有限公司", "去年", "以前", "左右", "每月", "从", "到", "至", "之前", "劳动合同法", "《",
    "（", "(", ")", "[", "{", "<a>", "-", "_", "=", "*", ":", "'", '"', "#", "|", "%", "~", "…",
    "，", "。", "？", "?", "!", "、", "退订", "回T", "谢谢", "好的", "嗯", "改成", "说错了",
    "不对", "工资", "打人", "自杀", "着火", "👨\u200d👩\u200d", "😀", "🏽", "é", "e\u0301", "²",
    "٣", "ｘ", "ﷺ", "错了", "没有受伤", "没打人", "的", "啊", "是", "国庆", "【】", "公司叫",
    "我姓", "1个月", "每个月欠", "一百", "零",
)  # fmt: skip
_SPACED = (
    " ", "　", "\n", "\x00", "\ufeff", " a", " 一", "a ", "1 ", "138 ", "- ", "> ", "&a ", ": ",
    "of ", "and ", "twenty ", "hundred ", "on 3 ", "in 2025 ", "first ", "dg 1 ", "a, ",
    "- a: ", "a:\n ", "　一", "no, ", "not injured ", "> >", "one hundred and ",
)  # fmt: skip
AWKWARD: Mapping[str, str] = {one: one for one in (*_WORDS, *_SPACED)}
"""What is repeated, by itself as its name."""


def _read_fields(text: str) -> None:
    for field in Field:
        read_field(field, text, NO_ENTITIES, TODAY)


def _read_gateway_json(text: str) -> None:
    read_posted([("Content-Type", "application/json")], text.encode("utf-8", "replace"))


def _read_gateway_form(text: str) -> None:
    read_posted([], text.encode("utf-8", "replace"))


def _urgency(text: str) -> object:
    return find_urgent_reasons(CaseRules(), [text])


def _town(text: str) -> object:
    return find_town_of_office(load_offices(), text), find_village(load_offices(), text)


def _quote(text: str) -> object:
    return without_quote(text), without_quote(
        "【东莞12333】您好" + text, ["您的诉求已经受理，编号" + text]
    )


def _draft(text: str) -> None:
    parse_entry(text, "topic")


def _draft_value(text: str) -> None:
    parse_entry(f"topic: [{text}", "topic")


PARSERS: Mapping[str, Parser] = {
    "masking": mask_personal,
    "phone": find_caller,
    "case number": find_case_number,
    "digits": digits_of,
    "segments": count_segments,
    "clean": clean_words,
    "parts": number_parts,
    "simplify": simplify,
    "normalise": normalise,
    "contact": without_contact,
    "language": detect_language,
    "features": count_features,
    "keyword": find_keyword,
    "opt-out": is_opt_out,
    "footer": split_at_footer,
    "clear question": is_clear_question,
    "asking": is_asking,
    "entities": lambda text: find_entities(simplify(text), TODAY),
    "people": read_people_answer,
    "amount": read_amount_answer,
    "danger": find_danger,
    "problem": names_problem,
    "story": is_story,
    "repair": find_repair,
    "compound": split_compound,
    "correction": find_correction,
    "corrections": find_corrections,
    "language wish": find_language_wish,
    "language of sentence": is_whole_sentence_of,
    "yes or no": read_yes_no,
    "petition fields": _read_fields,
    "employer": read_employer,
    "person": read_person,
    "named field": named_field,
    "employer key": normalise_employer,
    "urgency": _urgency,
    "town": _town,
    "town of an answer": lambda text: (find_town(text), find_town_by_sound(text)),
    "rating": parse_rating,
    "rating reason": find_reason,
    "rating key": find_reason_key,
    "quote": _quote,
    "machine": is_automatic,
    "reply language": language_of,
    "other language": is_other_language,
    "article": find_article_request,
    "speech zh": lambda text: speak_numbers(text, "zh"),
    "speech en": lambda text: speak_numbers(text, "en"),
    "read aloud": lambda text: beginning_of(text, "zh"),
    "statute": split_articles,
    "draft": _draft,
    "draft value": _draft_value,
    "draft dates": lambda text: with_dates(text, TODAY, TODAY),
    "gateway json": _read_gateway_json,
    "gateway form": _read_gateway_form,
}
"""The parsers by name. A ValueError or a HotlineError counts as an answer."""

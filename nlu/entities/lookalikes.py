"""What only looks like a date, a count or a sum: law articles, phone numbers, hours of work."""

from __future__ import annotations

import re

from nlu.entities.names import CASE_PREFIX
from nlu.entities.words import alternatives, load_words

_N = r"[\d零〇一二三四五六七八九十百千两]"
# 今年35: an age where nothing is counted after it; 十一 may be the festival.
_AGE = (
    r"(?:[1-7]\d|(?:[二三四五六七]十[一二三四五六七八九]?|十[二三四五六七八九]))"
    r"(?=\s*$|[,。;!?]|了|咯|啦|\s(?!月|个|号|年|天)|(?:怀孕|退休|被|还能|能不能|可以|还没|女|男|想|在))"
)
_HIDDEN = re.compile(
    "|".join(
        [
            rf"{CASE_PREFIX}[\d零〇一二三四五六七八九幺洞拐两\s\-,、.]{{8,}}",
            alternatives(load_words("idioms")["idioms"]),
            r"(?<!\d)\d{17}[\dXx](?!\d)",  # identity number
            r"(?<![\d.])(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)",  # mobile
            r"(?<![\d.])0\d{2,3}[\s-]\d{7,8}(?!\d)",  # landline
            r"(?<![\d.,])\d{9,}(?![\d.])",
            r"(?<![零〇一二三四五六七八九幺])[零〇一二三四五六七八九幺洞拐两]{7,}",  # read out
            r"(?<![\d.,])(?:12333|12345|12329|12348|12356|12351|12315|110|119|120|122|996|007)"
            r"(?![\d元块万千百个人名位,]|\.\d|\s*(?:yuan|rmb|people|workers|of us|days|employees))",
            # Not 国庆第二天, 五一假期的第三天: days of a festival.
            rf"(?<![节庆旦秋午明假一年夕期的])第\s?{_N}+(?!季|\d)|第\s?{_N}+(?!季|\d|天|{_N})",
            rf"(?<!{_N}){_N}{{1,9}}\s?(?:条(?!.{{0,2}}人)|款)",
            r"\b(?:articles?|sections?|art\.?|clause|case|no\.?|number|room|gate|line|workshop)\s?#?\d+\b",
            r"(?:工号|车牌|房号|房间|编号|案号|尾号|邮编|验证码|密码|账号|卡号|QQ|微信|群号)"
            r"(?:号码|号)?[是为:\s]{0,3}[A-Za-z0-9-]+",
            r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s?[ap]m\b)?|\b\d{1,2}\s?(?:[ap]\.?m\b\.?|o'?clock)",
            rf"(?<!{_N}){_N}{{1,3}}[点时](?:半|钟|多|{_N}{{1,3}}分?|[一三]刻)?(?!期)",
            rf"(?:{_N}|[.几多半]){{1,6}}\s?个?(?:多|半)?(?:小时|钟头|分钟)(?:制|工作制)?",
            r"\b\d+(?:\.\d+)?[\s-]?(?:hours?|hrs?|minutes?|mins?)\b",
            rf"百分之{_N}+|(?<!{_N}){_N}{{1,9}}分之{_N}+|(?<!{_N})(?:\d{{1,9}}(?:\.\d{{1,9}})?|{_N}{{1,9}})\s?(?:%|倍|成(?!功|都|员|立|为|年)|折|percent|times\b)",
            r"(?<!\d)\d{1,2}\s?/\s?\d{1,2}(?=\s?(?:的|of\b|工资|股))|\b24\s?/\s?7\b",
            rf"(?:今年|明年|去年|后年|虚岁|周岁)(?:我)?(?:刚满|已经|快要|刚|才|快|都|满|就)?(?:{_AGE}|{_N}{{1,4}}多?\s?(?:周岁|岁))",
            rf"(?<!{_N}){_N}{{1,4}}多?\s?(?:周岁|岁)|\b\d+[\s-]years?[\s-]old\b|\baged \d+\b",
            r"[Nn2]\s?\+\s?1|\b2N\b",
            rf"(?<!{_N}){_N}{{1,3}}级|[一二三四五]险[一二]?金?|{_N}{{1,2}}人[间宿房]|三期女工?",
        ]
    ),
    re.IGNORECASE,
)


def hide_lookalikes(text: str) -> str:
    """The text with those numbers as blanks of the same length, so that places stay the same."""
    return _HIDDEN.sub(lambda match: "\x00" * len(match[0]), text)

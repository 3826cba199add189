"""Forms of figures that are the same in every language: lines, amounts, dates, times. Pure."""

from __future__ import annotations

import re

# Service lines of this country; other numbers of their length are amounts.
_LINES = (
    "12333|12329|12345|12348|12356|12355|12338|12315|12366|12393|12351|12328|12320|12340|12350"
    r"|12369|12377|12380|12381|12388|12389|12309|12368|110|119|120|122|114|10086|10010|95\d{3}"
)
# What follows an amount: it is no phone number then.
_AMOUNT_NEXT = (
    r"(?!\d|[.,]\d|\s*[%％‰]|\s*(?:元|块|塊|天|日|人|个|個|名|位|年|月|小时|小時|分|倍|次|万|萬|千|百|亿|岁|歲|户|家|家"
    r"|件|条|條|平|公里|米|度|周|週|期|份|号令|yuan|rmb|days?|people|persons?|workers?|months?|years?"
    r"|hours?|minutes?|times|percent|cases?|weeks?)\b|\s*(?:元|块|塊|天|日|人|个|個|名|位|年|月|小时|小時|倍|次|万|萬))"
)
LINE = re.compile(
    rf"(?<![\d.,¥￥$])(?:{_LINES}){_AMOUNT_NEXT}(?!\s*(?:[-–—~～至到]|to)\s*\d)", re.I
)
PHONE = re.compile(
    r"(?<![\d.,])(?:0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
    r"(?![\d]|[.,]\d)"
)
# Letters and digits of a case or document number, and digits too long or with a zero in front.
CODE = re.compile(r"(?<![A-Za-z0-9.,])(?P<letters>[A-Z]{1,4})(?P<digits>\d{6,24})(?!\d)")
LONG = re.compile(r"(?<![\d.])\d{13,}(?![\d])|(?<![\d.,])0\d+(?![\d.%])")
AMOUNT = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?)"
DASH = r"\s?[-–—−~～]\s?"
DATE = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>1[0-2]|0?[1-9])"
    r"(?:(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9]))(?![\d]|\.\d)"
)
YEAR_MONTH = re.compile(r"(?<![\d.])(?P<year>(?:19|20)\d\d)-(?P<month>1[0-2]|0[1-9])(?![\d-])")
TIME = re.compile(
    r"(?<![\d:：.])(?P<hour>2[0-4]|1\d|0?\d)[:：](?P<minute>[0-5]\d)"
    r"(?:[:：](?P<second>[0-5]\d))?(?![\d:：])"
)
TIME_RANGE = re.compile(rf"(?<=[:：]\d\d){DASH}(?=\d{{1,2}}[:：]\d\d)")
RATIO = re.compile(r"(?<![\d.])(\d{1,3})[:：](\d{1,3})(?![\d.])")
FRACTION = re.compile(r"(?<![\d./])(\d{1,2})/(\d{1,3})(?![\d/])")
FRACTION_RANGE = re.compile(rf"(?<=\d/\d){DASH}(?=\d{{1,2}}/\d)")
# Digits right behind the word for a phone.
CALLED = re.compile(
    r"(?P<word>电话|電話|致电|致電|拨打|撥打|号码|號碼|传真|热线|熱線|座机|手机|\btel|\bcall|\bphone|\bdial)"
    r"(?P<between>\.?[:：是为]?\s?)(?P<digits>\d{3,12})(?![\d%％]|[.,]\d|\s?[-–—~～至到])"
    r"(?!\s*(?:元|个|個|人|次|天|小时|分钟|times|days|people|workers|hours))",
    re.IGNORECASE,
)
MINUS = re.compile(r"(?<![\d\w%％)）.])(?<![-–—−])[-−](?=\d)|(?<=[\u3400-\u9fff])[-−](?=\d)")


def plain_amount(amount: str) -> str:
    """Digits without thousands separators."""
    return amount.replace(",", "")

"""Numbers as Chinese words: as Mandarin says them, and Cantonese. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.chinese_numerals import write_numeral
from knowledge_base.spoken_figures import (
    AMOUNT,
    CALLED,
    CODE,
    DASH,
    DATE,
    FRACTION,
    FRACTION_RANGE,
    LINE,
    LONG,
    MINUS,
    PHONE,
    RATIO,
    TIME,
    TIME_RANGE,
    YEAR_MONTH,
    plain_amount,
)

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_YEARS = re.compile(rf"(?<!\d)((?:19|20)\d\d){DASH}((?:19|20)\d\d)(?=年)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_CURRENCY = re.compile(
    rf"(?:[¥￥]|RMB)\s?({AMOUNT}(?:{DASH}[¥￥]?(?:{AMOUNT}))?)(\s?[万萬亿]?)\s?元?"
)
_PER = re.compile(r"(?<=[元块塊%％\d])/(?=[月年天日人次周]|小时|小時|平方)")
_OF = {"%": "百分之", "％": "百分之", "‰": "千分之"}
_PERCENT_RANGE = re.compile(rf"(?<![\d.,])({AMOUNT})([%％]?){DASH}({AMOUNT})([%％])")
_PERCENT = re.compile(rf"(?<![\d.,])({AMOUNT})\s?([%％‰])")
# "3月1日-5日", "三点-五点": a dash between what is counted alike.
_UNIT_RANGE = re.compile(rf"(?<=[日号號月年点點条條天元半分]){DASH}(?=\d)")
_RANGE = re.compile(rf"(?<![\d.-])({AMOUNT}){DASH}({AMOUNT})(?![\d]|-\d)")
_NUMBER = re.compile(AMOUNT)
_COUNTED = (
    "个|個|倍|次|年|天|种|種|份|人|位|名|家|周|週|条|條|项|項|小时|小時|万|萬|千|百|元|块|塊|分钟|分鐘"
    "|点|點|岁|歲|成|户|件|批"
)
# 第2条 and 2月 are 二, 2个 and 2至3天 两.
_TWO = re.compile(rf"(?<![\d.第])2(?=(?:[至到、~～-]\d+)?(?:{_COUNTED})(?!级|級))")


@dataclass(frozen=True)
class _Voice:
    """What the two languages say differently."""

    two: str
    one_of_lines: str
    o_clock: str
    numerals: Mapping[int, int]


_MANDARIN = _Voice(two="两", one_of_lines="幺", o_clock="点", numerals={})
# Cantonese is written in traditional characters throughout.
_CANTONESE = _Voice(
    two="兩",
    one_of_lines="一",
    o_clock="點",
    numerals=str.maketrans("两万亿点负", "兩萬億點負"),
)


def speak_chinese(text: str, *, is_cantonese: bool = False) -> str:
    """``text`` with its digits (half width) as Chinese words."""
    voice = _CANTONESE if is_cantonese else _MANDARIN
    text = _speak_codes(text, voice)
    text = _speak_days_and_times(text, voice)
    text = _CURRENCY.sub(
        lambda m: f"{m[1].replace('￥', '').replace('¥', '')}{m[2].strip()}元", text
    )
    text = _PER.sub("每", text)
    text = FRACTION_RANGE.sub("到", text)
    text = MINUS.sub("负", text)
    text = _speak_parts_and_ranges(text)
    text = _TWO.sub(voice.two, text)
    text = _NUMBER.sub(lambda m: _number(m[0]), text)
    return text.translate(voice.numerals)


def _speak_codes(text: str, voice: _Voice) -> str:
    text = CODE.sub(lambda m: m["letters"] + _line(m["digits"], voice), text)
    text = PHONE.sub(lambda m: _phone(m[0], voice), text)
    text = CALLED.sub(lambda m: f"{m['word']}{m['between']}{_line(m['digits'], voice)}", text)
    return LINE.sub(lambda m: _line(m[0], voice), text)


def _speak_days_and_times(text: str, voice: _Voice) -> str:
    text = _UNIT_RANGE.sub("到", text)
    text = DATE.sub(lambda m: _day(m["year"], m["month"], m["day"]), text)
    text = _YEARS.sub(lambda m: f"{_digit_by_digit(m[1])}到{_digit_by_digit(m[2])}", text)
    text = YEAR_MONTH.sub(lambda m: _day(m["year"], m["month"], None), text)
    text = _YEAR.sub(lambda m: _digit_by_digit(m[0]), text)
    text = TIME_RANGE.sub("到", text)
    text = TIME.sub(lambda m: _time(m, voice), text)
    return RATIO.sub(lambda m: f"{_number(m[1])}比{_number(m[2])}", text)


def _speak_parts_and_ranges(text: str) -> str:
    text = FRACTION.sub(_fraction, text)
    text = _PERCENT_RANGE.sub(lambda m: f"{m[1]}{m[4]}到{m[3]}{m[4]}", text)
    text = _PERCENT.sub(lambda m: _OF[m[2]] + _number(m[1]), text)
    text = _RANGE.sub(r"\1到\2", text)
    return LONG.sub(lambda m: _digit_by_digit(m[0]), text)


def _day(year: str, month: str, day: str | None) -> str:
    words = f"{_digit_by_digit(year)}年{_number(str(int(month)))}月"
    return words if day is None else f"{words}{_number(str(int(day)))}日"


def _time(match: re.Match[str], voice: _Voice) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    said = (voice.two if hour == 2 else _number(str(hour))) + voice.o_clock
    if match["second"] is not None:
        return f"{said}{_minutes(minute)}{_number(str(int(match['second'])))}秒"
    if minute == 30:
        return f"{said}半"
    return said if minute == 0 else said + _minutes(minute)


def _minutes(minute: int) -> str:
    return ("零" if minute < 10 else "") + (_number(str(minute)) if minute else "") + "分"


def _fraction(match: re.Match[str]) -> str:
    part, whole = int(match[1]), int(match[2])
    if 0 < part < whole:
        return f"{_number(match[2])}分之{_number(match[1])}"
    return f"{match[1]}，{match[2]}"


def _phone(number: str, voice: _Voice) -> str:
    groups = re.split(r"[- ]", number)
    return "，".join(_line(group, voice) for group in groups)


def _line(digits: str, voice: _Voice) -> str:
    return _digit_by_digit(digits).replace("一", voice.one_of_lines)


def _digit_by_digit(number: str) -> str:
    return "".join(_DIGITS[digit] for digit in number)


def _number(amount: str) -> str:
    digits = plain_amount(amount)
    if len(digits.partition(".")[0]) > 12:
        return "点".join(_digit_by_digit(part) for part in digits.split("."))
    # 二百 and 二千 are said 两百 and 两千 at the head of a number; 一十五 is said 十五.
    words = re.sub(r"^二(?=[百千万亿])", "两", write_numeral(digits))
    return re.sub(r"^一十", "十", words)

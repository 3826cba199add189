"""Figures, days and long words as they are said on the phone, or written in a text."""

from __future__ import annotations

import calendar
import re
from datetime import date, time

from num2words import num2words

from core.ranges import Range
from dialogue.context import TurnContext
from dialogue.conversation import Channel
from knowledge_base.article_parts import cut_article, speakable
from knowledge_base.spoken_numbers import speak_numbers


def as_said(turn: TurnContext, value: object) -> str:
    """A figure or a day: its digits as words on the phone, as it is in a text."""
    return _spoken(str(value), turn.language) if turn.is_voice else str(value)


def day_in_words(day: date | None, language: str, channel: Channel) -> str:
    """A day with its year, as it is said on the phone or written in a text; empty for none."""
    words = full_day_words(day, language)
    return _spoken(words, language) if channel == "voice" else words


def _spoken(words: str, language: str) -> str:
    day = _ENGLISH_DAY.fullmatch(words) if language == "en" else None
    return speak_numbers(words, language) if day is None else _english_day(day)


def _english_day(day: re.Match[str]) -> str:
    """24 November 2026 as it is said: the twenty-fourth of November twenty twenty-six."""
    number, month, year = day.groups()
    words = f"the {num2words(int(number), to='ordinal')} of {month}"
    return f"{words} {num2words(int(year), to='year')}" if year else words


_ENGLISH_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?")


def count_words(count: int, language: str) -> str:
    """A count as a voice says it before what is counted: 两, not 二."""
    return _TWO[language] if count == 2 else speak_numbers(str(count), language)


_TWO = {"zh": "两", "yue": "兩", "en": "two"}


def deadline_words(at: time, language: str) -> str:
    """A time of day as a voice says it: 上午八点半, eight thirty in the morning."""
    hour, minute = at.hour, at.minute
    part = 0 if hour < 12 else 1 if hour == 12 else 2
    of_twelve = (hour - 1) % 12 + 1
    if language == "en":
        if (hour, minute) == (12, 0):
            return "noon"
        minutes = f" {speak_numbers(str(minute), 'en')}" if minute else " o'clock"
        return f"{speak_numbers(str(of_twelve), 'en')}{minutes} {_DAY_PARTS['en'][part]}"
    minutes = "半" if minute == 30 else f"{speak_numbers(str(minute), 'zh')}分" if minute else ""
    return f"{_DAY_PARTS[language][part]}{count_words(of_twelve, language)}点{minutes}".replace(
        "点", "點" if language == "yue" else "点"
    )


_DAY_PARTS = {
    "zh": ("上午", "中午", "下午"),
    "yue": ("朝早", "中午", "下晝"),
    "en": ("in the morning", "in the afternoon", "in the afternoon"),
}


def shortened(turn: TurnContext, words: str) -> str:
    """The citizen's own words as they are read back on the phone: their beginning when long."""
    max_length = _MAX_READ_BACK[turn.language]
    if not turn.is_voice or len(words) <= max_length:
        return words
    return turn.words("case.and_so_on", words=words[:max_length].rstrip("，,、 "))


def beginning_of(words: str, language: str) -> str:
    """The first whole sentences of a long answer, as a voice says them: at most 240 characters
    (English 480), numbers as words."""
    max_length = _MAX_READ_OUT[language]
    said = ""
    for sentence in _SENTENCE.findall(words):
        spoken = _as_spoken(sentence, language)
        if len(said) + len(spoken) > max_length:
            break
        said += spoken
    # A first sentence that is too long by itself ends where one would pause.
    return said.strip() or _as_spoken(cut_article(words, max_length // 2)[0], language)


def _as_spoken(words: str, language: str) -> str:
    return speak_numbers(words, "en") if language == "en" else speakable(words)


_SENTENCE = re.compile(r".+?(?:[。！？；]|[.!?](?=\s|$)\s*|$)", re.DOTALL)
_MAX_READ_OUT = {"zh": 240, "yue": 240, "en": 480}
_MAX_READ_BACK = {"zh": 40, "yue": 40, "en": 120}


def day_words(day: date | None, language: str) -> str:
    """A day as people say it: 11月24日, or 24 November; empty for no day."""
    if day is None:
        return ""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def full_day_words(day: date | None, language: str) -> str:
    """A day that may lie in another year: 2027年3月5日, or 5 March 2027; empty for no day."""
    if day is None:
        return ""
    words = day_words(day, language)
    return f"{words} {day.year}" if language == "en" else f"{day.year}年{words}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def date_range_words(days: Range[date], language: str) -> str:
    """Days between two ends: one day, a whole month, a whole year, or from one to the other."""
    first, last = days.lower, days.upper
    if first is None or last is None or first == last:
        return full_day_words(first or last, language)
    if first.day == 1 and last == _end_of_month(last) and first.year == last.year:
        if first.month == last.month:
            return _month_words(first, language)
        if (first.month, last.month) == (1, 12):
            return str(first.year) if language == "en" else f"{first.year}年"
    joint = {"zh": "到", "yue": "到", "en": " to "}[language]
    return f"{full_day_words(first, language)}{joint}{full_day_words(last, language)}"


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_words(day: date, language: str) -> str:
    if language == "en":
        return f"{_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月"

"""Telling a citizen a case number, so that it is not lost."""

from __future__ import annotations

import re
from datetime import date, time

from num2words import num2words

from casework.operations import Lodging
from core.phones import digits_apart
from dialogue.turning import Turning
from dialogue.wordings import wording
from knowledge_base.article_parts import cut_article, speakable
from knowledge_base.spoken_numbers import speak_numbers


def tell_case_number(turning: Turning, key: str, lodging: Lodging, **values: object) -> None:
    """Say the number twice digit by digit (voice) or write it, and send it by text to a caller.

    ``key`` is a wording with the places {number} and {due}.
    """
    number = lodging.case.number
    due_on = lodging.due.on if lodging.due else None
    due = told(turning, day_words(due_on, turning.language))
    if not turning.is_voice:
        turning.say(key, number=number, due=due, **values)
        return
    apart = digits_apart(number)
    turning.say(key, number=apart, due=due, **values)
    turning.say("case.number_again", number=apart)
    phone = turning.slot("case_phone") or (
        turning.conversation.phone if turning.conversation.can_text else ""
    )
    if phone:
        written = "en" if turning.language == "en" else "zh"
        words = wording(
            written, "text", key, number=number, due=day_words(due_on, written), **values
        )
        turning.send_text("acknowledgement", words, phone)


def told(turning: Turning, value: object) -> str:
    """A figure or a day as it is told: its digits as words on the phone."""
    words = str(value)
    if not turning.is_voice:
        return words
    day = _ENGLISH_DAY.fullmatch(words) if turning.language == "en" else None
    return speak_numbers(words, turning.language) if day is None else _english_day(day)


def _english_day(day: re.Match[str]) -> str:
    """24 November 2026 as it is said: the twenty-fourth of November twenty twenty-six."""
    number, month, year = day.groups()
    words = f"the {num2words(int(number), to='ordinal')} of {month}"
    return f"{words} {num2words(int(year), to='year')}" if year else words


_ENGLISH_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?")


def count_words(count: int, language: str) -> str:
    """How many, as a voice says it before what is counted: 两, not 二."""
    return _TWO[language] if count == 2 else speak_numbers(str(count), language)


_TWO = {"zh": "两", "yue": "兩", "en": "two"}


def clock_words(at: time, language: str) -> str:
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


def shortened(turning: Turning, words: str) -> str:
    """The citizen's own words as they are read back on the phone: their beginning when long."""
    most = _MOST_READ_BACK[turning.language]
    if not turning.is_voice or len(words) <= most:
        return words
    return turning.words("case.and_so_on", words=words[:most].rstrip("，,、 "))


def beginning_of(words: str, language: str) -> str:
    """The first whole sentences of a long answer, as a voice says them: at most 240 characters
    (English 480), numbers as words."""
    most = _MOST_TOLD[language]
    said = ""
    for sentence in _SENTENCE.findall(words):
        spoken = _as_spoken(sentence, language)
        if len(said) + len(spoken) > most:
            break
        said += spoken
    # A first sentence that is too long by itself ends where one would pause.
    return said.strip() or _as_spoken(cut_article(words, most // 2)[0], language)


def _as_spoken(words: str, language: str) -> str:
    return speak_numbers(words, "en") if language == "en" else speakable(words)


_SENTENCE = re.compile(r".+?(?:[。！？；]|[.!?](?=\s|$)\s*|$)", re.DOTALL)
_MOST_TOLD = {"zh": 240, "yue": 240, "en": 480}
_MOST_READ_BACK = {"zh": 40, "yue": 40, "en": 120}


def day_words(day: date | None, language: str) -> str:
    """A day as people say it: 11月24日, or 24 November; empty for no day."""
    if day is None:
        return ""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def limit_words(day: date | None, language: str) -> str:
    """A day that may lie in another year: 2027年3月5日, or 5 March 2027; empty for no day."""
    if day is None:
        return ""
    words = day_words(day, language)
    return f"{words} {day.year}" if language == "en" else f"{day.year}年{words}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

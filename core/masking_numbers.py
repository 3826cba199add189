"""Finding numbers that name a person: identity cards, phones, bank cards, passports, plates.

Every pattern reads its text once: repetitions are unambiguous or bounded, and a run of digits is
looked at in windows of a fixed size. Work grows with the length of the text and not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.reference_numbers import MAX_NUMBER_DIGITS, PREFIX, is_case_number

Span = tuple[int, int, str]
"""Begin and end of what is to be hidden, and what stands in its place."""

IDENTITY, ACCOUNT, MOBILE, PHONE = "[身份证号]", "[账号]", "[手机号]", "[电话]"
PAPERS, PLATE, MAIL, HANDLE = "[证件号]", "[车牌]", "[邮箱]", "[号码]"

# Digits in groups as people write and recognisers hear them: "4419 0019 90", "138-0013-8000".
_APART = r"[ \t\u00a0\u3000\-\u2010-\u2015－_./·•,，、)）]"
_RUN = re.compile(rf"\d(?:{_APART}{{0,2}}\d)*(?:{_APART}?[xX](?![A-Za-z]))?")
_GROUP = re.compile(r"\d+|[xX]")
_MAX_DIGITS = 21
_CASE_PREFIX = re.compile(r"(?<![A-Za-z])[Dd] ?[Gg][ \-]?\Z")
_MAX_CASE_PREFIX = 5
_ID_LENGTH, _OLD_ID_LENGTH = 18, 15
_CARD_LENGTHS = range(15, 20)
_RANGE_MARKS = frozenset("-－\u2010\u2011\u2012\u2013\u2014\u2015/.,，、")
_PHONE_GROUPS = frozenset({(11,), (3, 8), (7, 4), (4, 7), (5, 6), (6, 5), (3, 4, 4), (4, 4, 3)})

_DIGIT_WORD_ZH = "[零〇一二三四五六七八九幺么两壹贰叁肆伍陆柒捌玖]"
_DIGIT_WORDS_ZH = re.compile(rf"{_DIGIT_WORD_ZH}(?:[ ，,、]?{_DIGIT_WORD_ZH}){{6,}}")
_DIGIT_WORD_EN = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_DIGIT_WORDS_EN = re.compile(rf"\b{_DIGIT_WORD_EN}(?:[ ,\-]{{1,2}}{_DIGIT_WORD_EN}){{5,}}\b", re.I)

# One or two letters and six to nine digits: passports, permits for Hong Kong, Macao and Taiwan,
# Hong Kong identity cards with their check digit in brackets. GB, DB and the like name standards.
_PAPERS = re.compile(
    r"(?<![A-Za-z0-9])(?!(?:GB|DB|LD|HJ|AQ|DG|SH|PE|MM|CH|AC|CA|RE)[ \d])"
    r"(?:[A-Z]{1,2}|[a-z])(?:\d{6}[(（][0-9A][)）]|\d{6,10})(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?<!\b[Dd] )[EGCHMTDSPK][ \-]\d{2,4}(?:[ \-]?\d{2,4}){1,2}(?![A-Za-z0-9])"
)
# What is named by a word before it is hidden in whatever form it comes.
_LABEL_ZH = (
    "护照号码|护照号|護照號碼|護照|护照|通行证号码|通行证|回乡证|居住证号|居住证|社保卡号|社保号"
    "|社保卡|医保卡号|银行卡号|银行卡|卡号|账号|帐号|账户|证件号码|证件号|身份证号码|身份证号"
    "|身份证|身份證|微信号|微信|QQ号|QQ|qq|支付宝|工号|员工号|座机|固定电话|固话|电话号码|电话|電話"
    "|驾驶证号|驾照"
)
_LABELLED_ZH = re.compile(
    rf"(?:{_LABEL_ZH})(?:号码|号|是|为|：|:|，|,|\s){{0,4}}"
    r"([A-Za-z]{0,3}[\d_][\w\-]{2,24}(?: \d[\dA-Za-z]{1,7}){0,5})",
    re.ASCII,
)
_LABEL_EN = (
    r"passport|permit|account|card|wechat|weixin|id|identity card|social security|licence|license"
    r"|badge|phone|telephone|tel|mobile|number plate|licen[cs]e plate|plate"
)
_LABELLED_EN = re.compile(
    rf"\b(?:{_LABEL_EN})(?: (?:number|no\.?|id|card|code)){{0,2}}"
    r"(?: is| was|:| of mine is)?[ :#]{1,2}"
    r"((?=[A-Za-z\-]{0,6}\d)[A-Za-z0-9][A-Za-z0-9\-]{4,24}(?: \d[A-Za-z0-9]{0,7}){0,4})",
    re.I | re.ASCII,
)
_HANDLES = re.compile(
    r"(?:微信号|微信|wechat id|wechat|weixin)(?:号|是|为|：|:|is|\s){0,4}"
    r"(?=[A-Za-z]{0,24}[\d_\-])([A-Za-z][A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9_\-])",
    re.I | re.ASCII,
)
_ABROAD = re.compile(r"\+\d{1,4}(?:[ \-]?\d{1,5}){2,5}(?!\d)")
_MIN_LABELLED = 6
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}"
)
_PLATE_SIGN = "[A-HJ-NP-Za-hj-np-z0-9]"
_PLATE = re.compile(
    r"[京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊]"
    rf"[ ]?[A-Za-z][ ·•.\-]{{0,2}}(?=[A-Za-z ]{{0,6}}\d){_PLATE_SIGN}(?:[ ]?{_PLATE_SIGN}){{3,4}}"
    r"[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领]?(?![A-Za-z0-9])"
)


def find_numbers(text: str) -> Iterator[Span]:
    """Every number in ``text`` that names a person, perhaps overlapping; of two names for the same
    place the better one first. ``text`` has its digits in half width.
    """
    for run in _RUN.finditer(text):
        yield from _in_run(text, run.start(), run.end())
    for pattern, mask in _WHOLE:
        for found in pattern.finditer(text):
            yield found.start(), found.end(), mask
    for pattern, mask in _LABELLED:
        for found in pattern.finditer(text):
            if sum(c.isalnum() for c in found.group(1)) >= _MIN_LABELLED:
                yield found.start(1), found.end(1), mask


_WHOLE = (
    (_PLATE, PLATE),
    (_PAPERS, PAPERS),
    (_MAIL, MAIL),
    (_ABROAD, PHONE),
    (_DIGIT_WORDS_ZH, HANDLE),
    (_DIGIT_WORDS_EN, HANDLE),
)
_LABELLED = ((_LABELLED_ZH, HANDLE), (_LABELLED_EN, HANDLE), (_HANDLES, HANDLE))


@dataclass(frozen=True)
class _Group:
    begin: int
    end: int
    digits: str

    @property
    def is_year(self) -> bool:
        return len(self.digits) == 4 and self.digits[:2] in ("19", "20")


def _in_run(text: str, begin: int, end: int) -> Iterator[Span]:
    """The numbers in one run of digit groups: at each group the longest that is one."""
    behind = _end_of_case_number(text, begin, end)
    if behind == begin and begin and text[begin - 1].isascii() and text[begin - 1].isalpha():
        # The number of a part; papers with letters are another pattern.
        return
    begin = behind
    groups = [
        _Group(found.start(), found.end(), found.group())
        for found in _GROUP.finditer(text, begin, end)
    ]
    at = 0
    while at < len(groups):
        taken, mask = _longest(text, groups, at)
        if mask:
            yield _begin_with_country(text, groups[at]), groups[at + taken - 1].end, mask
        at += max(taken, 1)


def _end_of_case_number(text: str, begin: int, end: int) -> int:
    """Where the number of a case ends that begins a run, in whatever groups ("D G 2 0 2 6 ..."):
    it is no personal data. ``begin`` where there is none."""
    if not _CASE_PREFIX.search(text, max(0, begin - _MAX_CASE_PREFIX), begin):
        return begin
    digits, behind = "", begin
    for group in _GROUP.finditer(text, begin, end):
        digits += group.group()
        if len(digits) > MAX_NUMBER_DIGITS:
            break
        if is_case_number(PREFIX + digits):
            behind = group.end()
    return behind


def _begin_with_country(text: str, group: _Group) -> int:
    return group.begin - 1 if group.begin and text[group.begin - 1] == "+" else group.begin


def _longest(text: str, groups: Sequence[_Group], at: int) -> tuple[int, str]:
    """How many groups from ``at`` on make one number, and its mask; 0 and empty for none."""
    if dated := _date_at(text, groups, at):
        return dated, ""
    best, mask, digits = 0, "", ""
    for taken, group in enumerate(groups[at : at + _MAX_DIGITS], start=1):
        digits += group.digits.upper()
        if len(digits) > _MAX_DIGITS:
            break
        found = _kind(text, groups[at : at + taken], digits)
        if found:
            best, mask = taken, found
    return best, mask


def _date_at(text: str, groups: Sequence[_Group], at: int) -> int:
    """How many groups make a day or a month ("2026-11-30", "2024.3") that begins here."""
    if not groups[at].is_year or at + 1 >= len(groups):
        return 0
    month = groups[at + 1].digits
    if len(month) > 2 or not month.isdecimal() or not 1 <= int(month) <= 12:
        return 0
    if text[groups[at].end] in " \t":
        return 0
    if at + 2 < len(groups) and len(groups[at + 2].digits) <= 2:
        return 3
    return 2


def _kind(text: str, groups: Sequence[_Group], digits: str) -> str:
    """The mask of groups that are one number together; empty when they are none."""
    if len(digits) == _ID_LENGTH and digits[:17].isdecimal() and _has_birthday(digits):
        return IDENTITY
    if not digits.isdecimal():
        return ""
    if _is_mobile(text, groups, digits):
        return MOBILE
    if _is_landline(groups, digits):
        return PHONE
    if len(digits) not in _CARD_LENGTHS or all(group.is_year for group in groups):
        return ""
    return "" if _are_amounts(text, groups) else ACCOUNT


def _has_birthday(digits: str) -> bool:
    """Whether an identity number (GB 11643) has a possible day of birth, or a letter at its end."""
    month, day = int(digits[10:12]), int(digits[12:14])
    is_day = digits[6:8] in ("19", "20") and 1 <= month <= 12 and 1 <= day <= 31
    return is_day or digits[17] == "X"


def _is_mobile(text: str, groups: Sequence[_Group], digits: str) -> bool:
    lengths = tuple(len(group.digits) for group in groups)
    for country in ("0086", "86"):
        if digits.startswith(country) and len(digits) == 11 + len(country):
            return digits[len(country)] == "1" and digits[len(country) + 1] in "3456789"
    if len(digits) != 11 or digits[0] != "1" or digits[1] not in "3456789":
        return False
    if len(groups) > 2:
        return not groups[-1].is_year or lengths in _PHONE_GROUPS
    is_range = len(groups) == 2 and text[groups[0].end] in _RANGE_MARKS
    return lengths in _PHONE_GROUPS and not (is_range and lengths in {(5, 6), (6, 5)})


def _is_landline(groups: Sequence[_Group], digits: str) -> bool:
    """An area code and seven or eight digits, perhaps behind the country's code."""
    area = groups[0].digits
    if len(digits) > 9 and digits[0] == "0" and digits[1] != "0":
        return len(digits) <= 12 and len(area) in (3, 4, len(digits))
    is_country = digits.startswith("86") and area in ("86", digits[:4], digits[:5])
    return is_country and len(digits) in (12, 13) and len(groups) > 1


def _are_amounts(text: str, groups: Sequence[_Group]) -> bool:
    """Whether groups are numbers in a row ("3000、3200、3500"): set off by commas, not a card."""
    if len(groups) < 2:
        return False
    marks = {text[group.end] for group in groups[:-1]}
    return marks <= frozenset(",，、")

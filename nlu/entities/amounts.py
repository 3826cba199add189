"""Sums of money and numbers of people."""

from __future__ import annotations

import re
from decimal import Decimal

from nlu.entities.numerals import CHINESE_NUMBER, NUMBER, parse_number

_SUM = re.compile(
    rf"({NUMBER})\s*(?:多|来|几)?\s*(?:块钱|块|元|圆|人民币|蚊|rmb|RMB|yuan|Yuan|RMB)"
    rf"|(?:[¥￥]|RMB\s*|rmb\s*)({NUMBER})"
    rf"|(?:工资|薪水|欠款|货款|人工|底薪|月薪)(?:是|有|共|一共|总共|合计|大概|大约|差不多|才|只有)?({NUMBER})(?![\d个年月天级%名人小])"
)
_LARGE = re.compile(
    rf"(\d+(?:\.\d+)?万|{CHINESE_NUMBER}万(?:{CHINESE_NUMBER})?)(?:多|来|几)?(?![人名个位])"
)
_PEOPLE = re.compile(
    rf"({NUMBER})\s*(?:多|来|几)?\s*(?:个|名|位)?\s*"
    r"(?:人(?!民)|员工|工人|同事|工友|农民工|老乡|兄弟|workers|people|employees|colleagues)"
)
_EN_PEOPLE = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|"
    r"fifty|hundred|\d{1,5})\s+(?:of us|(?:other )?(?:workers|people|employees|colleagues))\b",
    re.IGNORECASE,
)
_EN_NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
}
_VAGUE_PEOPLE = {"几十": 30, "十几": 15, "几百": 300, "上百": 100, "成百": 100, "十来": 10}
_VAGUE = re.compile(
    rf"({'|'.join(_VAGUE_PEOPLE)})(?:个|名|号|位)?(?:人|员工|工人|工友|同事|农民工)"
)
_LEAST_SUM = 10


def find_amount(text: str) -> Decimal | None:
    """The largest sum of money named, in yuan; None without one."""
    sums = [parse_number(next(g for g in m.groups() if g)) for m in _SUM.finditer(text)]
    sums += [parse_number(m[1]) for m in _LARGE.finditer(text)]
    values = [s for s in sums if s is not None and s >= _LEAST_SUM]
    return max(values) if values else None


def find_people(text: str) -> int | None:
    """How many people are said to be concerned; a vague number (几十个人) becomes a typical one."""
    vague = _VAGUE.search(text)
    if vague:
        return _VAGUE_PEOPLE[vague[1]]
    counts = [parse_number(m[1]) for m in _PEOPLE.finditer(text)]
    said = [m[1].lower() for m in _EN_PEOPLE.finditer(text)]
    counts += [parse_number(str(_EN_NUMBERS.get(number, number))) for number in said]
    values = [int(c) for c in counts if c is not None and 1 < c < 1_000_000]
    return max(values) if values else None

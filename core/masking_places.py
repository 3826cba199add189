"""Finding addresses to the door: road or estate with house, block, floor and room.

A town, a road or a floor by itself is no address of a person and stays: the case needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.masking_numbers import Span

ADDRESS = "[地址]"

_COUNT = r"(?:\d{1,5}|[一二三四五六七八九十百零〇两]{1,5})"
_NUMBER = rf"(?:[A-Za-z]?{_COUNT}[A-Za-z]?(?:[\-－之]\d{{1,4}})?|[A-Z])"
# A bare number of a room at the end, and no amount, day or share.
_BARE = r"\d{2,5}(?![\d.元块天年月日人个小])"
_UNIT = (
    r"(?:号楼|號樓|号院|号|號|弄|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房间|房|铺|舖|巷|组|队|床)"
)
_SITE = (
    r"(?:大道|公路|路|街|胡同|巷|里|围|圍|坊|村|庄|新村|小区|小區|社区|花园|花園|苑|城|湾|灣|府|邸|庭"
    r"|公寓|宿舍|大厦|大廈|工业区|工業區|工业园|科技园|广场|廣場|中心|屋邨|邨|家园|名居|豪庭|山庄|楼盘)"
)
# A site with a house number, or a number with another one behind it, or a room.
_BLOCK = r"(?:号楼|栋|棟|幢|座|单元)"
_DOOR = re.compile(
    rf"{_SITE}[ ,，]?(?:{_NUMBER}[ ]?{_UNIT}|[A-Za-z]?\d{{1,3}}[\-－]\d{{3,4}})"
    rf"(?:[ ,，]?{_NUMBER}[ ]?{_UNIT}){{0,5}}(?:[ ,，]?[A-Za-z]?{_BARE}|之\d{{1,3}})?"
    rf"|{_NUMBER}[ ]?{_BLOCK}(?:[ ,，]?{_NUMBER}[ ]?{_UNIT}){{1,5}}"
    rf"|{_NUMBER}[ ]?{_BLOCK}[ ,，]?{_BARE}"
)
_ROOM = re.compile(
    r"(?:[A-Za-z]?\d{3,4}[A-Za-z]?|[一二三四五六七八九十百零〇]{3,5})(?:室|号房|房间|房)(?![地东屋产租贷价补费])"
)
# How far a name of a road or an estate can reach before the word for what it is.
_MAX_BACK = 12
_BEFORE_NAME = frozenset(
    "省市区縣县镇鎮乡鄉州在住于於是到去往从寄送至：:，,。；;、（）() \n“”\"'！!？?的址喺我"
)

_STREET_EN = (
    r"(?:No\.? ?)?\d{1,5}[A-Za-z]?,?(?: [A-Z][A-Za-z]{1,20}){1,4}"
    r" (?:Road|Street|Avenue|Lane|Drive|Rd|St|Ave|Boulevard)\b\.?"
)
_DOOR_EN = re.compile(
    r"(?<![A-Za-z\d])(?:(?:Room|Flat|Unit|Apt\.?|Apartment|Suite|Dorm(?:itory)?|House)"
    r"(?: (?:No\.?|number))? ?#?[A-Za-z]?\d{1,5}[A-Za-z]?)"
    r"(?:,? (?:(?:Block|Building|Tower|Floor|Unit)(?: (?:No\.?|number))? ?[A-Za-z\d]{1,4}"
    r"|\d{1,2}(?:st|nd|rd|th)? Floor|\d{1,2}/F)){0,4}"
    rf"(?:,? {_STREET_EN})?"
    rf"|(?<![A-Za-z\d]){_STREET_EN}"
)
_BLOCK_EN = re.compile(
    r"(?<![A-Za-z\d])(?:Block|Building|Tower) [A-Za-z\d]{1,4},?"
    r" (?:(?:Room|Flat|Unit) )?[A-Za-z]?\d{2,5}\b"
)


def find_addresses(text: str) -> Iterator[Span]:
    """Every address to the door in ``text``, from the name of its road or estate on."""
    for found in _DOOR.finditer(text):
        yield _name_begin(text, found.start()), found.end(), ADDRESS
    for pattern in (_ROOM, _DOOR_EN, _BLOCK_EN):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), ADDRESS


def _name_begin(text: str, begin: int) -> int:
    """Where the name before the word for a road or an estate begins."""
    first = max(0, begin - _MAX_BACK)
    at = begin
    while at > first and text[at - 1] not in _BEFORE_NAME and not text[at - 1].isspace():
        at -= 1
    return at

"""Employers, laws and case numbers."""

from __future__ import annotations

import re

from nlu.entities.numerals import CHINESE_NUMBER, DIGITS, parse_number
from nlu.entities.towns import load_towns
from nlu.entities.values import NamedLaw

_KIND = (
    "有限责任公司|股份有限公司|有限公司|集团|公司|电子厂|五金厂|玩具厂|"
    "制衣厂|鞋厂|塑胶厂|家具厂|印刷厂|模具厂|纸品厂|皮具厂|"
    "服装厂|食品厂|工厂|分厂|厂|工作室|酒店|饭店|"
    "餐厅|超市|商场|医院|学校|幼儿园|美容院|工地|"
    "物业|KTV|店"
)
# A name may begin after the last character of such words (在, 名叫, 投诉, 举报, 单位是 ...).
_NAME = re.compile(
    rf"(?:(?<![\u4e00-\u9fffA-Za-z])|(?<=[在叫为诉报告是于嗯呃额])|(?<=镇的))"
    rf"(?=(?P<name>[\u4e00-\u9fffA-Za-z0-9()（）·]{{2,24}}?(?:{_KIND})))"
)
_NOT_A_NAME = re.compile(
    "我们|我的|我在|这个|那个|这家|那家|一家|一个|哪个|什么|某|自己|他们|所在|上班|老板|如果|因为|现在|原来|新的|以前|"
    "前|私人|请问|怎么|能不能|可以|用人|原|其他|别的|任何|国企|外资|劳务派遣|入职|离职|辞职|员工|工人|工资|不是|就是|跟|和|被|把|了|的"
)
_LEADING = re.compile(
    r"^(?:[嗯呃额]|你好|您好|我要|我想|举报|投诉|本人|在|是|叫|于|告|东莞市?的|位于|向|对|一下|[\u4e00-\u9fff]{2,3}镇)+"
)
_TRADES = re.compile(
    "(?:电子|五金|玩具|制衣|鞋业?|塑胶|塑料|家具|印刷|模具|纸品|皮具|服装|食品|科技|汽车|毛织|包装|机械|"
    "精密|实业|电器|光电|纺织|针织|灯饰|物流|建筑|装饰|材料|贸易|人力资源|劳务|制品|加工|第?[一二三四]|大)+"
)

_LAW_NAMES = {
    "劳动法": "劳动法",
    "劳动合同法": "劳动合同法",
    "劳动合同法实施条例": "劳动合同法实施条例",
    "社会保险法": "社会保险法",
    "社保法": "社会保险法",
    "工伤保险条例": "工伤保险条例",
    "工伤条例": "工伤保险条例",
    "失业保险条例": "失业保险条例",
    "劳动争议调解仲裁法": "劳动争议调解仲裁法",
    "仲裁法": "劳动争议调解仲裁法",
    "调解仲裁法": "劳动争议调解仲裁法",
    "就业促进法": "就业促进法",
    "职业病防治法": "职业病防治法",
    "工会法": "工会法",
    "未成年人保护法": "未成年人保护法",
    "劳动保障监察条例": "劳动保障监察条例",
    "信访工作条例": "信访工作条例",
    "信访条例": "信访工作条例",
    "广东省工资支付条例": "广东省工资支付条例",
    "工资支付条例": "广东省工资支付条例",
    "职工带薪年休假条例": "职工带薪年休假条例",
    "带薪年休假条例": "职工带薪年休假条例",
    "女职工劳动保护特别规定": "女职工劳动保护特别规定",
    "住房公积金管理条例": "住房公积金管理条例",
    "禁止使用童工规定": "禁止使用童工规定",
    "法律援助法": "法律援助法",
    "民法典": "民法典",
}
_LAW_BY_LENGTH = sorted(_LAW_NAMES, key=len, reverse=True)
_ARTICLE = re.compile(rf"》?\s*的?\s*第?\s*(\d{{1,3}}|{CHINESE_NUMBER})\s*条")
_EN_LAWS = {
    "labour contract law": "劳动合同法",
    "labor contract law": "劳动合同法",
    "labour law": "劳动法",
    "labor law": "劳动法",
    "social insurance law": "社会保险法",
}
_EN_LAW = re.compile(
    rf"(?:article\s+(\d{{1,3}})\s+of\s+(?:the\s+)?)?({'|'.join(_EN_LAWS)})"
    r"(?:,?\s*article\s+(\d{1,3}))?",
    re.IGNORECASE,
)
_EN_EMPLOYER = re.compile(
    r"((?:\b[A-Z][\w&'-]{0,40}\s{1,3}){1,5}(?:Co\.?,?\s*Ltd\b\.?|Company\b|Factory\b|Limited\b|Corporation\b))"
)
_EN_LEADING = re.compile(r"^(?:(?:My|The|This|Our|Your|A|At|In|Is|I|Company|Factory)\s*)+")
CASE_PREFIX = r"(?:D|d|滴|迪)[\s.。、·-]*(?:G|g|寄|记|鸡)[\s.。、·:-]*"
_CASE_PREFIX = re.compile(CASE_PREFIX)
_CASE_DIGITS = re.compile(r"[\d零〇一二三四五六七八九幺洞拐两\s\-，,、.]+")
_SPOKEN_DIGITS = {**DIGITS, "洞": 0, "拐": 7}
_MIN_CASE_DIGITS = 8
_MIN_NAME = 2


def find_employer(text: str) -> str | None:
    """The name of an employer when one is given; None for "our company" and the like."""
    for match in _NAME.finditer(text):
        name = _without_place(_LEADING.sub("", match["name"]))
        kind = re.search(rf"(?:{_KIND})$", name)
        core = name[: kind.start()] if kind else ""
        if len(core) >= 2 and not _NOT_A_NAME.search(core):
            return name
    english = _EN_EMPLOYER.search(text)
    return _EN_LEADING.sub("", english[1]) or None if english else None


def _without_place(name: str) -> str:
    """A name without the town where the employer is (厚街宏达电子厂), unless only a trade is left
    (长安电子厂)."""
    for length in (2, 3):
        rest = name[length:]
        kind = re.search(rf"(?:{_KIND})$", rest)
        core = rest[: kind.start()] if kind and kind[0].endswith(("厂", "公司")) else ""
        is_name = len(core) >= _MIN_NAME and not _TRADES.fullmatch(core)
        if is_name and any(town.zh == name[:length] for town in load_towns()):
            return rest
    return name


def find_law(text: str) -> NamedLaw | None:
    """The first law named, by its usual title, with its article when one follows."""
    for spelling in _LAW_BY_LENGTH:
        start = text.find(spelling)
        if start >= 0:
            article = _ARTICLE.match(text, start + len(spelling))
            number = parse_number(article[1]) if article else None
            return NamedLaw(_LAW_NAMES[spelling], int(number) if number else None)
    english = _EN_LAW.search(text)
    if english:
        named = english[1] or english[3]
        return NamedLaw(_EN_LAWS[english[2].lower()], int(named) if named else None)
    return None


def find_case_number(text: str) -> str | None:
    """A case number as ``DG`` and digits, also when read out (D G 二零二六 ...)."""
    prefix = _CASE_PREFIX.search(text)
    digits = _CASE_DIGITS.match(text, prefix.end()) if prefix else None
    if not digits:
        return None
    number = "".join(
        c if c.isdigit() and c.isascii() else str(_SPOKEN_DIGITS[c])
        for c in digits[0]
        if c in _SPOKEN_DIGITS or (c.isdigit() and c.isascii())
    )
    return f"DG{number}" if len(number) >= _MIN_CASE_DIGITS else None

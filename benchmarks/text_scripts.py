"""What the citizens of the benchmark write: several texts a number, in the order of a script."""

from __future__ import annotations

import random
from dataclasses import dataclass

# fmt: off
SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("试用期最长多久", "更多", "1"),
    ("老板拖欠工资三个月怎么办", "更多", "试用期可以不交社保吗"),
    ("加班费怎么算", "2", "周末加班没有调休怎么算"),
    ("辞退", "1", "更多"),
    ("补偿", "2"),
    ("工伤认定要什么材料", "要多久", "更多"),
    ("公司冇簽合同點算", "更多"),
    ("炒魷魚有冇賠償", "1"),
    ("How is overtime paid?", "more", "How long can probation last?"),
    ("My boss has not paid me for three months", "1"),
    ("你好", "产假有多少天", "谢谢"),
    ("投诉", "老板拖欠三个月工资不发", "长安镇明辉电子厂", "2026年9月", "12", "36000"),
    ("我要投诉", "厂里没有给我们买社保", "虎门镇华盛制衣厂", "去年三月"),
    ("人工", "留言", "请回电，我想问工伤的事，上午打来最好"),
    ("进度 2026112300013",),
    ("帮助", "最低工资多少"),
    ("劳动合同法第39条", "更多"),
    ("退订", "恢复", "年休假有几天"),
    ("试用期最长多久？加班费怎么算？产假有多少天？",),
    ("😊", "？？", "失业金怎么领"),
    ("", "照片里是我的合同，能帮我看看吗"),
    ("Lương tối thiểu ở Đông Quản hiện nay là bao nhiêu vậy?", "minimum wage"),
    ("我在厂里做了三年，" * 170, "更多"),
    ("天气怎么样", "工伤赔多少钱"),
)
# fmt: on
REPEATED_EACH = 50
"""Each so many texts the provider delivers one twice."""


@dataclass(frozen=True)
class Arrival:
    """A text that comes in ``at`` seconds after the start; a repeated one has an earlier's sid."""

    at: float
    sid: str
    phone: str
    words: str
    pictures: int = 0


def plan(rate: int, seconds: int, seed: int = 12333) -> list[Arrival]:
    """``rate`` texts a second at even beats, and repeated ones between them."""
    chance = random.Random(seed)
    wanted, wishes = rate * seconds, []
    number = 0
    while len(wishes) < wanted:
        script = chance.choice(SCRIPTS)
        at = chance.uniform(-0.2, 1) * seconds
        for words in script:
            if 0 <= at < seconds:
                wishes.append((at, number, words[:1600]))
            at += chance.uniform(0.05, 0.2) * seconds
        number += 1
    wishes = sorted(wishes[:wanted], key=lambda wish: wish[0])
    arrivals: list[Arrival] = []
    for beat, (_, who, words) in enumerate(wishes):
        phone = f"+86138{who:08d}"
        arrival = Arrival(beat / rate, f"SM{beat:032x}", phone, words, 0 if words else 1)
        arrivals.append(arrival)
        if beat % REPEATED_EACH == 0:
            again = arrival.at + chance.choice((0.0, 0.5 / rate, 0.8, 2.0))
            arrivals.append(Arrival(again, arrival.sid, phone, words, arrival.pictures))
    return sorted(arrivals, key=lambda arrival: arrival.at)

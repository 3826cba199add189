"""Who has already done something against their own life, and who only means or fears it."""

from __future__ import annotations

import pytest

from nlu.self_injury import InjuredPerson, find_self_injury


@pytest.mark.parametrize(
    "words",
    [
        "同事跳楼了还没死",
        "工友上吊了，人还有气",
        "老婆割腕了流了好多血",
        "我老婆割脈，仲有氣",
        "同事吃了一瓶安眠药，叫不醒",
        "有人从宿舍楼跳下去了",
        "刚才我看到一个人从五楼跳下来",
        "跳楼了，还有呼吸，快来人",
        "我室友喝农药了",
        "同事跳咗樓，仲未死",
        "佢食咗成樽安眠藥，叫極都唔醒",
        "my coworker jumped off the roof and is still alive",
        "my roommate hanged himself but he's still breathing",
        "she swallowed a bottle of pills and is unconscious",
        "He cut his wrists, blood everywhere",
    ],
)
def test_somebody_else_has_done_it(words: str) -> None:
    assert find_self_injury(words) is InjuredPerson.OTHER


@pytest.mark.parametrize(
    "words",
    ["我吃了一整瓶安眠药", "我割腕了", "我食咗好多安眠藥", "I took all my sleeping pills"],
)
def test_the_citizen_has_done_it(words: str) -> None:
    assert find_self_injury(words) is InjuredPerson.ONESELF


@pytest.mark.parametrize(
    "words",
    [
        "同事说要跳楼",
        "他站在楼顶想跳下去",
        "我想从楼上跳下去",
        "再不发工资我就跳楼",
        "我不活了现在就从楼上跳下去",
        "she wants to jump off the roof",
        "he is going to swallow pills",
        "老板被气死了",
        "跳楼价促销",
        "我吃了药还是发烧",
        "I jumped at the chance to work here",
        "",
    ],
)
def test_what_is_only_meant_is_no_deed(words: str) -> None:
    assert find_self_injury(words) is None

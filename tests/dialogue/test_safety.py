"""Who told of danger and now says that it is over, and who says the contrary."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.heard import Heard
from dialogue.shared.safety import read_safety
from dialogue.turn_inputs import Texted
from nlu.engine import NluEngine


@pytest.mark.parametrize(
    "words",
    [
        "现在出来了没事了",
        "没事了",
        "我没事了，谢谢",
        "人已经送医院了，没事了",
        "we're safe now",
        "we are all safe now thanks",
        "冇事喇",
        "出咗嚟喇，安全喇",
        "火已经灭了",
        "现在安全了",
        "都逃出来了，老板两个月没发工资怎么办",
        "没事了，我想问拖欠工资怎么办",
        "everyone got out safely",
        "false alarm",
        "他醒过来了，没事了",
        "我们被放出来了",
        "the fire is out",
        "it's over now, thank you",
        "i'm ok now",
        "我想开了",
        "安全了",
    ],
)
def test_it_is_over(words: str, nlu: NluEngine) -> None:
    assert read_safety(Heard(Texted(words), nlu, date(2026, 11, 30))) is not None


@pytest.mark.parametrize(
    "words",
    [
        "还没出来，有事",
        "人还没出来，怎么办",
        "we are not safe yet",
        "没有安全了",
        "什么时候没事了",
        "有人没出来",
        "能不能放我出来",
        "工资没事了吗",
        "没事了吗",
        "are we safe now?",
        "we're safe now but my friend is still inside",
        "出来了，但是里面还有人",
        "安全了吗",
        "怎么才能安全",
        "火还没灭",
        "I am not ok",
        "老板不放我出来",
        "出来不了",
        "救救我",
        "他还没醒",
        "救我出来",
        "跑不出来",
        "we can't get out",
        "火灭不了",
        "他醒不了",
        "没跑出来",
        "is he ok now",
        "出来的路被堵了",
        "放我出来",
    ],
)
def test_it_is_not_over(words: str, nlu: NluEngine) -> None:
    assert read_safety(Heard(Texted(words), nlu, date(2026, 11, 30))) is None


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("都逃出来了，老板两个月没发工资怎么办", "老板两个月没发工资怎么办"),
        ("人已经送医院了，没事了", ""),
        ("现在安全了，厚街", "厚街"),
    ],
)
def test_what_else_was_said_goes_on(words: str, rest: str, nlu: NluEngine) -> None:
    assert read_safety(Heard(Texted(words), nlu, date(2026, 11, 30))) == rest

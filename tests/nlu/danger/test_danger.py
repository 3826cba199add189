"""Danger to life is found in what people say and write, ordinary messages are not taken for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import knowledge_base
from config.yaml_files import read_yaml
from nlu.danger import Danger, DangerKind, DangerLevel, find_danger
from nlu.danger.examples import list_ordinary, read_messages
from nlu.danger.finding import find_in_respelt
from nlu.danger.spelling import respell
from tests.nlu.danger.measuring import Listed, list_messages

DANGERS = list(list_messages("dangers"))
HARMLESS = list(list_messages("harmless"))
ORDINARY = list(list_messages("ordinary"))
_FOLDER = Path(__file__).parent
# What independent authors wrote: the model learns from the first, never from the second.
MESSAGES = list(read_messages(_FOLDER / "messages"))
KEPT_OUT = list(read_messages(_FOLDER / "kept_out"))
# The signs were written before these parts.
UNSEEN_BY_SIGNS = {"fifth", "sixth"}
MIN_RECALL = 0.99
MAX_FALSE_ALARMS = 0.02
MAX_ORDINARY_ALARMS = 0.003
MAX_SHORT_ALARMS = 0.01
MAX_MISSED_BLIND = 0.02
MAX_UNHELPED_BLIND = 0.015
MAX_FALSE_BLIND = 0.1
HARMLESS_KINDS = ("none", "ordinary")


def is_acute(message: Listed) -> bool:
    return is_alarm(message.text)


def is_alarm(text: str) -> bool:
    found = find_danger(text)
    return found is not None and found.level is DangerLevel.ACUTE


def judge_by_signs(text: str) -> DangerLevel | None:
    found = find_in_respelt(respell(text), None)
    return found.level if found else None


def report(messages: list[Listed]) -> str:
    return "\n".join(f"{m.expected}: {m.text} -> {m.found}" for m in messages)


def test_the_lists_are_long_and_in_three_languages() -> None:
    assert len(DANGERS) > 1000 and len(HARMLESS) > 1000
    assert sum(m.language == "yue" for m in DANGERS) >= 250
    assert sum(m.language == "en" for m in DANGERS) >= 200
    listed = [m.text for m in (*DANGERS, *HARMLESS, *ORDINARY, *MESSAGES, *KEPT_OUT)]
    assert len(set(listed)) == len(listed)


def test_dangers_are_found() -> None:
    missed = [m for m in DANGERS if not is_acute(m)]
    assert len(missed) <= (1 - MIN_RECALL) * len(DANGERS), report(missed)


@pytest.mark.parametrize("language", ["zh", "yue", "en"])
def test_dangers_are_found_as_spoken_without_marks(language: str) -> None:
    spoken = [
        Listed(
            m.half, m.expected, language, "".join(" " if c in ",.!?，。！？" else c for c in m.text)
        )
        for m in DANGERS
        if m.language == language
    ]
    missed = [m for m in spoken if not is_acute(m)]
    assert len(missed) <= 0.02 * len(spoken), report(missed)


def test_harmless_messages_raise_no_alarm() -> None:
    false = [m for m in HARMLESS if is_acute(m)]
    assert len(false) <= MAX_FALSE_ALARMS * len(HARMLESS), report(false)


@pytest.mark.parametrize("half", ["learnt", "kept_out"])
def test_ordinary_short_utterances_raise_no_alarm(half: str) -> None:
    said = [m for m in ORDINARY if m.half == half]
    false = [m for m in said if is_acute(m)]
    assert len(said) > 350
    assert len(false) <= MAX_SHORT_ALARMS * len(said), report(false)


def test_the_model_finds_what_a_stranger_wrote_and_it_never_learnt_from() -> None:
    dangers = [m for m in KEPT_OUT if m.kind not in HARMLESS_KINDS]
    harmless = [m for m in KEPT_OUT if m.kind in HARMLESS_KINDS]
    levels = {m.text: d.level for m in KEPT_OUT if (d := find_danger(m.text))}
    missed = [m.text for m in dangers if levels.get(m.text) is not DangerLevel.ACUTE]
    unhelped = [m.text for m in dangers if m.text not in levels]
    false = [m.text for m in harmless if levels.get(m.text) is DangerLevel.ACUTE]
    assert len(dangers) >= 450 and len(harmless) >= 450
    assert len(missed) <= MAX_MISSED_BLIND * len(dangers), missed
    assert len(unhelped) <= MAX_UNHELPED_BLIND * len(dangers), unhelped
    assert len(false) <= MAX_FALSE_BLIND * len(harmless), false


def test_ordinary_messages_of_a_stranger_raise_hardly_an_alarm() -> None:
    ordinary = [m.text for m in KEPT_OUT if m.kind == "ordinary"]
    false = [text for text in ordinary if is_alarm(text)]
    assert len(ordinary) >= 120
    assert len(false) <= MAX_FALSE_ALARMS * len(ordinary) + 1, false


def test_the_messages_of_all_authors_are_judged_as_they_say() -> None:
    missed = [m.text for m in MESSAGES if m.kind != "none" and not is_alarm(m.text)]
    false = [m.text for m in MESSAGES if m.kind == "none" and is_alarm(m.text)]
    dangers = sum(m.kind != "none" for m in MESSAGES)
    assert dangers > 3500 and len(MESSAGES) - dangers > 3500
    assert len(missed) <= (1 - MIN_RECALL) * dangers, missed
    assert len(false) <= MAX_FALSE_ALARMS * (len(MESSAGES) - dangers), false


@pytest.mark.parametrize(
    "text",
    [
        "我要砍死老板",
        "我要砍死那个老板",
        "我要杀了他",
        "我要捅死那个包工头",
        "老子迟早弄死主管",
        "我一定要打死他",
        "我要斬死個老細",
        "快报警啊",
        "报警",
        "帮我报警",
        "快啲報警呀",
        "call the police",
        "please call the police now",
        "i will kill my boss",
        "im going to kill him",
    ],
)
def test_a_threat_to_others_and_a_cry_for_the_police_are_violence(text: str) -> None:
    found = find_danger(text)
    assert found is not None
    assert (found.kind, found.level) == (DangerKind.VIOLENCE, DangerLevel.ACUTE)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("主管打了我怎么投诉", DangerLevel.MENTIONED),
        ("老板说要整死我 是威胁吗", DangerLevel.MENTIONED),
        ("老公自残 单位能开除他吗", DangerLevel.MENTIONED),
        ("被开除了想死的心都有了", DangerLevel.DENIED),
    ],
)
def test_what_is_asked_or_sighed_offers_help_without_alarm(text: str, level: DangerLevel) -> None:
    found = find_danger(text)
    assert found is not None and found.level is level


def test_kinds_and_levels_are_mostly_as_listed() -> None:
    kinds = [
        m for m in DANGERS if m.found and m.found.kind != m.expected.replace("held", "violence")
    ]
    levels = [m for m in HARMLESS if (m.found.level if m.found else "none") != m.expected]
    assert len(kinds) <= 0.04 * len(DANGERS), report(kinds)
    known = [m for m in levels if m.half not in UNSEEN_BY_SIGNS]
    assert len(known) <= 0.03 * len(HARMLESS), report(known)
    assert len(levels) <= 0.11 * len(HARMLESS), report(levels)


def test_who_is_held_is_known() -> None:
    wrong = [m for m in DANGERS if m.expected == "held" and m.found and not m.found.is_held]
    assert len(wrong) <= 3, report(wrong)


def test_sample_questions_raise_no_alarm() -> None:
    folder = Path(knowledge_base.__file__).parent
    samples = [
        text
        for path in folder.glob("entries/*/*.yaml")
        for texts in read_yaml(path)["samples"].values()
        for text in texts
    ]
    found = [(t, d) for t in samples if (d := find_danger(t)) and d.level is DangerLevel.ACUTE]
    assert len(samples) > 3000
    assert len(found) <= MAX_ORDINARY_ALARMS * len(samples), found


def test_ordinary_messages_raise_no_alarm() -> None:
    ordinary = list_ordinary(Path(knowledge_base.__file__).parent / "entries")[::3]
    found = [e.text for e in ordinary if (d := find_danger(e.text)) and d.level == "acute"]
    assert len(ordinary) > 2500
    assert len(found) <= MAX_ORDINARY_ALARMS * len(ordinary), found


@pytest.mark.parametrize(
    "text",
    [
        "救命",
        "help! help!",
        "出人命了",
        "快来人",
        "着火了",
        "HELP ME",
        "救命啊",
        "fire!",
        "快来人啊",
        "死人了",
    ],
)
def test_a_short_cry_is_acute(text: str) -> None:
    found = find_danger(text)
    assert found is not None and found.level is DangerLevel.ACUTE


@pytest.mark.parametrize(
    "text", ["你好", "喂", "hello", "help", "谢谢", "再见", "有人吗", "转人工", "bye", "ok"]
)
def test_a_short_greeting_is_not(text: str) -> None:
    found = find_danger(text)
    assert found is None or found.level is not DangerLevel.ACUTE


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("再不发工资我就从楼上跳下去", DangerKind.SELF_HARM, DangerLevel.ACUTE),
        ("老板打我们，再不给钱我就跳楼", DangerKind.SELF_HARM, DangerLevel.ACUTE),
        ("厂里着火了，保安还打我们", DangerKind.FIRE, DangerLevel.ACUTE),
        ("我不是想死，就是要钱", DangerKind.SELF_HARM, DangerLevel.DENIED),
        ("我不是想死，但是不给钱我就跳楼", DangerKind.SELF_HARM, DangerLevel.ACUTE),
        ("工友刚刚从架子上掉下来了怎么办", DangerKind.INJURY, DangerLevel.ACUTE),
        ("工友从架子上掉下来能赔多少", DangerKind.INJURY, DangerLevel.MENTIONED),
    ],
)
def test_the_most_urgent_counts(text: str, kind: DangerKind, level: DangerLevel) -> None:
    found = find_danger(text)
    assert found is not None and (found.kind, found.level) == (kind, level)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "。。。", "\ud800", "🙂" * 50, "a" * 500, "死" * 500, "<script>", "%s{0}"],
)
def test_nothing_raises(text: str) -> None:
    assert find_danger(text) is None or isinstance(find_danger(text), Danger)


@pytest.mark.parametrize("text", ["x" * 3000, "给我" * 80, "哈" * 300, "test " * 200, "1" * 500])
def test_noise_raises_no_alarm(text: str) -> None:
    assert find_danger(text) is None


@pytest.mark.parametrize(
    "unit", ["我想", "我不想死", "1", "我被他们", "dont want to ", "你好请问工资怎么算。"]
)
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    def measure(length: int) -> float:
        text = unit * (length // len(unit))
        find_danger(text)
        return min(_time(text) for _ in range(2))

    short, long = measure(4_000), measure(8_000)
    assert long <= max(2.5 * short, short + 0.05)


def test_an_ordinary_message_is_quick() -> None:
    texts = [m.text for m in HARMLESS]
    for text in texts:
        find_danger(text)
    started = time.process_time()
    for text in texts:
        find_danger(text)
    assert (time.process_time() - started) / len(texts) < 0.001


def test_signs_alone_find_nearly_all_that_they_were_written_from() -> None:
    known = [m for m in DANGERS if m.half not in UNSEEN_BY_SIGNS]
    missed = [m for m in known if judge_by_signs(m.text) is not DangerLevel.ACUTE]
    assert len(missed) <= 0.03 * len(known), report(missed)


def _time(text: str) -> float:
    started = time.process_time()
    find_danger(text)
    return time.process_time() - started


@pytest.mark.parametrize(
    "text",
    [
        "同事跳楼了还没死",
        "有人跳樓了",
        "我老公喝了农药",
        "我老婆吞咗成樽安眠药，叫唔醒",
        "女儿割腕了流了好多血",
        "My coworker hanged himself but he is still breathing",
        "she took a bottle of sleeping pills",
    ],
)
def test_who_harmed_themselves_already_needs_an_ambulance(text: str) -> None:
    danger = find_danger(text)
    assert danger is not None
    assert (danger.kind, danger.level) == (DangerKind.INJURY, DangerLevel.ACUTE)


@pytest.mark.parametrize(
    "text",
    ["我要跳楼", "他说要跳楼", "有人想跳楼", "老公说他要喝农药", "he will jump off the roof"],
)
def test_a_threat_against_oneself_is_listened_to(text: str) -> None:
    danger = find_danger(text)
    assert danger is not None
    assert (danger.kind, danger.level) == (DangerKind.SELF_HARM, DangerLevel.ACUTE)

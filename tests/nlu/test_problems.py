"""Several problems of one story, and what is no story yet."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from app.training import training_topics
from casework.remedies import Matter, Remedy, sort_remedies
from config.yaml_files import read_yaml
from core.clock import local_date
from knowledge_base.loader import Content
from nlu.engine import NluEngine
from nlu.interpretation import Intent
from nlu.problems import MAX_PROBLEMS, classify_issue, find_problems, is_story
from nlu.story_words import load_story_words
from tests.conftest import MORNING

ROOT = Path(__file__).parents[2]
PETITIONS = Path(__file__).parent / "questions" / "petitions.jsonl"

BARE = """
我要投诉
投诉
投訴
我要投訴間廠
唔該我想投訴
我要举报公司
我想告老板
我要告公司，怎么告
喂你好我要投诉
你好，我要投诉一下，谢谢
我有事情要反映
我想登记一个投诉
我要实名举报
我要投诉东莞市鸿达电子有限公司
我要投诉，在虎门
我想投诉厚街镇宏发鞋厂
我要投诉，我在寮步一家家具厂上班
我想投诉，我叫王小明，电话13800138000
我要投诉富顺达
我要投诉啊，你们管不管
请问怎么投诉公司
我想投诉一下我们公司的一些问题
I want to file a complaint
I'd like to report my boss, please
Can I make a complaint here?
I want to complain about Jinhui Toys
Hi, I want to sue my employer in Dongguan
""".strip().splitlines()

NOTIFIED = """
老板不发工资
被打了
老细唔出粮
冇買社保
三个月没工资
老板欠我八千块
我要投诉老板欠薪
投诉公司不买社保
举报童工
我要投诉他们乱收费
被辞退了
上班摔断腿
押了我身份证
逼我写辞职书
年假不让休
没给我离职证明
宿舍漏水没人管
活干完了老板不认账
厂里不让上厕所
no pay for two months
My boss hit me
They fired me yesterday
boss kept my passport
they make us work 14 hours
I want to report illegal overtime
""".strip().splitlines()

STORIES = {
    "厂里欠了我们五个月工资，合同没签，社保也没买": {
        "wage-arrears-what-to-do", "double-wage-no-contract", "employer-social-insurance-duty",
    },
    "老板拖了两个月工资又没跟我签合同也没有给我买社保": {
        "wage-arrears-what-to-do", "double-wage-no-contract", "employer-social-insurance-duty",
    },
    "老細拖咗我哋三個月糧，又冇買社保": {
        "wage-arrears-what-to-do", "employer-social-insurance-duty",
    },
    "My boss owes me three months of wages. I never got a contract, and there is no social "
    "insurance.": {
        "wage-arrears-what-to-do", "double-wage-no-contract", "employer-social-insurance-duty",
    },
    "they have not paid us since June and they keep my passport": {
        "wage-arrears-what-to-do", "deposit-and-id-retention",
    },
    "公司每天加班到晚上十一点，没有加班费，请假也不批": {
        "overtime-pay-rates", "overtime-limit", "annual-leave-days",
    },
    "我在车间被机器压断手指，厂里不给报工伤，还说要辞退我": {
        "work-injury-recognition", "unlawful-dismissal-double",
    },
    "公司拖欠工资、社保、住房公积金": {
        "wage-arrears-what-to-do", "employer-social-insurance-duty", "provident-fund-duty",
    },
}  # fmt: skip


@pytest.mark.parametrize("text", BARE)
def test_a_bare_wish_is_no_story(nlu: NluEngine, text: str) -> None:
    assert not is_story(text)
    assert find_problems(text, nlu) == ()
    assert classify_issue(text, nlu) == ()


@pytest.mark.parametrize("text", NOTIFIED)
def test_whatever_happened_is_a_story_however_short(text: str) -> None:
    assert is_story(text)
    assert is_story(f"我要投诉，{text}")
    assert is_story(f"{text}，我要投诉公司")


@pytest.mark.parametrize("text", STORIES)
def test_all_problems_of_a_story_are_found(nlu: NluEngine, text: str) -> None:
    found = classify_issue(text, nlu)
    families = load_story_words().family_of
    assert {families[topic] for topic in found} == {families[topic] for topic in STORIES[text]}


def test_the_main_problem_comes_first(nlu: NluEngine) -> None:
    wages_first = "老板拖欠三个月工资，多次讨要都不给，要求支付拖欠的工资。另外社保也没买。"
    insurance_first = "公司一直不给我买社保，要求补缴社保，去社保局查也没有。工资也晚发了几天。"
    families = load_story_words().family_of
    assert families[classify_issue(wages_first, nlu)[0]] == "arrears"
    assert families[classify_issue(insurance_first, nlu)[0]] == "insurance"


def test_one_problem_told_twice_is_one(nlu: NluEngine) -> None:
    found = find_problems("工资拖了两个月没发，老板欠我工资，一直讨要工资都拿不到", nlu)
    assert len(found) == 1
    assert 0.5 < found[0].confidence <= 1
    assert "工资" in found[0].words


def test_no_more_problems_than_asked_for(nlu: NluEngine) -> None:
    text = "工资没发，社保没买，合同没签，押金不退，天天加班到凌晨，还要罚款"
    assert len(find_problems(text, nlu)) == MAX_PROBLEMS
    assert len(find_problems(text, nlu, max_problems=5)) == 5


def test_punctuation_makes_no_difference(nlu: NluEngine) -> None:
    text = "老板欠我两个月工资，押金也不退，社保没买"
    with_marks = set(classify_issue(text, nlu))
    assert set(classify_issue(text.replace("，", ""), nlu)) == with_marks
    assert set(classify_issue(text.replace("，", "!!！ "), nlu)) == with_marks


def test_insurance_for_injuries_is_no_injury(nlu: NluEngine) -> None:
    assert "work-injury-no-insurance" not in classify_issue("单位没有给我们买工伤保险", nlu)


@pytest.mark.parametrize(
    "text",
    ["我要投诉" * 10_000, "老板不发工资" * 8_000, "a " * 20_000, "没 签 " * 10_000, "", "？？"],
)
def test_awkward_texts_are_read_in_time(nlu: NluEngine, text: str) -> None:
    began = time.perf_counter()
    find_problems(text, nlu)
    is_story(text)
    assert time.perf_counter() - began < 3


def test_petitions_get_the_entry_and_the_remedy_that_help(nlu: NluEngine) -> None:
    lines = PETITIONS.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["act"] == Intent.COMPLAINT]
    today = local_date(MORNING)
    helped = right = 0
    for row in rows:
        assert is_story(row["text"])
        found = classify_issue(row["text"], nlu)
        helped += bool(set(found) & {row["topic"], *row.get("also", [])})
        given = {a.remedy for a in sort_remedies([Matter(topic) for topic in found], today)}
        best = sort_remedies([Matter(row["topic"])], today)[0].remedy
        right += best in given
    assert helped >= 0.95 * len(rows)
    assert right >= 0.95 * len(rows)


def test_no_petition_is_left_without_the_petition() -> None:
    assert sort_remedies([], local_date(MORNING))[-1].remedy == Remedy.PETITION


def test_the_table_names_only_topics_and_words_that_there_are(content: Content) -> None:
    raw = read_yaml(ROOT / "nlu" / "problems.yaml")
    topics = {topic.topic for topic in training_topics(content)}
    table = load_story_words()
    assert set(table.family_of) | table.general <= topics
    used = {name for cue in table.cues for name in (*cue.groups, *cue.anywhere)}
    assert used == set(raw["words"])
    assert all(cue.groups for cue in table.cues)
    assert set(raw["anywhere"]) <= used
    named = [topic for family in raw["families"].values() for topic in family]
    assert len(named) == len(set(named))

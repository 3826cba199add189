"""A small engine, trained once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.clock import FixedClock
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.engine_training import train_engine
from nlu.training import Sample, TrainingTopic, load_acts, load_background

_TOPICS = {
    "probation-period-length": (
        "试用期最长多久",
        "Maximum probation period",
        ["试用期可以定几个月", "签一年合同能试用半年吗", "厂里说要试用四个月合法吗"],
        ["试用期最多可以几耐"],
        ["How long may probation last?", "Can my trial period be six months?"],
    ),
    "wage-arrears-what-to-do": (
        "拖欠工资怎么办",
        "What to do about unpaid wages",
        ["老板一直不发工资怎么讨", "公司欠薪找谁", "工资拖了三个月没给怎么要回来"],
        ["老细唔出粮点算", "间厂拖粮两个月可以点"],
        ["My boss has not paid my wages", "How do I recover unpaid salary?"],
    ),
    "overtime-pay-rates": (
        "加班费怎么算",
        "How overtime is paid",
        ["周末加班几倍工资", "平时加班一小时多少钱", "国庆加班是不是三倍"],
        ["开OT补水点计"],
        ["How is overtime calculated?", "What is overtime pay on Sundays?"],
    ),
    "work-injury-recognition": (
        "什么算工伤",
        "What counts as a work injury",
        ["上班的时候手被机器压了算工伤吗", "下班打球摔了是不是工伤", "工伤认定要什么条件"],
        ["返工跌亲算唔算工伤"],
        ["Is it a work injury if I fell at work?", "Does a cut finger count as work injury?"],
    ),
    "severance-calculation": (
        "经济补偿怎么算",
        "How severance is calculated",
        ["被辞退赔几个月工资", "N加1怎么算", "干了五年公司裁我补多少"],
        ["俾人炒赔几多"],
        ["How much severance do I get?", "Calculate my compensation after dismissal"],
    ),
}


def make_topic(topic: str) -> TrainingTopic:
    title, english, written, cantonese, foreign = _TOPICS[topic]
    samples = [Sample(text, "colloquial") for text in written]
    samples += [Sample(text, "yue") for text in cantonese]
    samples += [Sample(text, "en") for text in foreign]
    names = {"zh": title, "en": english}
    return TrainingTopic(topic, "wages", names, names, tuple(samples))


@pytest.fixture(scope="session")
def topics() -> tuple[TrainingTopic, ...]:
    return tuple(make_topic(topic) for topic in _TOPICS)


@pytest.fixture(scope="session")
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def engine(topics: tuple[TrainingTopic, ...], clock: FixedClock) -> EmbeddedEngine:
    return train_engine(topics, load_acts(), load_background(), clock)

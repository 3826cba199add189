"""A small engine, trained once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from app.training import training_topics
from core.clock import FixedClock
from knowledge_base.loader import Content
from nlu.embedded.engine import EmbeddedEngine
from nlu.embedded.engine_training import train_engine
from nlu.rasa_calibrating import calibrate
from nlu.rasa_calibration import RasaCalibration
from nlu.rasa_export import export_rasa
from nlu.rasa_project import PROGRAM, cache_folder, copy_config, open_model
from nlu.training import (
    BackgroundArea,
    IntentSamples,
    Sample,
    TrainingTopic,
    load_background,
    load_intents,
)
from tests.conftest import missing
from tests.nlu.shared_rasa import share_rasa

# Enough for a slice of the topics to be told apart.
_EPOCHS = 40
_LONGEST_GROUP = 25

Group = TypeVar("Group", IntentSamples, BackgroundArea)

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
    return train_engine(topics, load_intents(), load_background(), clock)


def shorten(group: Group) -> Group:
    """The first samples of a group, in number like those of a topic."""
    return replace(group, samples=group.samples[:_LONGEST_GROUP])


@dataclass(frozen=True)
class ServedRasa:
    """A real Rasa server with a model of a few topics, and that model's calibration."""

    url: str
    calibration: RasaCalibration


@pytest.fixture(scope="session")
def served_rasa(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedRasa]:
    """A server with a model of the same few topics of the content, one for all workers."""
    if not PROGRAM.is_file():
        missing("The Rasa environment (make rasa-env)")
    folder = tmp_path_factory.getbasetemp()
    # The parent of the workers' folders is the same for all of them.
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    project = tmp_path_factory.mktemp("rasa-project")
    copy_config(project, epochs=_EPOCHS)
    topics = [topic for topic in training_topics(content) if topic.topic in _TOPICS]
    intents, background = map(shorten, load_intents()), map(shorten, load_background())
    export_rasa(topics, list(intents), list(background), project)
    with share_rasa(folder, lambda: open_model(project, cache_folder())) as url:
        yield ServedRasa(url, calibrate(url, project))

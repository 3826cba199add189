"""What is no answer to a question of a petition: not knowing, thinking aloud, asking back."""

from __future__ import annotations

import re

from dialogue.flows.petition.slots import Field
from dialogue.flows.petition.telling import is_story
from dialogue.heard import Heard
from dialogue.phrases import begins_with, consists_of, has_phrase, is_phrase
from nlu.decision import Outcome
from nlu.repair import RepairKind, find_repair

NO_ANSWER = frozenset({RepairKind.SKIP, RepairKind.UNKNOWN})
_WORDED_FIELDS = frozenset({Field.ISSUE, Field.EMPLOYER, Field.WANTED, Field.EVIDENCE, Field.NAME})
# "不知道厂叫什么 老板姓陈": texts part clauses by spaces as well.
_FIRST_CLAUSE = re.compile(r"^[^，,。；;！!？?\n\s]+")


def has_no_answer(field: Field, heard: Heard) -> bool:
    """Whether the citizen does not know, will not say, or has none."""
    if field is Field.NAME and has_phrase("anonymous", heard.plain):
        return True
    if field is Field.PHONE and begins_with("none", heard.plain):
        return True
    if field is Field.WANTED and has_phrase("as_you_see_fit", heard.plain) and not heard.is_asking:
        return True
    return field is not Field.ISSUE and (
        heard.repair in NO_ANSWER
        or heard.keys == "#"
        or is_phrase("none", heard.plain)
        or _does_not_know(heard)
    )


def _does_not_know(heard: Heard) -> bool:
    if not begins_with("not_known", heard.plain):
        return False
    first = _FIRST_CLAUSE.match(heard.words)
    is_unknown = first is not None and find_repair(first[0]) is RepairKind.UNKNOWN
    return is_unknown or not heard.is_asking


def is_hesitation(heard: Heard) -> bool:
    """Whether somebody thinks aloud ("嗯", "这个嘛", "。。。。"), laughs, or only says that they
    have heard ("好的"): no answer, and no failed try either."""
    if not heard.words:
        return False
    is_acknowledged = heard.repair is RepairKind.ACKNOWLEDGE
    return is_acknowledged or consists_of("hesitating", heard.plain)


def asks_about_question(heard: Heard) -> bool:
    """Whether somebody asks why or whether they must answer ("一定要写名字吗")."""
    is_open = heard.is_asking and heard.decision.outcome is not Outcome.ANSWER
    return is_open and has_phrase("must_i", heard.plain)


def is_aside(field: Field, heard: Heard) -> bool:
    """Whether an answer in words is a question of its own. A story may ask, and so may a wish."""
    if not heard.is_asking or field not in _WORDED_FIELDS:
        return False
    if field is Field.ISSUE:
        return heard.decision.outcome is Outcome.ANSWER and not is_story(heard.words)
    is_wish = field is Field.WANTED and has_phrase("wishing", heard.plain)
    return heard.decision.outcome is Outcome.ANSWER or not is_wish

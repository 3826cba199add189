"""Several questions in one text: told apart where each has an answer of its own."""

from __future__ import annotations

import re

from nlu.decision import Outcome, decide
from nlu.engine import NluEngine

_ENDS = re.compile(r"(?<=[？?])|[\n；;]+|(?:^|(?<=[\s，。,.]))(?:\d[、.．)）]|[①-⑨])")
_MIN_CHARACTERS = 4


def split_questions(words: str, nlu: NluEngine) -> tuple[str, ...]:
    """The questions of a text, or the text itself when it is one.

    Only where at least two pieces are surely understood and lead to different answers: "公司不签
    合同？不交社保？怎么办？" is cut, "真的吗？工资不发怎么办？" is not. Pieces that are understood
    as nothing go to the question before them.
    """
    pieces = [piece.strip() for piece in _ENDS.split(words)]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 2:
        return (words,)
    questions: list[str] = []
    topics: list[str] = []
    opening = ""
    for piece in pieces:
        topic = _topic_of(piece, nlu)
        if topic is None:
            if questions:
                questions[-1] += piece
            else:
                opening += piece
        elif topic not in topics:
            questions.append(opening + piece)
            topics.append(topic)
            opening = ""
        else:
            questions[topics.index(topic)] += piece
    return tuple(questions) if len(questions) > 1 else (words,)


def _topic_of(piece: str, nlu: NluEngine) -> str | None:
    if len(piece) < _MIN_CHARACTERS:
        return None
    decision = decide(nlu.interpret(piece))
    return decision.topic if decision.outcome is Outcome.ANSWER else None

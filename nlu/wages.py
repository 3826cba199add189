"""人工: a person to a Mandarin speaker, wages to a Cantonese one."""

from __future__ import annotations

from nlu.interpretation import Act
from nlu.problems import names_problem


def meant_act(act: Act, text: str) -> Act:
    """The act of a message: somebody who tells of a problem at work with a word that also means a
    person ("拖咗两个月人工") complains, and asks for nobody. Every engine ends with this."""
    return Act.COMPLAINT if act is Act.PERSON and names_problem(text) else act

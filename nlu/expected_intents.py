"""What a message means to do where single words mislead: 人工 is a person to a Mandarin speaker and
wages to a Cantonese one, and 投诉 stands in questions too."""

from __future__ import annotations

from nlu.asking import asks_which
from nlu.entities.values import Entities
from nlu.interpretation import Intent
from nlu.problems import names_problem


def expected_intent(intent: Intent, text: str, entities: Entities) -> Intent:
    """The act of a message: somebody who tells of a problem at work with a word that also means a
    person ("拖咗两个月人工") complains, and asks for nobody; somebody who asks which remedy to take
    ("先投诉还是先仲裁") takes none yet; who says how many they are ("五个人") asks for nobody.
    Every engine ends with this."""
    if intent is Intent.PERSON and names_problem(text):
        return Intent.COMPLAINT
    is_count = intent is Intent.PERSON and entities.people is not None
    is_choice = intent is Intent.COMPLAINT and asks_which(text)
    return Intent.QUESTION if is_count or is_choice else intent

"""A text from a number at a moment: judged, its quote taken away, its questions told apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from config.languages import WrittenLanguage
from core.phones import Phone
from dialogue.heard import understand_before
from dialogue.services import Facilities
from nlu.understood_before import UnderstoodBefore
from sms.flood import Verdict, judge
from sms.inbound import InboundMessage
from sms.languages import language_of
from sms.questions import split_questions
from sms.quotes import without_quote
from sms.services import TextServices
from sms.waiting import WaitingText

MAX_QUESTIONS = 3


@dataclass(frozen=True)
class Arrival:
    """A text that came in.

    ``said``: the words that count, without a quoted text and without what was answered already;
    None: all of them. ``questions`` are those of the words that count.
    """

    text: WaitingText
    phone: Phone | None
    verdict: Verdict
    now: datetime
    said: str | None = None
    questions: tuple[str, ...] = ()
    facilities: Facilities | None = None

    @property
    def message(self) -> InboundMessage:
        """The message as it came."""
        return self.text.message

    @property
    def phone_key(self) -> str:
        """The keyed hash of the number."""
        return self.text.phone_key

    @property
    def words(self) -> str:
        """The words that count."""
        return self.message.words if self.said is None else self.said

    @property
    def language(self) -> WrittenLanguage:
        """In which language to write back before an engine has looked."""
        return language_of(self.words)


def judge_and_understand(parts: TextServices, arrival: Arrival) -> Arrival:
    """The arrival with its verdict, and understood before the transaction begins, so that it holds
    the database for less time."""
    verdict = judge(parts.state, arrival.phone_key, parts.limits)
    facilities = replace(parts.facilities, nlu=UnderstoodBefore(parts.facilities.nlu))
    said = without_quote(arrival.message.words)
    arrival = replace(arrival, verdict=verdict, facilities=facilities, said=said)
    if verdict is not Verdict.OPEN or not said:
        return arrival
    questions = split_questions(said, facilities.nlu)
    for question in questions[:MAX_QUESTIONS]:
        understand_before(question, facilities.nlu)
    return replace(arrival, questions=questions)


def reread(parts: TextServices, arrival: Arrival, words: str) -> Arrival:
    """The arrival with other words that count; the same one where they are the same."""
    if words == arrival.words:
        return arrival
    nlu = (arrival.facilities or parts.facilities).nlu
    return replace(arrival, said=words, questions=split_questions(words, nlu))

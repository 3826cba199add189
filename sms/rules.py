"""What becomes of a text before the dialogue hears it: an ordered list of rules, the first that
fits decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from casework.drafts import Contact, IdempotencyKey, MessageDraft
from casework.operations import take_message
from dialogue.wordings import wording
from nlu.danger import DangerLevel, find_danger
from nlu.interpretation import Intent
from nlu.problems import names_problem
from nlu.texts import find_keyword, footer_key
from outbox.operations import opt_in, opt_out
from outbox.queries import list_texts_to
from sms.arrivals import Arrival
from sms.flood import Verdict
from sms.inbound import Outcome
from sms.known import Known
from sms.loops import is_automatic, is_repetition
from sms.quotes import without_quote
from sms.sending import send_back
from sms.services import TextServices

# Shorter words cannot hold a quoted text.
_MIN_QUOTE = 30
# How many of the newest texts to a number are looked at.
_NEWEST = 3


@dataclass(frozen=True)
class Onward:
    """``words`` go on to the dialogue; ``sent`` texts were queued for the same arrival before.
    ``is_danger``: life is in danger, so the words stay together and are answered in any case."""

    words: str
    sent: int = 0
    is_danger: bool = False


@dataclass(frozen=True)
class Serving:
    """A text whose turn has come, and what is known about it."""

    parts: TextServices
    db: Session
    arrival: Arrival
    known: Known

    @cached_property
    def keyword(self) -> Intent | None:
        """The command that the whole text is."""
        return find_keyword(self.arrival.words)

    @cached_property
    def newest_of_ours(self) -> tuple[str, ...]:
        """The newest texts to the number, newest first."""
        texts = list_texts_to(self.db, self.arrival.phone_key, limit=_NEWEST)
        return tuple(text.words for text in texts)

    @property
    def is_filling_in(self) -> bool:
        """Whether the citizen is in the middle of a petition, a message or the like."""
        conversation = self.known.conversation
        return conversation is not None and not conversation.is_asking_freely

    def say(self, key: str) -> None:
        """Send back a sentence of the dialogue's."""
        send_back(self.db, self.arrival, wording(self.arrival.language, "text", key))


Rule = Callable[[Serving], Outcome | Onward | None]


def apply_rules(serving: Serving) -> Outcome | Onward:
    """What becomes of a text: its outcome, or the words that go on to the dialogue."""
    serving = _without_quote_of_ours(serving)
    for rule in RULES:
        result = rule(serving)
        if result is not None:
            return result
    return Onward(serving.arrival.words)


def _without_quote_of_ours(serving: Serving) -> Serving:
    words = serving.arrival.message.words
    if len(words) < _MIN_QUOTE or serving.known.is_echo:
        return serving
    said = without_quote(words, serving.newest_of_ours)
    return replace(serving, arrival=replace(serving.arrival, said=said))


def _skip_unwritable(serving: Serving) -> Outcome | None:
    return Outcome.NO_NUMBER if serving.arrival.phone is None else None


def _help_in_danger(serving: Serving) -> Onward | None:
    """Danger to life goes to the dialogue before limits, before opting out and its silence."""
    if serving.known.is_echo:
        return None
    words = serving.arrival.words
    danger = find_danger(words)
    is_acute = danger is not None and danger.level is DangerLevel.ACUTE
    return Onward(words, is_danger=True) if is_acute else None


def _take_opt_out(serving: Serving) -> Outcome | None:
    if not _is_opt_out(serving):
        return None
    arrival = serving.arrival
    if opt_out(serving.db, arrival.phone_key, arrival.now):
        words = wording(arrival.language, "text", "service.opted_out")
        send_back(serving.db, arrival, words, kind="opt_out_confirmation")
    return Outcome.OPTED_OUT


def _is_opt_out(serving: Serving) -> bool:
    if serving.keyword is Intent.OPT_OUT:
        return True
    letters = "".join(c for c in serving.arrival.words if c.isalnum()).casefold()
    if serving.keyword is Intent.CANCEL and letters.isascii():
        # Providers stop texts at CANCEL, END and QUIT; in a petition they break off the petition.
        return not serving.is_filling_in
    if len(letters) == 1 and letters in "nr":
        newest = next(iter(serving.newest_of_ours), "")
        return footer_key(newest) == letters
    return False


def _drop_flood(serving: Serving) -> Outcome | None:
    return Outcome.FLOODED if serving.arrival.verdict is Verdict.QUIET else None


def _take_opt_in(serving: Serving) -> Outcome | None:
    if serving.keyword is not Intent.OPT_IN:
        return None
    opt_in(serving.db, serving.arrival.phone_key)
    words = wording(serving.arrival.language, "text", "service.opted_in")
    send_back(serving.db, serving.arrival, _with_open_question(serving, words))
    return Outcome.OPTED_IN


def _keep_silent(serving: Serving) -> Outcome | None:
    """Nothing is written to somebody who opted out, but what they tell is not lost: a message for
    staff, who call back."""
    if not serving.known.is_opted_out:
        return None
    arrival = serving.arrival
    if names_problem(arrival.words):
        contact = Contact(
            phone=arrival.phone, channel="text", language=arrival.language, is_proved=True
        )
        idempotency_key = IdempotencyKey(arrival.message.sid, "opted-out")
        draft = MessageDraft(idempotency_key=idempotency_key, contact=contact, text=arrival.words)
        take_message(serving.db, serving.parts.facilities.case_services, draft, arrival.now)
    return Outcome.UNHEARD


def _say_flood_once(serving: Serving) -> Outcome | None:
    if serving.arrival.verdict is not Verdict.SAY_ONCE:
        return None
    serving.say("service.too_many")
    return Outcome.FLOODED


def _ignore_machine(serving: Serving) -> Outcome | None:
    words, known = serving.arrival.message.words, serving.known
    is_machine = known.is_echo or is_automatic(words) or is_repetition(words, known.same_before)
    return Outcome.AUTOMATIC if is_machine else None


def _take_rating(serving: Serving) -> Outcome | Onward | None:
    arrival = serving.arrival
    take = serving.parts.take_rating_reply
    reply = take(serving.db, arrival.phone_key, arrival.words, arrival.now)
    if reply is None:
        return None
    words = reply.words if reply.rest else _with_open_question(serving, reply.words)
    send_back(serving.db, arrival, words, kind="rating_follow_up")
    return Onward(reply.rest, sent=1) if reply.rest else Outcome.RATED


def _with_open_question(serving: Serving, words: str) -> str:
    """An answer to what came in the middle of something else, and what was asked there."""
    conversation = serving.known.conversation
    if conversation is None or not serving.is_filling_in or not conversation.said:
        return words
    return f"{words}\n{conversation.said[-1].words}"


RULES: tuple[Rule, ...] = (
    _skip_unwritable,
    _help_in_danger,
    _take_opt_out,
    _drop_flood,
    _take_opt_in,
    _keep_silent,
    _say_flood_once,
    _ignore_machine,
    _take_rating,
)
"""In the order in which they are tried. What none of them takes goes to the dialogue."""

"""What an agent hears before taking a call: the danger first, the caller's tongue, the question."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from callcentre.models import QueuedCaller
from callcentre.replies import HangUp, Screening
from callcentre.wordings import staff_words
from casework.danger.queries import find_alert_of_conversation


@dataclass(frozen=True)
class Whisper:
    """Of whom an agent hears: ``dangers`` to life by kind, the caller's ``language``, what they
    asked; ``is_call_back``: the citizen will be called."""

    language: str
    about: str
    dangers: tuple[str, ...] = ()
    is_call_back: bool = False


def whisper_of(db: Session, caller: QueuedCaller) -> Whisper:
    """The whisper of a caller in the queue."""
    return Whisper(
        caller.language, caller.about, dangers_of(db, caller), is_call_back=not caller.is_on_phone
    )


def dangers_of(db: Session, caller: QueuedCaller) -> tuple[str, ...]:
    """To what a caller in the queue is exposed, by kind; none when no life is in danger. Of an
    urgent caller without an alert the kind is unknown."""
    found = list_dangers(db, caller.conversation_id)
    return found or (("unknown",) if caller.is_urgent else ())


def list_dangers(db: Session, conversation_id: str) -> tuple[str, ...]:
    """The kinds of danger of a conversation's alert; none without one."""
    alert = find_alert_of_conversation(db, conversation_id)
    return tuple(alert.kinds) if alert is not None else ()


def screen(whisper: Whisper | None) -> Screening:
    """The whisper in words, and which key takes the call; without a whisper only the keys."""
    words = "" if whisper is None else _introduce(whisper)
    return Screening(words + staff_words("whisper", "take_or_decline"))


def word_dangers(dangers: tuple[str, ...]) -> str:
    """The danger in words; empty when no life is in danger."""
    if not dangers:
        return ""
    kinds = "，".join(staff_words("danger", kind) for kind in dangers)
    return staff_words("whisper", "urgent", danger=kinds)


def say_caller_gone() -> HangUp:
    """For an agent who took a call of which the caller is gone."""
    return HangUp(staff_words("whisper", "caller_gone"))


def _introduce(whisper: Whisper) -> str:
    tongue = staff_words("tongue", whisper.language)
    key = "about" if whisper.about else "about_nothing"
    call_back = staff_words("whisper", "call_back") if whisper.is_call_back else ""
    about = staff_words("whisper", key, tongue=tongue, about=whisper.about)
    return word_dangers(whisper.dangers) + call_back + about

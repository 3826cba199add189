"""What a citizen adds to a petition that is registered already."""

from __future__ import annotations

from datetime import timedelta

from casework.models import Case
from casework.operations import add_from_citizen
from casework.queries import list_cases_of_phone
from casework.vocabulary import CaseKind
from core.phones import Phone, digits_apart
from dialogue.context import TurnContext

# So long after it was registered unfinished, an answer that comes late belongs to it.
_MAX_AGE = timedelta(days=3)
_KINDS = frozenset({CaseKind.PETITION, CaseKind.CONTACT})


def find_registered(turn: TurnContext, *, is_unfinished: bool) -> Case | None:
    """The newest case from the citizen's own number, when it is an open petition of the last days
    (with ``is_unfinished``: one that broke off); else None."""
    conversation, services = turn.conversation, turn.services
    if not conversation.phone:
        return None
    phone = Phone(conversation.phone, conversation.can_text)
    cases = list_cases_of_phone(services.db, services.facilities.case_services, phone, limit=1)
    case = cases[0] if cases else None
    if case is None or case.kind not in _KINDS or not case.is_open:
        return None
    is_new = services.now - case.received_at <= _MAX_AGE
    return case if is_new and (case.is_unfinished or not is_unfinished) else None


def add_words(turn: TurnContext, case: Case, words: str) -> None:
    """Put words into the record of a case, and say its number; no words say the number alone."""
    number = digits_apart(case.number) if turn.is_voice else case.number
    if words:
        services = turn.services
        add_from_citizen(services.db, services.facilities.case_services, case, words, services.now)
    turn.say("petition.supplemented" if words else "petition.known", number=number)

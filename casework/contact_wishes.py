"""How the citizen of a case wants to be reached."""

from __future__ import annotations

from casework.models import Case
from core.contact_wishes import ContactHours, ContactWay, ContactWish


def wish_of(case: Case) -> ContactWish:
    """What was wished for the case; an empty wish when nothing was."""
    return ContactWish(
        way=ContactWay(case.contact_way or ContactWay.ANY),
        hours=ContactHours(case.contact_hours or ContactHours.ANY),
        is_discreet=bool(case.is_contact_discreet),
        words=case.contact_words or "",
    )


def note_wish(case: Case, wish: ContactWish) -> None:
    """Put a wish into the case; what it leaves open stays as it was."""
    if wish.is_empty and case.contact_way is not None:
        return
    whole = wish_of(case).with_newer(wish)
    case.contact_way, case.contact_hours = whole.way, whole.hours
    case.is_contact_discreet = whole.is_discreet
    case.contact_words = whole.words or None

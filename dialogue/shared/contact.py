"""Safe contact, said at any prompt: noted, confirmed in a sentence, and then on."""

from __future__ import annotations

from core.contact_wishes import ContactHours, ContactWay, ContactWish
from dialogue.contact_reading import ReadWish, read_contact_wish
from dialogue.contacts import wish_of
from dialogue.context import TurnContext
from dialogue.flow import FlowSignal, Transition
from nlu.problems import names_problem
from outbox.wishes import store_wish

_MAX_ASIDE = 15


def note_contact_wish(turn: TurnContext) -> Transition | None:
    """Note a wish about being reached; what else was said goes on to whom it is for."""
    read = read_contact_wish(turn.heard.plain) if turn.heard.words else None
    if read is None or _is_stated(read):
        return None
    conversation = turn.conversation
    wish = wish_of(conversation).with_newer(read.wish)
    turn.change(
        contact_way=wish.way,
        contact_hours=wish.hours,
        is_contact_discreet=wish.is_discreet,
        contact_words=wish.words,
    )
    if conversation.phone_key and conversation.has_proved(conversation.phone):
        # A number that is only claimed may be anybody's: such a wish rules this case alone.
        store_wish(turn.services.db, conversation.phone_key, wish, turn.services.now)
    turn.say("contact.noted", wish=_in_words(turn, wish))
    if not read.rest:
        return FlowSignal.PROMPT
    turn.heard = turn.heard.again(read.rest)
    return None


def _is_stated(read: ReadWish) -> bool:
    """Whether the clause stands in a story and does not name who speaks: "他们说，不要打电话"."""
    is_story = len(read.rest) > _MAX_ASIDE and names_problem(read.rest)
    return is_story and not any(word in read.wish.words for word in ("我", "me", "短信", "短讯"))


def _in_words(turn: TurnContext, wish: ContactWish) -> str:
    parts = []
    if wish.way is not ContactWay.ANY:
        parts.append(turn.words(f"contact.way.{wish.way}"))
    if wish.hours is not ContactHours.ANY:
        parts.append(turn.words(f"contact.hours.{wish.hours}"))
    if wish.is_discreet:
        parts.append(turn.words("contact.discreet"))
    return turn.words("contact.joint").join(parts)

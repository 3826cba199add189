"""Searching for a citizen's number or an employer without a trace in addresses.

Addresses stand in the logs of servers and in the histories of browsers. What is searched for is
sent by a form; in the addresses of the pages that follow it stands encrypted, for this reader only.
"""

from __future__ import annotations

from dataclasses import replace

from flask import request

from accounts.audit import Action, record_audit
from core.encryption import DecryptionError
from core.errors import InputError
from core.phones import parse_phone
from staff.case_filters import ListQuery, read_query
from staff.services import get_services
from staff.signed_in import me

MAX_SEARCH = 80
"""Characters of a search."""


def hide_search(words: str) -> str:
    """What stands in an address for ``words``."""
    return get_services().case_services.vault.encrypt_text(words.strip()[:MAX_SEARCH], _bound_to())


def asked_query() -> ListQuery:
    """The query of this request, its search in plain.

    A search that does not open, of somebody else or cut off, is lost: it finds nothing, not all.
    """
    hidden = request.args.get("find", "")
    shown = _shown_search(hidden)
    return replace(read_query(request.args, shown), is_lost=bool(hidden) and not shown)


def record_search(query: ListQuery, found: int) -> None:
    """Keep that somebody searched: for a number by its keyed hash, so that those who looked for one
    citizen can be found; else only what kind of search it was."""
    services = get_services()
    subject = subject_of_search(query.q)
    subject = subject if subject != query.q else "words"
    now, detail = services.clock.now(), {"found": found, "page": query.page}
    with services.database.write() as db:
        record_audit(db, Action.SEARCHED, me().actor.id, subject, now, detail=detail)


def subject_of_search(words: str) -> str:
    """What stands in the audit trail for a phone number; other words as they are."""
    try:
        return f"phone {get_services().case_services.vault.keyed_hash(parse_phone(words).e164)}"
    except InputError:
        return words


def _shown_search(hidden: str) -> str:
    if not hidden:
        return ""
    try:
        return get_services().case_services.vault.decrypt_text(hidden, _bound_to())
    except (DecryptionError, ValueError):
        return ""


def _bound_to() -> str:
    return f"search|{me().user_id}"

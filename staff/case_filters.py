"""The case list's filter: from the address of the page to casework's filter and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casework.queries import CaseFilter
from casework.vocabulary import OPEN_STATES, CaseKind, CaseState
from config.offices import OfficeDirectory
from core.errors import InputError
from core.phones import parse_phone
from staff.signed_in import SignedIn

FOLDERS = ("open", "mine", "overdue", "urgent", "closed", "all")
_OFFICE_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
_TEXTS = ("folder", "kind", "state", "office", "find")


@dataclass(frozen=True)
class ListQuery:
    """What the reader asked for. ``folder`` is one of FOLDERS; empty words narrow nothing.

    ``q`` is what was searched for, a number or an employer; in an address it stands encrypted, as
    ``find`` (``staff.searching``). ``is_lost``: what was searched for cannot be read any more.
    """

    folder: str = "open"
    kind: str = ""
    state: str = ""
    office: str = ""
    q: str = ""
    find: str = ""
    page: int = 1
    is_lost: bool = False

    @property
    def as_given(self) -> dict[str, str]:
        """What stands in an address, without the page."""
        given = {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        return {} if given == {"folder": "open"} else given

    def in_folder(self, folder: str) -> dict[str, str]:
        """The same narrowing by office and kind in another folder."""
        stored = {"folder": folder, "kind": self.kind, "office": self.office}
        return {name: value for name, value in stored.items() if value}

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a folder was chosen."""
        return bool(self.kind or self.state or self.office or self.q or self.is_lost)


def read_query(arguments: Mapping[str, str], q: str = "") -> ListQuery:
    """The query of an address, and what its ``find`` stands for; what it does not know is left
    out."""
    return ListQuery(
        folder=_known(arguments.get("folder"), FOLDERS) or "open",
        kind=_known(arguments.get("kind"), tuple(CaseKind)),
        state=_known(arguments.get("state"), tuple(CaseState)),
        office=_office(arguments.get("office", "")),
        q=q,
        find=arguments.get("find", "") if q else "",
        page=read_page(arguments),
    )


def _office(written: str) -> str:
    """What can be the id of an office, else nothing: no address carries other words."""
    return written if _OFFICE_ID.fullmatch(written) else ""


def read_page(arguments: Mapping[str, str]) -> int:
    """The page number of an address, counted from 1."""
    page = arguments.get("page", "1")
    return max(int(page), 1) if page.isdecimal() and len(page) < 7 else 1


def filter_of(
    query: ListQuery, reader: SignedIn, offices: OfficeDirectory, today: date
) -> CaseFilter:
    """Casework's filter for a query, within the reader's reach.

    A search (phone or employer) looks at open and closed cases alike.
    """
    is_open = _FOLDER_IS_OPEN[query.folder]
    phone, employer = None, None
    if query.q:
        is_open = None
        try:
            phone = parse_phone(query.q)
        except InputError:
            employer = query.q
    if query.state:
        is_open = CaseState(query.state) in OPEN_STATES
    return CaseFilter(
        office_ids=_offices_of(query, reader, offices),
        is_open=is_open,
        kind=CaseKind(query.kind) if query.kind else None,
        state=CaseState(query.state) if query.state else None,
        assigned_to=reader.actor.id if query.folder == "mine" else None,
        is_urgent=True if query.folder == "urgent" else None,
        is_overdue=query.folder == "overdue",
        phone=phone,
        employer=employer,
        today=today,
        order="newest" if is_open is not True else "work",
    )


_FOLDER_IS_OPEN: Mapping[str, bool | None] = {
    "open": True,
    "mine": True,
    "overdue": True,
    "urgent": True,
    "closed": False,
    "all": None,
}


def _offices_of(
    query: ListQuery, reader: SignedIn, offices: OfficeDirectory
) -> frozenset[str] | None:
    if not query.office or offices.find(query.office) is None:
        return reader.actor.office_ids
    chosen = offices.subtree(query.office)
    reach = reader.actor.office_ids
    return chosen if reach is None else chosen & reach


def _known(word: str | None, words: tuple[str, ...]) -> str:
    return word if word in words else ""

"""Deny by default: a view says who may see it, or nobody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from accounts.sessions import needs_touch, touch_session
from staff.services import get_services
from staff.signed_in import me

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_ACCESS = "_staff_access"
BY_ITSELF = "X-Refresh"
"""The header of requests that a page makes by itself (console.js)."""
_PUBLIC_ENDPOINTS = frozenset({"staff.static"})
_ALLOWED_BEFORE = {
    "staff.own_account": frozenset({"staff.own_account", "staff.save_password", "staff.sign_out"}),
    "staff.second_factor": frozenset(
        {"staff.second_factor", "staff.confirm_second_factor", "staff.sign_out"}
    ),
}
"""What may be opened before a step that comes before everything else."""
_MAX_ADDRESS = 2_000
# What is still encoded after so often was not written by a page of ours.
_MAX_DECODED = 3
_UNSAFE_SEGMENTS = frozenset({"", ".", ".."})


@dataclass(frozen=True)
class Access:
    """Who may see a view: anybody, any staff user (no permission), or those with one of them."""

    is_public: bool = False
    permissions: frozenset[str] = frozenset()


def needs(*permissions: str) -> Callable[[View], View]:
    """The view is for staff users with one of these permissions."""
    return _mark(Access(permissions=frozenset(permissions)))


def public(view: View) -> View:
    """The view is for everybody, signed in or not."""
    return _mark(Access(is_public=True))(view)


def for_all_staff(view: View) -> View:
    """The view is for every staff user who is signed in."""
    return _mark(Access())(view)


def access_of(endpoint: str) -> Access | None:
    """Who may see the view of an endpoint; None when it does not say, and nobody may."""
    if endpoint in _PUBLIC_ENDPOINTS:
        return Access(is_public=True)
    return getattr(current_app.view_functions[endpoint], _ACCESS, None)


def guard() -> ResponseReturnValue | None:
    """Before each request to the console: let it pass, send to sign-in, or refuse (403)."""
    endpoint = request.endpoint or ""
    access = access_of(endpoint)
    if access is not None and access.is_public:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path if request.method == "GET" else None
        return redirect(url_for("staff.sign_in", next=wanted))
    first = _find_first_step()
    if first is not None and endpoint not in _ALLOWED_BEFORE[first]:
        return redirect(url_for(first))
    if access is None or (access.permissions and not access.permissions & me().actor.permissions):
        abort(403)
    _note_activity()
    return None


def _find_first_step() -> str | None:
    """The page that this user has to see to before any other, or None."""
    if me().must_change_password:
        return "staff.own_account"
    return "staff.second_factor" if me().must_set_second_factor else None


def _note_activity() -> None:
    """Keep the session from being idle: what a person does counts, and a call that goes on; what
    the page asks by itself does not."""
    services, now = get_services(), get_services().clock.now()
    is_by_itself = BY_ITSELF in request.headers and not me().is_in_call
    if is_by_itself or not needs_touch(me().seen_at, now):
        return
    with services.database.write() as db:
        touch_session(db, me().session_id, now)


def safe_next(address: str | None) -> str | None:
    """``address`` when it is a path of the console, else None: never lead to another site, nor out
    of the console.

    Browsers resolve ``..`` also where it is written ``%2e%2e`` (RFC 3986 5.2.4, WHATWG URL), and a
    proxy may decode once more: a path with dots for a segment is refused however it is written.
    """
    if not address or not address.isprintable() or len(address) > _MAX_ADDRESS:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/staff/")
    return address if is_ours and _stays_within(parts.path) else None


def _stays_within(path: str) -> bool:
    """Whether a path has no segment that leads up, no empty one and no backslash, decoded too."""
    decoded = path
    for _ in range(_MAX_DECODED):
        path, decoded = decoded, unquote(decoded)
    if path != decoded or not decoded.isprintable() or "\\" in decoded:
        return False
    return _UNSAFE_SEGMENTS.isdisjoint(decoded.removesuffix("/").split("/")[1:])


def _mark(access: Access) -> Callable[[View], View]:
    def marked(view: View) -> View:
        setattr(view, _ACCESS, access)
        return view

    return marked

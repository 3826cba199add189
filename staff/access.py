"""Deny by default: a view says who may see it, or nobody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from staff.signed_in import me

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_ACCESS = "_staff_access"
_PUBLIC_ENDPOINTS = frozenset({"staff.static"})
_BEFORE_PASSWORD_CHANGE = frozenset({"staff.own_account", "staff.save_password", "staff.sign_out"})


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
    if me().must_change_password and endpoint not in _BEFORE_PASSWORD_CHANGE:
        return redirect(url_for("staff.own_account"))
    if access is None or (access.permissions and not access.permissions & me().actor.permissions):
        abort(403)
    return None


def safe_next(address: str | None) -> str | None:
    """``address`` when it is a path of the console, else None: never lead to another site."""
    if not address:
        return None
    if not address.isprintable():
        return None
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/staff/")
    return address if is_ours and "\\" not in address and not address.startswith("//") else None


def _mark(access: Access) -> Callable[[View], View]:
    def marked(view: View) -> View:
        setattr(view, _ACCESS, access)
        return view

    return marked

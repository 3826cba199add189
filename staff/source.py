"""Where a request to the console comes from: address, browser, and whether the browser is known."""

from __future__ import annotations

from flask import Response, current_app, request

from accounts.sessions import Source

_COOKIE = "hotline_browser"
_COOKIE_SECONDS = 180 * 24 * 3600
_MAX_TOKEN = 64


def source_of_request() -> Source:
    """Address, browser and known-browser token of this request, cut to their lengths."""
    notified = request.headers.get("User-Agent", "")
    token = request.cookies.get(_COOKIE, "")
    return Source(
        address=(request.remote_addr or "")[:64],
        browser="".join(c for c in notified if c.isprintable())[:200],
        known_token=token if token.isascii() and 0 < len(token) <= _MAX_TOKEN else None,
    )


def remember_in_browser(response: Response, token: str) -> Response:
    """Let the browser show from now on that the user signed in in it before."""
    response.set_cookie(
        _COOKIE,
        token,
        max_age=_COOKIE_SECONDS,
        path="/staff",
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
    )
    return response

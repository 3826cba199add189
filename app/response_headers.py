"""Headers that every response carries, and addresses that never follow the Host of a request."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request

_STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def set_up_headers(app: Flask, public_base_url: str) -> None:
    """Let each response of the application carry the headers, unless a room set its own.

    Over https the headers make browsers use https only for a year (HSTS, RFC 6797).
    """
    is_https = public_base_url.startswith("https://")

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
        response.headers.setdefault("Cache-Control", "no-store")
        return _stay_here(response)


def _stay_here(response: Response) -> Response:
    """A redirect within the service names a path: the framework takes the host from the request,
    where anybody may write one."""
    location = response.headers.get("Location")
    if location is None:
        return response
    parts = urlsplit(location)
    if parts.netloc and parts.netloc == request.host:
        path = parts.path or "/"
        here = path + (f"?{parts.query}" if parts.query else "")
        # The page that comes with a redirect repeats the address.
        response.set_data(redirect(here, response.status_code).get_data())
        response.headers["Location"] = here
    return response

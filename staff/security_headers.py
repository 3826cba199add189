"""Headers that keep a page to itself: no foreign code, no framing, no traces in caches."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def add(response: Response) -> Response:
    """Add the headers; what only staff may see is never kept by a cache, whatever a view says."""
    response.headers.update(_HEADERS)
    is_asset = (request.endpoint or "").endswith(".static")
    is_public = request.blueprint == "public" and "Cache-Control" in response.headers
    if not (is_asset or is_public):
        response.headers["Cache-Control"] = "no-store"
    return response

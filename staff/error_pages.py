"""Error pages: a sentence and a way on."""

from __future__ import annotations

import structlog
from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from core.errors import BusyError, InputError, NotFoundError, PermissionDeniedError
from staff import security_headers

log = structlog.get_logger()
_WITH_OWN_WORDS = frozenset({400, 403, 404, 405, 413, 416, 429, 500, 503})
# What a status is not complete without (RFC 9110: 405, 416, 429 and 503).
_KEPT_HEADERS = frozenset({"Allow", "Content-Range", "Retry-After"})
_OURS = ("/staff", "/ranking", "/privacy")


def register(app: Flask, *blueprints: Blueprint) -> None:
    """Let these blueprints' errors be pages; those of others stay as they are."""
    for pages in blueprints:
        pages.register_error_handler(HTTPException, _on_http_error)
        pages.register_error_handler(NotFoundError, lambda _error: error_page(404))
        pages.register_error_handler(PermissionDeniedError, lambda _error: error_page(403))
        pages.register_error_handler(InputError, lambda _error: error_page(400))
        pages.register_error_handler(DataError, _on_odd_value)
        pages.register_error_handler(OverflowError, _on_odd_value)
        pages.register_error_handler(BusyError, lambda _error: error_page(503))
        pages.register_error_handler(Exception, _on_fault)
    # An address that no view has belongs to no blueprint.
    app.register_error_handler(404, _on_stray_error)
    app.register_error_handler(405, _on_stray_error)


def error_page(code: int) -> Response:
    """The page of an HTTP status."""
    known = code if code in _WITH_OWN_WORDS else 500
    response = make_response(render_template("error.html", code=code, key=f"error.{known}"), code)
    return security_headers.add(response)


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    page = error_page(error.code)
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            page.headers[name] = value
    return page


def _on_stray_error(error: HTTPException) -> ResponseReturnValue:
    return _on_http_error(error) if request.path.startswith(_OURS) else error


def _on_odd_value(error: Exception) -> ResponseReturnValue:
    """A value that the database's column or the calendar has no room for."""
    log.warning("value out of range", path=request.path, kind=type(error).__name__)
    return error_page(400)


def _on_fault(error: Exception) -> ResponseReturnValue:
    log.error("console page failed", path=request.path, exc_info=error)
    return error_page(500)

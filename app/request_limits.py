"""What is refused before a request is read: too many bytes, too many parameters."""

from __future__ import annotations

from flask import Flask, abort, request

from providers.webhook_limits import MAX_BYTES, MAX_PARAMETERS, has_too_many_parameters

MAX_CONSOLE_PARAMETERS = 1_000
_WEBHOOKS = ("/voice/", "/sms/")
_FORM = "application/x-www-form-urlencoded"


def set_up_limits(app: Flask) -> None:
    """Refuse (413) what is too large before any view, signature check or session looks at it."""
    app.before_request(_refuse_too_large)


def _refuse_too_large() -> None:
    is_webhook = request.path.startswith(_WEBHOOKS)
    max_parameters = MAX_PARAMETERS if is_webhook else MAX_CONSOLE_PARAMETERS
    request.max_form_parts = max_parameters
    if is_webhook:
        request.max_content_length = MAX_BYTES
    if is_webhook or request.mimetype == _FORM:
        # Kept, so that the form is parsed from it afterwards.
        body = request.get_data(cache=True)
        if request.mimetype == _FORM and has_too_many_parameters(body, max_parameters):
            abort(413)

"""Routes of the text channel: check the signature, translate, answer an empty document.

Answers to citizens never go into the webhook's answer: they are rows of the outbox first.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import IntegrityError

from core.errors import InputError
from core.request_values import is_name
from outbox.delivery import take_report
from providers.signatures import SignatureCheck
from providers.webhook_limits import MAX_NAME, limit_fields
from sms.inbound import InboundMessage, read_message, read_report
from sms.services import TextServices

log = structlog.get_logger()
EMPTY_DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def make_blueprint(
    services: TextServices, receive: Callable[[InboundMessage], None], signatures: SignatureCheck
) -> Blueprint:
    """The text routes. Each answers 403 and nothing else to a wrong signature.

    ``receive`` stores a text that came in, and raises when it cannot.
    """
    blueprint = Blueprint("text", __name__, url_prefix="/sms")

    def route(path: str, take: Callable[[], None]) -> None:
        def guarded() -> Response:
            if not signatures.is_genuine(request.environ, request.form, request.get_data()):
                abort(403)
            return _answer(take)

        blueprint.add_url_rule(path, endpoint=take.__name__, view_func=guarded, methods=["POST"])

    def incoming() -> None:
        receive(read_message(_form()))

    def status() -> None:
        reference = request.args.get("ref", "")
        report = read_report(_form(), reference if is_name(reference, MAX_NAME) else "")
        if report is None:
            return
        try:
            with services.database.write() as db:
                take_report(db, report, services.clock.now())
        except IntegrityError:
            # The same report is being taken beside this one.
            log.info("report taken twice", sid=report.provider_sid, status=report.status)

    route("/incoming", incoming)
    route("/status", status)
    return blueprint


def _form() -> dict[str, str]:
    """The form within its limits. Raises InputError."""
    return limit_fields(request.form.items(multi=True))


def _answer(take: Callable[[], None]) -> Response:
    try:
        take()
    except (KeyError, InputError) as error:
        log.warning("text webhook refused", path=request.path, kind=type(error).__name__)
        abort(400)
    except Exception:
        # Nothing could be stored: refused, so that the provider tries again.
        log.exception("text webhook failed", path=request.path)
        return Response(status=503)
    return Response(EMPTY_DOCUMENT, mimetype="text/xml")

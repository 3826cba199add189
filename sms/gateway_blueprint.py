"""Routes for a domestic gateway: texts of citizens and delivery reports, as its file describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog
from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import IntegrityError

from outbox.delivery import Report, take_report
from providers.gateway_settings import GatewaySettings, InboundWebhook, ReportWebhook
from providers.gateway_webhooks import (
    GatewayReport,
    Posted,
    is_genuine,
    read_posted,
    read_reports,
    read_texts,
)
from sms.inbound import InboundMessage, message_of_gateway
from sms.services import TextServices

log = structlog.get_logger()


def make_gateway_blueprint(
    services: TextServices,
    receive: Callable[[InboundMessage], None],
    settings: GatewaySettings,
    keys: Mapping[str, str],
) -> Blueprint:
    """The gateway's routes below /sms/gateway/NAME, those that its file has.

    Each answers 403 to a wrong signature. ``receive`` stores a text that came in, and raises when
    it cannot.
    """
    name = f"gateway-{settings.name}"
    blueprint = Blueprint(name, __name__, url_prefix=f"/sms/gateway/{settings.name}")

    def route(
        name: str, rules: ReportWebhook | InboundWebhook, take: Callable[[Posted], None]
    ) -> None:
        def guarded() -> Response:
            posted = read_posted(request.headers.items(), request.get_data())
            if posted is None or not is_genuine(rules, posted, keys, services.clock.now()):
                abort(403)
            try:
                take(posted)
            except Exception:
                # Refused, so that the gateway sends it again.
                log.exception("gateway webhook failed", path=request.path)
                return Response(status=503)
            return Response(rules.answer, mimetype="application/json")

        blueprint.add_url_rule(f"/{name}", endpoint=name, view_func=guarded, methods=["POST"])

    def incoming(posted: Posted) -> None:
        for text in read_texts(settings, posted):
            receive(message_of_gateway(settings.name, text.sid, text.phone, text.words))

    def status(posted: Posted) -> None:
        for report in read_reports(settings, posted):
            _take(services, settings.name, report)

    if settings.inbound is not None:
        route("incoming", settings.inbound, incoming)
    if settings.reports is not None:
        route("status", settings.reports, status)
    return blueprint


def _take(services: TextServices, provider: str, report: GatewayReport) -> None:
    try:
        with services.database.write() as db:
            take_report(
                db,
                Report(
                    provider=provider,
                    provider_sid=report.provider_sid,
                    status=report.status,
                    meaning=report.meaning,
                    reference=report.reference,
                    refusal=report.refusal,
                    error_code=report.code,
                ),
                services.clock.now(),
            )
    except IntegrityError:
        # The same report is being taken beside this one.
        log.info("report taken twice", sid=report.provider_sid, status=report.status)

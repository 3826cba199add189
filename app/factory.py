"""The Flask application: channels, console, health and metrics over one set of parts."""

from __future__ import annotations

from flask import Flask

from app.health import make_blueprint as make_health_blueprint
from app.proxies import TrustedProxies
from app.request_limits import set_up_limits
from app.response_headers import set_up_headers
from app.wiring import Parts
from hotline.twilio.blueprint import make_blueprint as make_voice_blueprint
from sms.blueprint import make_blueprint as make_text_blueprint
from sms.gateway_blueprint import make_gateway_blueprint
from staff.application import register_console
from staff.converters import bound_ids

# Twilio's largest form is a text of 1,600 characters with ten attachments.
MAX_REQUEST_BYTES = 1024 * 1024


def create_app(parts: Parts) -> Flask:
    """The web application of one process.

    Raises ConfigurationError when a text gateway is not set up.
    """
    app = Flask("app", static_folder=None, template_folder=None)
    app.config.update(
        SECRET_KEY=parts.settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=parts.settings.public_base_url.startswith("https://"),
    )
    bound_ids(app)
    set_up_limits(app)
    if parts.settings.has_phone_line:
        app.register_blueprint(make_voice_blueprint(parts.call_services, parts.signatures))
        texts = make_text_blueprint(parts.text_services, parts.text_line.receive, parts.signatures)
        app.register_blueprint(texts)
    for gateway in parts.text_providers.gateways:
        receive = parts.text_line.receive
        app.register_blueprint(
            make_gateway_blueprint(parts.text_services, receive, gateway.settings, gateway.keys)
        )
    app.register_blueprint(make_health_blueprint(parts))
    register_console(app, parts.staff_services)
    set_up_headers(app, parts.settings.public_base_url)
    proxies = TrustedProxies(app.wsgi_app, parts.settings.proxy_networks)
    app.wsgi_app = proxies  # type: ignore[method-assign]
    return app

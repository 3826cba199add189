"""The console in a Flask application: pages under /staff, the public ranking under /ranking."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from providers.pictures import MAX_PICTURE_BYTES
from staff import access, error_pages, formatting, odd_requests, security_headers
from staff.converters import bound_ids
from staff.danger_board import danger_board
from staff.services import StaffServices, keep_services
from staff.signed_in import make_login_manager
from staff.views import NAVIGATION, VIEWS, public_privacy, public_ranking
from staff.words import LANGUAGES

_MAX_UPLOAD_BYTES = MAX_PICTURE_BYTES + 512 * 1024
"""A picture and its form, and some more, so that one just too large is refused in words."""


def register_console(app: Flask, services: StaffServices) -> None:
    """Add the console and the public ranking to ``app``, which has its SECRET_KEY already.

    Forms are protected against forgery on the console's own routes only.
    """
    keep_services(app.extensions, services)
    bound_ids(app)
    # The webhooks carry signatures instead; the console's blueprint asks for its own tokens.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["PERMANENT_SESSION_LIFETIME"] = services.session_rules.absolute
    # When a session ends is decided here, not by the age of the cookie.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    Babel(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        locale_selector=_select_locale,
    )
    app.jinja_env.filters.update(formatting.FILTERS)
    app.jinja_env.globals.update(
        formatting.GLOBALS, NAVIGATION=NAVIGATION, danger_board=danger_board
    )
    make_login_manager().init_app(app)
    csrf = CSRFProtect(app)
    console, public_pages = make_blueprint(csrf), public_ranking.make_blueprint()
    privacy_pages = public_privacy.make_blueprint()
    error_pages.register(app, console, public_pages, privacy_pages)
    app.register_blueprint(console)
    # Without this the framework would redirect to whatever host the request names.
    app.add_url_rule("/staff", "staff_without_slash", _lead_home)
    app.register_blueprint(public_pages)
    app.register_blueprint(privacy_pages)


def make_blueprint(csrf: CSRFProtect) -> Blueprint:
    """The blueprint of all pages for staff."""
    console = Blueprint(
        "staff",
        __name__,
        url_prefix="/staff",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    console.before_request(access.guard)
    # Before the token is looked for: that reads the form.
    console.before_request(_allow_picture)
    console.before_request(odd_requests.refuse_odd)
    console.before_request(csrf.protect)
    console.after_request(security_headers.add)
    for module in VIEWS:
        module.add_to(console)
    return console


def _allow_picture() -> None:
    """Let the one form that uploads be larger than any other request."""
    name = (request.view_args or {}).get("name")
    if request.endpoint == "staff.make_case_transition" and name == "attach":
        request.max_content_length = _MAX_UPLOAD_BYTES


def _lead_home() -> ResponseReturnValue:
    return redirect(url_for("staff.home"))


def _select_locale() -> str:
    # The public pages have no cookie: their language stands in the address.
    chosen = request.args.get("language") or session.get("language")
    if chosen not in LANGUAGES and current_user and current_user.is_authenticated:
        chosen = current_user.language
    if chosen not in LANGUAGES:
        chosen = request.accept_languages.best_match(LANGUAGES, "zh")
    return "en" if chosen == "en" else "zh_Hans_CN"

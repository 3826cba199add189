"""The privacy notice as everybody may read it, without sign-in and cookies."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from config.retention import load_retention, policy_on
from core.clock import local_date
from staff import security_headers
from staff.services import get_services

_KEPT_SECONDS = 300


def make_blueprint() -> Blueprint:
    """The blueprint of the notice."""
    pages = Blueprint("privacy", __name__, url_prefix="/privacy", template_folder="../templates")
    pages.add_url_rule("", view_func=notice)
    pages.after_request(_allow_keeping)
    pages.after_request(security_headers.add)
    return pages


def notice() -> ResponseReturnValue:
    """Who processes what, why, how long, who gets it, and what citizens can ask for
    (个人信息保护法第十七条)."""
    policies = load_retention()
    ruling = policy_on(policies, local_date(get_services().clock.now())) or policies[0]
    return render_template("public_privacy.html", policy=ruling)


def _allow_keeping(response: Response) -> Response:
    response.vary.add("Accept-Language")
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return response

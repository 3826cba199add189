"""The web phone: one page, its scripts and its words."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, render_template, send_from_directory
from flask.typing import ResponseReturnValue

from simulator.attestation import VERDICTS
from simulator.settings import SimulatorSettings

_HERE = Path(__file__).parent
_WORDS = {
    language: json.loads((_HERE / "words" / f"{language}.json").read_text(encoding="utf-8"))
    for language in ("zh", "en")
}


def make_page_blueprint(settings: SimulatorSettings) -> Blueprint:
    """The page at /, and its files under /page."""
    page = Blueprint("page", __name__, template_folder="templates")

    @page.get("/")
    def show_phone() -> ResponseReturnValue:
        return render_template(
            "phone.html",
            words=_WORDS,
            hotline_number=settings.from_number,
            verdicts=list(VERDICTS),
        )

    @page.get("/page/<path:name>")
    def send_file(name: str) -> ResponseReturnValue:
        return send_from_directory(_HERE / "static", name, max_age=0)

    return page

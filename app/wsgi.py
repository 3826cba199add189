"""The web application for gunicorn: ``gunicorn app.wsgi:application``."""

from __future__ import annotations

import sys

from app.factory import create_app
from app.logs import set_up_logs
from app.wiring import Parts
from config.settings import SettingsError, load_settings

try:
    _settings = load_settings()
except SettingsError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(1)
set_up_logs(as_json=_settings.is_production)
application = create_app(Parts(_settings))

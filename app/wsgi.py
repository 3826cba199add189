"""The web application for gunicorn: ``gunicorn -c app/gunicorn_settings.py app.wsgi:application``.

Importing this module loads the code and reads the content's files, which all worker processes
share; the application is put together by the first worker process that opens it, because its
threads and connections must not be shared between processes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from app.factory import create_app
from app.logs import set_up_logs
from app.migrations import wait_until_migrated
from app.wiring import Parts
from config.errors import SettingsError
from config.settings import load_settings
from core.errors import ConfigurationError
from knowledge_base.loader import own_content


class Application:
    """A WSGI application that is put together when it is opened."""

    def __init__(self) -> None:
        self._app: Callable[..., Iterable[bytes]] | None = None
        self._parts: Parts | None = None

    def open(self) -> None:
        """Put the parts together; ends the process with one sentence when that is impossible."""
        try:
            parts = Parts(load_settings())
            # Asked first, so that a wrong setting is told before anybody waits for the database.
            _ = parts.text_providers
            wait_until_migrated(parts.database)
            set_up_logs(as_json=parts.settings.is_production)
            self._app = create_app(parts)
            # A model that is there is loaded before the first request; learning is the learner's.
            parts.nlu.start()
            # Texts that the last run of the service left waiting are served first.
            parts.text_line.start()
            self._parts = parts
        except (SettingsError, ConfigurationError) as error:
            print(f"error: {error}", file=sys.stderr)
            # gunicorn takes this status for "do not start another worker".
            sys.exit(4)

    def close(self) -> None:
        """Finish the text in hand; the others stay stored for the next process."""
        if self._parts is not None:
            self._parts.nlu.stop()
            self._parts.text_line.stop()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        if self._app is None:
            self.open()
        assert self._app is not None and self._parts is not None
        with self._parts.requests:
            return self._app(environ, start_response)


own_content()
application = Application()

"""How gunicorn serves the application: code loaded once, put together in each worker."""

from __future__ import annotations

from typing import Any

preload_app = True
worker_class = "gthread"
threads = 16
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Put the application together before the first request."""
    worker.wsgi.open()

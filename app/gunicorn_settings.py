"""How gunicorn serves the application: code loaded once, put together in each worker."""

from __future__ import annotations

import gc
import sys
from typing import Any

# Nothing that importing makes is ever garbage: to look for some takes a fifth of the time.
gc.disable()

_SWITCH_SECONDS = 0.001

preload_app = True
worker_class = "gthread"
threads = 16
loglevel = "warning"


def pre_fork(_server: Any, _worker: Any) -> None:
    """Keep what is loaded out of every later search for garbage, here and in the workers."""
    gc.freeze()
    gc.enable()


def post_worker_init(worker: Any) -> None:
    """Put the application together before the first request; it too lasts as long as the worker."""
    worker.wsgi.open()
    gc.freeze()
    # A thread that asks for the interpreter gets it sooner: a request does so a dozen times.
    sys.setswitchinterval(_SWITCH_SECONDS)


def worker_exit(_server: Any, worker: Any) -> None:
    """End what a worker does beside its requests; one that could not begin has no application."""
    application = getattr(worker, "wsgi", None)
    if application is not None:
        application.close()

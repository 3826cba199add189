"""How gunicorn serves the application: code loaded once, put together in each worker."""

from __future__ import annotations

import gc
import sys
from typing import Any

# Nothing that importing makes is ever garbage: to look for some takes a fifth of the time.
gc.disable()

_SWITCH_SECONDS = 0.001

preload_app = True
# Threads, because most of a request is waiting for the database. A worker reads requests in these
# threads, so that clients who send slowly would hold them all: nginx in front (deploy/nginx) reads
# each request whole before it is passed on, and takes the answer off the worker at once.
worker_class = "gthread"
threads = 16
loglevel = "warning"
# Longer than nginx keeps an idle connection to a worker (60 s), so that nginx closes it first and
# no request meets a connection that is just closed.
keepalive = 75
# A request takes well under the 15 s after which Twilio gives up; a worker that does not answer its
# arbiter for so long hangs.
timeout = 30
graceful_timeout = 20
# More than a worker can serve at once waits here, and not in a thread.
worker_connections = 512
backlog = 512
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
# Who asks, and by which scheme, is decided in app/proxies.py by TRUSTED_PROXIES alone.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}


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

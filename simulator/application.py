"""Putting the stand-in together."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from types import TracebackType

from flask import Flask
from werkzeug.serving import make_server

from core.clock import AdvancedClock, Clock, SystemClock
from core.errors import ConfigurationError
from simulator.background import Background
from simulator.caller import Callers
from simulator.control import ControlParts, make_control_blueprint
from simulator.exchanges import ExchangeLog
from simulator.faults import Faults
from simulator.page import make_page_blueprint
from simulator.recorder import Recorder
from simulator.rest import RestParts, make_rest_blueprint
from simulator.settings import SimulatorSettings
from simulator.store import Store
from simulator.switchboard import Switchboard
from simulator.texting import Texting
from simulator.timeskip import TimeSkip
from simulator.webhooks import WebhookSender

_BODY_LIMIT = 16 * 1024 * 1024


class Simulator:
    """The stand-in with all its parts; ``app`` is the Flask application."""

    def __init__(self, settings: SimulatorSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.log = ExchangeLog()
        self.faults = Faults()
        self._stopping = threading.Event()
        self._clock = clock or _clock_of(settings)
        self._background = Background()
        self._store = Store(settings.directory)
        self._webhooks = WebhookSender(settings, self.log, self.faults, self._clock)
        shared = (
            settings,
            self._webhooks,
            self._store,
            self._background,
            self.faults,
            self._clock,
        )
        recorder = Recorder(*shared)
        self.switchboard = Switchboard(
            settings, self._webhooks, self._background, self._clock, recorder
        )
        self.callers = Callers(self.switchboard, recorder)
        self.texting = Texting(*shared)
        self.app = self._make_app()

    def close(self) -> None:
        """Stop background work and close files and connections."""
        self._stopping.set()
        self._background.stop()
        self._webhooks.close()
        self._store.close()

    def _make_app(self) -> Flask:
        app = Flask("simulator", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
        app.json.ensure_ascii = False  # type: ignore[attr-defined]
        time_skip = TimeSkip(self.settings.clock_offset_file, self._clock)
        parts = ControlParts(
            switchboard=self.switchboard,
            callers=self.callers,
            texting=self.texting,
            faults=self.faults,
            log=self.log,
            background=self._background,
            time_skip=time_skip,
        )
        app.register_blueprint(make_control_blueprint(parts))
        app.register_blueprint(make_page_blueprint(self.settings))
        rest = RestParts(
            settings=self.settings,
            texting=self.texting,
            switchboard=self.switchboard,
            store=self._store,
            faults=self.faults,
            log=self.log,
            clock=self._clock,
            hold=self._hold,
        )
        app.register_blueprint(make_rest_blueprint(rest))
        return app

    def _hold(self, seconds: float) -> None:
        self._stopping.wait(seconds)


class SimulatorServer:
    """The stand-in listening on its port, in threads of this process; for ``with``."""

    def __init__(self, settings: SimulatorSettings, clock: Clock | None = None) -> None:
        # Bound first: a port given as 0 is known only then, and recordings' addresses carry it.
        with _bind(settings) as listener:
            settings = replace(settings, port=listener.getsockname()[1])
            self.simulator = Simulator(settings, clock)
            self._server = make_server(
                settings.host,
                settings.port,
                self.simulator.app,
                threaded=True,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """Where the stand-in listens."""
        return self.simulator.settings.own_url

    def serve(self) -> None:
        """Listen until ``stop`` is called from another thread or a signal ends the process."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()
            self.simulator.close()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()

    def __enter__(self) -> SimulatorServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self.simulator.close()
        self._server.server_close()


def _bind(settings: SimulatorSettings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port), backlog=128)
    except OSError as error:
        raise ConfigurationError(
            f"The simulator cannot listen on {settings.host}:{settings.port} "
            f"(SIMULATOR_PORT): {error.strerror}."
        ) from error


def _clock_of(settings: SimulatorSettings) -> Clock:
    offset_file = settings.clock_offset_file
    return AdvancedClock(offset_file) if offset_file else SystemClock()

"""Runs the stand-in: ``python -m simulator``, set up by the environment (settings.py)."""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import FrameType

from core.errors import ConfigurationError
from simulator.application import SimulatorServer
from simulator.settings import SimulatorSettings


def main() -> int:
    """Serve until SIGINT or SIGTERM. Returns the exit status; 2 when it cannot start."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        server = SimulatorServer(SimulatorSettings.from_environment(os.environ))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _leave)
    print(f"simulator: web phone at {server.url}/", flush=True)
    server.serve()
    return 0


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

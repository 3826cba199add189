"""``python -m app learn``: learns the engine's model whenever the published content changes."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from types import FrameType

import structlog

from app.engines import WantedModel, embedded_engine
from app.foundations import Foundations
from app.learner import LOOK_EACH_SECONDS, Learner
from app.logs import set_up_logs
from app.migrations import wait_until_migrated
from config.settings import load_settings
from core.clock import SystemClock
from knowledge_base.loader import own_content
from knowledge_base.source import ContentSource

log = structlog.get_logger()
_GENTLE = 10


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("learn", help="learn the engine's model whenever it is needed")
    parser.add_argument("--once", action="store_true", help="end when the model is there")
    parser.add_argument("--gently", action="store_true", help="let other processes go first")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Learn until SIGTERM or SIGINT, or once."""
    parts = Foundations(load_settings())
    set_up_logs(as_json=parts.settings.is_production)
    parts.settings.var_dir.mkdir(parents=True, exist_ok=True)
    if options.gently:
        os.nice(_GENTLE)
    wait_until_migrated(parts.database)
    source = ContentSource(own_content(), parts.database, parts.clock)
    if options.once:
        topics = WantedModel(source.current).topics()
        embedded_engine(topics, parts.settings.models, parts.clock)
    else:
        _learn_until_stopped(parts, source)
    return 0


def _learn_until_stopped(parts: Foundations, source: ContentSource) -> None:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    wanted = WantedModel(source.current)
    # The machine's own clock: a trial's, that jumps ahead, would show the learner as away.
    learner = Learner(wanted.name, parts.settings.models, parts.settings.var_dir, SystemClock())
    source.start()
    try:
        while not stop.is_set():
            _look(learner)
            stop.wait(LOOK_EACH_SECONDS)
    finally:
        learner.stop()
        source.stop()


def _look(learner: Learner) -> None:
    try:
        learner.look()
    except Exception:
        # A full disk, say: the learner tries again, and shows as away until it can say more.
        log.exception("the learner could not look")

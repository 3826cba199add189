"""``python -m app scheduler | migrate | jobs``: an installation's processes and chores."""

from __future__ import annotations

import argparse
import json

from app.jobs import JOBS, find_job
from app.logs import set_up_logs
from app.migrations import make_migration, migrate, wait_until_migrated
from app.scheduler import run_job, run_scheduler
from app.wiring import Parts
from config.settings import load_settings
from core.errors import InputError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    scheduler = commands.add_parser("scheduler", help="carry out scheduled work until stopped")
    scheduler.set_defaults(run=run_scheduler_command)

    migrations = commands.add_parser("migrate", help="bring the database up to date")
    migrations.add_argument("--make", metavar="MESSAGE", help="write the next migration instead")
    migrations.set_defaults(run=run_migrate)

    jobs = commands.add_parser("jobs", help="list scheduled jobs, or run one now")
    actions = jobs.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="print all jobs").set_defaults(run=run_list)
    one = actions.add_parser("run", help="run one job now")
    one.add_argument("name")
    one.set_defaults(run=run_one)


def run_scheduler_command(_options: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT. Raises ConfigurationError when a gateway is not set up."""
    parts = _parts()
    _ = parts.text_providers  # A wrong setting stops the start, not the first text.
    set_up_logs(as_json=parts.settings.is_production)
    wait_until_migrated(parts.database)
    run_scheduler(parts)
    return 0


def run_migrate(options: argparse.Namespace) -> int:
    """Migrate, or write a migration."""
    parts = _parts()
    if options.make:
        make_migration(parts.database, options.make)
        return 0
    print(f"database at {migrate(parts.database)}")
    return 0


def run_list(_options: argparse.Namespace) -> int:
    """Print each job with its times and what it does."""
    for job in JOBS:
        print(f"{job.name:22} {job.when:28} {job.what}")
    return 0


def run_one(options: argparse.Namespace) -> int:
    """Run one job and print its counts."""
    job = find_job(options.name)
    if job is None:
        raise InputError(f"There is no job {options.name}; see 'jobs list'.", "name")
    counts = run_job(_parts(), job)
    print("already done for this slot" if counts is None else json.dumps(counts))
    return 0


def _parts() -> Parts:
    return Parts(load_settings())

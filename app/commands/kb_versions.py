"""``python -m app kb import|export|draft|submit|publish|retire|rollback|history|diff``."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

from app.commands.kb_persons import are_two_named_persons
from app.wiring import Parts
from config.settings import load_settings
from core.clock import local_date, to_local
from core.errors import NotFoundError
from knowledge_base.editing import (
    draft_entry,
    publish,
    retire_topic,
    roll_back,
    submit_draft,
)
from knowledge_base.editing_services import EditingServices, read_exactly
from knowledge_base.loader import CONTENT_FOLDER
from knowledge_base.models import VersionState
from knowledge_base.queries import (
    diff_versions,
    find_open_version,
    find_ruling,
    get_version,
    list_history,
)
from knowledge_base.transfer import export_content, import_content

_SERVICES = EditingServices(are_two_persons=are_two_named_persons)


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the actions on versions."""
    taken = actions.add_parser("import", help="publish the files of a folder that differ")
    taken.add_argument("folder", type=Path, nargs="?", default=CONTENT_FOLDER)
    _add_persons(taken)
    taken.set_defaults(run=run_import)

    given = actions.add_parser("export", help="write what is told today into an empty folder")
    given.add_argument("folder", type=Path)
    given.set_defaults(run=run_export)

    draft = actions.add_parser("draft", help="begin a version with the text of a file")
    draft.add_argument("topic", help="a topic, or figures.yaml")
    draft.add_argument("file", type=Path)
    draft.add_argument("--author", required=True)
    draft.add_argument("--reason", required=True)
    draft.set_defaults(run=run_draft)

    submit = actions.add_parser("submit", help="hand the newest draft of a topic in for review")
    submit.add_argument("topic")
    submit.add_argument("--by", required=True)
    submit.set_defaults(run=run_submit)

    published = actions.add_parser("publish", help="publish the version of a topic in review")
    published.add_argument("topic")
    published.add_argument("--reviewer", required=True)
    published.add_argument("--effective-from", type=date.fromisoformat)
    published.add_argument("--expires-on", type=date.fromisoformat)
    published.set_defaults(run=run_publish)

    retired = actions.add_parser("retire", help="take a topic out of what is told")
    retired.add_argument("topic")
    retired.add_argument("--by", required=True)
    retired.add_argument("--reason", required=True)
    retired.set_defaults(run=run_retire)

    back = actions.add_parser("rollback", help="publish an earlier version's text again")
    back.add_argument("topic")
    back.add_argument("--to", type=int, required=True, metavar="NUMBER")
    _add_persons(back)
    back.set_defaults(run=run_rollback)

    history = actions.add_parser("history", help="print all versions of a topic and their steps")
    history.add_argument("topic")
    history.set_defaults(run=run_history)

    diff = actions.add_parser("diff", help="print what changed between two versions")
    diff.add_argument("topic")
    diff.add_argument("older", type=int, nargs="?", help="default: the version that rules")
    diff.add_argument("newer", type=int, nargs="?", help="default: the newest draft")
    diff.set_defaults(run=run_diff)


def _add_persons(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--author", required=True)
    parser.add_argument("--reviewer", required=True, help="a second person")
    parser.add_argument("--reason", required=True)


def run_import(options: argparse.Namespace) -> int:
    """Publish what differs."""
    parts, now = _parts()
    with parts.database.write() as db:
        counts = import_content(
            db, _SERVICES, options.folder, author=options.author, reviewer=options.reviewer,
            reason=options.reason, now=now,
        )  # fmt: skip
    print(f"{counts.published} published, {counts.unchanged} unchanged")
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Write files."""
    parts, now = _parts()
    with parts.database.read() as db:
        count = export_content(db, _SERVICES, options.folder, local_date(now))
    print(f"{count} entries written to {options.folder}")
    return 0


def run_draft(options: argparse.Namespace) -> int:
    """Begin a draft."""
    parts, now = _parts()
    if not options.file.is_file():
        raise NotFoundError(f"{options.file} is no file.")
    with parts.database.write() as db:
        version = draft_entry(
            db, _SERVICES, options.topic, read_exactly(options.file), author=options.author,
            reason=options.reason, now=now,
        )  # fmt: skip
        print(f"{version.topic} version {version.number} is a draft")
    return 0


def run_submit(options: argparse.Namespace) -> int:
    """Hand a draft in."""
    parts, now = _parts()
    with parts.database.write() as db:
        version = find_open_version(db, options.topic, [VersionState.DRAFT])
        if version is None:
            raise NotFoundError(f"There is no draft of {options.topic}.")
        submit_draft(db, version, by=options.by, now=now)
        print(f"{version.topic} version {version.number} is in review")
    return 0


def run_publish(options: argparse.Namespace) -> int:
    """Approve and publish."""
    parts, now = _parts()
    with parts.database.write() as db:
        version = find_open_version(db, options.topic, [VersionState.IN_REVIEW])
        if version is None:
            raise NotFoundError(f"Nothing of {options.topic} is in review.")
        publish(
            db, _SERVICES, version, reviewer=options.reviewer, now=now,
            effective_from=options.effective_from, expires_on=options.expires_on,
        )  # fmt: skip
        print(
            f"{version.topic} version {version.number} is published from {version.effective_from}"
        )
    return 0


def run_retire(options: argparse.Namespace) -> int:
    """Retire a topic."""
    parts, now = _parts()
    with parts.database.write() as db:
        count = retire_topic(
            db, _SERVICES, options.topic, by=options.by, reason=options.reason, now=now
        )
    print(f"{options.topic} is retired ({count} versions)")
    return 0


def run_rollback(options: argparse.Namespace) -> int:
    """Publish an earlier text again."""
    parts, now = _parts()
    with parts.database.write() as db:
        version = roll_back(
            db, _SERVICES, options.topic, options.to, author=options.author,
            reviewer=options.reviewer, reason=options.reason, now=now,
        )  # fmt: skip
        print(f"{version.topic} version {version.number} is published, as version {options.to} was")
    return 0


def run_history(options: argparse.Namespace) -> int:
    """Print versions and steps."""
    parts, now = _parts()
    with parts.database.read() as db:
        lines = list_history(db, options.topic, local_date(now))
    if not lines:
        print(f"{options.topic} has no versions; the file rules if there is one")
    for line in lines:
        version = line.version
        dates = f"from {version.effective_from}" if version.effective_from else "undated"
        print(
            f"version {version.number}  {version.state}  {dates}  "
            f"{'RULES  ' if line.rules else ''}{version.reason}"
        )
        for event in line.events:
            at = to_local(event.at).strftime("%Y-%m-%d %H:%M")
            print(f"  {at}  {event.action} by {event.by}  {event.reason}".rstrip())
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Print a unified diff."""
    parts, now = _parts()
    with parts.database.read() as db:
        older = (
            get_version(db, options.topic, options.older)
            if options.older
            else find_ruling(db, options.topic, local_date(now))
        )
        newer = (
            get_version(db, options.topic, options.newer)
            if options.newer
            else find_open_version(db, options.topic)
        )
        if older is None or newer is None:
            raise NotFoundError(f"{options.topic} has no two versions to compare.")
        print(diff_versions(older, newer), end="")
    return 0


def _parts() -> tuple[Parts, datetime]:
    parts = Parts(load_settings())
    return parts, parts.clock.now()

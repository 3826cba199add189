"""``python -m app kb affected``: who got an answer that has since changed."""

from __future__ import annotations

import argparse
import json
from datetime import date

from app.wiring import Parts
from config.settings import load_settings
from core.clock import local_date, local_midnight, to_local
from knowledge_base.assembly import assemble
from knowledge_base.corrections import Affected, draft_corrections, list_affected
from knowledge_base.queries import get_version, published_state


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the action."""
    affected = actions.add_parser(
        "affected", help="list who got an answer that has since changed; draft corrections"
    )
    affected.add_argument("--since", type=date.fromisoformat, required=True, metavar="DATE")
    affected.add_argument(
        "--draft", action="store_true", help="keep the correction texts for approval"
    )
    affected.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one line an answer and below it what was said, and each correction text once."""
    parts = Parts(load_settings())
    now = parts.clock.now()
    today = local_date(now)
    with parts.database.write() as db:
        made = assemble(
            parts.content,
            published_state(db),
            today,
            lambda version: get_version(db, version.topic, version.number).content,
        )
        affected = list_affected(db, made.content, local_midnight(options.since), today)
        for one in affected:
            print(_line(one))
            print(f"    said: {json.dumps(one.receipt.text or '', ensure_ascii=False)}")
        drafts = draft_corrections(db, made.content, affected, now)
        for draft in drafts:
            print(f"draft for {draft.topic}: {draft.words}")
        verb = "kept for approval" if options.draft else "not kept (use --draft)"
        print(f"{len(affected)} answers changed, {len(drafts)} new correction texts {verb}")
        if not options.draft:
            db.rollback()
    return 0


def _line(one: Affected) -> str:
    receipt = one.receipt
    changes = ["withdrawn"] if one.is_withdrawn else []
    changes += ["entry changed"] if one.is_entry_changed else []
    changes += [
        f"{name} {changed.answered} -> {changed.now}"
        f" ({'corrected' if changed.is_correction else 'renewed'})"
        for name, changed in one.figures.items()
    ]
    at = to_local(receipt.given_at).strftime("%Y-%m-%d %H:%M")
    return f"{at}  {one.masked_phone or 'withheld':16}  {receipt.topic}  {', '.join(changes)}"

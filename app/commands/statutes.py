"""``python -m app statutes``: take in official law texts, list them, look an article up."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.wiring import Parts
from config.settings import load_settings
from core.clock import local_date
from core.errors import ContentError
from knowledge_base.article_requests import find_article_request
from knowledge_base.lookup import (
    ArticleFound,
    ArticleUnknown,
    LawUnknown,
    LookUp,
    TextNotHeld,
    find_article,
)
from knowledge_base.statute_files import StatuteDocument, read_statute, statute_files
from knowledge_base.statutes import import_statutes, list_statute_texts


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("statutes", help="import law texts, look articles up")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    taken = actions.add_parser("import", help="take in law texts (md, txt, docx)")
    taken.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files or folders")
    taken.set_defaults(run=run_import)

    actions.add_parser("list", help="print all imported versions").set_defaults(run=run_list)

    show = actions.add_parser("show", help="print an article, as in: show 劳动合同法第39条")
    show.add_argument("words", nargs="+")
    show.set_defaults(run=run_show)


def run_import(options: argparse.Namespace) -> int:
    """Import what can be read; 1 when a file cannot."""
    parts = Parts(load_settings())
    documents: list[StatuteDocument] = []
    faults = 0
    for path in statute_files(options.paths):
        try:
            documents.append(read_statute(path))
        except ContentError as error:
            faults += 1
            print(error, file=sys.stderr)
    with parts.database.write() as db:
        done = import_statutes(db, parts.content.statutes, documents, parts.clock.now())
    for statute in done.differing:
        print(f"{statute}: another number of articles than in the index", file=sys.stderr)
    articles = sum(text.articles for text in done.new)
    print(
        f"{len(done.new)} new texts with {articles} articles, {done.unchanged} unchanged, "
        f"{faults} not readable"
    )
    return 1 if faults else 0


def run_list(_options: argparse.Namespace) -> int:
    """Print versions."""
    parts = Parts(load_settings())
    with parts.database.read() as db:
        for text in list_statute_texts(db):
            print(
                f"{text.statute:48} version of {text.version_on}  in force {text.effective_on}  "
                f"{text.articles} articles  {text.title}"
            )
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Print an article; 1 when there is none."""
    parts = Parts(load_settings())
    request = find_article_request(" ".join(options.words))
    if request is None:
        raise ContentError("Name one law and one article, as in 劳动合同法第39条.")
    with parts.database.read() as db:
        found = find_article(
            db,
            parts.content.statutes,
            request.law_words,
            request.article,
            local_date(parts.clock.now()),
        )
    print(_described(found))
    return 0 if isinstance(found, ArticleFound) else 1


def _described(found: LookUp) -> str:
    match found:
        case ArticleFound(law=law, article=article, words=words):
            return f"《{law.zh}》第{article}条\n{words}"
        case TextNotHeld(law=law):
            return f"The text of 《{law.zh}》 was not imported."
        case ArticleUnknown(law=law, last=last):
            return f"《{law.zh}》 has articles 1 to {last}."
        case LawUnknown(law_words=words, nearest=nearest):
            names = ", ".join(f"《{law.zh}》" for law in nearest)
            return f"No law is called {words}." + (f" Near: {names}" if names else "")

"""Getting voice documents and reporting what is wrong with them."""

from __future__ import annotations

from collections import deque

from simulator.call import Call, Page
from simulator.call_services import CallServices
from simulator.twiml import DocumentError, Problem, read_voice_document

_REPORTED = 4000
"""Characters of a document that are kept with a broken rule."""


def fetch_page(
    services: CallServices, call: Call, url: str, parameters: dict[str, str], method: str
) -> Page:
    """Ask the service for a document. Raises WebhookError or DocumentError."""
    answer = services.webhooks.send(url, parameters, method=method, about=call.sid)
    return read_page(services, call, answer.url, answer.body, answer.content_type)


def read_page(services: CallServices, call: Call, url: str, body: bytes, content_type: str) -> Page:
    """A document as a page, its broken rules reported. Raises DocumentError."""
    text = body.decode("utf-8", "replace")
    call.last_document = text
    try:
        document = read_voice_document(body, content_type)
    except DocumentError as error:
        _report(services, call, url, Problem(error.code, str(error)), text)
        raise
    for problem in document.problems:
        _report(services, call, url, problem, text)
    return Page(url, deque(document.verbs))


def _report(services: CallServices, call: Call, url: str, problem: Problem, text: str) -> None:
    services.webhooks.report(
        problem.code, problem.message, about=call.sid, url=url, document=text[:_REPORTED]
    )

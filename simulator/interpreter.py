"""Carrying out TwiML: one call's documents, verb by verb, until the caller must do something.

A verb's handler says whether the document goes on (True) or the call now waits or is over
(False). Sources: twilio.com/docs/voice/twiml and the page of each verb.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from simulator.call import Call, Page, QueueStay, Waiting, spoken_seconds
from simulator.grammar import WAITING_VERBS
from simulator.twiml import SCHEMA, DocumentError, Verb, read_voice_document
from simulator.webhooks import WebhookError, WebhookSender

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What Twilio itself says when neither the document nor the fallback can be used."""

DOCUMENT_LIMIT = 40
"""Documents that may follow one another without the caller doing anything."""


class Exchange(Protocol):
    """What an interpreter needs of the switchboard."""

    @property
    def webhooks(self) -> WebhookSender: ...

    def parameters(self, call: Call) -> dict[str, str]:
        """The parameters that every voice webhook carries."""
        ...

    def ended(self, call: Call) -> None:
        """Called once when a call is over."""
        ...

    def join_queue(self, name: str, call: Call) -> str:
        """Put the call at the queue's end; returns the queue's sid."""
        ...

    def leave_queue(self, name: str, call: Call) -> None:
        """Take the call out of the queue."""
        ...

    def queue_parameters(self, stay: QueueStay, call: Call) -> dict[str, str]:
        """Position and times for the waitUrl."""
        ...

    def dial(self, call: Call, verb: Verb) -> None:
        """Called when a Dial begins; may resolve it at once."""
        ...


def fetch(
    exchange: Exchange,
    call: Call,
    url: str,
    extra: dict[str, str] | None = None,
    method: str = "POST",
) -> bool:
    """Get the next document; True when there is one to carry out.

    When it cannot be had, the fallback is asked; when that fails too, the caller hears an
    application error and the call ends.
    """
    call.documents += 1
    if call.documents > DOCUMENT_LIMIT:
        exchange.webhooks.report(
            SCHEMA, "Documents follow one another without end.", about=call.sid
        )
        return _give_up(exchange, call)
    parameters = {**exchange.parameters(call), **(extra or {})}
    try:
        call.page = _read(exchange, call, url, parameters, method)
        return True
    except (WebhookError, DocumentError) as error:
        return _fall_back(exchange, call, url, error)


def run(exchange: Exchange, call: Call) -> None:
    """Carry out verbs until the call waits for the caller or is over."""
    while call.is_live and call.waiting is None:
        if call.page and call.page.verbs:
            verb = call.page.verbs.popleft()
            if call.queue and verb.name not in WAITING_VERBS:
                message = f"<{verb.name}> is not allowed in a waitUrl's document."
                exchange.webhooks.report(SCHEMA, message, about=call.sid, url=call.page.url)
                continue
            HANDLERS[verb.name](exchange, call, verb)
        elif call.queue:
            _wait_in_queue(call)
        else:
            end(exchange, call, "completed")


def end(exchange: Exchange, call: Call, status: str) -> None:
    """End the call with a final state."""
    if not call.is_live:
        return
    call.waiting = None
    call.status = status
    call.note("network", "Hangup", status)
    if call.queue:
        stay = call.queue
        _close_stay(exchange, call)
        tell_action(exchange, call, stay.verb, stay.page.url, _stay_result(stay, "hangup"))
    exchange.ended(call)


def leave_queue(exchange: Exchange, call: Call, result: str, talk_seconds: float = 0) -> None:
    """Take the call out of its queue and go on: with the action's document, or the next verb.

    A bridged caller talks to somebody for ``talk_seconds`` before that.
    """
    stay = call.queue
    if stay is None:
        return
    call.waiting = None
    _close_stay(exchange, call)
    call.page = stay.page
    call.note("network", "Leave", f"{stay.name}: {result}")
    call.pass_time(talk_seconds)
    go_on(exchange, call, stay.verb, _stay_result(stay, result), needs_action=True)


def go_on(
    exchange: Exchange,
    call: Call,
    verb: Verb,
    extra: dict[str, str],
    *,
    needs_action: bool = False,
) -> None:
    """Fetch the verb's action and carry it out.

    Without an action: Gather and Record ask their own document's address again; Dial and Enqueue
    (``needs_action``) go on with the next verb.
    """
    call.waiting = None
    page_url = call.page.url if call.page else ""
    action = verb.attributes.get("action", "")
    if action or not needs_action:
        url = exchange.webhooks.resolve(page_url, action)
        if not fetch(exchange, call, url, extra, verb.attributes.get("method", "POST")):
            return
    run(exchange, call)


def refetch_waiting(exchange: Exchange, call: Call) -> None:
    """Ask the waitUrl again, as happens when its document has run out."""
    stay = call.queue
    if stay is None:
        return
    call.waiting = None
    if _fetch_waiting(exchange, call, stay):
        run(exchange, call)


def tell_action(
    exchange: Exchange, call: Call, verb: Verb, page_url: str, extra: dict[str, str]
) -> None:
    """Call an action whose document is no longer carried out."""
    action = verb.attributes.get("action", "")
    if action:
        url = exchange.webhooks.resolve(page_url, action)
        parameters = {**exchange.parameters(call), **extra}
        method = verb.attributes.get("method", "POST")
        exchange.webhooks.notify(url, parameters, method=method, about=call.sid)


def interrupt(exchange: Exchange, call: Call, page: Page | None, url: str, method: str) -> None:
    """Replace what the call is doing by another document (a REST update)."""
    call.waiting = None
    call.documents = 0
    if call.queue:
        stay = call.queue
        _close_stay(exchange, call)
        tell_action(exchange, call, stay.verb, stay.page.url, _stay_result(stay, "redirected"))
    if page is not None:
        call.page = page
        run(exchange, call)
    elif fetch(exchange, call, url, None, method):
        run(exchange, call)


def read_page(exchange: Exchange, call: Call, url: str, body: bytes, content_type: str) -> Page:
    """A document as a page, its broken rules reported. Raises DocumentError."""
    text = body.decode("utf-8", "replace")
    call.last_document = text
    document = read_voice_document(body, content_type)
    for problem in document.problems:
        exchange.webhooks.report(
            problem.code, problem.message, about=call.sid, url=url, document=text
        )
    return Page(url, deque(document.verbs))


def play_prompt(exchange: Exchange, call: Call, verb: Verb) -> bool:
    """Say, Play or Pause."""
    if verb.name == "Say":
        text = " ".join(verb.text.split())
        language, voice = (verb.attributes.get(name, "") for name in ("language", "voice"))
        call.note("line", "Say", text, language, voice)
        call.pass_time(spoken_seconds(text))
    elif verb.name == "Play":
        call.note("line", "Play", verb.text or verb.attributes.get("digits", ""))
        call.pass_time(5)
    else:
        call.pass_time(float(verb.attributes.get("length", "1")))
    return True


def _gather(_exchange: Exchange, call: Call, verb: Verb) -> bool:
    for child in verb.children:
        if child.name in ("Say", "Play", "Pause"):
            play_prompt(_exchange, call, child)
    inputs = verb.attributes.get("input", "dtmf").split()
    call.waiting = Waiting(
        "gather",
        verb,
        {
            "input": inputs,
            "num_digits": int(verb.attributes.get("numDigits", "0")),
            "finish_on_key": verb.attributes.get("finishOnKey", "#"),
            "timeout": verb.attributes.get("timeout", "5"),
            "language": verb.attributes.get("language", "en-US"),
        },
    )
    return False


def _record(_exchange: Exchange, call: Call, verb: Verb) -> bool:
    call.waiting = Waiting(
        "record",
        verb,
        {
            "max_length": int(verb.attributes.get("maxLength", "3600")),
            "finish_on_key": verb.attributes.get("finishOnKey", "1234567890*#"),
            "timeout": verb.attributes.get("timeout", "5"),
        },
    )
    if verb.attributes.get("playBeep", "true") == "true":
        call.note("line", "Beep", "♪")
    return False


def _redirect(exchange: Exchange, call: Call, verb: Verb) -> bool:
    url = exchange.webhooks.resolve(call.page.url if call.page else "", verb.text)
    extra = exchange.queue_parameters(call.queue, call) if call.queue else {}
    return fetch(exchange, call, url, extra, verb.attributes.get("method", "POST"))


def _hangup(exchange: Exchange, call: Call, _verb: Verb) -> bool:
    end(exchange, call, "completed")
    return False


def _reject(exchange: Exchange, call: Call, verb: Verb) -> bool:
    reason = verb.attributes.get("reason", "rejected")
    end(exchange, call, "busy" if reason == "busy" else "no-answer")
    return False


def _dial(exchange: Exchange, call: Call, verb: Verb) -> bool:
    numbers = [child.text for child in verb.children] or [verb.text]
    call.note("line", "Dial", ", ".join(numbers))
    call.waiting = Waiting(
        "dial",
        verb,
        {"numbers": numbers, "timeout": int(verb.attributes.get("timeout", "30"))},
    )
    exchange.dial(call, verb)
    return False


def _enqueue(exchange: Exchange, call: Call, verb: Verb) -> bool:
    page = call.page or Page("", deque())
    wait_url = verb.attributes.get("waitUrl", "")
    call.queue = QueueStay(
        sid=exchange.join_queue(verb.text, call),
        name=verb.text,
        verb=verb,
        page=page,
        wait_url=exchange.webhooks.resolve(page.url, wait_url) if wait_url else "",
        wait_method=verb.attributes.get("waitUrlMethod", "POST"),
    )
    call.note("line", "Enqueue", verb.text)
    return _fetch_waiting(exchange, call, call.queue)


def _leave(exchange: Exchange, call: Call, _verb: Verb) -> bool:
    if call.queue is None:
        end(exchange, call, "completed")
    else:
        leave_queue(exchange, call, "leave")
    return False


HANDLERS: dict[str, Callable[[Exchange, Call, Verb], bool]] = {
    "Say": play_prompt,
    "Play": play_prompt,
    "Pause": play_prompt,
    "Gather": _gather,
    "Record": _record,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Leave": _leave,
}


def _wait_in_queue(call: Call) -> None:
    stay = call.queue
    if stay is not None:
        call.waiting = Waiting(
            "queue", stay.verb, {"queue": stay.name, "seconds": round(stay.seconds)}
        )


def _fetch_waiting(exchange: Exchange, call: Call, stay: QueueStay) -> bool:
    call.page = Page(stay.wait_url, deque())
    if not stay.wait_url:
        return True
    extra = exchange.queue_parameters(stay, call)
    return fetch(exchange, call, stay.wait_url, extra, stay.wait_method)


def _close_stay(exchange: Exchange, call: Call) -> None:
    if call.queue is not None:
        exchange.leave_queue(call.queue.name, call)
        call.queue = None


def _stay_result(stay: QueueStay, result: str) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": stay.sid, "QueueTime": str(round(stay.seconds))}


def _read(
    exchange: Exchange, call: Call, url: str, parameters: dict[str, str], method: str
) -> Page:
    answer = exchange.webhooks.send(url, parameters, method=method, about=call.sid)
    try:
        return read_page(exchange, call, answer.url, answer.body, answer.content_type)
    except DocumentError as error:
        text = answer.body[:2000].decode("utf-8", "replace")
        exchange.webhooks.report(error.code, str(error), about=call.sid, url=url, document=text)
        raise


def _fall_back(
    exchange: Exchange, call: Call, url: str, error: WebhookError | DocumentError
) -> bool:
    call.note("network", "Error", f"{error.code} {error}")
    fallback = call.callbacks.get("fallback", "")
    if not fallback:
        return _give_up(exchange, call)
    if call.queue:
        _close_stay(exchange, call)
    parameters = {
        **exchange.parameters(call),
        "ErrorCode": str(error.code),
        "ErrorUrl": url,
    }
    try:
        call.page = _read(exchange, call, fallback, parameters, "POST")
        return True
    except (WebhookError, DocumentError):
        return _give_up(exchange, call)


def _give_up(exchange: Exchange, call: Call) -> bool:
    call.note("line", "Say", APPLICATION_ERROR, "en-US")
    call.pass_time(spoken_seconds(APPLICATION_ERROR))
    end(exchange, call, "completed")
    return False

"""Carrying out TwiML: one call's documents, verb by verb, until the caller must do something.

Sources: twilio.com/docs/voice/twiml and the page of each verb.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from simulator.call import Call, Page, QueueStay, Transcription, Waiting, spoken_seconds
from simulator.call_services import CallServices
from simulator.documents import fetch_page, read_page
from simulator.grammar import WAITING_VERBS
from simulator.sids import new_sid
from simulator.twiml import SCHEMA, DocumentError, Verb
from simulator.webhooks import WebhookError

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What Twilio itself says when neither the document nor the fallback can be used."""

DOCUMENT_LIMIT = 40
"""Documents that may follow one another without the caller doing anything."""


def begin(
    services: CallServices, call: Call, url: str, method: str = "POST", twiml: str = ""
) -> None:
    """Answer the line and carry out a document: the one given, or what ``url`` answers."""
    if twiml:
        try:
            call.page = read_page(services, call, url, twiml.encode(), "text/xml")
            is_ready = True
        except DocumentError as error:
            is_ready = _fall_back(services, call, url, error)
    else:
        is_ready = _fetch(services, call, url, {}, method)
    if is_ready:
        call.status = "in-progress"
        run(services, call)


def run(services: CallServices, call: Call) -> None:
    """Carry out verbs until the call waits for the caller or is over."""
    while call.is_live and call.waiting is None:
        if call.page and call.page.verbs:
            verb = call.page.verbs.popleft()
            if call.queue and verb.name not in WAITING_VERBS:
                message = f"<{verb.name}> is not allowed in a waitUrl's document."
                services.webhooks.report(SCHEMA, message, about=call.sid, url=call.page.url)
                continue
            HANDLERS[verb.name](services, call, verb)
        elif call.queue:
            _wait_in_queue(call)
        elif call.parent is not None:
            services.bridge(call)
        else:
            end(services, call, "completed")


def end(services: CallServices, call: Call, status: str) -> None:
    """End the call with a final state."""
    if not call.is_live:
        return
    call.waiting = None
    call.status = status
    call.note("network", "Hangup", status)
    if call.queue:
        stay = call.queue
        _close_stay(services, call)
        report_action(services, call, stay.verb, stay.page.url, _stay_result(stay, "hangup"))
    services.ended(call)


def leave_queue(services: CallServices, call: Call, result: str, talk_seconds: float = 0) -> None:
    """Take the call out of its queue and go on: with the action's document, or the next verb.

    A bridged caller talks to somebody for ``talk_seconds`` before that.
    """
    stay = call.queue
    if stay is None:
        return
    call.waiting = None
    _close_stay(services, call)
    call.page = stay.page
    call.note("network", "Leave", f"{stay.name}: {result}")
    call.pass_time(talk_seconds)
    go_on(services, call, stay.verb, _stay_result(stay, result), needs_action=True)


def go_on(
    services: CallServices,
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
        url = services.webhooks.resolve(page_url, action)
        if not _fetch(services, call, url, extra, verb.attributes.get("method", "POST")):
            return
    run(services, call)


def end_gather(services: CallServices, call: Call, result: dict[str, str]) -> None:
    """A Gather is over: with ``Digits`` its action is asked, without the document goes on."""
    waiting = call.waiting
    if waiting is None:
        return
    wants_empty = waiting.verb.attributes.get("actionOnEmptyResult", "false") == "true"
    if result.get("Digits") or wants_empty:
        go_on(services, call, waiting.verb, {"msg": "Gather End", **result})
    else:
        call.waiting = None
        run(services, call)


def refetch_waiting(services: CallServices, call: Call) -> None:
    """Ask the waitUrl again, as happens when its document has run out."""
    stay = call.queue
    if stay is None:
        return
    call.waiting = None
    if _fetch_waiting(services, call, stay):
        run(services, call)


def report_action(
    services: CallServices, call: Call, verb: Verb, page_url: str, extra: dict[str, str]
) -> None:
    """Call an action whose document is no longer carried out."""
    action = verb.attributes.get("action", "")
    if action:
        url = services.webhooks.resolve(page_url, action)
        parameters = {**services.parameters(call), **extra}
        method = verb.attributes.get("method", "POST")
        services.webhooks.notify(url, parameters, method=method, about=call.sid)


def interrupt(services: CallServices, call: Call, url: str, method: str, twiml: str) -> None:
    """Replace what the call is doing by another document (a REST update)."""
    call.waiting = None
    call.documents = 0
    if call.queue:
        stay = call.queue
        _close_stay(services, call)
        report_action(services, call, stay.verb, stay.page.url, _stay_result(stay, "redirected"))
    begin(services, call, url, method, twiml)


def _prompt(_services: CallServices, call: Call, verb: Verb) -> None:
    if verb.name == "Say":
        text = " ".join(verb.text.split())
        language, voice = (verb.attributes.get(name, "") for name in ("language", "voice"))
        call.note("line", "Say", text, language, voice)
        call.pass_time(spoken_seconds(text))
    elif verb.name == "Play":
        call.note("line", "Play", verb.text or verb.attributes.get("digits", ""))
        call.pass_time(5)
    else:
        call.pass_time(_whole(verb, "length", 1))


def _gather(services: CallServices, call: Call, verb: Verb) -> None:
    for child in verb.children:
        if child.name in ("Say", "Play", "Pause"):
            _prompt(services, call, child)
    inputs = verb.attributes.get("input", "dtmf").split()
    call.waiting = Waiting(
        "gather",
        verb,
        {
            "input": inputs,
            "num_digits": _whole(verb, "numDigits", 0),
            "finish_on_key": verb.attributes.get("finishOnKey", "#"),
            "timeout": _whole(verb, "timeout", 5),
            "language": verb.attributes.get("language", "en-US"),
        },
    )


def _record(_services: CallServices, call: Call, verb: Verb) -> None:
    call.waiting = Waiting(
        "record",
        verb,
        {
            "max_length": _whole(verb, "maxLength", 3600),
            "finish_on_key": verb.attributes.get("finishOnKey", "1234567890*#"),
            "timeout": _whole(verb, "timeout", 5),
        },
    )
    call.recorded = 0.0
    if verb.attributes.get("playBeep", "true") == "true":
        call.note("line", "Beep", "♪")


def _start(services: CallServices, call: Call, verb: Verb) -> None:
    for child in verb.children:
        page_url = call.page.url if call.page else ""
        call.transcription = Transcription(new_sid("GT"), child, page_url)
        services.report_transcription(call, "transcription-started", {})


def _stop(services: CallServices, call: Call, verb: Verb) -> None:
    running = call.transcription
    names = {child.attributes.get("name", "") for child in verb.children}
    if running is not None and running.verb.attributes.get("name", "") in names:
        services.report_transcription(call, "transcription-stopped", {})
        call.transcription = None


def _redirect(services: CallServices, call: Call, verb: Verb) -> None:
    url = services.webhooks.resolve(call.page.url if call.page else "", verb.text)
    extra = services.queue_parameters(call.queue, call) if call.queue else {}
    _fetch(services, call, url, extra, verb.attributes.get("method", "POST"))


def _hangup(services: CallServices, call: Call, _verb: Verb) -> None:
    end(services, call, "completed")


def _reject(services: CallServices, call: Call, verb: Verb) -> None:
    reason = verb.attributes.get("reason", "rejected")
    end(services, call, "busy" if reason == "busy" else "no-answer")


def _dial(services: CallServices, call: Call, verb: Verb) -> None:
    numbers = [child.text for child in verb.children] or [verb.text]
    call.note("line", "Dial", ", ".join(numbers))
    call.waiting = Waiting(
        "dial",
        verb,
        {"numbers": numbers, "timeout": _whole(verb, "timeout", 30)},
    )
    queue = next((child.text for child in verb.children if child.name == "Queue"), None)
    if queue is None:
        services.dial(call, verb)
    else:
        services.dial_queue(call, verb, queue)


def _enqueue(services: CallServices, call: Call, verb: Verb) -> None:
    page = call.page or Page("", deque())
    queue_sid = services.join_queue(verb.text, call, _whole(verb, "maxQueueSize", 100))
    if queue_sid is None:
        go_on(services, call, verb, {"QueueResult": "queue-full"}, needs_action=True)
        return
    wait_url = verb.attributes.get("waitUrl", "")
    call.queue = QueueStay(
        sid=queue_sid,
        name=verb.text,
        verb=verb,
        page=page,
        wait_url=services.webhooks.resolve(page.url, wait_url) if wait_url else "",
        wait_method=verb.attributes.get("waitUrlMethod", "POST"),
    )
    call.note("line", "Enqueue", verb.text)
    _fetch_waiting(services, call, call.queue)


def _leave(services: CallServices, call: Call, _verb: Verb) -> None:
    if call.queue is None:
        end(services, call, "completed")
    else:
        leave_queue(services, call, "leave")


HANDLERS: dict[str, Callable[[CallServices, Call, Verb], None]] = {
    "Say": _prompt,
    "Play": _prompt,
    "Pause": _prompt,
    "Gather": _gather,
    "Record": _record,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Start": _start,
    "Stop": _stop,
    "Leave": _leave,
}


def _whole(verb: Verb, name: str, default: int) -> int:
    """A whole number among the attributes; the default too where the value is none."""
    value = verb.attributes.get(name, "")
    return int(value) if value.isdecimal() else default


def _wait_in_queue(call: Call) -> None:
    stay = call.queue
    if stay is not None:
        call.waiting = Waiting(
            "queue", stay.verb, {"queue": stay.name, "seconds": round(stay.seconds)}
        )


def _fetch_waiting(services: CallServices, call: Call, stay: QueueStay) -> bool:
    call.page = Page(stay.wait_url, deque())
    if not stay.wait_url:
        return True
    extra = services.queue_parameters(stay, call)
    return _fetch(services, call, stay.wait_url, extra, stay.wait_method)


def _close_stay(services: CallServices, call: Call) -> None:
    if call.queue is not None:
        services.leave_queue(call.queue.name, call)
        call.queue = None


def _stay_result(stay: QueueStay, result: str) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": stay.sid, "QueueTime": str(round(stay.seconds))}


def _fetch(
    services: CallServices,
    call: Call,
    url: str,
    extra: dict[str, str],
    method: str,
) -> bool:
    """Get the next document; True when there is one to carry out.

    When it cannot be had, the fallback is asked; when that fails too, the caller hears an
    application error and the call ends.
    """
    call.documents += 1
    if call.documents > DOCUMENT_LIMIT:
        services.webhooks.report(
            SCHEMA, "Documents follow one another without end.", about=call.sid
        )
        return _give_up(services, call)
    parameters = {**services.parameters(call), **extra}
    try:
        call.page = fetch_page(services, call, url, parameters, method)
        return True
    except (WebhookError, DocumentError) as error:
        return _fall_back(services, call, url, error)


def _fall_back(
    services: CallServices, call: Call, url: str, error: WebhookError | DocumentError
) -> bool:
    call.note("network", "Error", f"{error.code} {error}")
    fallback = call.callbacks.get("fallback", "")
    if not fallback:
        return _give_up(services, call)
    if call.queue:
        _close_stay(services, call)
    parameters = {
        **services.parameters(call),
        "ErrorCode": str(error.code),
        "ErrorUrl": url,
    }
    try:
        call.page = fetch_page(services, call, fallback, parameters, "POST")
        return True
    except (WebhookError, DocumentError):
        return _give_up(services, call)


def _give_up(services: CallServices, call: Call) -> bool:
    call.note("line", "Say", APPLICATION_ERROR, "en-US")
    call.pass_time(spoken_seconds(APPLICATION_ERROR))
    end(services, call, "completed")
    return False

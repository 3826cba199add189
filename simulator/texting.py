"""Texts in both directions: accepting, delivering and reporting them, and what citizens send."""

from __future__ import annotations

import re
import threading

from core.clock import Clock
from core.errors import InputError
from simulator.background import Background
from simulator.faults import MAGIC_NUMBERS, REFUSALS, UNDELIVERABLE, Faults, Refusal
from simulator.segments import segmentation
from simulator.settings import SimulatorSettings
from simulator.sids import new_sid
from simulator.store import Record, Store
from simulator.twiml import DocumentError, Verb, read_messaging_document
from simulator.webhooks import WebhookAnswer, WebhookError, WebhookSender

BODY_LIMIT = 1600
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_CHINESE_LANDLINE = re.compile(r"\+86(?!1[3-9]\d{9}$)\d+")
_STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}
_START = {"start", "yes", "unstop"}
_REDIRECT_LIMIT = 5


class RefusedError(Exception):
    """A text was not accepted."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def _bad(code: int, message: str) -> RefusedError:
    return RefusedError(Refusal(400, code, message))


class Texting:
    """The texts of the stand-in; safe to use from several threads."""

    def __init__(
        self,
        settings: SimulatorSettings,
        webhooks: WebhookSender,
        store: Store,
        background: Background,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._webhooks = webhooks
        self._store = store
        self._background = background
        self._faults = faults
        self._clock = clock
        self._changed = threading.Condition()
        self._changes = 0

    def accept(self, request: dict[str, str]) -> Record:
        """Take a text from the service (POST Messages). Raises RefusedError.

        ``request`` has the REST names: To, From, Body, StatusCallback, ValidityPeriod.
        """
        to, body = request.get("To", ""), request.get("Body", "")
        self._refuse_bad(request)
        name = MAGIC_NUMBERS.get(to) or self._faults.first_of(tuple(REFUSALS), to)
        if name:
            raise RefusedError(REFUSALS[name])
        if self._faults.strikes("carrier-opt-outs", to) and self._store.is_opted_out(to):
            raise RefusedError(REFUSALS["refuse-21610"])
        message = self._new_message(
            "outbound-api", request["From"], to, body, request.get("StatusCallback", "")
        )
        self._deliver(message)
        return message

    def receive(self, from_: str, body: str, media: list[str] | None = None) -> Record:
        """A citizen sends a text; the service's TwiML answers go back as texts.

        Returns the citizen's message when the service has answered (or failed to).
        """
        if not _E164.fullmatch(from_):
            raise InputError("A text needs a number in international form.", "from")
        message = self._new_message("inbound", from_, self._settings.from_number, body, "", media)
        if self._faults.strikes("carrier-opt-outs", from_):
            self._note_opt_out(from_, body)
        url = self._webhooks.public_url("/sms/incoming")
        self._ask(url, self._inbound_parameters(message, media or []), message, _REDIRECT_LIMIT)
        return message

    def list_messages(self, phone: str = "") -> list[Record]:
        """All texts from and to a number (or all), oldest first."""
        return self._store.list("message", phone)

    def find_message(self, sid: str) -> Record | None:
        """One text, or None."""
        return self._store.find("message", sid)

    def wait_for_change(self, seen: int, seconds: float) -> int:
        """Wait until the count of changes is above ``seen``; returns the count."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes > seen, seconds)
            return self._changes

    def _refuse_bad(self, request: dict[str, str]) -> None:
        to, body = request.get("To", ""), request.get("Body", "")
        period = request.get("ValidityPeriod", "1")
        callback = request.get("StatusCallback", "")
        rules = (
            (not to, 21604, "A 'To' phone number is required."),
            (not request.get("From"), 21603, "A 'From' phone number is required."),
            (not body and not request.get("MediaUrl"), 21602, "Message body is required."),
            (len(body) > BODY_LIMIT, 21617, "The message body exceeds the 1600 character limit."),
            (not _E164.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
            (
                request.get("From") != self._settings.from_number,
                21606,
                "The 'From' phone number provided is not a valid message-capable number.",
            ),
            (to == request.get("From"), 21266, "'To' and 'From' number cannot be the same."),
            (bool(_CHINESE_LANDLINE.fullmatch(to)), 21614, f"{to} is not a valid mobile number"),
            (
                not (period.isdecimal() and 1 <= int(period) <= 36000),
                20001,
                "ValidityPeriod must be between 1 and 36000 seconds.",
            ),
            (
                bool(callback) and not re.match(r"https?://[^/]+", callback),
                21609,
                "The 'StatusCallback' URL is not a valid URL.",
            ),
        )
        for is_broken, code, text in rules:
            if is_broken:
                raise _bad(code, text)

    def _new_message(
        self,
        direction: str,
        from_: str,
        to: str,
        body: str,
        callback: str,
        media: list[str] | None = None,
    ) -> Record:
        split = segmentation(body)
        now = self._clock.now().isoformat()
        is_inbound = direction == "inbound"
        message: Record = {
            "sid": new_sid("SM"),
            "direction": direction,
            "from": from_,
            "to": to,
            "body": body,
            "media": media or [],
            "num_segments": split.segments,
            "encoding": split.encoding,
            "status": "received" if is_inbound else "queued",
            "statuses": ["received" if is_inbound else "queued"],
            "error_code": None,
            "status_callback": callback,
            "date_created": now,
            "date_updated": now,
            "date_sent": now,
        }
        self._save(message)
        return message

    def _save(self, message: Record) -> None:
        phone = message["from"] if message["direction"] == "inbound" else message["to"]
        self._store.save("message", phone, message)
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def _deliver(self, message: Record) -> None:
        """Let the text go through its states in the background and report each."""
        phone = message["to"]
        undelivered = self._faults.first_of(tuple(UNDELIVERABLE), phone)
        final = "undelivered" if undelivered else "delivered"
        code = UNDELIVERABLE[undelivered] if undelivered else None
        states = ["queued", "sent", final]
        if self._faults.strikes("statuses-out-of-order", phone):
            states.reverse()
        is_reported = not self._faults.strikes("statuses-lost", phone)

        def work() -> None:
            current = dict(message)
            for status in states:
                self._background.pause(self._settings.status_delay_seconds)
                is_final = status == final
                if current["status"] != final:
                    current["status"] = status
                    current["error_code"] = code if is_final else None
                current["statuses"] = [*current["statuses"], status]
                current["date_updated"] = self._clock.now().isoformat()
                self._save(current)
                if is_reported:
                    self._report(current, status, code if is_final else None)

        self._background.submit(work)

    def _report(self, message: Record, status: str, code: int | None) -> None:
        if not message["status_callback"]:
            return
        parameters = {
            "AccountSid": self._settings.account_sid,
            "ApiVersion": "2010-04-01",
            "From": message["from"],
            "To": message["to"],
            "MessageSid": message["sid"],
            "SmsSid": message["sid"],
            "MessageStatus": status,
            "SmsStatus": status,
        }
        if code:
            parameters["ErrorCode"] = str(code)
        self._webhooks.notify(message["status_callback"], parameters, about=message["sid"])

    def _inbound_parameters(self, message: Record, media: list[str]) -> dict[str, str]:
        parameters = {
            "AccountSid": self._settings.account_sid,
            "ApiVersion": "2010-04-01",
            "Body": message["body"],
            "From": message["from"],
            "FromCountry": "CN" if message["from"].startswith("+86") else "",
            "MessageSid": message["sid"],
            "NumMedia": str(len(media)),
            "NumSegments": str(message["num_segments"]),
            "SmsMessageSid": message["sid"],
            "SmsSid": message["sid"],
            "SmsStatus": "received",
            "To": message["to"],
            "ToCountry": "CN",
        }
        for number, url in enumerate(media):
            parameters[f"MediaUrl{number}"] = url
            parameters[f"MediaContentType{number}"] = "image/jpeg"
        return parameters

    def _ask(self, url: str, parameters: dict[str, str], message: Record, redirects: int) -> None:
        try:
            answer = self._webhooks.send(url, parameters, about=message["sid"])
        except WebhookError:
            return
        for verb in self._verbs_of(answer, message):
            if verb.name == "Message":
                self._reply(verb, message, answer.url)
            elif redirects:
                target = self._webhooks.resolve(answer.url, verb.text)
                self._ask(target, parameters, message, redirects - 1)
                return

    def _verbs_of(self, answer: WebhookAnswer, message: Record) -> tuple[Verb, ...]:
        text = answer.body[:4000].decode("utf-8", "replace")
        try:
            document = read_messaging_document(answer.body, answer.content_type)
        except DocumentError as error:
            self._webhooks.report(
                error.code, str(error), about=message["sid"], url=answer.url, document=text
            )
            return ()
        for problem in document.problems:
            self._webhooks.report(
                problem.code, problem.message, about=message["sid"], url=answer.url, document=text
            )
        return document.verbs

    def _reply(self, verb: Verb, message: Record, url: str) -> None:
        bodies = [child.text for child in verb.children if child.name == "Body"]
        body = bodies[0] if bodies else verb.text
        callback = verb.attributes.get("statusCallback") or verb.attributes.get("action", "")
        reply = {
            "To": verb.attributes.get("to") or str(message["from"]),
            "From": verb.attributes.get("from") or str(message["to"]),
            "Body": body,
            "StatusCallback": self._webhooks.resolve(url, callback) if callback else "",
        }
        try:
            self._refuse_bad(reply)
        except RefusedError as error:
            self._webhooks.report(
                error.refusal.code, error.refusal.message, about=message["sid"], url=url
            )
            return
        sent = self._new_message(
            "outbound-reply", reply["From"], reply["To"], body, reply["StatusCallback"]
        )
        self._deliver(sent)

    def _note_opt_out(self, phone: str, body: str) -> None:
        word = body.strip().lower()
        if word in _STOP | _START:
            self._store.set_opted_out(phone, word in _STOP)

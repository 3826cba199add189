"""Twilio's REST interface, as far as the service uses it (twilio.com/docs/usage/api).

Messages, Calls and Recordings in the shapes that the official SDK reads, with basic auth.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from core.clock import Clock
from core.errors import NotFoundError
from simulator.exchanges import ExchangeLog
from simulator.faults import REFUSALS, Faults, Refusal
from simulator.rest_shapes import (
    account_path,
    call_json,
    is_wanted,
    message_json,
    page_json,
    recording_json,
)
from simulator.settings import SimulatorSettings
from simulator.store import Store
from simulator.switchboard import Switchboard
from simulator.texting import RefusedError, Texting

NOT_SIGNED_IN = Refusal(401, 20003, "Authenticate")
NOT_FOUND = Refusal(404, 20404, "The requested resource was not found")
BAD_REQUEST = Refusal(400, 20001, "Invalid parameter")
_HOLD_SECONDS = 60.0
_CALLBACK_FIELDS = {
    "url": ("Url", ""),
    "url_method": ("Method", "POST"),
    "twiml": ("Twiml", ""),
    "fallback": ("FallbackUrl", ""),
    "status": ("StatusCallback", ""),
    "status_method": ("StatusCallbackMethod", "POST"),
}
"""What a call keeps -> the field of the REST request, and its default."""


@dataclass(frozen=True)
class RestParts:
    """What the interface works on."""

    settings: SimulatorSettings
    texting: Texting
    switchboard: Switchboard
    store: Store
    faults: Faults
    log: ExchangeLog
    clock: Clock
    hold: Callable[[float], None]
    """Waits that many seconds: an answer that hangs."""


def make_rest_blueprint(parts: RestParts) -> Blueprint:
    """The routes under /2010-04-01/Accounts/{sid}."""
    rest = Blueprint("rest", __name__, url_prefix=account_path(parts.settings))
    _add_frame(rest, parts)
    _add_message_routes(rest, parts)
    _add_call_routes(rest, parts)
    _add_recording_routes(rest, parts)
    return rest


def _add_frame(rest: Blueprint, parts: RestParts) -> None:
    """Sign-in before, log after."""
    settings = parts.settings

    @rest.before_request
    def check_sign_in() -> ResponseReturnValue | None:
        g.began = time.monotonic()
        given = request.authorization
        name = (given.username or "") if given else ""
        password = (given.password or "") if given else ""
        is_ours = hmac.compare_digest(name.encode(), settings.account_sid.encode())
        is_right = hmac.compare_digest(password.encode(), settings.auth_token.encode())
        return None if is_ours and is_right else _refused(NOT_SIGNED_IN)

    @rest.after_request
    def keep(response: Response) -> Response:
        is_json = response.mimetype == "application/json"
        parts.log.add(
            at=parts.clock.now().isoformat(),
            kind="rest",
            method=request.method,
            url=request.full_path.rstrip("?"),
            parameters=request.form.to_dict(),
            status=response.status_code,
            answer=response.get_data(as_text=True) if is_json else response.mimetype,
            milliseconds=round((time.monotonic() - g.began) * 1000),
            about=request.path.rsplit("/", 1)[-1].split(".")[0],
        )
        return response


def _add_message_routes(rest: Blueprint, parts: RestParts) -> None:
    settings, texting, faults = parts.settings, parts.texting, parts.faults

    @rest.post("/Messages.json")
    def create_message() -> ResponseReturnValue:
        form = request.form.to_dict()
        try:
            message = texting.accept(form)
        except RefusedError as error:
            return _refused(error.refusal)
        if faults.strikes("accept-then-timeout", form["To"]):
            parts.hold(_HOLD_SECONDS)
        if faults.strikes("accept-then-500", form["To"]):
            return _refused(REFUSALS["error-500"])
        return jsonify(message_json(settings, message)), 201

    @rest.get("/Messages.json")
    def list_messages() -> ResponseReturnValue:
        newest_first = reversed(texting.list_messages(request.args.get("To", "")))
        chosen = [message for message in newest_first if is_wanted(message, request.args)]
        records = [message_json(settings, message) for message in chosen]
        return jsonify(page_json(request.path, "messages", records, request.args))

    @rest.get("/Messages/<sid>.json")
    def fetch_message(sid: str) -> ResponseReturnValue:
        message = texting.find_message(sid)
        return jsonify(message_json(settings, message)) if message else _refused(NOT_FOUND)


def _add_call_routes(rest: Blueprint, parts: RestParts) -> None:
    settings, switchboard = parts.settings, parts.switchboard

    @rest.errorhandler(NotFoundError)
    def say_not_found(_error: NotFoundError) -> ResponseReturnValue:
        return _refused(NOT_FOUND)

    @rest.post("/Calls.json")
    def create_call() -> ResponseReturnValue:
        form = request.form
        if not form.get("To") or not form.get("From"):
            return _refused(Refusal(400, 21201, "No 'To' or 'From' number is specified"))
        if not form.get("Url") and not form.get("Twiml"):
            return _refused(Refusal(400, 21205, "Url or Twiml is required"))
        callbacks = {
            name: form.get(field, default) for name, (field, default) in _CALLBACK_FIELDS.items()
        }
        call = switchboard.place_call(form["From"], form["To"], callbacks)
        return jsonify({**call_json(settings, call), "status": "queued"}), 201

    @rest.get("/Calls.json")
    def list_calls() -> ResponseReturnValue:
        wanted = request.args.get("Status", "")
        calls = [call for call in switchboard.list_calls() if wanted in ("", call.status)]
        records = [call_json(settings, call) for call in calls]
        return jsonify(page_json(request.path, "calls", records, request.args))

    @rest.get("/Calls/<sid>.json")
    def fetch_call(sid: str) -> ResponseReturnValue:
        return jsonify(call_json(settings, switchboard.get_call(sid)))

    @rest.post("/Calls/<sid>.json")
    def update_call(sid: str) -> ResponseReturnValue:
        form = request.form
        call = switchboard.get_call(sid)
        if not call.is_live:
            return _refused(Refusal(400, 21220, "Call is not in-progress. Cannot redirect."))
        if form.get("Status") in ("completed", "canceled"):
            switchboard.complete(sid)
        elif form.get("Url") or form.get("Twiml"):
            method = form.get("Method", "POST")
            switchboard.redirect(sid, form.get("Url", ""), method, form.get("Twiml", ""))
        else:
            return _refused(BAD_REQUEST)
        return jsonify(call_json(settings, call))


def _add_recording_routes(rest: Blueprint, parts: RestParts) -> None:
    settings, store = parts.settings, parts.store

    @rest.get("/Recordings.json")
    def list_recordings() -> ResponseReturnValue:
        # A day or a moment is given; whole days are compared.
        since = request.args.get("DateCreated>", "")[:10]
        newest_first = reversed(store.list("recording"))
        records = [
            recording_json(settings, record)
            for record in newest_first
            if record["date_created"][:10] >= since
        ]
        return jsonify(page_json(request.path, "recordings", records, request.args))

    @rest.get("/Recordings/<sid>.json")
    def fetch_recording(sid: str) -> ResponseReturnValue:
        record = store.find("recording", sid)
        return jsonify(recording_json(settings, record)) if record else _refused(NOT_FOUND)

    @rest.get("/Recordings/<sid>")
    @rest.get("/Recordings/<sid>.wav")
    @rest.get("/Recordings/<sid>.mp3")
    def fetch_media(sid: str) -> ResponseReturnValue:
        # An .mp3 is answered with the WAV, and the type says so: nothing here encodes MP3.
        wav = None if parts.faults.strikes("media-missing") else store.find_media(sid)
        return Response(wav, mimetype="audio/x-wav") if wav else _refused(NOT_FOUND)

    @rest.delete("/Recordings/<sid>.json")
    def delete_recording(sid: str) -> ResponseReturnValue:
        return ("", 204) if store.delete("recording", sid) else _refused(NOT_FOUND)


def _refused(refusal: Refusal) -> tuple[Response, int]:
    return jsonify(refusal.as_json()), refusal.status

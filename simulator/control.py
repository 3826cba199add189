"""The stand-in's own interface: what the phone page and the tests do with calls and texts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from core.errors import ConflictError, HotlineError, InputError, NotFoundError
from simulator.background import Background
from simulator.call import Call
from simulator.caller import Callers
from simulator.exchanges import ExchangeLog
from simulator.faults import FAULT_NAMES, Faults
from simulator.switchboard import DIAL_OUTCOMES, Switchboard
from simulator.texting import Texting
from simulator.timeskip import TimeSkip

_STATUS_OF: dict[type[HotlineError], int] = {
    InputError: 400,
    NotFoundError: 404,
    ConflictError: 409,
}


@dataclass(frozen=True)
class ControlParts:
    """What the interface works on."""

    switchboard: Switchboard
    callers: Callers
    texting: Texting
    faults: Faults
    log: ExchangeLog
    background: Background
    time_skip: TimeSkip


def make_control_blueprint(parts: ControlParts) -> Blueprint:
    """The routes under /simulator. Bodies and answers are JSON."""
    control = Blueprint("control", __name__, url_prefix="/simulator")
    control.register_error_handler(HotlineError, _explain)
    _add_call_routes(control, parts.switchboard, parts.callers)
    _add_message_routes(control, parts)
    _add_log_routes(control, parts)
    _add_setting_routes(control, parts)
    return control


def _explain(error: HotlineError) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), _STATUS_OF.get(type(error), 400)


def _add_call_routes(control: Blueprint, switchboard: Switchboard, callers: Callers) -> None:
    actions: dict[str, Callable[[str, dict[str, Any]], Call]] = {
        "press": lambda sid, body: callers.press(sid, str(body.get("digits", ""))),
        "say": lambda sid, body: callers.say(
            sid, str(body.get("text", "")), _number(body, "confidence", 0.9)
        ),
        "silence": lambda sid, _body: callers.stay_silent(sid),
        "record": lambda sid, body: callers.record(
            sid,
            seconds=_number(body, "seconds", 0.0),
            wav=_wav(body),
            finish_with=str(body.get("finish_with", "#")),
            silent=bool(body.get("silent", False)),
        ),
        "wait": lambda sid, body: callers.wait(sid, _number(body, "seconds", 30.0)),
        "answer": lambda sid, body: callers.answer(sid, _number(body, "seconds", 30.0)),
        "dial": lambda sid, body: callers.resolve_dial(
            sid, str(body.get("outcome", "")), _number(body, "seconds", 30.0)
        ),
        "hangup": lambda sid, _body: callers.hang_up(sid),
    }

    @control.post("/calls")
    def start_call() -> ResponseReturnValue:
        body = _body()
        call = switchboard.start_call(
            str(body.get("from", "")), str(body.get("to", "")), str(body.get("verdict", "none"))
        )
        return jsonify(call.as_json()), 201

    @control.get("/calls")
    def list_calls() -> ResponseReturnValue:
        phone, status = request.args.get("phone", ""), request.args.get("status", "")
        calls = [
            call.as_json()
            for call in switchboard.list_calls()
            if phone in ("", call.to, "" if call.parent else call.from_)
            and status in ("", call.status)
        ]
        return jsonify({"calls": calls[:100]})

    @control.get("/calls/<sid>")
    def show_call(sid: str) -> ResponseReturnValue:
        return jsonify(switchboard.get_call(sid).as_json())

    @control.post("/calls/<sid>/<action>")
    def action(sid: str, action: str) -> ResponseReturnValue:
        if action not in actions:
            raise NotFoundError(f"A caller cannot {action!r}; there are {', '.join(actions)}.")
        return jsonify(actions[action](sid, _body()).as_json())


def _add_message_routes(control: Blueprint, parts: ControlParts) -> None:
    texting = parts.texting

    @control.post("/messages")
    def send_message() -> ResponseReturnValue:
        body = _body()
        media = [str(url) for url in body.get("media", [])]
        text = str(body.get("body", ""))
        return jsonify(texting.receive(str(body.get("from", "")), text, media)), 201

    @control.get("/messages")
    def list_messages() -> ResponseReturnValue:
        seen = request.args.get("seen", -1, type=int)
        wait = min(request.args.get("wait", 0.0, type=float), 60.0)
        changes = texting.wait_for_change(seen, wait)
        found = texting.list_messages(request.args.get("phone", ""))
        return jsonify({"messages": found, "changes": changes})


def _add_log_routes(control: Blueprint, parts: ControlParts) -> None:
    log = parts.log

    @control.get("/log")
    def show_log() -> ResponseReturnValue:
        about = request.args.get("about", "")
        limit = min(max(request.args.get("limit", 200, type=int), 1), 4000)
        return jsonify({"exchanges": [one.as_json() for one in log.exchanges(about, limit)]})

    @control.get("/violations")
    def show_violations() -> ResponseReturnValue:
        found = [one.as_json() for one in log.violations(request.args.get("about", ""))]
        return jsonify({"count": log.violation_count, "violations": found})

    @control.delete("/log")
    def clear_log() -> ResponseReturnValue:
        log.clear()
        return "", 204

    @control.post("/settle")
    def settle() -> ResponseReturnValue:
        seconds = min(_number(_body(), "seconds", 10.0), 60.0)
        return jsonify({"is_settled": parts.background.settle(seconds)})


def _add_setting_routes(control: Blueprint, parts: ControlParts) -> None:
    faults, switchboard, time_skip = parts.faults, parts.switchboard, parts.time_skip

    def show() -> dict[str, Any]:
        return {"active": faults.active(), "names": list(FAULT_NAMES)}

    @control.get("/faults")
    def show_faults() -> ResponseReturnValue:
        return jsonify(show())

    @control.post("/faults")
    def switch_on() -> ResponseReturnValue:
        body = _body()
        count = body.get("count")
        faults.switch_on(
            str(body.get("name", "")),
            None if count is None else int(_number(body, "count", 1)),
            str(body.get("phone", "")),
        )
        return jsonify(show())

    @control.delete("/faults")
    def switch_off() -> ResponseReturnValue:
        faults.switch_off(request.args.get("name", ""))
        return jsonify(show())

    @control.get("/people")
    def show_people() -> ResponseReturnValue:
        return jsonify(
            {
                "outcome": switchboard.dial_outcome,
                "seconds": switchboard.dial_seconds,
                "outcomes": DIAL_OUTCOMES,
            }
        )

    @control.post("/people")
    def set_people() -> ResponseReturnValue:
        body = _body()
        outcome = str(body.get("outcome", switchboard.dial_outcome))
        if outcome not in DIAL_OUTCOMES:
            raise InputError(f"The outcome is one of {', '.join(DIAL_OUTCOMES)}.", "outcome")
        switchboard.dial_outcome = outcome
        switchboard.dial_seconds = int(_number(body, "seconds", switchboard.dial_seconds))
        return show_people()

    @control.get("/clock")
    def show_clock() -> ResponseReturnValue:
        return jsonify(time_skip.as_json())

    @control.post("/clock")
    def skip_time() -> ResponseReturnValue:
        time_skip.skip(_number(_body(), "seconds", 0.0))
        return jsonify(time_skip.as_json())

    @control.delete("/clock")
    def reset_clock() -> ResponseReturnValue:
        time_skip.reset()
        return jsonify(time_skip.as_json())


def _body() -> dict[str, Any]:
    """The JSON object that was sent; an empty one when nothing was."""
    if not request.get_data(cache=True):
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InputError("The body must be a JSON object.")
    return body


def _number(body: dict[str, Any], name: str, default: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name} must be a number.", name)
    return float(value)


def _wav(body: dict[str, Any]) -> bytes | None:
    encoded = body.get("wav")
    if not encoded:
        return None
    try:
        return base64.b64decode(str(encoded), validate=True)
    except binascii.Error as error:
        raise InputError("wav must be base64.", "wav") from error

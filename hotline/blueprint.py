"""Routes of the voice channel: check the signature, translate, answer TwiML."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import structlog
from flask import Blueprint, Response, abort, request

from core.phones import find_caller, mask
from dialogue.turn_inputs import Recorded
from hotline import persons
from hotline.calls import RecordingReport, find_language_of_call
from hotline.failures import (
    RECORDING_PATH,
    kept_document,
    message_document,
    starting_document,
    starting_words,
)
from hotline.inbound import read_turn_input
from hotline.recordings import keep_from_failed_call
from hotline.turns import (
    CallServices,
    answer_call,
    take_call_turn,
    take_recording_report,
    take_status,
)
from hotline.twiml import Links, empty, hang_up, leave, render
from hotline.twiml_rules import Kind, find_violation
from nlu.loaded_engine import EngineNotReadyError
from providers.signatures import SignatureCheck

log = structlog.get_logger()
View = Callable[[], str]
WAIT, WAITED = "/voice/wait", "/voice/waited"
WHISPER, TAKEN = "/voice/whisper", "/voice/taken"
OFFER, OFFER_TAKEN, OFFERED = "/voice/offer", "/voice/offer-taken", "/voice/offered"


def make_blueprint(services: CallServices, signatures: SignatureCheck) -> Blueprint:
    """The voice routes. Each answers 403 and nothing else to a wrong signature."""
    blueprint = Blueprint("voice", __name__, url_prefix="/voice")

    def route(path: str, view: View, on_failure: View | None = None, kind: Kind = "call") -> None:
        @wraps(view)
        def guarded() -> Response:
            if not signatures.is_genuine(request.environ, request.form, request.get_data()):
                abort(403)
            return _answer(view, on_failure, kind)

        blueprint.add_url_rule(path, view_func=guarded, methods=["POST"])

    def language_of(sid: str) -> str:
        with services.database.read() as db:
            return find_language_of_call(db, sid)

    def incoming() -> str:
        log.info("call", sid=request.form["CallSid"], caller=mask(request.form.get("From", "")))
        caller = request.form.get("From", "")
        is_vouched = services.vouched.vouches(
            _e164(caller), request.form.get("To", ""), request.form.get("StirVerstat", "")
        )
        replies = answer_call(services, request.form["CallSid"], caller, is_vouched=is_vouched)
        if replies is None:
            return message_document("full")
        if not services.can_understand():
            language = language_of(request.form["CallSid"])
            replies = (starting_words(language), *replies)
        return render(replies, _links(1))

    def turn() -> str:
        number = request.args.get("turn", default=1, type=int)
        sid = request.form["CallSid"]
        try:
            served = take_call_turn(services, sid, number, read_turn_input(request.form))
        except LookupError:
            return message_document("sorry")
        except EngineNotReadyError:
            return starting_document(_links(number).next_turn, language_of(sid))
        return render(served.replies, _links(served.next_turn))

    def status() -> str:
        seconds = request.form.get("CallDuration", "")
        take_status(
            services,
            request.form["CallSid"],
            request.form.get("CallStatus", ""),
            int(seconds) if seconds.isdigit() else None,
        )
        return empty()

    def recording() -> str:
        seconds = request.form.get("RecordingDuration", "")
        report = RecordingReport(
            sid=request.form["RecordingSid"],
            call_sid=request.form.get("CallSid", ""),
            seconds=int(seconds) if seconds.isdigit() else None,
            status=request.form.get("RecordingStatus", "completed"),
        )
        take_recording_report(services, report)
        return empty()

    def kept() -> str:
        recorded = read_turn_input(request.form)
        if isinstance(recorded, Recorded):
            report = RecordingReport(
                recorded.recording_id, request.form["CallSid"], recorded.seconds
            )
            caller = request.form.get("From", "")
            keep_from_failed_call(services, report, caller, hung_up=recorded.hung_up)
        return kept_document()

    def whisper() -> str:
        sid = request.args.get("call") or request.form.get("ParentCallSid", "")
        return persons.whisper(services, sid, taken_path=TAKEN)

    def whisper_without_words() -> str:
        return persons.whisper_without_words(TAKEN)

    def taken() -> str:
        sid = request.args.get("call", default="")
        return persons.take_key(services, sid, request.form, whisper_path=WHISPER)

    def wait() -> str:
        return persons.wait(services, request.form, wait_path=WAIT, waited_path=WAITED)

    def waited() -> str:
        return persons.take_wish(services, request.form, wait_path=WAIT, waited_path=WAITED)

    def offer() -> str:
        seat, waiting = _offer_of_request()
        taken_path = f"{OFFER_TAKEN}?seat={seat}&waiting={waiting}"
        return persons.offer(services, seat, waiting, request.form["CallSid"], taken_path)

    def offer_taken() -> str:
        seat, waiting = _offer_of_request()
        offer_path = f"{OFFER}?seat={seat}&waiting={waiting}"
        return persons.take_offer(
            services, seat, waiting, request.form, offer_path=offer_path, done_path=OFFERED
        )

    def offered() -> str:
        persons.take_offer_result(services, request.form["CallSid"], request.form)
        return hang_up()

    def offer_ended() -> str:
        seat, waiting = _offer_of_request()
        persons.take_offer_end(services, seat, waiting, request.form["CallSid"])
        return empty()

    def sorry() -> str:
        return message_document("sorry")

    route("/incoming", incoming, sorry)
    route("/turn", turn, sorry)
    # A report that fails is refused, so that the provider sends it again.
    route("/status", status)
    route("/recording", recording)
    route("/offer-ended", offer_ended)
    # A key takes the call even when nothing can be whispered or noted; who waits leaves the line,
    # and the call goes on where it was put there.
    route("/whisper", whisper, whisper_without_words, "whisper")
    route("/taken", taken, empty, "whisper")
    route("/wait", wait, leave, "waiting")
    route("/waited", waited, leave, "waiting")
    route("/offer", offer, hang_up)
    route("/offer-taken", offer_taken, hang_up)
    route("/offered", offered, hang_up)
    route("/fallback", sorry, sorry)
    # The provider keeps what could not be noted here, and its report or a job finds it.
    route("/kept", kept, kept_document)
    return blueprint


def _answer(view: View, on_failure: View | None, kind: Kind) -> Response:
    try:
        document = view()
        violation = find_violation(document, kind)
        if violation is not None:
            raise RuntimeError(f"unlawful document: {violation}")
    except Exception:
        log.exception("voice webhook failed", path=request.path)
        if on_failure is None:
            return Response(status=503)
        document = on_failure()
    return Response(document, mimetype="text/xml")


def _e164(caller: str) -> str:
    phone = find_caller(caller)
    return phone.e164 if phone else ""


def _offer_of_request() -> tuple[int, int]:
    """The seat that is called, and whom for."""
    seat = request.args.get("seat", default=0, type=int)
    return seat, request.args.get("waiting", default=0, type=int)


def _links(next_turn: int) -> Links:
    path = f"/voice/turn?turn={next_turn}"
    return Links(next_turn=path, silent=path, recording_status=RECORDING_PATH)

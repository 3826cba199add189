"""Routes of the voice channel: check the signature, translate, answer TwiML."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import structlog
from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequestKeyError

from core.errors import InputError, NotFoundError
from core.phones import find_caller, mask
from core.request_values import read_number
from dialogue.turn_inputs import Recorded
from hotline.calls import RecordingReport, find_language_of_call
from hotline.listening import take_transcript
from hotline.recordings import keep_from_failed_call
from hotline.reports import take_recording_report, take_status
from hotline.turns import CallServices, answer_call, take_call_turn
from hotline.twilio.attestation import read_verdict
from hotline.twilio.failures import (
    message_document,
    starting_document,
    starting_words,
    stored_document,
)
from hotline.twilio.handoff_routes import HandoffViews
from hotline.twilio.handoff_twiml import leave
from hotline.twilio.inbound import read_transcript, read_turn_input
from hotline.twilio.paths import RECORDING, TRANSCRIPT, TURN
from hotline.twilio.twiml import Links, empty, hang_up, render
from hotline.twilio.twiml_rules import Kind, find_violation
from nlu.loaded_engine import EngineNotReadyError
from providers.signatures import SignatureCheck
from providers.webhook_limits import limit_fields

log = structlog.get_logger()
View = Callable[[], str]


def make_blueprint(services: CallServices, signatures: SignatureCheck) -> Blueprint:
    """The voice routes. Each answers 403 and nothing else to a wrong signature."""
    blueprint = Blueprint("voice", __name__, url_prefix="/voice")
    handoff = HandoffViews(services)

    def route(path: str, view: View, on_failure: View | None = None, kind: Kind = "call") -> None:
        @wraps(view)
        def guarded() -> Response:
            if not signatures.is_genuine(request.environ, request.form, request.get_data()):
                abort(403)
            _limit_form()
            return _answer(view, on_failure, kind)

        blueprint.add_url_rule(path, view_func=guarded, methods=["POST"])

    def language_of(sid: str) -> str:
        with services.database.read() as db:
            return find_language_of_call(db, sid)

    def links_of(next_turn: int) -> Links:
        path = f"{TURN}?turn={next_turn}"
        return Links(
            next_turn=path,
            silent=path,
            recording_status=RECORDING,
            transcript=TRANSCRIPT if services.transcribes_recordings else "",
            is_transcribed="transcribed" in request.args,
        )

    def incoming() -> str:
        log.info("call", sid=request.form["CallSid"], caller=mask(request.form.get("From", "")))
        caller = request.form.get("From", "")
        verdict = read_verdict(request.form.get("StirVerstat", ""))
        is_vouched = services.vouched.vouches(_e164(caller), request.form.get("To", ""), verdict)
        replies = answer_call(services, request.form["CallSid"], caller, is_vouched=is_vouched)
        if replies is None:
            return message_document("full")
        if not services.can_understand():
            language = language_of(request.form["CallSid"])
            replies = (starting_words(language), *replies)
        return render(replies, links_of(1))

    def turn() -> str:
        number = read_number(request.args.get("turn", "1"))
        if number is None:
            return message_document("sorry")
        sid = request.form["CallSid"]
        try:
            served = take_call_turn(services, sid, number, read_turn_input(request.form))
        except LookupError:
            return message_document("sorry")
        except EngineNotReadyError:
            return starting_document(links_of(number).next_turn, language_of(sid))
        return render(served.replies, links_of(served.next_turn))

    def status() -> str:
        take_status(
            services,
            request.form["CallSid"],
            request.form.get("CallStatus", ""),
            read_number(request.form.get("CallDuration")),
        )
        return empty()

    def recording() -> str:
        report = RecordingReport(
            sid=request.form["RecordingSid"],
            call_sid=request.form.get("CallSid", ""),
            seconds=read_number(request.form.get("RecordingDuration")),
            status=request.form.get("RecordingStatus", "completed"),
        )
        take_recording_report(services, report)
        return empty()

    def transcript() -> str:
        spoke = read_transcript(request.form)
        if spoke is not None:
            take_transcript(services, request.form["CallSid"], spoke, turn_path=TURN)
        return empty()

    def stored() -> str:
        recorded = read_turn_input(request.form)
        if isinstance(recorded, Recorded):
            report = RecordingReport(
                recorded.recording_id, request.form["CallSid"], recorded.seconds
            )
            caller = request.form.get("From", "")
            keep_from_failed_call(services, report, caller, hung_up=recorded.hung_up)
        return stored_document()

    def sorry() -> str:
        return message_document("sorry")

    route("/incoming", incoming, sorry)
    route("/turn", turn, sorry)
    # A report that fails is refused, so that the provider sends it again.
    route("/status", status)
    route("/recording", recording)
    route("/transcript", transcript)
    route("/offer-ended", handoff.offer_ended)
    # A key takes the call even when nothing can be whispered or noted; who waits leaves the queue,
    # and the call goes on where it was put there.
    route("/whisper", handoff.whisper, handoff.whisper_without_words, "whisper")
    route("/taken", handoff.taken, empty, "whisper")
    route("/wait", handoff.wait, leave, "waiting")
    route("/waited", handoff.waited, leave, "waiting")
    route("/offer", handoff.offer, hang_up)
    route("/offer-taken", handoff.offer_taken, hang_up)
    route("/offered", handoff.offered, hang_up)
    route("/fallback", sorry, sorry)
    # The provider keeps what could not be noted here, and its report or a job finds it.
    route("/kept", stored, stored_document)
    return blueprint


def _answer(view: View, on_failure: View | None, kind: Kind) -> Response:
    try:
        document = view()
        violation = find_violation(document, kind)
        if violation is not None:
            raise RuntimeError(f"unlawful document: {violation}")
    except (BadRequestKeyError, NotFoundError) as error:
        # It lacks a field, or names a call or agent that there is not: sent again it is no better.
        log.warning("voice webhook about nothing", path=request.path, kind=type(error).__name__)
        if on_failure is None:
            return Response(status=400)
        document = on_failure()
    except Exception:
        log.exception("voice webhook failed", path=request.path)
        if on_failure is None:
            return Response(status=503)
        document = on_failure()
    return Response(document, mimetype="text/xml")


def _e164(caller: str) -> str:
    phone = find_caller(caller)
    return phone.e164 if phone else ""


def _limit_form() -> None:
    """Let the views see the form within its limits; the signature was made over the whole of it."""
    try:
        request.form = ImmutableMultiDict(limit_fields(request.form.items(multi=True)))
    except InputError as error:
        log.warning("voice webhook refused", path=request.path, field=error.field)
        abort(400)

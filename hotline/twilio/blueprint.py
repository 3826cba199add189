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
from core.request_values import MAX_ROW_ID, is_sid, read_number
from dialogue.turn_inputs import Recorded
from hotline import persons
from hotline.calls import RecordingReport, find_language_of_call
from hotline.listening import take_transcript
from hotline.recordings import keep_from_failed_call
from hotline.turns import (
    CallServices,
    answer_call,
    take_call_turn,
    take_recording_report,
    take_status,
)
from hotline.twilio.attestation import read_verdict
from hotline.twilio.failures import (
    RECORDING_PATH,
    message_document,
    starting_document,
    starting_words,
    stored_document,
)
from hotline.twilio.inbound import read_transcript, read_turn_input
from hotline.twilio.twiml import Links, empty, hang_up, leave, render
from hotline.twilio.twiml_rules import Kind, find_violation
from nlu.loaded_engine import EngineNotReadyError
from providers.signatures import SignatureCheck
from providers.webhook_limits import MAX_NAME, limit_fields

log = structlog.get_logger()
View = Callable[[], str]
TURN, TRANSCRIPT = "/voice/turn", "/voice/transcript"
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
            recording_status=RECORDING_PATH,
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

    def whisper() -> str:
        sid = _call_of_request() or request.form.get("ParentCallSid", "")
        return persons.whisper(services, sid, taken_path=TAKEN)

    def whisper_without_words() -> str:
        return persons.whisper_without_words(TAKEN)

    def taken() -> str:
        sid = _call_of_request()
        return persons.take_key(services, sid, request.form, whisper_path=WHISPER)

    def wait() -> str:
        return persons.wait(services, request.form, wait_path=WAIT, waited_path=WAITED)

    def waited() -> str:
        number = read_number(request.args.get("turn")) or 0
        return persons.take_wish(services, request.form, number, wait_path=WAIT, waited_path=WAITED)

    def offer() -> str:
        agent, waiting = _offer_of_request()
        taken_path = f"{OFFER_TAKEN}?seat={agent}&waiting={waiting}"
        return persons.offer(services, agent, waiting, request.form["CallSid"], taken_path)

    def offer_taken() -> str:
        agent, waiting = _offer_of_request()
        offer_path = f"{OFFER}?seat={agent}&waiting={waiting}"
        return persons.take_offer(
            services, agent, waiting, request.form, offer_path=offer_path, done_path=OFFERED
        )

    def offered() -> str:
        persons.take_offer_result(services, request.form["CallSid"], request.form)
        return hang_up()

    def offer_ended() -> str:
        agent, waiting = _offer_of_request()
        persons.take_offer_end(services, agent, waiting, request.form["CallSid"])
        return empty()

    def sorry() -> str:
        return message_document("sorry")

    route("/incoming", incoming, sorry)
    route("/turn", turn, sorry)
    # A report that fails is refused, so that the provider sends it again.
    route("/status", status)
    route("/recording", recording)
    route("/transcript", transcript)
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


def _offer_of_request() -> tuple[int, int]:
    """The agent that is called, and whom for."""
    agent = read_number(request.args.get("seat"), MAX_ROW_ID)
    return agent or 0, read_number(request.args.get("waiting"), MAX_ROW_ID) or 0


def _call_of_request() -> str:
    """The call that the address names, or empty."""
    sid = request.args.get("call", default="")
    return sid if is_sid(sid, MAX_NAME) else ""


def _limit_form() -> None:
    """Let the views see the form within its limits; the signature was made over the whole of it."""
    try:
        request.form = ImmutableMultiDict(limit_fields(request.form.items(multi=True)))
    except InputError as error:
        log.warning("voice webhook refused", path=request.path, field=error.field)
        abort(400)

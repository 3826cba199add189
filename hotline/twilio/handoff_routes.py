"""Views of agents' telephones and of callers in the queue: translate, answer TwiML."""

from __future__ import annotations

from flask import request

from callcentre.replies import AgentReply
from callcentre.whispers import screen
from core.request_values import MAX_ROW_ID, is_sid, read_number
from hotline import handoff
from hotline.turns import CallServices
from hotline.twilio.handoff_twiml import render_agent_reply, render_queue_reply
from hotline.twilio.inbound import is_connected, read_turn_input, read_wait_report
from hotline.twilio.paths import (
    OFFER,
    OFFER_TAKEN,
    OFFERED,
    TAKEN,
    WHISPER,
    call_path,
    offer_path,
)
from hotline.twilio.twiml import empty, hang_up
from providers.webhook_limits import MAX_NAME


class HandoffViews:
    """What is answered while a call is on its way to an agent."""

    def __init__(self, services: CallServices) -> None:
        self._services = services

    def whisper(self) -> str:
        """A telephone that rang for a call was picked up."""
        sid = _call_of_request() or request.form.get("ParentCallSid", "")
        return _at_call(handoff.whisper(self._services, sid), sid)

    def whisper_without_words(self) -> str:
        """The same when nothing can be told: still only a key takes the call."""
        return _at_call(screen(None), "")

    def taken(self) -> str:
        """A key was pressed there."""
        sid = _call_of_request()
        return _at_call(handoff.take_key(self._services, sid, request.form.get("Digits", "")), sid)

    def wait(self) -> str:
        """A caller in the queue hears how it stands."""
        report = read_wait_report(request.form)
        return render_queue_reply(handoff.wait(self._services, request.form["CallSid"], report))

    def waited(self) -> str:
        """A caller in the queue pressed a key, spoke, or did neither."""
        number = read_number(request.args.get("turn")) or 0
        return render_queue_reply(
            handoff.take_wish(
                self._services,
                request.form["CallSid"],
                read_turn_input(request.form),
                number,
                read_wait_report(request.form),
            )
        )

    def offer(self) -> str:
        """An agent who was called for the queue picked up."""
        offer, agent_call = _offer_of_request(), request.form["CallSid"]
        return _at_offer(handoff.hear_offer(self._services, *offer, agent_call), offer)

    def offer_taken(self) -> str:
        """A key was pressed there."""
        offer, key = _offer_of_request(), request.form.get("Digits", "")
        agent_call = request.form["CallSid"]
        return _at_offer(handoff.take_offer_key(self._services, *offer, agent_call, key), offer)

    def offered(self) -> str:
        """The connection of an agent and a caller from the queue is over, or came to nothing."""
        handoff.take_offer_result(
            self._services, request.form["CallSid"], is_connected=is_connected(request.form)
        )
        return hang_up()

    def offer_ended(self) -> str:
        """The call to an agent is over."""
        handoff.take_offer_end(self._services, *_offer_of_request(), request.form["CallSid"])
        return empty()


def _at_call(reply: AgentReply, sid: str) -> str:
    return render_agent_reply(reply, taken=call_path(TAKEN, sid), again=call_path(WHISPER, sid))


def _at_offer(reply: AgentReply, offer: tuple[int, int]) -> str:
    return render_agent_reply(
        reply,
        taken=offer_path(OFFER_TAKEN, *offer),
        again=offer_path(OFFER, *offer),
        done=OFFERED,
    )


def _offer_of_request() -> tuple[int, int]:
    """The agent who is called, and the caller whom for."""
    agent = read_number(request.args.get("seat"), MAX_ROW_ID)
    return agent or 0, read_number(request.args.get("waiting"), MAX_ROW_ID) or 0


def _call_of_request() -> str:
    """The call that the address names, or empty."""
    sid = request.args.get("call", default="")
    return sid if is_sid(sid, MAX_NAME) else ""

"""A caller whose life is in danger is served before all others, on our side and the provider's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from callcentre import alerts
from callcentre.models import Availability, QueuedCaller
from callcentre.operations import enter_queue, set_availability
from callcentre.queries import find_in_queue, list_agents
from callcentre.queue_rules import CallQueue, QueueEntry
from casework.danger import DangerAlert, DangerReport, note_caller_gone, raise_danger_alert
from casework.danger.queries import find_alert_of_conversation
from casework.drafts import Contact, IdempotencyKey
from core.clock import FixedClock
from core.errors import ConflictError
from core.phones import parse_phone
from dialogue.replies import Enqueue, replies_from_json, replies_to_json
from hotline.twilio.twiml import Links, render
from tests.hotline.conftest import Twilio
from tests.hotline.twilio.test_handoff import (
    EVENING,
    FIRST,
    SECOND,
    Exchange,
    activity,
    ask_for_a_person,
    in_queue,
    man,
    pick_up,
    queue,
    take,
    twilio,
    wait,
)

__all__ = ["exchange", "twilio"]
NEAR, FAR = "dg-bureau", "dg-changan"


@pytest.fixture
def exchange(twilio: Twilio) -> Exchange:
    return Exchange(twilio)


def endanger(twilio: Twilio, sid: str, kind: str = "self_harm", **changes: object) -> None:
    services = twilio.services
    report = DangerReport(
        idempotency_key=IdempotencyKey(sid, "1"),
        kind=kind,
        words="我不想活了",
        town=None,
        can_call_back=True,
        contact=Contact(phone=parse_phone("13800138000"), channel="voice", is_proved=True),
        conversation_id=sid,
    )
    with services.database.write() as db:
        raise_danger_alert(db, services.facilities.case_services, report, services.clock.now())


def stand_in_queue(twilio: Twilio, sid: str, *, language: str = "zh", office: str = NEAR) -> None:
    """A call in danger that is in the queue, as the dialogue puts it there."""
    twilio.call(sid)
    with twilio.services.database.write() as db:
        enter_queue(
            db,
            QueueEntry(
                sid,
                phone="+8613800138000",
                language=language,
                office_ids=tuple(dict.fromkeys((office, NEAR))),
                about="我不想活了",
                is_urgent=True,
            ),
            twilio.services.clock.now(),
        )


def alert(twilio: Twilio, sid: str) -> DangerAlert:
    with twilio.services.database.read() as db:
        found = find_alert_of_conversation(db, sid)
        assert found is not None
        return found


def hang_up(twilio: Twilio, sid: str) -> None:
    services = twilio.services
    with services.database.write() as db:
        note_caller_gone(db, services.facilities.case_services, sid, services.clock.now())


def waiting(twilio: Twilio, sid: str) -> QueuedCaller:
    with twilio.services.database.read() as db:
        found = find_in_queue(db, sid)
        assert found is not None
        return found


def one_waits_with_the_agent_free(twilio: Twilio, clock: FixedClock) -> None:
    """An ordinary caller (CA2) has waited for a minute, and the only agent is free."""
    in_queue(twilio)
    twilio.turn(2, "CA1", DialCallStatus="completed")
    clock.advance(timedelta(minutes=1))


def test_the_provider_has_a_queue_of_its_own_for_urgent_callers() -> None:
    assert CallQueue("zh", NEAR).name == "person-zh-dg-bureau"
    assert CallQueue("zh", NEAR, is_urgent=True).name == "urgent-zh-dg-bureau"
    stored = replies_from_json(replies_to_json([Enqueue("zh", NEAR, is_urgent=True)]))
    document = render(stored, Links("/voice/turn?turn=2", "/voice/turn?turn=2", "/voice/recording"))
    assert ">urgent-zh-dg-bureau</Enqueue>" in document


def test_replies_stored_before_there_were_urgent_callers_still_render() -> None:
    old = [{"reply": "Enqueue", "language": "zh", "office_id": NEAR}]
    assert replies_from_json(old) == (Enqueue("zh", NEAR, is_urgent=False),)


def test_a_free_agent_is_called_for_the_urgent_caller_first(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    one_waits_with_the_agent_free(twilio, clock)
    stand_in_queue(twilio, "CA9")
    endanger(twilio, "CA9")
    assert [one.conversation_id for one in queue(twilio)] == ["CA9", "CA2"]
    assert exchange.serve()["offered"] == 1
    heard = exchange.pick_up()
    assert heard.words.startswith("紧急：来电人可能轻生。")
    assert exchange.press(heard, "1").words == "urgent-zh-dg-bureau"
    assert [one.conversation_id for one in queue(twilio)] == ["CA2"]
    assert alert(twilio, "CA9").reached_at == clock.now()


def test_an_agent_already_called_for_another_serves_the_urgent_caller_who_came_meanwhile(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    one_waits_with_the_agent_free(twilio, clock)
    exchange.serve()
    heard = exchange.pick_up()
    stand_in_queue(twilio, "CA9")
    endanger(twilio, "CA9", "violence")
    connected = exchange.press(heard, "1")
    assert connected.words == "紧急：有人遭暴力或被困。urgent-zh-dg-bureau"
    assert exchange.press(heard, "1").text == connected.text
    assert alert(twilio, "CA9").reached_at is not None
    # Who was passed over is offered to the next free agent at once.
    assert waiting(twilio, "CA2").offered_at is None and waiting(twilio, "CA2").connected_at is None
    man(twilio, SECOND)
    assert exchange.serve()["offered"] == 1 and exchange.rung[-1] == SECOND


@pytest.mark.parametrize(("language", "office"), [("en", NEAR), ("zh", FAR)])
def test_an_urgent_caller_of_another_queue_goes_before_too(
    twilio: Twilio, exchange: Exchange, clock: FixedClock, language: str, office: str
) -> None:
    one_waits_with_the_agent_free(twilio, clock)
    exchange.serve()
    heard = exchange.pick_up()
    stand_in_queue(twilio, "CA9", language=language, office=office)
    connected = exchange.press(heard, "1").words
    assert connected == f"紧急：有人可能有生命危险。urgent-{language}-{office}"


def test_a_person_who_writes_up_a_call_is_called_for_a_life(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    one_waits_with_the_agent_free(twilio, clock)
    with twilio.services.database.write() as db:
        set_availability(db, list_agents(db)[0], Availability.AFTER_CALL, clock.now())
    assert exchange.serve()["offered"] == 0
    stand_in_queue(twilio, "CA9")
    assert exchange.serve()["offered"] == 1 and exchange.rung == [FIRST]


def test_an_urgent_caller_hears_a_calm_sentence_and_no_menu(twilio: Twilio) -> None:
    stand_in_queue(twilio, "CA9")
    heard = wait(twilio, "CA9", QueuePosition="1", QueueTime="5")
    assert "请不要挂断" in heard.words and "110" in heard.words
    assert "请按" not in heard.words and "分钟" not in heard.words


@pytest.mark.parametrize("language", ["zh", "yue", "en"])
def test_the_sentence_is_there_in_every_language(twilio: Twilio, language: str) -> None:
    stand_in_queue(twilio, "CA9", language=language)
    assert "120" in wait(twilio, "CA9").words


def test_closing_time_does_not_send_an_urgent_caller_away_while_somebody_takes_calls(
    twilio: Twilio, clock: FixedClock
) -> None:
    in_queue(twilio)
    stand_in_queue(twilio, "CA9")
    clock.set(EVENING)
    assert wait(twilio, "CA2", QueueTime="1").has("Leave")
    assert not wait(twilio, "CA9", QueueTime="1").has("Leave")
    with twilio.services.database.write() as db:
        set_availability(db, list_agents(db)[0], Availability.AWAY, clock.now())
    assert wait(twilio, "CA9", QueueTime="1").has("Leave")


def test_an_agent_that_is_dialled_directly_hears_the_danger_first(
    twilio: Twilio, clock: FixedClock
) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    endanger(twilio, "CA1", "injury")
    assert pick_up(twilio, FIRST).words.startswith("紧急：有人伤病危急。")
    assert alert(twilio, "CA1").reached_at is None
    take(twilio, FIRST)
    assert alert(twilio, "CA1").reached_at == clock.now() and activity(twilio) == ["talking"]


def test_an_ordinary_call_hears_nothing_of_danger(twilio: Twilio) -> None:
    man(twilio, FIRST)
    ask_for_a_person(twilio, "CA1")
    assert "紧急" not in pick_up(twilio, FIRST).words


def test_a_citizen_gone_before_the_two_came_together_is_called_back(
    twilio: Twilio, exchange: Exchange, clock: FixedClock
) -> None:
    man(twilio, FIRST)
    stand_in_queue(twilio, "CA9")
    endanger(twilio, "CA9")
    exchange.serve()
    connected = exchange.take()
    hang_up(twilio, "CA9")
    twilio.status("CA9")
    assert alert(twilio, "CA9").call_back_by is None
    twilio.post(
        connected.attribute("Dial", "action"), CallSid=exchange.sid, DialCallStatus="failed"
    )
    found = alert(twilio, "CA9")
    assert found.reached_at is None and found.call_back_by == clock.now() + timedelta(minutes=5)


def test_an_alert_that_cannot_be_brought_up_to_date_does_not_part_the_two(
    twilio: Twilio, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_db: Session, *_more: object) -> None:
        raise ConflictError("Somebody else has just changed this case.")

    monkeypatch.setattr(alerts, "note_person_reached", refuse)
    man(twilio, FIRST)
    stand_in_queue(twilio, "CA9")
    exchange.serve()
    assert exchange.take().words == "urgent-zh-dg-bureau"

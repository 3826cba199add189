"""The service as a whole: started, used, killed in the middle, stopped."""

from __future__ import annotations

import time
from pathlib import Path

import requests

from nlu.engine import NluEngine
from simulator.driver import PhoneCaller, SimulatorClient, Texter
from tests.end_to_end.service import Service

SECONDS = 30
# twilio.com/docs/api/errors/11205
NO_CONNECTION = 11205


def words_of(heard: list[object]) -> str:
    return "\n".join(str(getattr(h, "text", "")) for h in heard)


def test_a_call_goes_on_where_it_was_after_the_web_process_is_killed(service: Service) -> None:
    caller = PhoneCaller(service.simulator_url, "+8613900139001")
    caller.call()
    caller.say("试用期最长多久")
    service.kill_web()
    wait_until_healthy(service)
    assert "短信已经发出" in words_of(list(caller.press("1")))
    caller.hang_up()
    (text,) = Texter(service.simulator_url, "+8613900139001").wait_for_texts(1, seconds=SECONDS)
    assert "《劳动合同法》第19条" in text.body


def test_a_message_is_fetched_though_the_scheduler_is_killed(service: Service) -> None:
    client = SimulatorClient(service.simulator_url)
    caller = PhoneCaller(service.simulator_url, "+8613900139007")
    caller.call()
    caller.press("9")
    service.kill_scheduler()
    caller.record(5)
    caller.press("1")
    caller.hang_up()
    sid = next(
        e["parameters"]["RecordingSid"]
        for e in client.exchanges(about=caller.sid)
        if "RecordingSid" in e["parameters"]
    )
    deadline = time.monotonic() + 120
    while not any(e["method"] == "DELETE" and sid in e["url"] for e in client.exchanges(sid)):
        assert time.monotonic() < deadline, "the recording was not fetched and removed"
        time.sleep(0.2)


def test_a_message_ended_by_hanging_up_has_a_number_at_once_though_its_media_is_late(
    service: Service,
) -> None:
    client, phone = SimulatorClient(service.simulator_url), "+8613900139012"
    client.switch_on_fault("media-missing")
    caller = PhoneCaller(service.simulator_url, phone)
    caller.call()
    caller.press("9")
    begun = time.monotonic()
    caller.record(5, finish_with="hangup")
    (text,) = Texter(service.simulator_url, phone).wait_for_texts(1, seconds=SECONDS)
    assert "编号DG" in text.body
    assert time.monotonic() - begun < 15
    time.sleep(4)
    client.switch_off_faults()
    sid = next(
        e["parameters"]["RecordingSid"]
        for e in client.exchanges(about=caller.sid)
        if "RecordingSid" in e["parameters"]
    )
    deadline = time.monotonic() + 120
    while not any(e["method"] == "DELETE" and sid in e["url"] for e in client.exchanges(sid)):
        assert time.monotonic() < deadline, "the recording was not fetched and removed"
        time.sleep(0.2)
    assert len(Texter(service.simulator_url, phone).texts()) == 1


def test_a_texter_asks_opts_out_and_comes_back(service: Service) -> None:
    texter = Texter(service.simulator_url, "+8613900139002")
    texter.send("试用期最长多久")
    assert "依据" in texter.wait_for_texts(1, seconds=SECONDS)[-1].body
    texter.send("退订")
    assert "已退订" in texter.wait_for_texts(2, seconds=SECONDS)[-1].body
    texter.send("恢复")
    assert "已恢复" in texter.wait_for_texts(3, seconds=SECONDS)[-1].body


def test_no_document_broke_a_rule_of_twilio(service: Service) -> None:
    # Requests that met the killed server (11205: no connection) brought no document.
    found = SimulatorClient(service.simulator_url).violations()
    assert [violation for violation in found if violation["code"] != NO_CONNECTION] == []


def test_health_and_metrics_answer(service: Service) -> None:
    health = requests.get(f"{service.url}/health", timeout=SECONDS).json()
    assert health["status"] == "ok" and health["database"] and health["state"]
    metrics = requests.get(f"{service.url}/metrics", timeout=SECONDS).text
    assert "hotline_calls_open" in metrics and "+86" not in metrics


def test_stopping_leaves_nothing_behind_and_a_second_start_keeps_the_data(
    tmp_path: Path, nlu: NluEngine
) -> None:
    service = Service(tmp_path / "var")
    service.prepare()
    service.start()
    passwords = service.password("officer")
    Texter(service.simulator_url, "+8613900139003").send("留言")
    Texter(service.simulator_url, "+8613900139003").wait_for_texts(1, seconds=SECONDS)
    assert service.stop() == 0
    assert service.processes() == []
    service.start()
    assert service.password("officer") == passwords
    assert len(Texter(service.simulator_url, "+8613900139003").texts()) == 1
    assert service.stop() == 0
    assert service.processes() == []


def test_a_busy_port_is_said_in_one_sentence(service: Service, tmp_path: Path) -> None:
    second = Service(tmp_path / "var", port=service.port)
    second.prepare()
    try:
        second.start()
    except AssertionError as stopped:
        assert f"Port {service.port} cannot be used" in str(stopped)
        assert "Traceback" not in str(stopped)
    else:
        raise AssertionError("it started on a busy port")


def wait_until_healthy(service: Service) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{service.url}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the web process did not come back")

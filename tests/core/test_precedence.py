"""Background work waits for what goes first, but not for ever."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from core.priority_gate import PriorityGate


def test_the_rest_waits_until_nothing_goes_first() -> None:
    priority_gate, order = PriorityGate(), list[str]()

    def rest() -> None:
        priority_gate.give_way(20)
        order.append("rest")

    with priority_gate, priority_gate:
        thread = Thread(target=rest)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "rest"]


def test_the_rest_goes_on_after_a_time() -> None:
    priority_gate = PriorityGate()
    with priority_gate:
        priority_gate.give_way(0.01)


def test_a_failure_gives_the_place_back() -> None:
    priority_gate = PriorityGate()
    with pytest.raises(ZeroDivisionError), priority_gate:
        raise ZeroDivisionError
    began = time.monotonic()
    priority_gate.give_way(20)
    assert time.monotonic() - began < 10

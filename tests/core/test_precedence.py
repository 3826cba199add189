"""Background work waits for what goes first, but not for ever."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from core.precedence import Precedence


def test_the_rest_waits_until_nothing_goes_first() -> None:
    precedence, order = Precedence(), list[str]()

    def rest() -> None:
        precedence.give_way(20)
        order.append("rest")

    with precedence, precedence:
        thread = Thread(target=rest)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "rest"]


def test_the_rest_goes_on_after_a_time() -> None:
    precedence = Precedence()
    with precedence:
        precedence.give_way(0.01)


def test_a_failure_gives_the_place_back() -> None:
    precedence = Precedence()
    with pytest.raises(ZeroDivisionError), precedence:
        raise ZeroDivisionError
    began = time.monotonic()
    precedence.give_way(20)
    assert time.monotonic() - began < 10

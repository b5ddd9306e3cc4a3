from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from emads_voice.once import Once


class Model:
    """Takes as long to load as the test wants."""

    def __init__(self) -> None:
        self.loads = 0
        self.begun, self.may_end = threading.Event(), threading.Event()

    def load(self) -> object:
        self.loads += 1
        self.begun.set()
        assert self.may_end.wait(10)
        return object()


def test_it_is_made_once_for_all_who_ask_meanwhile_and_later() -> None:
    model = Model()
    once = Once(model.load)
    assert model.loads == 0
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(once) for _ in range(8)]
        assert model.begun.wait(10)
        assert once.made is None
        model.may_end.set()
        made = {id(each.result()) for each in asked}
    assert made == {id(once())} == {id(once.made)}
    assert model.loads == 1


def test_what_counts_as_false_is_made_once_too() -> None:
    made: list[str] = []
    once = Once(lambda: made.append("made"))
    assert once() is once() is None
    assert made == ["made"]


def test_a_failure_is_raised_and_tried_again() -> None:
    answers = iter((OSError("the disk is full"), "model"))

    def load() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    once = Once(load)
    with pytest.raises(OSError, match="the disk is full"):
        once()
    assert once.made is None
    assert once() == once() == "model"


async def test_who_is_cancelled_while_waiting_does_not_keep_others_from_it() -> None:
    model = Model()
    once = Once(model.load)
    first, second = (asyncio.create_task(asyncio.to_thread(once)) for _ in range(2))
    assert await asyncio.to_thread(model.begun.wait, 10)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    model.may_end.set()
    assert await second is once()
    assert model.loads == 1

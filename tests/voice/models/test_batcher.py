"""What callers ask of one model: gathered while it is at work, dropped when nobody waits, halved when it fails."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from emads_voice.voice.errors import WeightsError
from emads_voice.voice.models.batcher import Batcher

SOON = 10  # seconds, more than any of this takes


class Model:
    """Doubles numbers; can be held at work. Numbers below zero, and batches that are too large, make it fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.fits = 100
        self.at_work = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        self.at_work.set()
        assert self.may_go_on.wait(SOON)
        if len(numbers) > self.fits:
            raise MemoryError
        if min(numbers) < 0:
            raise ValueError("a negative number")
        return [2 * number for number in numbers]


@pytest.fixture
def model() -> Iterator[Model]:
    model = Model()
    yield model
    model.may_go_on.set()


def ask_while_busy(
    model: Model, limit: int, ask: Callable[[Batcher[int, int]], list[Future[int]]]
) -> list[int]:
    """The answers to what is asked while the model is at work on 0."""
    model.may_go_on.clear()
    batcher = Batcher(model, limit=limit, name="test")
    first = batcher.submit(0)
    assert model.at_work.wait(SOON)
    futures = ask(batcher)
    model.may_go_on.set()
    assert first.result(SOON) == 0
    return [future.result(SOON) for future in futures if not future.cancelled()]


def test_what_is_asked_while_the_model_is_at_work_is_one_batch(model: Model) -> None:
    answers = ask_while_busy(model, 8, lambda batcher: [batcher.submit(number) for number in range(1, 9)])
    assert answers == [2, 4, 6, 8, 10, 12, 14, 16]
    assert model.batches == [[0], [1, 2, 3, 4, 5, 6, 7, 8]]


def test_no_batch_is_larger_than_allowed(model: Model) -> None:
    ask_while_busy(model, 3, lambda batcher: [batcher.submit(number) for number in range(1, 6)])
    assert model.batches == [[0], [1, 2, 3], [4, 5]]


def test_what_nobody_waits_for_any_more_is_not_asked(model: Model) -> None:
    def ask(batcher: Batcher[int, int]) -> list[Future[int]]:
        futures = [batcher.submit(number) for number in (1, 2, 3)]
        assert futures[1].cancel()
        return futures

    assert ask_while_busy(model, 8, ask) == [2, 6]
    assert model.batches == [[0], [1, 3]]


def test_what_is_at_work_already_cannot_be_called_back(model: Model) -> None:
    model.may_go_on.clear()
    future = Batcher(model, limit=8, name="test").submit(1)
    assert model.at_work.wait(SOON)
    assert not future.cancel()
    model.may_go_on.set()
    assert future.result(SOON) == 2


def test_a_batch_of_cancelled_questions_is_none(model: Model) -> None:
    def ask(batcher: Batcher[int, int]) -> list[Future[int]]:
        futures = [batcher.submit(number) for number in (1, 2)]
        assert all(future.cancel() for future in futures)
        return [*futures, batcher.submit(3)]

    assert ask_while_busy(model, 2, ask) == [6]
    assert model.batches == [[0], [3]]


def test_one_bad_question_costs_the_others_nothing(model: Model) -> None:
    futures: list[Future[int]] = []

    def ask(batcher: Batcher[int, int]) -> list[Future[int]]:
        futures.extend(batcher.submit(number) for number in (1, 2, -3, 4))
        return []

    ask_while_busy(model, 8, ask)
    with pytest.raises(ValueError, match="negative"):
        futures[2].result(SOON)
    assert [futures[i].result(SOON) for i in (0, 1, 3)] == [2, 4, 8]


def test_what_does_not_fit_together_is_answered_in_turn(model: Model) -> None:
    model.fits = 2
    assert ask_while_busy(model, 8, lambda batcher: [batcher.submit(n) for n in (1, 2, 3, 4, 5)]) == [
        2,
        4,
        6,
        8,
        10,
    ]


def test_a_model_that_cannot_be_loaded_is_tried_once_for_all() -> None:
    at_work, may_go_on = threading.Event(), threading.Event()
    tries = 0

    def load(_: list[int]) -> list[int]:
        nonlocal tries
        tries += 1
        at_work.set()
        assert may_go_on.wait(SOON)
        raise WeightsError("There is no folder x.")

    batcher = Batcher(load, limit=8, name="test")
    futures = [batcher.submit(0)]
    assert at_work.wait(SOON)
    futures += [batcher.submit(number) for number in (1, 2, 3)]
    may_go_on.set()
    for future in futures:
        with pytest.raises(WeightsError, match="no folder x"):
            future.result(SOON)
    assert tries == 2


def test_a_model_that_answers_too_few_has_failed() -> None:
    batcher: Batcher[int, int] = Batcher(lambda _: [], limit=8, name="test")
    with pytest.raises(ValueError, match="zip"):
        batcher.submit(1).result(SOON)


def test_a_cancelled_future_stays_cancelled(model: Model) -> None:
    kept: list[Future[int]] = []

    def ask(batcher: Batcher[int, int]) -> list[Future[int]]:
        kept.append(batcher.submit(1))
        kept[0].cancel()
        return [batcher.submit(2)]

    ask_while_busy(model, 8, ask)
    with pytest.raises(CancelledError):
        kept[0].result(SOON)


def test_a_question_nobody_waits_for_is_not_kept_while_the_model_is_at_work(model: Model) -> None:
    class Recording(float):  # to an int nobody can refer weakly
        pass

    kept = weakref.WeakSet[Recording]()

    def ask(batcher: Batcher[Any, int]) -> list[Future[int]]:
        for number in range(1, 6):
            recording = Recording(number)
            kept.add(recording)
            assert batcher.submit(recording).cancel()
            del recording
        gc.collect()
        assert not kept
        return [batcher.submit(7)]

    assert ask_while_busy(model, 8, ask) == [14]
    assert model.batches == [[0], [7]]

"""Models in two copies: the one for a lone caller, and the one for several at once."""

from __future__ import annotations

import asyncio

import pytest

from emads_voice.voice.models import cores
from emads_voice.voice.models.cores import Copies, unhurried


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "CORES", 2)


def test_a_lone_piece_of_work_has_all_cores_and_those_at_once_one_each() -> None:
    copies: Copies[str] = Copies(lambda threads: f"{threads} threads")
    with copies.at_work() as first:
        assert first == "2 threads"
        with copies.at_work() as second, copies.at_work() as third:
            assert second == third == "1 threads"
    with copies.at_work() as afterwards:
        assert afterwards == "2 threads"


def test_work_of_another_model_counts_as_well() -> None:
    hearing: Copies[str] = Copies(lambda threads: f"{threads} threads")
    speaking: Copies[str] = Copies(lambda threads: f"{threads} threads")
    with hearing.at_work(), speaking.at_work() as model:
        assert model == "1 threads"


def test_the_copy_for_several_is_loaded_once_and_only_when_there_are_several() -> None:
    loaded: list[int] = []
    copies: Copies[int] = Copies(lambda threads: loaded.append(threads) or threads)  # type: ignore[func-returns-value]
    with copies.at_work():
        pass
    assert loaded == [2]
    for _ in range(2):
        with copies.at_work(), copies.at_work():
            pass
    assert loaded == [2, 1]


async def test_work_nobody_waits_for_takes_one_core_in_whichever_thread_it_is_done() -> None:
    copies: Copies[str] = Copies(lambda threads: f"{threads} threads")

    def work() -> str:
        with copies.at_work() as model:
            return model

    with unhurried():
        assert await asyncio.to_thread(work) == "1 threads"
    assert await asyncio.to_thread(work) == "2 threads"


def test_work_that_fails_is_over() -> None:
    copies: Copies[str] = Copies(lambda threads: f"{threads} threads")
    with pytest.raises(RuntimeError), copies.at_work():
        raise RuntimeError("out of memory")
    with copies.at_work() as model:
        assert model == "2 threads"


def test_one_core_needs_one_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "CORES", 1)
    loaded: list[int] = []
    copies: Copies[int] = Copies(lambda threads: loaded.append(threads) or threads)  # type: ignore[func-returns-value]
    with copies.at_work(), copies.at_work():
        pass
    assert loaded == [1]

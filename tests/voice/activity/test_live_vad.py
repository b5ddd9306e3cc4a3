"""Voice activity of many calls at once: each is judged as if it were alone."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emads_voice.testing import LoudnessVad, run_virtual
from emads_voice.voice.activity.live_vad import Listener, LiveVad
from emads_voice.voice.activity.vad import WINDOW, SileroVad, VadMemory, shared_vad
from emads_voice.voice.sound.audio import Audio

FRAME = 160
Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def silero() -> SileroVad:
    return shared_vad()


@pytest.fixture(scope="module")
def calls(recordings: Path) -> list[Sound]:
    """Ten real recordings as they come down a telephone line, of different lengths."""
    files = sorted(recordings.glob("*.flac"))[:10]
    return [Audio.load(path).clip(0, 6).resample(8_000).samples for path in files]


def alone(silero: SileroVad, sound: Sound) -> list[float]:
    memory, found = VadMemory.blank(8_000), []
    for start in range(0, len(sound) - WINDOW[8_000] + 1, WINDOW[8_000]):
        probability, memory = silero.step(sound[None, start : start + WINDOW[8_000]], memory, 8_000)
        found.append(float(probability[0]))
    return found


async def feed(vad: LiveVad, sound: Sound, found: list[float], *, after_s: float, frame: int = FRAME) -> None:
    await asyncio.sleep(after_s)
    listener = vad.open(found.append)
    for start in range(0, len(sound), frame):
        listener.feed(sound[start : start + frame])
        await asyncio.sleep(frame / 8_000)
    await asyncio.sleep(0.1)
    listener.close()


def test_calls_that_come_and_go_are_judged_as_if_alone(silero: SileroVad, calls: list[Sound]) -> None:
    found: list[list[float]] = [[] for _ in calls]

    async def main() -> None:
        vad = LiveVad(silero)
        frames = [160, 80, 240, 100, 333]  # never a whole window at once
        await asyncio.gather(
            *(
                feed(vad, sound, found[i], after_s=0.37 * i, frame=frames[i % 5])
                for i, sound in enumerate(calls)
            )
        )
        assert asyncio.all_tasks() == {asyncio.current_task()}  # nobody calls, nothing ticks

    run_virtual(main())
    for sound, judged in zip(calls, found, strict=True):
        expected = alone(silero, sound)
        assert len(judged) == len(expected)
        np.testing.assert_allclose(judged, expected, atol=1e-4)
    assert any(max(judged) > 0.9 for judged in found)


def loud(vad: LiveVad, tell: Callable[[float], None], seconds: float = 0.5) -> None:
    vad.open(tell).feed(np.full(round(seconds * 8_000), 0.5, np.float32))


def test_a_listener_that_fails_is_closed_and_the_others_do_not_notice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found: list[float] = []

    async def main() -> None:
        vad = LiveVad(LoudnessVad())
        loud(vad, lambda _: dict[str, None]()["a bug"])
        loud(vad, found.append)
        await asyncio.sleep(0.1)

    run_virtual(main())
    assert found == [1.0] * 15
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "not listened to any more" in record.getMessage()


def test_what_comes_after_a_stall_is_judged_without_stopping_everything_else() -> None:
    found: list[float] = []

    async def main() -> None:
        begun = asyncio.Event()

        def judged(probability: float) -> None:
            found.append(probability)
            begun.set()

        loud(LiveVad(LoudnessVad()), judged, 30)
        await begun.wait()
        turns = 0
        while len(found) < 900:
            await asyncio.sleep(0)
            turns += 1
        assert turns > 100

    run_virtual(main())


def _note_time(times: list[float], _: float) -> None:
    times.append(asyncio.get_running_loop().time())


def test_the_more_calls_there_are_the_longer_a_window_waits_for_those_of_others() -> None:
    waited: dict[int, float] = {}

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for calls in (1, 40, 400):
            vad = LiveVad(LoudnessVad())
            judged: list[float] = []
            note = partial(_note_time, judged)
            listeners = [vad.open(note) for _ in range(calls)]
            fed_at = loop.time()
            listeners[0].feed(np.full(WINDOW[8_000], 0.5, np.float32))
            await asyncio.sleep(0.1)
            waited[calls] = judged[0] - fed_at
            for listener in listeners:
                listener.close()

    run_virtual(main())
    assert waited == pytest.approx({1: 0.00025, 40: 0.01, 400: 0.02})


def test_a_closed_listener_keeps_nothing_and_is_told_nothing() -> None:
    found: list[float] = []

    async def main() -> None:
        vad = LiveVad(LoudnessVad())
        listener = vad.open(found.append)
        listener.close()
        listener.close()
        listener.feed(np.ones(8_000, np.float32))
        assert not listener.ready
        await asyncio.sleep(0.1)

    run_virtual(main())
    assert found == []


def test_closing_one_call_from_another_is_safe() -> None:
    found: list[float] = []

    async def main() -> None:
        vad = LiveVad(LoudnessVad())
        listeners: list[Listener] = []

        def close_all(probability: float) -> None:
            found.append(probability)
            for listener in listeners:
                listener.close()

        for _ in range(3):
            listener = vad.open(close_all)
            listeners.append(listener)
            listener.feed(np.ones(8_000, np.float32))
        await asyncio.sleep(0.1)

    run_virtual(main())
    assert found == [1.0]


def test_a_call_that_brings_more_than_can_be_judged_loses_the_rest_and_it_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found: list[float] = []

    async def main() -> None:
        vad = LiveVad(LoudnessVad())
        listener = vad.open(found.append)
        for _ in range(2):
            for _ in range(200):
                listener.feed(np.full(8_000, 0.5, np.float32))
            while listener.ready:
                await asyncio.sleep(0.02)
        listener.close()

    run_virtual(main())
    assert len(found) == 2 * 60 * 8_000 // WINDOW[8_000]
    told = [record.getMessage() for record in caplog.records]
    assert told == ["A call brings sound faster than it can be listened to: some of it is dropped"] * 2


def test_a_window_costs_the_same_however_much_waits() -> None:
    async def main() -> None:
        listener = LiveVad(LoudnessVad()).open(lambda _: None)
        sound = np.arange(59 * 8_000, dtype=np.float32)
        for frame in np.split(sound, 59 * 50):
            listener.append(frame)
        windows = [listener.take() for _ in range(len(sound) // WINDOW[8_000])]
        np.testing.assert_array_equal(np.concatenate(windows), sound[: len(windows) * WINDOW[8_000]])
        assert not listener.ready
        assert sum(window.base is not None for window in windows) == 0  # none keeps more than itself
        listener.close()

    run_virtual(main())

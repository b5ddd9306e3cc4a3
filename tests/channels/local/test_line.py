"""A microphone and a loudspeaker as a line of a conversation."""

import asyncio
import threading

import numpy as np
import pytest

from emads_voice.channels.errors import RecordingError, TransferError
from emads_voice.channels.local.line import RATE, LocalLine
from emads_voice.channels.local.nowhere import playing_nowhere
from emads_voice.channels.local.recordings import PAUSE_S, speaking
from emads_voice.channels.transport import Digit, Event, HungUp, MarkReturned, Played, Sound
from emads_voice.testing import run_virtual
from emads_voice.voice.sound.audio import Audio

TONE = np.full(RATE // 50, 0.5, np.float32)


async def _events(line: LocalLine) -> list[Event]:
    line.lose("over")
    return [event async for event in line.events()]


async def test_what_the_microphone_brings_is_heard_and_keys_are_pressed() -> None:
    line = LocalLine()
    line.hear(TONE)
    line.press("5")
    line.press("x")
    sound, key, end = await _events(line)
    assert isinstance(sound, Sound)
    assert np.array_equal(sound.samples, TONE)
    assert key == Digit("5")
    assert end == HungUp("over")
    assert line.level == pytest.approx(0.5)


async def test_muted_silence_is_heard_in_its_place() -> None:
    line = LocalLine()
    line.muted = True
    line.hear(TONE)
    sound, _ = await _events(line)
    assert isinstance(sound, Sound)
    assert len(sound.samples) == len(TONE)
    assert not sound.samples.any()
    assert line.level == 0


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 44_100, 48_000])
async def test_whatever_the_rates_a_second_stays_a_second(rate: int) -> None:
    line = LocalLine(heard_at=rate, played_at=rate)
    tone = np.sin(np.arange(rate) * 2 * np.pi * 440 / rate).astype(np.float32)
    for start in range(0, rate, rate // 50):
        line.hear(tone[start : start + rate // 50])
    heard = np.concatenate([each.samples for each in await _events(line) if isinstance(each, Sound)])
    assert abs(len(heard) - RATE) <= 0.003 * RATE
    cycles = np.count_nonzero(np.diff(np.signbit(heard))) / 2
    assert cycles == pytest.approx(440, abs=2)
    await line.play(np.sin(np.arange(RATE) * 2 * np.pi * 440 / RATE).astype(np.float32))
    block = np.zeros(rate, np.float32)
    line.fill(block, 0)
    assert np.count_nonzero(np.diff(np.signbit(block[np.abs(block) > 1e-3]))) / 2 == pytest.approx(440, abs=3)


def test_a_mark_returns_when_its_sound_has_left_the_loudspeaker() -> None:
    async def play() -> None:
        line, loop = LocalLine(), asyncio.get_running_loop()
        await line.play(TONE)
        await line.mark("1")
        began = loop.time()
        line.fill(np.zeros(len(TONE) * 2, np.float32), 0.1)
        event = await anext(line.events())
        assert event == MarkReturned("1")
        assert loop.time() - began == pytest.approx(0.1 + 0.02, abs=0.001)

    run_virtual(play())


async def test_a_clear_drops_what_waits_and_returns_every_mark() -> None:
    line = LocalLine()
    for name in "ab":
        await line.play(TONE)
        await line.mark(name)
    line.fill(np.zeros(len(TONE), np.float32), 5.0)
    await asyncio.sleep(0)
    await line.clear()
    block = np.ones(len(TONE), np.float32)
    line.fill(block, 0)
    assert not block.any()
    assert await _events(line) == [Played(len(TONE)), MarkReturned("a"), MarkReturned("b"), HungUp("over")]


async def test_it_is_filled_by_another_thread() -> None:
    line = LocalLine()
    await line.play(TONE)
    await line.mark("1")
    thread = threading.Thread(target=line.fill, args=(np.zeros(len(TONE), np.float32), 0.0))
    thread.start()
    async with asyncio.timeout(5):
        assert await anext(line.events()) == MarkReturned("1")
    thread.join()


async def test_nothing_follows_the_hang_up_and_the_first_reason_counts() -> None:
    line = LocalLine()
    await line.hang_up()
    line.hear(TONE)
    assert await _events(line) == [HungUp("we hung up")]
    assert line.ended == "we hung up"


async def test_what_it_cannot_do_is_said() -> None:
    line = LocalLine()
    with pytest.raises(TransferError, match="put through"):
        await line.transfer("+84")
    with pytest.raises(RecordingError, match="not recorded"):
        await line.record(consent="1")


def test_without_a_loudspeaker_speech_takes_its_time() -> None:
    async def play() -> None:
        line, loop = LocalLine(), asyncio.get_running_loop()
        async with playing_nowhere(line):
            began = loop.time()
            await line.play(np.ones(RATE, np.float32))
            await line.mark("1")
            assert await anext(line.events()) == MarkReturned("1")
            assert loop.time() - began == pytest.approx(1.0, abs=0.05)

    run_virtual(play())


def test_recordings_are_spoken_in_real_time_each_once_nobody_else_speaks() -> None:
    async def play() -> None:
        line, loop = LocalLine(), asyncio.get_running_loop()
        began = loop.time()
        question = Audio(np.full(24_000, 0.5, np.float32), 24_000)
        loud: list[float] = []
        async with speaking(line, [question, question], idle=lambda: loop.time() > began + 2):
            async for event in line.events():
                if isinstance(event, Sound) and event.samples.any():
                    loud.append(loop.time() - began)
                if isinstance(event, HungUp):
                    assert event.reason == "the recordings are over"
        assert loud[0] == pytest.approx(2.0 + PAUSE_S, abs=0.1)
        assert loud[-1] == pytest.approx(2.0 + PAUSE_S + 1 + PAUSE_S + 1, abs=0.2)
        assert loop.time() - began == pytest.approx(loud[-1] + PAUSE_S, abs=0.1)

    run_virtual(play())

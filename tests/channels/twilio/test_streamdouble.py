"""Against streamdouble, a Media Streams simulator that others wrote. Its calls run in real time: they are short."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from emads_voice.channels.call import CallInfo, thread_of_call
from emads_voice.channels.transport import Digit, HungUp, MarkReturned, Sound, Transport

streamdouble = pytest.importorskip("streamdouble", reason='it takes the extra "dev"')

from streamdouble.chaos import Impairments  # noqa: E402
from streamdouble.scenario import Dtmf, Expect, Hangup, Say, Scenario, Wait, WaitFor  # noqa: E402
from streamdouble.session import SessionConfig  # noqa: E402

LOUD = b"\x00" * 160
SPEECH = Say(Path("speech.wav"), [LOUD] * 15)
TONE = np.full(160, 0.5, np.float32)


@pytest.fixture
def streamdouble_config() -> SessionConfig:
    return SessionConfig(
        response_timeout_s=3,
        quiet_period_s=0.3,
        max_drain_s=3,
        custom_parameters={"token": "abc", "thread": "t1"},
    )


def address(phone: Any) -> str:
    return f"ws://127.0.0.1:{phone.port}/twilio/media"


async def test_a_turn(open_phone: Any, simulated_call: Any) -> None:
    phone = await open_phone(insecure=True)
    report = await simulated_call(address(phone), frames=[bytes([code]) * 160 for code in range(20)])
    assert report.passed
    assert report.violations == []
    assert report.audio_received == b"".join(bytes([code]) * 160 for code in range(20))
    assert report.time_to_first_audio_ms < 1000
    await asyncio.wait_for(phone.echo.ended.wait(), 30)
    assert report.result.marks_echoed == phone.echo.marks
    assert phone.echo.ends == ["the caller hung up"]
    thread = phone.echo.calls[0].thread_id
    assert thread not in ("t1", thread_of_call(phone.echo.calls[0].call_sid))  # whatever the stream says
    assert str(UUID(thread)) == thread


async def test_a_caller_who_interrupts(open_phone: Any, simulated_call: Any) -> None:
    cleared = asyncio.Event()

    async def converse(line: Transport, _call: CallInfo) -> None:
        for _ in range(100):  # two seconds, at once
            await line.play(TONE)
        await line.mark("all of it")
        async for event in line.events():
            if isinstance(event, Sound) and abs(event.samples).max() > 0.5 and not cleared.is_set():
                await line.clear()
                cleared.set()

    phone = await open_phone(converse, insecure=True)
    steps = [WaitFor("audio"), SPEECH, Expect("clear"), Wait(0.1)]
    report = await simulated_call(address(phone), scenario=Scenario("interrupt", steps))
    assert report.exit_code == 0
    assert report.result.clears_received == 1
    assert report.result.marks_echoed == []


async def test_keys(open_phone: Any, simulated_call: Any) -> None:
    phone = await open_phone(insecure=True)
    steps = [SPEECH, Dtmf("59*#"), Wait(0.1)]
    report = await simulated_call(address(phone), scenario=Scenario("keys", steps))
    await asyncio.wait_for(phone.echo.ended.wait(), 30)
    assert report.violations == []
    assert [event.digit for event in phone.echo.of(Digit)] == ["5", "9", "*", "#"]


async def test_a_caller_who_drops_off(open_phone: Any, simulated_call: Any, eventually: Any) -> None:
    phone = await open_phone(insecure=True)
    await simulated_call(address(phone), scenario=Scenario("drop", [SPEECH, Hangup()]))
    await asyncio.wait_for(phone.echo.ended.wait(), 30)
    assert phone.echo.ends == ["the line broke"]
    await eventually(lambda: phone.admission.calls == 0)


async def test_a_bad_network_leaves_sound_in_its_place(open_phone: Any, simulated_call: Any) -> None:
    phone = await open_phone(insecure=True)
    config = SessionConfig(
        response_timeout_s=3,
        quiet_period_s=0.3,
        max_drain_s=3,
        impairments=Impairments(loss=0.2, jitter_ms=40, latency_ms=20),
        chaos_seed=3,
    )
    report = await simulated_call(
        address(phone), frames=[bytes([code]) * 160 for code in range(1, 51)], config=config
    )
    await asyncio.wait_for(phone.echo.ended.wait(), 30)
    lost = report.result.frames_dropped
    assert lost > 3
    sounds = [sound.samples for sound in phone.echo.of(Sound)]
    assert len(sounds) == 50 - lost
    heard = np.concatenate(sounds).reshape(-1, 160)
    assert 50 - lost < len(heard) <= 50
    silent = (heard == 0).all(axis=1).sum()
    assert len(heard) - silent == 50 - lost


async def test_a_caller_who_says_nothing(open_phone: Any, simulated_call: Any, eventually: Any) -> None:
    heard: list[Any] = []

    async def converse(line: Transport, _call: CallInfo) -> None:
        await line.play(TONE)
        await line.mark("spoken")
        async for event in line.events():
            heard.append(event)

    phone = await open_phone(converse, insecure=True)
    await simulated_call(address(phone), scenario=Scenario("silence", [Wait(0.5)]))
    await eventually(lambda: heard and isinstance(heard[-1], HungUp))
    assert sum(len(event.samples) for event in heard if isinstance(event, Sound)) >= 4000
    assert MarkReturned("spoken") in heard


async def test_twenty_callers_at_once(open_phone: Any, simulated_call: Any, eventually: Any) -> None:
    phone = await open_phone(insecure=True, max_calls=20)
    frames = [LOUD] * 25
    reports = await asyncio.gather(*(simulated_call(address(phone), frames=frames) for _ in range(20)))
    assert [report.audio_received for report in reports] == [b"".join(frames)] * 20
    assert not any(report.violations for report in reports)
    await eventually(lambda: phone.admission.calls == 0)
    assert phone.echo.ends == ["the caller hung up"] * 20

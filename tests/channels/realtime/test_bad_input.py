"""What no client should send, and some do: each is answered or survived, and nothing hangs."""

import asyncio
import base64
import json
import logging
from typing import Any

import pytest

from emads_voice.channels.realtime.line import FIRST_EVENT_S, FIRST_WORD_S
from emads_voice.channels.realtime.outbox import SEND_DEADLINE_S

from .conftest import Client, SessionFactory, tone


def refused(client: Client) -> list[str]:
    return [each["error"]["code"] for each in client.of("error")]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", "invalid_json"),
        ("[" * 100_000, "invalid_event"),
        ("[]", "invalid_event"),
        ("7", "invalid_event"),
        ("{}", "invalid_event"),
        ('{"type": 7}', "invalid_event"),
        ('{"type": "session.dance"}', "unknown_event"),
        ('{"type": "transcription_session.update"}', "unknown_event"),
        ('{"type": "input_audio_buffer.append"}', "invalid_event"),
        ('{"type": "input_audio_buffer.append", "audio": "no base64!"}', "invalid_event"),
        ('{"type": "input_audio_buffer.append", "audio": 7}', "invalid_event"),
        ('{"type": "session.update"}', "invalid_event"),
        ('{"type": "session.update", "session": []}', "invalid_event"),
        ('{"type": "conversation.item.truncate", "item_id": "a", "audio_end_ms": -1}', "invalid_event"),
        ('{"type": "conversation.item.truncate", "item_id": "a", "audio_end_ms": "soon"}', "invalid_event"),
        (
            json.dumps({"type": "session.update", "session": {"instructions": "x" * 1_000_000}}),
            "event_too_long",
        ),
        (json.dumps({"type": "session.dance", "x": "x" * 1_000_000}), "unknown_event"),
        ("x" * 1_100_000, "event_too_long"),
    ],
)
def test_it_is_refused_in_a_sentence_and_the_session_goes_on(
    session: SessionFactory, sent: str, code: str
) -> None:
    async def caller(client: Client) -> None:
        client.send_raw(sent)
        error = (await client.until("error"))["error"]
        assert error["code"] == code
        assert error["type"] == "invalid_request_error"
        assert error["message"].endswith(".")
        assert len(error["message"]) < 300
        client.send("session.update", session={"type": "realtime"})
        await client.until("session.updated")

    assert session(caller).client.closed in (None, 1000)


def test_what_is_refused_is_logged_once(session: SessionFactory, caplog: pytest.LogCaptureFixture) -> None:
    async def caller(client: Client) -> None:
        for _ in range(3):
            client.send("session.dance")
            await client.until("error")

    session(caller)
    told = [record.getMessage().split(" ", 2)[-1] for record in caplog.records]
    assert told == ["an event was refused (unknown_event).", "3 events were refused."]


def test_an_error_names_the_event_it_is_about(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("session.dance", event_id="one")
        client.send("session.update", session=7, event_id="two")
        client.send("input_audio_buffer.append", audio=base64.b64encode(b"123").decode(), event_id="three")
        for name in ("one", "two", "three"):
            assert (await client.until("error"))["error"]["event_id"] == name

    session(caller)


def test_sound_as_bytes_is_refused(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send_bytes(tone(0.02))
        assert (await client.until("error"))["error"]["code"] == "invalid_event"

    session(caller)


def test_half_a_sample_is_refused_and_what_follows_is_heard(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send("input_audio_buffer.append", audio=base64.b64encode(tone(0.02)[:-1]).decode())
        assert (await client.until("error"))["error"]["param"] == "audio"
        client.open_microphone()
        await client.speak(1.5)
        await client.until("response.done")

    assert session(caller, hears=["Hello?"], answers=["Yes."], opening=None).turns == 1


def test_ten_seconds_in_one_event_are_heard_whole(session: SessionFactory) -> None:
    """Its beginning too: an utterance begins with what came just before it was noticed."""

    async def caller(client: Client) -> None:
        sound = bytes(2 * 24_000 * 2) + tone(6) + bytes(2 * 24_000 * 2)
        client.send("input_audio_buffer.append", audio=base64.b64encode(sound).decode())
        await client.until("response.done")

    held = session(caller, hears=["A long question?"], answers=["Yes."], opening=None)
    (heard, _, _), *_ = held.recognizer.asked
    assert heard.duration_s == pytest.approx(6 + 0.4, abs=0.45)
    assert abs(heard.samples[round(0.5 * heard.rate) : round(5.5 * heard.rate)]).max() > 0.2


def test_sound_far_ahead_of_the_clock_ends_the_session(
    session: SessionFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(client: Client) -> None:
        for _ in range(10):
            client.append(10)
        await client.until("error", within_s=20)

    held = session(caller, hears=[""] * 20, opening=None)
    assert refused(held.client) == ["protocol_violation"]
    assert held.client.closed == 1008
    assert len([each for each in caplog.records if "faster" in each.getMessage()]) == 1


def test_events_without_end_end_the_session(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        for _ in range(7_000):
            client.send("session.dance")
        while client.closed is None:
            await asyncio.sleep(1)

    held = session(caller)
    assert refused(held.client)[-1] == "protocol_violation"
    assert held.client.closed == 1008


def test_a_client_that_stops_reading_is_let_go(
    session: SessionFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def caller(client: Client) -> None:
        client.send("response.create")
        await client.until("response.created")
        client.reads = False
        began = client.now
        while client.closed is None:
            await asyncio.sleep(0.5)
        assert client.now - began < SEND_DEADLINE_S + 5

    session(caller)
    assert len([each for each in caplog.records if "stopped reading" in each.getMessage()]) == 1


def test_a_client_that_leaves_in_the_middle_of_an_answer_costs_nothing(
    session: SessionFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def caller(client: Client) -> None:
        client.open_microphone()
        await client.speak(1.5)
        await client.until("response.output_audio.delta")
        await asyncio.sleep(1)

    long = "It costs five thousand dollars a year, and it saves two of the six servers that we have."
    held = session(caller, hears=["What does it cost?"], answers=[long], opening=None)
    assert held.conversation[1] != long  # what was played is kept
    assert held.conversation[1].startswith("It costs")
    assert not caplog.records


@pytest.mark.parametrize(("said", "within_s"), [(False, FIRST_EVENT_S), (True, FIRST_WORD_S)])
def test_who_says_nothing_makes_room(session: SessionFactory, said: bool, within_s: float) -> None:
    async def caller(client: Client) -> None:
        if said:
            client.send("session.update", session={"type": "realtime"})
        began = client.now
        assert (await client.until("error", within_s=200))["error"]["code"] == "session_idle"
        assert client.now - began == pytest.approx(within_s, abs=0.1)

    held = session(caller)
    assert held.turns is None
    assert held.client.closed == 1008


def test_a_laptop_that_slept_goes_on(session: SessionFactory) -> None:
    """Nothing came for minutes; then what the microphone had kept comes at once."""

    async def caller(client: Client) -> None:
        client.open_microphone()
        await client.speak(1.5)
        await client.until("response.done")
        client.close_microphone()
        await asyncio.sleep(600)
        for _ in range(100):
            client.append(0.02, 0.0)
        client.open_microphone()
        await client.speak(1.5)
        await client.until("response.done", within_s=20)

    held = session(caller, hears=["One?", "Two?"], answers=["First.", "Second."], opening=None, idle_s=3600.0)
    assert held.conversation == ["One?", "First.", "Two?", "Second."]


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"type": "transcription"}, "session.type"),
        ({"output_modalities": ["text"]}, "session.output_modalities"),
        ({"output_modalities": ["audio", "text"]}, "session.output_modalities"),
        ({"audio": 7}, "session.audio"),
        ({"audio": {"input": []}}, "session.audio.input"),
        ({"audio": {"input": {"format": {"type": "audio/mp3"}}}}, "session.audio.input.format.type"),
        ({"audio": {"output": {"format": "pcm16"}}}, "session.audio.output.format"),
        (
            {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16_000}}}},
            "session.audio.input.format.rate",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "my_vad"}}}},
            "session.audio.input.turn_detection.type",
        ),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "create_response": False}}}},
            "session.audio.input.turn_detection.create_response",
        ),
        ({"emads": {"events": "yes"}}, "session.emads.events"),
    ],
)
def test_what_would_leave_a_client_waiting_is_refused_whole(
    session: SessionFactory, wanted: dict[str, Any], param: str
) -> None:
    async def caller(client: Client) -> None:
        client.send("session.update", session={"instructions": "Be brief.", **wanted})
        error = (await client.until("error"))["error"]
        assert (error["code"], error["param"]) == ("unsupported_value", param)
        client.send("session.update", session={"type": "realtime"})
        updated = await client.until("session.updated")
        assert updated["session"]["emads"]["ignored"] == []  # nothing of what was refused counts

    session(caller)


def test_what_a_model_would_be_told_is_ignored_and_listed(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.send(
            "session.update",
            session={
                "type": "realtime",
                "model": "gpt-realtime",
                "instructions": "You are a pirate.",
                "tools": [{"type": "function", "name": "sink"}],
                "audio": {
                    "input": {
                        "transcription": {"model": "whisper-1", "language": "vi"},
                        "turn_detection": {"type": "semantic_vad", "eagerness": "high"},
                    },
                    "output": {"voice": "marin", "speed": 1.0},
                },
                "something": {"new": True},
            },
        )
        shown = (await client.until("session.updated"))["session"]
        assert shown["emads"]["ignored"] == [
            "audio.input.transcription.language",
            "audio.input.turn_detection.eagerness",
            "audio.output.voice",
            "instructions",
            "model",
            "something",
            "tools",
        ]
        assert (shown["instructions"], shown["tools"], shown["model"]) == ("", [], "emads-voice")
        assert shown["audio"]["input"]["turn_detection"] == {
            "type": "semantic_vad",
            "create_response": True,
            "interrupt_response": True,
        }

    session(caller)

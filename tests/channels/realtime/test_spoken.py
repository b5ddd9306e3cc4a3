"""A conversation by voice: what a client gets, in order, and what the conversation keeps."""

import asyncio
import base64

import numpy as np
import pytest

from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.channels.realtime.sound_formats import FORMATS
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.errors import RecognitionError, SynthesisError

from .conftest import Client, SessionFactory

ANSWER = "It costs five thousand dollars a year, and it saves two of the six servers that we have."


async def ask(client: Client) -> None:
    client.send("session.update", session={"type": "realtime", "emads": {"events": True}})
    client.open_microphone()
    await client.speak(1.5)


def test_a_question_is_heard_and_answered_in_the_order_of_the_protocol(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER], opening=None)
    assert [each for each in held.client.types if not each.startswith("emads.")] == [
        "session.created",
        "session.updated",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.done",
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    heard = held.client.of("conversation.item.input_audio_transcription.completed")[0]
    assert (heard["transcript"], heard["language"]) == ("What does it cost?", "en")
    done = held.client.of("response.done")[0]["response"]
    assert done["status"] == "completed"
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": ANSWER}]
    assert held.client.said() == ANSWER
    assert held.client.sound_s() == pytest.approx(len(ANSWER) * 0.05, rel=0.02)
    assert held.conversation == ["What does it cost?", ANSWER]
    assert held.turns == 1


def test_when_the_caller_spoke_is_told_in_milliseconds_of_their_sound(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.open_microphone()
        await client.speak(0)
        await client.until("session.created")
        await asyncio.sleep(2)
        await client.speak(1.5)
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=["A lot."], opening=None)
    started = held.client.of("input_audio_buffer.speech_started")[0]
    stopped = held.client.of("input_audio_buffer.speech_stopped")[0]
    assert started["audio_start_ms"] == pytest.approx(2000, abs=450)
    assert started["audio_start_ms"] <= 2000
    assert stopped["audio_end_ms"] == pytest.approx(3500, abs=150)
    assert started["item_id"] == stopped["item_id"]


def test_the_greeting_comes_with_the_first_sound(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.open_microphone()
        await client.until("response.done")

    held = session(caller)
    assert "assistant" in held.client.said()
    assert held.client.of("response.created")[0]["response"]["status"] == "in_progress"
    assert len(held.client.of("response.created")) == 1  # one response, though it has several sentences


def test_who_interrupts_has_the_conversation_keep_what_was_played(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        first = await client.until("response.output_audio.delta")
        await asyncio.sleep(1.5)
        talking = asyncio.create_task(client.speak(1.5))
        started = await client.until("input_audio_buffer.speech_started")
        client.send(
            "conversation.item.truncate",
            item_id=first["item_id"],
            content_index=0,
            audio_end_ms=round((started["at"] - first["at"] - 0.5) * 1000),
        )
        await talking
        await client.until("response.done", within_s=20)
        await client.until("response.done", within_s=20)

    held = session(
        caller, hears=["What does it cost?", "And then?"], answers=[ANSWER, "Nothing."], opening=None
    )
    done = [each["response"] for each in held.client.of("response.done")]
    assert [each["status"] for each in done] == ["cancelled", "completed"]
    assert done[0]["status_details"]["reason"] == "turn_detected"
    by_clock, told = held.client.of("emads.interrupted")
    assert ANSWER.startswith(by_clock["played"])
    assert by_clock["played"].startswith(told["played"])
    assert by_clock["played"] != told["played"]  # half a second less
    question, interrupted, second, answer = held.conversation
    assert interrupted.startswith(told["played"])
    assert by_clock["played"] not in interrupted
    assert (question, second, answer) == ("What does it cost?", "And then?", "Nothing.")


def test_who_tells_what_they_play_is_believed_where_the_truncate_is_late(session: SessionFactory) -> None:
    behind_s = 1.0  # a slow network, or a busy machine

    async def caller(client: Client) -> None:
        await ask(client)
        first = await client.until("response.output_audio.delta")

        async def play() -> None:
            while True:
                played_ms = max(0.0, client.now - first["at"] - behind_s) * 1000
                client.send("emads.played", item_id=first["item_id"], audio_end_ms=played_ms)
                await asyncio.sleep(0.1)

        playing = asyncio.create_task(play())
        await asyncio.sleep(2.5)
        talking = asyncio.create_task(client.speak(1.5))
        await client.until("input_audio_buffer.speech_started")
        playing.cancel()
        await talking
        await client.until("emads.turn_ended", within_s=20)

    held = session(
        caller, hears=["What does it cost?", "And then?"], answers=[ANSWER, "Nothing."], opening=None
    )
    by_clock, told = held.client.of("emads.interrupted")
    assert by_clock["played"].startswith(told["played"])
    assert by_clock["played"] != told["played"]
    assert held.conversation[1].startswith(told["played"])
    assert by_clock["played"] not in held.conversation[1]
    assert not held.client.of("conversation.item.truncated")  # the client has not asked


def test_a_truncate_counts_no_more_than_can_have_been_played(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        first = await client.until("response.output_audio.delta")
        await asyncio.sleep(1)
        talking = asyncio.create_task(client.speak(1.5))
        started = await client.until("input_audio_buffer.speech_started")
        client.send("conversation.item.truncate", item_id=first["item_id"], audio_end_ms=100_000)
        truncated = await client.until("conversation.item.truncated")
        assert truncated["audio_end_ms"] == pytest.approx((started["at"] - first["at"]) * 1000, abs=150)
        await talking
        await client.until("response.done", within_s=20)

    session(caller, hears=["What does it cost?", "And then?"], answers=[ANSWER, "Nothing."], opening=None)


def test_who_only_coughs_hears_the_rest_in_another_response(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        await client.until("response.output_audio.delta")
        await asyncio.sleep(1.5)
        await client.speak(0.5)
        await client.until("response.done")
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?", ""], answers=[ANSWER], opening=None)
    cut, rest = (each["response"] for each in held.client.of("response.done"))
    assert (cut["status"], rest["status"]) == ("cancelled", "completed")
    first, second = (each["output"][0]["content"][0]["transcript"] for each in (cut, rest))
    assert f"{first} {second}" == ANSWER
    assert held.conversation == ["What does it cost?", ANSWER]
    assert held.client.of("emads.unanswered")[0]["text"] == ""


def test_our_own_events_tell_who_answers_how_fast_and_how_it_ended(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        await client.until("emads.turn_ended")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER], opening=None)
    asked = held.client.of("emads.agents_asked")[0]
    assert (asked["agents"], asked["reason"]) == (["cto"], "Only CTO may be asked.")
    latency = held.client.of("emads.latency")[0]
    assert latency["hearing_ms"] > 0
    assert latency["total_ms"] == latency["hearing_ms"] + latency["thinking_ms"] + latency["speaking_ms"]
    assert held.client.of("emads.agent_answered")[0]["analysis"]["answer"] == ANSWER
    ended = held.client.of("emads.turn_ended")[0]
    assert (ended["how"], ended["answer"], ended["language"]) == ("played", ANSWER, "en")
    assert latency["response_id"] == held.client.of("response.created")[0]["response"]["id"]


def test_who_does_not_ask_for_our_events_gets_none(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        client.open_microphone()
        await client.speak(1.5)
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER], opening=None)
    assert not [each for each in held.client.types if each.startswith("emads.")]


def test_what_cannot_be_recognised_is_told_and_apologised_for(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        await client.until("conversation.item.input_audio_transcription.failed")
        await client.until("response.done")

    held = session(caller, hears=[RecognitionError("down"), RecognitionError("down")], opening=None)
    assert "sorry" in held.client.said().lower()


def test_a_turn_that_fails_is_a_failed_response_and_an_apology(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        await ask(client)
        await client.until("response.done")
        await client.until("response.done")

    broken = ScriptedSynthesizer(failures={"A lot.": SynthesisError("no voice")})
    held = session(caller, hears=["What does it cost?"], answers=["A lot."], synthesizer=broken, opening=None)
    failed = held.client.of("response.done")[0]["response"]
    assert failed["status"] == "failed"
    assert "sorry" in held.client.said().lower()


@pytest.mark.parametrize("form", ["audio/pcmu", "audio/pcma"])
def test_telephone_formats_go_both_ways(session: SessionFactory, form: str) -> None:
    sound = FORMATS[form]

    async def caller(client: Client) -> None:
        formats = {"input": {"format": {"type": form}}, "output": {"format": {"type": form}}}
        client.send("session.update", session={"type": "realtime", "audio": formats})
        loud = sound.write((np.sin(np.arange(160) * 0.6) * 0.3).astype(np.float32))
        quiet = sound.write(np.zeros(160, np.float32))
        for count in range(150):
            data = loud if count < 75 else quiet
            client.send("input_audio_buffer.append", audio=base64.b64encode(data).decode())
            await asyncio.sleep(0.02)
        await client.until("response.done")

    held = session(caller, hears=["What does it cost?"], answers=[ANSWER], opening=None)
    shown = held.client.of("session.updated")[0]["session"]["audio"]
    assert shown["input"]["format"] == shown["output"]["format"] == {"type": form}
    data = b"".join(base64.b64decode(each["delta"]) for each in held.client.of("response.output_audio.delta"))
    assert len(data) / 8000 == pytest.approx(len(ANSWER) * 0.05, rel=0.02)
    samples = sound.read(data)
    assert 0.15 < float(abs(samples).max()) < 0.35
    assert held.recognizer.asked[0][0].duration_s == pytest.approx(1.9, abs=0.3)


def test_a_session_may_be_set_up_before_it_begins(session: SessionFactory) -> None:
    async def caller(client: Client) -> None:
        created = await client.until("session.created")
        assert created["session"]["audio"]["output"]["format"] == {"type": "audio/pcma"}
        assert created["session"]["emads"]["thread"] == "a thread"

    config = SessionConfig().updated({"audio": {"output": {"format": {"type": "audio/pcma"}}}})
    session(caller, config=config)

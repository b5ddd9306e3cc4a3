"""Speech, as OpenAI's own client asks for it."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from openai import OpenAI

from emads_voice.channels.api.encoding import FORMATS, RATE, Encoder
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.errors import SynthesisError, UnknownVoiceError
from emads_voice.voice.languages import VIETNAMESE
from emads_voice.voice.sound.audio import Audio

from .conftest import Serve, Served, error

TEXT = "Good morning to you all. How are you today?"


def pitch(samples: Any, rate: int) -> float:
    """The loudest frequency, in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * rate / len(samples))


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_spoken_in_every_format(api: Served, openai_client: OpenAI, form: Any) -> None:
    answer = openai_client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format=form)
    assert answer.response.headers["content-type"] == FORMATS[form].media_type
    if form == "pcm":
        audio = Audio(np.frombuffer(answer.content, "<i2").astype(np.float32) / np.float32(32768), RATE)
    else:
        audio = Audio.decode(answer.content)
    assert [text for text, _ in api.synthesizer.spoken] == ["Good morning to you all.", "How are you today?"]
    spoken = sum(api.synthesizer.tone(text).duration_s for text, _ in api.synthesizer.spoken)
    assert audio.duration_s == pytest.approx(spoken + 0.2, abs=0.09), "with a pause, and an encoder's padding"
    first = audio.resample(16_000).clip(0.03, 0.1)
    tone = api.synthesizer.tone("Good morning to you all.")
    assert pitch(first.samples, 16_000) == pytest.approx(pitch(tone.samples, tone.rate), abs=30)


def test_it_is_mp3_unless_something_else_is_wanted(openai_client: OpenAI) -> None:
    answer = openai_client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT)
    assert answer.response.headers["content-type"] == "audio/mpeg"
    assert answer.response.headers["emads-model"] == "scripted:synthesizer"


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 4.0])
def test_faster_is_shorter_and_no_higher(speed: float) -> None:
    times = np.arange(2 * 16_000) / 16_000
    tone = Audio((0.3 * np.sin(2 * np.pi * 440 * times)).astype(np.float32), 16_000)
    encoder = Encoder("wav", speed=speed)
    pieces = [encoder.feed(tone.clip(start / 10, (start + 1) / 10)) for start in range(20)]
    audio = Audio.decode(b"".join(pieces) + encoder.finish())
    assert audio.duration_s == pytest.approx(2 / speed, rel=0.1)
    assert pitch(audio.samples, audio.rate) == pytest.approx(440, abs=10)


def test_pieces_of_several_rates_become_one_sound() -> None:
    encoder = Encoder("pcm")
    sent = [
        encoder.feed(Audio(np.full(rate, 0.5, np.float32), rate)) for rate in (22_050, 16_000, 24_000, 8_000)
    ]
    samples = np.frombuffer(b"".join(sent) + encoder.finish(), "<i2")
    assert len(samples) / RATE == pytest.approx(4, abs=0.01)
    assert np.median(samples) == pytest.approx(16_384, abs=100)


def test_it_can_be_heard_while_it_is_spoken(openai_client: OpenAI) -> None:
    with openai_client.audio.speech.with_streaming_response.create(
        model="tts-1", voice="alloy", input=TEXT, response_format="pcm"
    ) as answer:
        assert "content-length" not in answer.headers
        sound = b"".join(answer.iter_bytes())
    assert len(sound) > RATE * 2 * 0.3


async def test_as_events_it_comes_in_pieces(api: Served) -> None:
    response = await api.client.post(
        "/v1/audio/speech", json={"input": TEXT, "stream_format": "sse", "response_format": "opus"}
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(line.removeprefix("data: ")) for line in response.text.splitlines() if line]
    assert {each["type"] for each in told[:-1]} == {"speech.audio.delta"}
    assert told[-1]["type"] == "speech.audio.done"
    assert Audio.decode(b"".join(base64.b64decode(each["audio"]) for each in told[:-1])).duration_s > 0.3


async def test_the_language_is_that_of_the_text(api: Served) -> None:
    await api.client.post("/v1/audio/speech", json={"input": "Xin chào quý khách."})
    await api.client.post("/v1/audio/speech", json={"input": "Hello.", "language": "vi"})
    assert [language for _, language in api.synthesizer.spoken] == [VIETNAMESE] * 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"input": ""}, "invalid_request"),
        ({"input": "a" * 4097}, "text_too_long"),
        ({"input": "🎉 … 🎉"}, "nothing_to_say"),
        ({"input": "Hi.", "speed": 5}, "invalid_request"),
        ({"input": "Hi.", "response_format": "ogg"}, "invalid_request"),
        ({"input": "Hi.", "instructions": "Whisper."}, "unsupported_parameter"),
        ({"input": "Hi.", "language": "Klingon"}, "unknown_language"),
        ({"input": "Hi.", "language": "fr"}, "unknown_language"),
    ],
)
async def test_what_cannot_be_done_is_refused(api: Served, fields: dict[str, Any], code: str) -> None:
    assert error(await api.client.post("/v1/audio/speech", json=fields)) == (400, code)


class Voices(ScriptedSynthesizer):
    """Has one voice with a name."""

    async def synthesize(self, text: str, *, language: Any, voice: str | None = None) -> Any:
        if voice not in (None, "mai"):
            raise UnknownVoiceError(f"There is no voice {voice!r}: there is mai.")
        async for piece in super().synthesize(text, language=language, voice=voice):
            yield piece


@pytest.mark.parametrize(
    ("voice", "status"), [("mai", 200), ({"id": "mai"}, 200), ("alloy", 200), ("", 200), ("tom", 400)]
)
async def test_a_voice_has_a_name_or_is_the_languages(serve: Serve, voice: Any, status: int) -> None:
    api = serve(parts={"synthesizer": Voices()})
    response = await api.client.post("/v1/audio/speech", json={"input": "Hi.", "voice": voice})
    assert response.status_code == status
    if status == 400:
        assert error(response) == (400, "unknown_voice")
        assert "there is mai" in response.text


def broken(serve: Serve, sentence: str) -> Served:
    """Whose voice fails at one sentence."""
    return serve(
        parts={"synthesizer": ScriptedSynthesizer({sentence: SynthesisError("It is down: start it.")})}
    )


async def test_a_voice_that_fails_at_once_is_a_status(serve: Serve) -> None:
    api = broken(serve, "Good morning to you all.")
    assert error(await api.client.post("/v1/audio/speech", json={"input": TEXT})) == (502, "synthesis_failed")


async def test_a_voice_that_fails_later_breaks_the_sound_off(serve: Serve) -> None:
    api = broken(serve, "How are you today?")
    with pytest.raises(SynthesisError):  # a server closes the connection in the middle
        await api.client.post("/v1/audio/speech", json={"input": TEXT, "response_format": "pcm"})
    response: httpx.Response = await api.client.post(
        "/v1/audio/speech", json={"input": TEXT, "response_format": "pcm", "stream_format": "sse"}
    )
    last = response.text.strip().split("\n\n")[-1]
    assert last.startswith("event: error\n")
    assert '"code":"synthesis_failed"' in last


def test_failures_are_the_clients_own_exceptions(openai_client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        openai_client.audio.speech.create(model="tts-9", voice="alloy", input=TEXT)
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as refused:
        openai_client.audio.speech.create(model="tts-1", voice="alloy", input="")
    assert refused.value.param == "input"

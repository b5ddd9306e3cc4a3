"""Speech over real HTTP, against a server on loopback with OpenAI's answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from emads_voice.voice.errors import LanguageError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.openai import OpenAISynthesizer

from ..conftest import KEY, STATUSES, Answer, Server, as_json

SPEECH = "/v1/audio/speech"
PCM = (np.sin(np.arange(24_000) / 10) * 20_000).astype("<i2")


async def say(synthesizer: OpenAISynthesizer, text: str = "Hello.", **options: Any) -> list[Audio]:
    return [piece async for piece in synthesizer.synthesize(text, language=ENGLISH, **options)]


@pytest.fixture
def voice(server: Server) -> OpenAISynthesizer:
    return OpenAISynthesizer("tts-1", base_url=server.url, api_key=KEY)


class TestSpeech:
    async def test_it_is_heard_piece_by_piece(self, server: Server, voice: OpenAISynthesizer) -> None:
        assert isinstance(voice, Synthesizer)
        server.answers[SPEECH] = Answer(PCM.tobytes(), kind="audio/pcm")
        pieces = await say(voice, "Hello there.")
        assert len(pieces) == 10
        audio = Audio.join(pieces)
        assert audio.rate == 24_000
        np.testing.assert_allclose(audio.samples, PCM / 32768, atol=1e-6)
        path, headers, fields = server.asked[-1]
        assert (path, headers["authorization"]) == (SPEECH, f"Bearer {KEY}")
        assert fields == {
            "model": "tts-1",
            "voice": "alloy",
            "input": "Hello there.",
            "response_format": "pcm",
        }

    async def test_a_voice_may_be_asked_for(self, server: Server, voice: OpenAISynthesizer) -> None:
        server.answers[SPEECH] = Answer(PCM.tobytes(), kind="audio/pcm")
        await say(voice, voice="nova")
        assert server.fields["voice"] == "nova"

    async def test_an_odd_byte_at_the_end_is_no_sample(
        self, server: Server, voice: OpenAISynthesizer
    ) -> None:
        server.answers[SPEECH] = Answer(PCM.tobytes()[:-1], kind="audio/pcm")
        assert sum(len(piece.samples) for piece in await say(voice)) == len(PCM) - 1

    @pytest.mark.parametrize(
        "kind", ["audio/mpeg", "audio/wav", "application/json", "text/html; charset=utf-8"]
    )
    async def test_anything_but_pcm_is_refused(
        self, server: Server, voice: OpenAISynthesizer, kind: str
    ) -> None:
        server.answers[SPEECH] = Answer(b"ID3" * 100, kind=kind)
        with pytest.raises(SynthesisError, match=f"answered with {kind.split(';')[0]} where raw PCM"):
            await say(voice)

    @pytest.mark.parametrize(("status", "says"), STATUSES)
    async def test_errors_are_one_sentence_without_the_key(
        self, server: Server, voice: OpenAISynthesizer, status: int, says: str
    ) -> None:
        server.answers[SPEECH] = as_json({"error": {"message": f"Incorrect API key provided: {KEY}"}}, status)
        with pytest.raises(SynthesisError, match=says) as failure:
            await say(voice)
        assert KEY not in str(failure.value)

    async def test_a_stream_that_breaks_off(self, server: Server, voice: OpenAISynthesizer) -> None:
        server.answers[SPEECH] = Answer(PCM.tobytes()[:9600], kind="audio/pcm", missing=9600)
        transcript: list[Audio] = []

        async def listen() -> None:
            async for piece in voice.synthesize("Hello.", language=ENGLISH):
                transcript.append(piece)

        with pytest.raises(SynthesisError, match="broke off"):
            await listen()
        assert transcript

    async def test_a_server_that_is_not_there(self) -> None:
        with pytest.raises(SynthesisError, match="cannot be reached"):
            await say(OpenAISynthesizer("tts-1", base_url="http://127.0.0.1:9/v1", api_key=KEY))

    async def test_a_language_it_was_not_told_of(self, server: Server) -> None:
        voice = OpenAISynthesizer("tts-1", base_url=server.url, languages=(VIETNAMESE,))
        assert tuple(voice.languages) == (VIETNAMESE,)
        with pytest.raises(LanguageError, match="not set up to speak English"):
            await say(voice)
        assert server.asked == []

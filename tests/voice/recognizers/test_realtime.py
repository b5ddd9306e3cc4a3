"""Hearing over a WebSocket while it is said: against the recognition server, and against servers that misbehave."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.server import ServerConnection, serve

from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers import realtime
from emads_voice.voice.recognizers.fallback import FallbackRecognizer
from emads_voice.voice.recognizers.pcm import SENT_S
from emads_voice.voice.recognizers.realtime import RealtimeRecognizer, Service
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream, StreamingRecognizer

MODEL = "Qwen/Qwen3-ASR-1.7B"
KEY = "sk-loopback"


class Hears(ScriptedRecognizer):
    """Hears something else for each length, so that it is seen what was heard."""

    transcript: str | Exception = ""

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        self._rest = [self.transcript or f"Somebody speaks for {audio.duration_s:.1f} s."]
        return await super().transcribe(audio, **options)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Hears, str]]:
    hears = Hears([])
    with serving(recognition_app(hears, model=MODEL, api_key=KEY)) as url:
        yield hears, url


@pytest.fixture
def hears(served: tuple[Hears, str]) -> Hears:
    hears, _ = served
    hears.transcript, hears.asked = "", []
    return hears


@pytest.fixture(params=["openai-realtime", "dashscope"])
def recognizer(request: pytest.FixtureRequest, served: tuple[Hears, str]) -> RealtimeRecognizer:
    _, url = served
    if request.param == "dashscope":
        made = init_recognizer(
            "dashscope:qwen3-asr-flash-realtime", base_url=f"{url}/compatible-mode/v1", api_key=KEY
        )
    else:
        made = init_recognizer(f"openai-realtime:{MODEL}", base_url=f"{url}/v1", api_key=KEY)
    assert isinstance(made, RealtimeRecognizer)
    return made


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    return Audio.load(recordings / "en_jfk.flac").clip(0, 3).resample(8_000)


def say(stream: RecognitionStream, audio: Audio) -> None:
    """Feed it as a telephone does: 20 ms at a time."""
    frame = audio.rate // 50
    for start in range(0, len(audio.samples), frame):
        stream.feed(Audio(audio.samples[start : start + frame], audio.rate))


@asynccontextmanager
async def listening(recognizer: RealtimeRecognizer, **options: Any) -> AsyncIterator[RecognitionStream]:
    stream = recognizer.stream(**options)
    try:
        yield stream
    finally:
        await stream.close()


class TestWhatIsHeard:
    async def test_an_utterance(self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio) -> None:
        assert isinstance(recognizer, StreamingRecognizer)
        async with listening(recognizer) as stream:
            say(stream, speech)
            transcript = await stream.settle()
            assert stream.partial == transcript.text
        assert (transcript.text, transcript.language) == ("Somebody speaks for 3.0 s.", ENGLISH)
        assert (transcript.duration_s, transcript.model, transcript.audio_sha256) == (
            3.0,
            recognizer.name,
            speech.sha256,
        )
        sound = hears.asked[-1][0]
        assert sound.rate == 16_000
        there = slice(8_000, 40_000)
        np.testing.assert_allclose(sound.samples[there], speech.resample(16_000).samples[there], atol=2e-3)

    async def test_nothing_new_is_not_heard_again(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        async with listening(recognizer) as stream:
            say(stream, speech)
            first = await stream.settle()
            asked = len(hears.asked)
            assert await stream.settle() == first
        assert len(hears.asked) == asked

    async def test_a_pause_does_not_cut_a_sentence_in_two(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        async with listening(recognizer) as stream:
            say(stream, speech.clip(0, 1.5))
            assert (await stream.settle()).text == "Somebody speaks for 1.5 s."
            say(stream, speech.clip(1.5, 3))
            assert (await stream.settle()).text == "Somebody speaks for 3.0 s."

    async def test_who_goes_on_while_it_settles_is_heard_whole(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        async with listening(recognizer) as stream:
            say(stream, speech.clip(0, 1.5))
            settling = asyncio.create_task(stream.settle())
            await asyncio.sleep(0)
            settling.cancel()
            await asyncio.wait([settling])
            say(stream, speech.clip(1.5, 3))
            assert (await stream.settle()).text == "Somebody speaks for 3.0 s."

    async def test_no_words_have_no_language(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        hears.transcript = " "
        async with listening(recognizer) as stream:
            say(stream, speech)
            transcript = await stream.settle()
        assert (transcript.text, transcript.language, transcript.segments) == ("", None, ())

    async def test_nothing_at_all(self, recognizer: RealtimeRecognizer) -> None:
        async with listening(recognizer) as stream:
            assert (await stream.settle()).text == ""

    async def test_the_language_is_told(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        async with listening(recognizer, language=VIETNAMESE) as stream:
            say(stream, speech)
            assert (await stream.settle()).language is VIETNAMESE
        assert hears.asked[-1][1] is VIETNAMESE

    async def test_whole_recordings_go_over_http(
        self, recognizer: RealtimeRecognizer, hears: Hears, speech: Audio
    ) -> None:
        transcript = await recognizer.transcribe(speech, hotwords=["kho"])
        assert transcript.text.startswith("Somebody speaks")
        assert hears.asked[-1][2] == ("kho",)

    async def test_what_the_server_could_not_hear_goes_over_http(
        self,
        recognizer: RealtimeRecognizer,
        hears: Hears,
        speech: Audio,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        hears.transcript = RecognitionError("Out of memory.")
        async with listening(recognizer) as stream:
            say(stream, speech.clip(0, 1))
            with pytest.raises(RecognitionError, match="failed with status 500"):
                await stream.settle()
        assert "does not stream (it could not hear)" in caplog.text


async def test_dashscope_is_told_hotwords_and_names_the_language(
    served: tuple[Hears, str], hears: Hears, speech: Audio
) -> None:
    hears.language = find_language("ko")
    try:
        made = init_recognizer(
            "dashscope:qwen3-asr-flash-realtime", base_url=f"{served[1]}/compatible-mode/v1", api_key=KEY
        )
        assert isinstance(made, RealtimeRecognizer)
        async with listening(made, hotwords=["kho hàng", "CTO"]) as stream:
            say(stream, speech)
            assert (await stream.settle()).language is find_language("ko")
        assert hears.asked[-1][2] == ("kho hàng", "CTO")
        with pytest.raises(LanguageError, match="does not hear Macedonian"):
            made.stream(language=find_language("mk"))
    finally:
        hears.language = ENGLISH


async def test_sglang_tells_words_while_they_are_said(
    served: tuple[Hears, str], hears: Hears, recordings: Path
) -> None:
    hears.transcript = "And so my fellow Americans"
    made = init_recognizer(f"openai-realtime:{MODEL}", base_url=f"{served[1]}/v1", api_key=KEY)
    assert isinstance(made, RealtimeRecognizer)
    async with listening(made) as stream:
        say(stream, Audio.load(recordings / "en_jfk.flac").clip(0, 2.5))
        async with asyncio.timeout(5):
            while stream.partial != "And so my":
                await asyncio.sleep(0.005)
        assert (await stream.settle()).text == "And so my fellow Americans"


def test_sglang_must_be_named() -> None:
    with pytest.raises(BackendError, match="set EMADS_ASR_URL"):
        init_recognizer(f"openai-realtime:{MODEL}")


Misbehaves = Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]


class Http(ScriptedRecognizer):
    """What a stream falls back on."""


@asynccontextmanager
async def facing(misbehaves: Misbehaves) -> AsyncIterator[tuple[RealtimeRecognizer, Http]]:
    """A recogniser whose server does something odd with each event it gets."""

    async def serve_one(socket: ServerConnection) -> None:
        async for message in socket:
            await misbehaves(socket, json.loads(message))

    async with serve(serve_one, "127.0.0.1", 0, max_queue=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        http = Http(["Over HTTP."] * 5)
        service = Service("odd:server", f"ws://127.0.0.1:{port}", "sk-secret", lambda *_: {})
        yield RealtimeRecognizer(service, http, (ENGLISH,)), http


async def closes(socket: ServerConnection, _: dict[str, Any]) -> None:
    await socket.close()


async def stalls(_: ServerConnection, __: dict[str, Any]) -> None:
    await asyncio.sleep(0)


async def talks_nonsense(socket: ServerConnection, _: dict[str, Any]) -> None:
    await socket.send("{")


async def says_null(socket: ServerConnection, _: dict[str, Any]) -> None:
    await socket.send("null")


async def objects(socket: ServerConnection, _: dict[str, Any]) -> None:
    await socket.send(json.dumps({"type": "error", "error": {"code": "not_supported", "message": "No."}}))


async def dies_when_asked(socket: ServerConnection, event: dict[str, Any]) -> None:
    if event["type"] == "input_audio_buffer.commit":
        socket.transport.abort()


class TestServersThatMisbehave:
    @pytest.mark.parametrize(
        ("misbehaves", "says"),
        [
            (closes, "the connection was closed"),
            (stalls, "no answer within 0.1 s"),
            (talks_nonsense, "JSONDecodeError"),
            (says_null, "AttributeError"),
            (objects, "it objects: not_supported"),
            (dies_when_asked, "ConnectionClosedError"),
        ],
    )
    async def test_the_whole_utterance_goes_over_http(
        self,
        misbehaves: Misbehaves,
        says: str,
        speech: Audio,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr(realtime, "SETTLE_S", 0.1 if misbehaves is stalls else 5)
        async with facing(misbehaves) as (recognizer, http):
            for _ in range(2):
                async with listening(recognizer, hotwords=["kho"]) as stream:
                    say(stream, speech)
                    transcript = await stream.settle()
                    assert (transcript.text, transcript.model) == ("Over HTTP.", http.name)
                    say(stream, speech)
                    assert (await stream.settle()).text == "Over HTTP."
            lengths = [(audio.duration_s, hotwords) for audio, _, hotwords in http.asked]
            assert lengths == [(3.0, ("kho",)), (6.0, ("kho",))] * 2
        warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
        assert warnings == [f"odd:server does not stream ({says}): utterances are heard over HTTP."]
        assert "sk-secret" not in caplog.text

    async def test_a_server_that_is_not_there(self, speech: Audio) -> None:
        service = Service("odd:server", "ws://127.0.0.1:9", None, lambda *_: {})
        recognizer = RealtimeRecognizer(service, Http(["Over HTTP."]), (ENGLISH,))
        async with listening(recognizer) as stream:
            say(stream, speech)
            assert (await stream.settle()).text == "Over HTTP."

    async def test_a_key_it_refuses(self, served: tuple[Hears, str], hears: Hears, speech: Audio) -> None:
        made = init_recognizer(f"openai-realtime:{MODEL}", base_url=f"{served[1]}/v1", api_key="wrong")
        assert isinstance(made, RealtimeRecognizer)
        async with listening(made) as stream:
            say(stream, speech)
            with pytest.raises(RecognitionError, match="rejects the key"):
                await stream.settle()

    async def test_a_server_that_dies_in_the_middle_of_an_utterance_is_replaced(
        self, speech: Audio, caplog: pytest.LogCaptureFixture
    ) -> None:
        embedded = Http(["Heard here."])
        with ExitStack() as server:
            url = server.enter_context(serving(recognition_app(Hears([]), model=MODEL)))
            remote = init_recognizer(f"openai-realtime:{MODEL}", base_url=f"{url}/v1")
            fallback = FallbackRecognizer([remote, embedded])
            await fallback.warm_up()
            stream = fallback.stream()
            try:
                say(stream, speech.clip(0, 2.5))
                async with asyncio.timeout(5):
                    while not stream.partial:
                        await asyncio.sleep(0.005)
                await asyncio.to_thread(server.close)
                say(stream, speech.clip(2.5, 3))
                transcript = await stream.settle()
            finally:
                await stream.close()
        assert (transcript.text, transcript.model) == ("Heard here.", embedded.name)
        assert embedded.asked[0][0].duration_s == 3.0
        assert "the next recogniser takes over" in caplog.text

    async def test_a_server_that_reads_too_slowly_is_done_without(
        self, speech: Audio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(realtime, "_MOST_UNSENT", realtime._MOST_UNSENT // 60)  # two seconds
        async with facing(stalls) as (recognizer, http):
            async with listening(recognizer) as stream:
                say(stream, speech)  # at once: nothing has been sent yet
                assert (await stream.settle()).text == "Over HTTP."
            assert [audio.duration_s for audio, _, _ in http.asked] == [3.0]
        assert "(it takes sound more slowly than it is spoken)" in caplog.text

    async def test_closed_twice_it_asks_nobody(self, speech: Audio) -> None:
        async with facing(stalls) as (recognizer, http):
            stream = recognizer.stream()
            say(stream, speech)
            await stream.close()
            await stream.close()
            assert not http.asked

    async def test_what_is_sent_is_the_sound(self, speech: Audio) -> None:
        got: list[dict[str, Any]] = []

        async def keeps(socket: ServerConnection, event: dict[str, Any]) -> None:
            got.append(event)
            if event["type"] == "input_audio_buffer.commit":
                kind = "conversation.item.input_audio_transcription.completed"
                await socket.send(json.dumps({"type": kind, "transcript": "Hi.", "language": "vi"}))

        async with facing(keeps) as (recognizer, _), listening(recognizer) as stream:
            say(stream, speech)
            transcript = await stream.settle()
        assert (transcript.text, transcript.language) == ("Hi.", VIETNAMESE)
        assert got[0] == {"type": "session.update", "session": {}}
        sound = b"".join(base64.b64decode(event["audio"]) for event in got if "audio" in event)
        assert len(sound) == 3 * 16_000 * 2
        assert len(got) <= 3 / SENT_S + 3

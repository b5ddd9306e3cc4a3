"""Tasks over a WebSocket: against the recognition server, and against servers that misbehave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizer import Segment, TimesWords, Transcript
from emads_voice.voice.recognizers import dashscope_tasks
from emads_voice.voice.recognizers.dashscope_tasks import TaskRecognizer
from emads_voice.voice.recognizers.task_protocol import TaskService, task_url
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import StreamingRecognizer

KEY = "sk-loopback-0123456789"
MODEL = "qwen-audio-3.1-asr-flash-streaming"
Misbehave = Callable[[ServerConnection], Awaitable[None]]


class Hears(ScriptedRecognizer):
    """Hears something else for each length, so that it is seen what was heard."""

    transcript: str | Transcript | Exception = ""

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        self._rest = [self.transcript or f"Somebody speaks for {audio.duration_s:.1f} s."]
        return await super().transcribe(audio, **options)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Hears, str]]:
    hears = Hears([])
    with serving(recognition_app(hears, model="any", api_key=KEY)) as url:
        yield hears, url


@pytest.fixture
def hears(served: tuple[Hears, str]) -> Hears:
    hears, _ = served
    hears.transcript, hears.asked = "", []
    return hears


def made(url: str, model: str = MODEL, key: str = KEY) -> TaskRecognizer:
    recognizer = init_recognizer(
        f"dashscope:{model}",
        base_url=f"{url}/compatible-mode/v1",
        api_key=key,
        languages=(ENGLISH, VIETNAMESE),
    )
    assert isinstance(recognizer, TaskRecognizer)
    return recognizer


@pytest.fixture
def recognizer(served: tuple[Hears, str]) -> TaskRecognizer:
    return made(served[1])


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    return Audio.load(recordings / "en_jfk.flac").clip(0, 3).resample(16_000)


class TestRecordings:
    async def test_a_recording_is_heard_with_language_and_hotwords(
        self, recognizer: TaskRecognizer, hears: Hears, speech: Audio
    ) -> None:
        transcript = await recognizer.transcribe(speech, language=VIETNAMESE, hotwords=["kho hàng", "CTO"])
        assert transcript.text.startswith("Somebody speaks for")
        assert (transcript.language, transcript.model) == (VIETNAMESE, f"dashscope:{MODEL}")
        ((sound, language, hotwords),) = hears.asked
        assert (sound.rate, language, hotwords) == (16_000, VIETNAMESE, ("kho hàng", "CTO"))
        assert sound.duration_s == pytest.approx(2.9, abs=0.3)

    async def test_words_have_times(self, recognizer: TaskRecognizer, hears: Hears, speech: Audio) -> None:
        words = (Segment("Is", 0.2, 0.5), Segment("it?", 0.6, 1.0), Segment("Yes.", 1.5, 2.0))
        sentences = (Segment("Is it?", 0.2, 1.0), Segment("Yes.", 1.5, 2.0))
        hears.transcript = Transcript("Is it? Yes.", ENGLISH, 3, "m", sentences, words=words)
        transcript = await recognizer.transcribe(speech, timestamps=True)
        assert isinstance(recognizer, TimesWords)
        assert (transcript.text, transcript.language) == ("Is it? Yes.", ENGLISH)
        assert [word.text for word in transcript.words] == ["Is", " it?", " Yes."]
        assert transcript.words[2].start_s - transcript.words[0].start_s == pytest.approx(1.3, abs=0.01)

    async def test_a_service_that_fails_says_so(
        self, recognizer: TaskRecognizer, hears: Hears, speech: Audio
    ) -> None:
        hears.transcript = RecognitionError("no memory")
        with pytest.raises(
            RecognitionError, match="failed with InternalError: Transcription failed"
        ) as failure:
            await recognizer.transcribe(speech)
        assert str(failure.value).startswith(f"dashscope:{MODEL} ")

    async def test_a_wrong_key(self, served: tuple[Hears, str], speech: Audio) -> None:
        with pytest.raises(RecognitionError, match="rejects the key|refuses with status 403"):
            await made(served[1], key="sk-other").transcribe(speech)

    async def test_a_language_it_does_not_know(self, recognizer: TaskRecognizer, speech: Audio) -> None:
        for hearing in (recognizer.transcribe(speech, language=find_language("mk")),):
            with pytest.raises(LanguageError, match="does not hear Macedonian"):
                await hearing
        with pytest.raises(LanguageError, match="does not hear Macedonian"):
            recognizer.stream(language=find_language("mk"))


class TestCalls:
    async def test_an_utterance_is_heard_as_it_is_said(
        self, recognizer: TaskRecognizer, hears: Hears, speech: Audio
    ) -> None:
        assert isinstance(recognizer, StreamingRecognizer)
        phone = speech.resample(8_000)
        stream = recognizer.stream(language=ENGLISH, hotwords=["CTO"])
        for at in range(0, len(phone.samples), 160):
            stream.feed(Audio(phone.samples[at : at + 160], 8_000))
        transcript = await stream.settle()
        assert (transcript.text, transcript.language) == ("Somebody speaks for 3.0 s.", ENGLISH)
        assert stream.partial == transcript.text
        assert await stream.settle() == transcript
        await stream.close()
        assert len(hears.asked) == 1
        assert hears.asked[0][2] == ("CTO",)

    async def test_who_goes_on_after_a_pause_is_heard_whole(
        self, recognizer: TaskRecognizer, hears: Hears, speech: Audio
    ) -> None:
        stream = recognizer.stream()
        stream.feed(speech.clip(0, 1.5))
        assert (await stream.settle()).text == "Somebody speaks for 1.5 s."
        stream.feed(speech.clip(1.5, 3))
        assert (await stream.settle()).text == "Somebody speaks for 3.0 s."
        await stream.close()
        await stream.close()
        assert len(hears.asked) == 2

    async def test_nothing_said_is_nothing(self, recognizer: TaskRecognizer) -> None:
        stream = recognizer.stream()
        assert (await stream.settle()).text == ""
        await stream.close()

    async def test_a_stream_that_fails_is_sent_again(
        self, recognizer: TaskRecognizer, hears: Hears, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dashscope_tasks, "SETTLE_S", 0.0)
        stream = recognizer.stream()
        stream.feed(speech)
        assert (await stream.settle()).text.startswith("Somebody speaks for")
        await stream.close()
        assert hears.asked


@asynccontextmanager
async def server(misbehave: Misbehave) -> AsyncIterator[TaskRecognizer]:
    async with serve(misbehave, "127.0.0.1", 0) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        yield made(f"http://127.0.0.1:{port}")


def event(kind: str, payload: Any = None, **header: Any) -> str:
    return json.dumps({"header": {"event": kind, "attributes": {}, **header}, "payload": payload or {}})


def sentence(text: str, **more: Any) -> str:
    return event("result-generated", {"output": {"sentence": {"text": text, **more}}})


async def until_finished(socket: ServerConnection) -> None:
    async for message in socket:
        if isinstance(message, str) and json.loads(message)["header"]["action"] == "finish-task":
            return


class TestOddServers:
    async def test_the_message_that_begins_a_task(self) -> None:
        service = TaskService("dashscope:m", "m", "ws://x", KEY)
        message = service.run_task("t", find_language("Sichuan"), ["EMADS", "emads", "Hà Nội"])
        assert message == {
            "header": {"action": "run-task", "task_id": "t", "streaming": "duplex"},
            "payload": {
                "task_group": "audio",
                "task": "asr",
                "function": "recognition",
                "model": "m",
                "parameters": {
                    "format": "pcm",
                    "sample_rate": 16_000,
                    "language_hints": ["zh"],
                    "vocabulary": {"EMADS": 4, "Hà Nội": 4},
                },
                "input": {},
            },
        }
        assert KEY not in repr(service)
        plain = TaskService("dashscope:m", "m", "ws://x", KEY, takes_hotwords=False).run_task(
            "t", None, ["EMADS"]
        )
        assert plain["payload"]["parameters"] == {"format": "pcm", "sample_rate": 16_000}

    async def test_sentences_change_until_they_end(self, speech: Audio) -> None:
        async def talk(socket: ServerConnection) -> None:
            await socket.send(event("task-started"))
            await socket.send(sentence("", heartbeat=True, sentence_id=0))
            await socket.send(sentence("Is"))
            await socket.send(sentence("Is it open?", sentence_end=True))
            await until_finished(socket)
            await socket.send(event("something-new"))
            await socket.send(event("result-generated", {"output": {}}))
            await socket.send(sentence("Yes"))
            await socket.send(event("task-finished"))

        async with server(talk) as recognizer:
            assert (await recognizer.transcribe(speech)).text == "Is it open? Yes"

    async def test_no_sound_is_sent_before_the_task_has_started(self, speech: Audio) -> None:
        early: list[object] = []

        async def talk(socket: ServerConnection) -> None:
            await socket.recv()
            try:
                async with asyncio.timeout(0.05):
                    early.append(await socket.recv())
            except TimeoutError:
                pass
            await socket.send(event("task-started"))
            await until_finished(socket)
            await socket.send(event("task-finished"))

        async with server(talk) as recognizer:
            assert (await recognizer.transcribe(speech)).text == ""
        assert not early

    @pytest.mark.parametrize(
        ("answers", "says"),
        [
            ([], "broke off in the middle of its answer"),
            ([event("task-started")], "broke off in the middle of its answer"),
            (["{"], "answered in a form that cannot be read"),
            (["[]"], "answered in a form that cannot be read"),
            (
                [
                    event(
                        "task-failed",
                        error_code="CLIENT_ERROR",
                        error_message=f"Bad {KEY} of a@b.example.com",
                    )
                ],
                r"failed with CLIENT_ERROR: Bad \[key\] of \[email\]\.",
            ),
            ([event("task-failed")], r"failed with an error\."),
        ],
    )
    async def test_what_goes_wrong_is_one_sentence(
        self, speech: Audio, answers: list[str], says: str
    ) -> None:
        async def talk(socket: ServerConnection) -> None:
            await socket.recv()
            for answer in answers:
                await socket.send(answer)

        async with server(talk) as recognizer:
            with pytest.raises(RecognitionError, match=says) as failure:
                await recognizer.transcribe(speech)
        assert KEY not in str(failure.value)

    async def test_one_that_does_not_finish_is_given_up(
        self, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dashscope_tasks, "BASE_S", 0.05)
        monkeypatch.setattr(dashscope_tasks, "PER_S", 0.0)

        async def talk(socket: ServerConnection) -> None:
            await socket.send(event("task-started"))
            await socket.wait_closed()

        async with server(talk) as recognizer:
            with pytest.raises(RecognitionError, match=r"did not answer within 0\.05 s"):
                await recognizer.transcribe(speech)

    async def test_one_that_is_not_there(self, speech: Audio) -> None:
        with pytest.raises(RecognitionError, match=r"cannot be reached \(nothing listens there\)"):
            await made("http://127.0.0.1:9").transcribe(speech)


class TestNames:
    @pytest.mark.parametrize(
        "model",
        [
            "qwen-audio-3.0-asr-flash-streaming",
            "qwen-audio-3.1-asr-flash-message",
            "fun-asr-realtime-2026-02-28",
            "paraformer-realtime-v2",
        ],
    )
    def test_the_newer_models_are_run_as_tasks(self, model: str) -> None:
        assert made("http://127.0.0.1:9", model).name == f"dashscope:{model}"

    @pytest.mark.parametrize("model", ["qwen-audio-3.1-asr-flash", "qwen-audio-3.0-asr-flash-filetrans"])
    def test_those_that_take_no_sound_say_what_to_name(self, model: str) -> None:
        with pytest.raises(BackendError, match="name qwen-audio-3.1-asr-flash-streaming"):
            made("http://127.0.0.1:9", model)

    def test_the_address_is_beside_that_of_the_region(self) -> None:
        base = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
        assert task_url(base) == "wss://dashscope-intl.aliyuncs.com/api-ws/v1/inference"

"""Our recognition server keeps the contract it was read from: OpenAI's own package and raw requests get vLLM's answers.

vLLM's were recorded (tests/vllm/shared); where the others were read stands in
:mod:`emads_voice.testing.recognition_server`.
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI, AuthenticationError, NotFoundError

from emads_voice.testing import recognition_server
from emads_voice.testing.recognition_server import MAX_FILE_BYTES, recognition_app, serving
from emads_voice.testing.speech import ScriptedRecognizer
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.recognizers.dashscope import dashscope
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from emads_voice.voice.sound.audio import Audio
from vllm_contract import answer, questions, recorded

MODEL = "Qwen/Qwen3-ASR-1.7B"
KEY = "sk-loopback"


class Hears(ScriptedRecognizer):
    """Hears what it is told to, again and again."""

    transcript: str | Transcript | Exception = "What does it cost?"

    async def transcribe(self, audio: Audio, **options: Any) -> Transcript:
        self._rest = [self.transcript]
        return await super().transcribe(audio, **options)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Hears, str]]:
    hears = Hears([])
    with serving(recognition_app(hears, model=MODEL, api_key=KEY)) as url:
        yield hears, url


@pytest.fixture
def hears(served: tuple[Hears, str]) -> Hears:
    hears, _ = served
    hears.transcript, hears.asked = "What does it cost?", []
    return hears


@pytest.fixture
def url(served: tuple[Hears, str]) -> str:
    return served[1]


@pytest.fixture
def client(url: str) -> AsyncOpenAI:
    return AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0)


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    return Audio.load(recordings / "en_jfk.flac").clip(0, 2)


def question(audio: Audio, prompt: str = "") -> list[Any]:
    data = base64.b64encode(audio.to_wav()).decode()
    sound = {"type": "audio_url", "audio_url": {"url": f"data:audio/wav;base64,{data}"}}
    system = [{"role": "system", "content": prompt}] if prompt else []
    return [*system, {"role": "user", "content": [sound]}]


class TestOpenAIsPackage:
    async def test_the_models_are_listed(self, client: AsyncOpenAI) -> None:
        (model,) = (await client.models.list()).data
        assert (model.id, model.object, model.owned_by) == (MODEL, "model", "vllm")

    async def test_a_chat_names_the_language(self, client: AsyncOpenAI, hears: Hears, speech: Audio) -> None:
        answer = await client.chat.completions.create(model=MODEL, messages=question(speech, "kho"))
        assert answer.choices[0].message.content == "language English<asr_text>What does it cost?"
        assert answer.choices[0].finish_reason == "stop"
        ((audio, language, hotwords),) = hears.asked
        assert (audio.duration_s, language, hotwords) == (2.0, None, ("kho",))

    async def test_several_languages_and_none(self, client: AsyncOpenAI, hears: Hears, speech: Audio) -> None:
        hears.transcript = Transcript("好的 OK", find_language("zh"), 1, "x", other_languages=(ENGLISH,))
        answer = await client.chat.completions.create(model=MODEL, messages=question(speech))
        assert answer.choices[0].message.content == "language Chinese,English<asr_text>好的 OK"
        hears.transcript = ""
        answer = await client.chat.completions.create(model=MODEL, messages=question(speech))
        assert answer.choices[0].message.content == "language None<asr_text>"

    async def test_a_chat_streams(self, client: AsyncOpenAI, hears: Hears, speech: Audio) -> None:
        chunks = await client.chat.completions.create(model=MODEL, messages=question(speech), stream=True)
        choices = [chunk.choices[0] async for chunk in chunks]
        text = "".join(choice.delta.content or "" for choice in choices)
        assert text == "language English<asr_text>What does it cost?"
        assert [choice.finish_reason for choice in choices] == [None] * (len(choices) - 1) + ["stop"]

    async def test_a_transcription_names_no_language(
        self, client: AsyncOpenAI, hears: Hears, speech: Audio
    ) -> None:
        answer = await client.audio.transcriptions.create(
            model=MODEL, file=("a.wav", speech.to_wav()), language="vi", prompt="kho"
        )
        assert answer.to_dict() == {
            "text": "What does it cost?",
            "usage": {"type": "duration", "seconds": 2},
        }
        assert hears.asked[0][1:] == (VIETNAMESE, ("kho",))

    async def test_errors_are_those_of_the_servers(
        self, client: AsyncOpenAI, hears: Hears, speech: Audio, url: str
    ) -> None:
        with pytest.raises(AuthenticationError):
            await AsyncOpenAI(base_url=f"{url}/v1", api_key="wrong").models.list()
        with pytest.raises(NotFoundError, match="The model `other` does not exist"):
            await client.chat.completions.create(model="other", messages=question(speech))
        with pytest.raises(APIStatusError, match="Unsupported language: 'fil'"):
            await client.audio.transcriptions.create(
                model=MODEL, file=("a.wav", speech.to_wav()), language="fil"
            )
        with pytest.raises(APIStatusError, match="Invalid or corrupted audio data") as failure:
            await client.audio.transcriptions.create(model=MODEL, file=("a.wav", b"no sound"))
        assert failure.value.status_code == 400
        with pytest.raises(APIStatusError, match="Maximum file size exceeded"):
            await client.audio.transcriptions.create(model=MODEL, file=("a.wav", b"0" * (MAX_FILE_BYTES + 1)))
        hears.transcript = RecognitionError("Out of memory.")
        with pytest.raises(APIStatusError, match=r"Out of memory\.") as failure:
            await client.chat.completions.create(model=MODEL, messages=question(speech))
        assert (failure.value.status_code, failure.value.type) == (500, "InternalServerError")


class TestOnTheWire:
    @pytest.mark.parametrize("name", recorded())
    def test_it_answers_as_vllm_did(self, hears: Hears, url: str, speech: Audio, name: str) -> None:
        question = questions(MODEL, speech)[name]
        assert answer(url, question, MODEL, KEY) == recorded()[name]

    def test_a_streamed_transcription(self, hears: Hears, url: str, speech: Audio) -> None:
        hears.transcript = "Hi you."
        lines = post(f"{url}/v1/audio/transcriptions", speech, stream="true").decode().split("\n\n")
        *chunks, done, end = lines
        first, middle, last = (json.loads(chunk.removeprefix("data: ")) for chunk in chunks)
        assert (done, end) == ("data: [DONE]", "")
        assert {key: first[key] for key in ("object", "model")} == {
            "object": "transcription.chunk",
            "model": MODEL,
        }
        assert first["choices"] == [{"delta": {"content": "Hi y"}}]
        assert middle["choices"] == [{"delta": {"content": "ou."}}]
        assert last["choices"] == [{"delta": {"content": ""}, "finish_reason": "stop"}]

    def test_health_and_errors(self, url: str, speech: Audio) -> None:
        with urllib.request.urlopen(request(f"{url}/health")) as answer:
            assert (answer.status, answer.read()) == (200, b"")
        with pytest.raises(urllib.error.HTTPError) as failure:
            post(f"{url}/v1/audio/transcriptions", speech, model="other")
        with failure.value as answer:
            assert answer.code == 404
            assert json.load(answer) == {
                "error": {
                    "message": f"The model `other` does not exist. Valid aliases: {MODEL}.",
                    "type": "NotFoundError",
                    "param": "model",
                    "code": 404,
                }
            }

    @pytest.mark.parametrize("body", [b"{", b"[]", b'{"model": "Qwen/Qwen3-ASR-1.7B"}'])
    def test_nonsense_is_refused(self, url: str, body: bytes) -> None:
        for path in (
            "/v1/chat/completions",
            "/v1/audio/transcriptions",
            "/compatible-mode/v1/chat/completions",
        ):
            with pytest.raises(urllib.error.HTTPError) as failure:
                urllib.request.urlopen(request(f"{url}{path}", body))
            with failure.value as answer:
                assert answer.code in (400, 404)


class TestOurClients:
    async def test_they_understand_each_other(self, hears: Hears, url: str, speech: Audio) -> None:
        ours: list[Recognizer] = [
            OpenAIRecognizer(MODEL, base_url=f"{url}/v1", api_key=KEY),
            dashscope(base_url=f"{url}/compatible-mode/v1", api_key=KEY),
        ]
        for recognizer in ours:
            await recognizer.warm_up()
            for language in (None, VIETNAMESE):
                transcript = await recognizer.transcribe(
                    speech, language=language, hotwords=["kho hàng", "CTO"]
                )
                assert (transcript.text, transcript.language) == ("What does it cost?", language or ENGLISH)
                assert hears.asked[-1][1:] == (language, ("kho hàng", "CTO"))

    async def test_its_failures_are_told_in_one_sentence(self, hears: Hears, url: str, speech: Audio) -> None:
        hears.transcript = RecognitionError("Out of memory.")
        with pytest.raises(
            RecognitionError,
            match=r'^The server 127\.0\.0\.1:\d+ failed with status 500 \(it says "Out of memory"\): look',
        ):
            await OpenAIRecognizer(MODEL, base_url=f"{url}/v1", api_key=KEY).transcribe(speech)


def test_the_command_serves_a_recogniser_on_loopback(
    monkeypatch: pytest.MonkeyPatch, recordings: Path
) -> None:
    started: dict[str, Any] = {}
    monkeypatch.setattr("uvicorn.run", lambda app, **options: started.update(options, app=app))
    recognition_server.main(["--asr", "whisper:base", "--model", "mine", "--port", "8123"])
    assert (started["host"], started["port"]) == ("127.0.0.1", 8123)
    with serving(started["app"]) as url:
        jfk = Audio.load(recordings / "en_jfk.flac")
        transcript = json.loads(post(f"{url}/v1/audio/transcriptions", jfk, model="mine", language="en"))
    assert "ask not what your country can do for you" in transcript["text"]


def request(url: str, body: bytes | None = None, kind: str = "application/json") -> urllib.request.Request:
    return urllib.request.Request(url, body, {"authorization": f"Bearer {KEY}", "content-type": kind})


def post(url: str, audio: Audio, **fields: str) -> bytes:
    """A multipart form, as browsers send it."""
    parts = {"model": MODEL, **fields}
    head = b"".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts.items()
    )
    file = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + audio.to_wav()
    asked = request(url, head + file + b"\r\n--x--\r\n", "multipart/form-data; boundary=x")
    with urllib.request.urlopen(asked) as answer:
        body: bytes = answer.read()
        return body

"""Recognition and speech over real HTTP, against a server on loopback with vLLM's and OpenAI's answers."""

from __future__ import annotations

import base64
import contextlib
import email.parser
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from emads_voice.voice import openai_server
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer, Segment
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.synthesizers.openai import OpenAISynthesizer

KEY = "sk-very-secret-0123456789"
QWEN = "Qwen/Qwen3-ASR-1.7B"
CHAT = "/v1/chat/completions"
TRANSCRIPTIONS = "/v1/audio/transcriptions"
SPEECH = "/v1/audio/speech"


@dataclass
class Answer:
    body: bytes
    status: int = 200
    kind: str = "application/json"
    missing: int = 0
    """Bytes that are announced but never sent."""
    hold: threading.Event | None = None
    """What it waits for before it is sent."""


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)


def chat(content: str | None) -> Answer:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return as_json({"id": "1", "object": "chat.completion", "created": 1, "model": QWEN, "choices": [choice]})


@dataclass
class Server:
    """Gives its answers by path; keeps what it was sent."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Any]:
        """What the last request held."""
        return self.asked[-1][2]


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            served.asked.append((self.path, dict(self.headers), parse(self.headers["content-type"], body)))
            answer = served.answers.get(self.path, as_json({"error": {"message": "Not Found"}}, 404))
            if answer.hold:
                answer.hold.wait(10)
            self.send_response(answer.status)
            self.send_header("content-type", answer.kind)
            self.send_header("content-length", str(len(answer.body) + answer.missing))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked may be gone
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        served = Server(f"http://127.0.0.1:{http.server_port}/v1")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield served
        http.shutdown()
        thread.join()


def parse(kind: str, body: bytes) -> dict[str, Any]:
    if kind == "application/json":
        value: dict[str, Any] = json.loads(body)
        return value
    form = email.parser.BytesParser().parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in form.get_payload()  # type: ignore[union-attr]
    }  # type: ignore[return-value]


def clip(seconds: float = 1.0, rate: int = 16_000) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    return Audio((0.3 * np.sin(2 * np.pi * 300 * times)).astype(np.float32), rate)


Make = Callable[..., OpenAIRecognizer]


@pytest.fixture
def make(server: Server) -> Make:
    return lambda model=QWEN, **options: OpenAIRecognizer(model, base_url=server.url, api_key=KEY, **options)


class TestQwenThatNamesTheLanguage:
    async def test_the_language_is_read_from_the_raw_answer(self, server: Server, make: Make) -> None:
        server.answers[CHAT] = chat("language Vietnamese<asr_text>Chi phí là bao nhiêu?")
        recognizer = make()
        assert isinstance(recognizer, Recognizer)
        audio = clip(2, rate=48_000)
        heard = await recognizer.transcribe(audio, context="kho hàng")
        assert (heard.text, heard.language) == ("Chi phí là bao nhiêu?", VIETNAMESE)
        assert (heard.duration_s, heard.model, heard.audio_sha256) == (2.0, f"openai:{QWEN}", audio.sha256)
        assert heard.segments == (Segment("Chi phí là bao nhiêu?", 0, 2.0),)
        path, headers, fields = server.asked[-1]
        assert (path, headers["authorization"]) == (CHAT, f"Bearer {KEY}")
        assert fields["model"] == QWEN
        assert fields["messages"][0] == {"role": "system", "content": "kho hàng"}
        (part,) = fields["messages"][1]["content"]
        prefix, _, data = part["audio_url"]["url"].partition(",")
        assert (part["type"], prefix) == ("audio_url", "data:audio/wav;base64")
        sent = Audio.decode(base64.b64decode(data))
        assert (sent.rate, sent.duration_s) == (16_000, 2.0)
        np.testing.assert_allclose(sent.samples[500:-500], clip(2).samples[500:-500], atol=1e-3)

    @pytest.mark.parametrize(
        ("raw", "text", "language"),
        [
            ("language None<asr_text>", "", None),
            ("language English<asr_text>", "", None),
            ("language Chinese,English<asr_text>好的 OK", "好的 OK", find_language("zh")),
            ("\nlanguage Cantonese<asr_text> 好 \n", "好", find_language("yue")),
            ("language Klingon<asr_text>What does it cost?", "What does it cost?", ENGLISH),
        ],
    )
    async def test_other_raw_answers(
        self, server: Server, make: Make, raw: str, text: str, language: Language | None
    ) -> None:
        server.answers[CHAT] = chat(raw)
        heard = await make(languages=(ENGLISH, VIETNAMESE)).transcribe(clip())
        assert (heard.text, heard.language) == (text, language)
        assert bool(heard.segments) == bool(text)

    @pytest.mark.parametrize("raw", ["Sure! Here is what I heard: hello.", "", None])
    async def test_a_chat_is_no_transcript(self, server: Server, make: Make, raw: str | None) -> None:
        server.answers[CHAT] = chat(raw)
        with pytest.raises(RecognitionError, match="is it a Qwen3-ASR model"):
            await make().transcribe(clip())

    async def test_with_the_language_known_the_other_route_is_used(self, server: Server, make: Make) -> None:
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": " Chi phí? ", "usage": {"type": "duration", "seconds": 1}}
        )
        heard = await make().transcribe(clip(), language=VIETNAMESE, context="kho hàng")
        assert (heard.text, heard.language) == ("Chi phí?", VIETNAMESE)
        assert server.fields["model"] == QWEN.encode()
        assert server.fields["language"] == b"vi"
        assert server.fields["prompt"] == "kho hàng".encode()
        assert server.fields["response_format"] == b"json"
        assert Audio.decode(server.fields["file"]).duration_s == 1.0


class TestOtherModels:
    async def test_whisper_names_the_language_and_the_times(self, server: Server, make: Make) -> None:
        scores = {"seek": 0, "tokens": [], "temperature": 0, "avg_logprob": 0, "compression_ratio": 1}
        segments = [
            {"id": 0, "start": 0.0, "end": 0.6, "text": " Hello.", "no_speech_prob": 0, **scores},
            {"id": 1, "start": 0.6, "end": 1.0, "text": " You.", "no_speech_prob": 0, **scores},
        ]
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": "Hello. You.", "language": "english", "duration": 1.0, "segments": segments}
        )
        heard = await make("whisper-1").transcribe(clip())
        assert (heard.text, heard.language) == ("Hello. You.", ENGLISH)
        assert heard.segments == (Segment("Hello.", 0, 0.6), Segment("You.", 0.6, 1))
        assert server.fields["response_format"] == b"verbose_json"
        assert "language" not in server.fields

    async def test_where_no_language_is_named_that_of_the_text_is_found(
        self, server: Server, make: Make
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "Chi phí là bao nhiêu?"})
        heard = await make("gpt-4o-transcribe", languages=(ENGLISH, VIETNAMESE)).transcribe(clip())
        assert heard.language is VIETNAMESE
        assert server.fields["response_format"] == b"json"

    async def test_a_dialect_is_asked_for_by_its_language(self, server: Server, make: Make) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "好"})
        sichuan = find_language("Sichuan")
        assert (await make().transcribe(clip(), language=sichuan)).language is sichuan
        assert server.fields["language"] == b"zh"


class TestHardlyAnySound:
    @pytest.mark.parametrize(
        "audio",
        [
            Audio(np.zeros(0, np.float32), 16_000),
            clip(0.04),
            Audio.silence(3, 16_000),
            Audio(np.full(16_000, 0.0005, np.float32), 16_000),
        ],
        ids=["nothing", "40 ms", "silence", "-66 dBFS"],
    )
    async def test_it_never_reaches_the_server(self, server: Server, make: Make, audio: Audio) -> None:
        heard = await make().transcribe(audio)
        assert (heard.text, heard.language, heard.segments) == ("", None, ())
        assert heard.duration_s == audio.duration_s
        assert heard.audio_sha256 == audio.sha256
        assert server.asked == []

    async def test_a_short_word_is_padded(self, server: Server, make: Make) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "No."})
        heard = await make().transcribe(clip(0.2), language=ENGLISH)
        assert Audio.decode(server.fields["file"]).duration_s == pytest.approx(0.5)
        assert heard.duration_s == pytest.approx(0.2)


STATUSES = [
    (401, "rejects the key"),
    (403, "does not allow this key"),
    (404, "does not know the model"),
    (413, "too large"),
    (429, "too busy"),
    (400, "failed with status 400"),
    (500, "failed with status 500"),
    (503, "failed with status 503"),
]
UNREADABLE = [
    Answer(b"{", 200),
    Answer(b"<html>Hi</html>", 200, "text/html"),
    Answer(b"[]", 200),
    Answer(b"null", 200),
]


class TestRecognitionErrors:
    @pytest.mark.parametrize(("status", "says"), STATUSES)
    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_each_is_one_sentence_without_the_key(
        self, server: Server, make: Make, status: int, says: str, language: Language | None
    ) -> None:
        for path in (CHAT, TRANSCRIPTIONS):
            server.answers[path] = as_json(
                {"error": {"message": f"Incorrect API key provided: {KEY}"}}, status
            )
        with pytest.raises(RecognitionError, match=says) as failure:
            await make().transcribe(clip(), language=language)
        message = str(failure.value)
        assert message.endswith(".")
        assert message.startswith("The server 127.0.0.1:")
        assert KEY not in message
        assert failure.value.__cause__ is None

    @pytest.mark.parametrize("answer", UNREADABLE)
    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_an_answer_that_is_none(
        self, server: Server, make: Make, answer: Answer, language: Language | None
    ) -> None:
        server.answers |= {CHAT: answer, TRANSCRIPTIONS: answer}
        with pytest.raises(RecognitionError):
            await make().transcribe(clip(), language=language)

    async def test_a_server_that_is_not_there(self) -> None:
        recognizer = OpenAIRecognizer(QWEN, base_url=f"http://user:{KEY}@127.0.0.1:9/v1", api_key=KEY)
        with pytest.raises(
            RecognitionError, match=r"^The server 127\.0\.0\.1:9 cannot be reached: check"
        ) as failure:
            await recognizer.transcribe(clip())
        assert KEY not in str(failure.value)

    async def test_a_server_that_does_not_answer(
        self, make: Make, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(openai_server, "TIMEOUT_S", 0.05)
        monkeypatch.setattr(openai_server, "MAX_RETRIES", 0)
        hold = threading.Event()
        server.answers[CHAT] = Answer(b"{}", hold=hold)
        try:
            with pytest.raises(RecognitionError, match=r"did not answer within 0\.05 s\.$"):
                await make().transcribe(clip())
        finally:
            hold.set()

    async def test_a_busy_server_is_asked_once_more(self, make: Make, server: Server) -> None:
        server.answers[CHAT] = Answer(b"{}", 503)
        with pytest.raises(RecognitionError):
            await make().transcribe(clip())
        assert len(server.asked) == 2


class TestSetUp:
    async def test_openai_itself_needs_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
        with pytest.raises(BackendError, match="needs a key: set OPENAI_API_KEY"):
            await OpenAIRecognizer("whisper-1").warm_up()

    async def test_the_environment_names_server_and_key(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        recognizer = OpenAIRecognizer(QWEN)
        await recognizer.warm_up()
        assert server.asked == []
        assert (await recognizer.transcribe(clip())).text == "Hi."
        assert server.asked[-1][1]["authorization"] == f"Bearer {KEY}"

    async def test_a_server_of_ones_own_needs_no_key(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        assert (await OpenAIRecognizer(QWEN, base_url=server.url).transcribe(clip())).text == "Hi."

    async def test_a_missing_package_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "openai", None)
        with pytest.raises(BackendError, match=r'pip install "emads-voice\[openai\]"'):
            await OpenAIRecognizer(QWEN, api_key=KEY).warm_up()


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
        heard: list[Audio] = []

        async def listen() -> None:
            async for piece in voice.synthesize("Hello.", language=ENGLISH):
                heard.append(piece)

        with pytest.raises(SynthesisError, match="broke off"):
            await listen()
        assert heard

    async def test_a_server_that_is_not_there(self) -> None:
        with pytest.raises(SynthesisError, match="cannot be reached"):
            await say(OpenAISynthesizer("tts-1", base_url="http://127.0.0.1:9/v1", api_key=KEY))

    async def test_a_language_it_was_not_told_of(self, server: Server) -> None:
        voice = OpenAISynthesizer("tts-1", base_url=server.url, languages=(VIETNAMESE,))
        assert tuple(voice.languages) == (VIETNAMESE,)
        with pytest.raises(LanguageError, match="not set up to speak English"):
            await say(voice)
        assert server.asked == []

"""Recognition and speech over real HTTP, against a server on loopback with vLLM's and OpenAI's answers."""

from __future__ import annotations

import base64
import contextlib
import email.parser
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers import openai as openai_recognizer
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
    hold_open: threading.Event | None = None
    """What it waits for before the connection is closed."""
    headers: dict[str, str] = field(default_factory=lambda: {"retry-after-ms": "1"})


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
    then: dict[str, Answer] = field(default_factory=dict)
    """What comes after the first answer."""
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Any]:
        """What the last request held."""
        return self.asked[-1][2]


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.answer(parse(self.headers["content-type"], body))

        def answer(self, fields: dict[str, Any]) -> None:
            served.asked.append((self.path, dict(self.headers), fields))
            answer = served.answers.get(self.path, as_json({"error": {"message": "Not Found"}}, 404))
            if answer.hold:
                answer.hold.wait(10)
            self.send_response(answer.status)
            self.send_header("content-type", answer.kind)
            self.send_header("content-length", str(len(answer.body) + answer.missing))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked may be gone
                self.wfile.write(answer.body)
            if answer.hold_open:
                answer.hold_open.wait(10)
            if self.path in served.then:
                served.answers[self.path] = served.then.pop(self.path)

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


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    """Two seconds of somebody speaking: less would not pass the guards."""
    return Audio.load(recordings / "en_jfk.flac").clip(0, 2)


Make = Callable[..., OpenAIRecognizer]


@pytest.fixture
def make(server: Server) -> Make:
    return lambda model=QWEN, **options: OpenAIRecognizer(model, base_url=server.url, api_key=KEY, **options)


class TestQwenThatNamesTheLanguage:
    async def test_the_language_is_read_from_the_raw_answer(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[CHAT] = chat("language Vietnamese<asr_text>Chi phí là bao nhiêu?")
        recognizer = make()
        assert isinstance(recognizer, Recognizer)
        audio = speech.resample(48_000)
        heard = await recognizer.transcribe(audio, context="kho hàng")
        assert (heard.text, heard.language) == ("Chi phí là bao nhiêu?", VIETNAMESE)
        assert (heard.duration_s, heard.model, heard.audio_sha256) == (2.0, f"openai:{QWEN}", audio.sha256)
        path, headers, fields = server.asked[-1]
        assert (path, headers["authorization"]) == (CHAT, f"Bearer {KEY}")
        assert fields["model"] == QWEN
        assert fields["messages"][0] == {"role": "system", "content": "kho hàng"}
        (part,) = fields["messages"][1]["content"]
        prefix, _, data = part["audio_url"]["url"].partition(",")
        assert (part["type"], prefix) == ("audio_url", "data:audio/wav;base64")
        sent = Audio.decode(base64.b64decode(data))
        assert sent.rate == 16_000
        assert 1 < sent.duration_s <= 2

    @pytest.mark.parametrize(
        ("raw", "text", "language", "others"),
        [
            ("language None<asr_text>", "", None, ()),
            ("language English<asr_text>", "", None, ()),
            ("language Chinese,English<asr_text>好的 OK", "好的 OK", find_language("zh"), (ENGLISH,)),
            ("\nlanguage Cantonese<asr_text> 好 \n", "好", find_language("yue"), ()),
            ("language Klingon<asr_text>What does it cost?", "What does it cost?", ENGLISH, ()),
        ],
    )
    async def test_other_raw_answers(
        self,
        server: Server,
        make: Make,
        speech: Audio,
        raw: str,
        text: str,
        language: Language | None,
        others: tuple[Language, ...],
    ) -> None:
        server.answers[CHAT] = chat(raw)
        heard = await make(languages=(ENGLISH, VIETNAMESE)).transcribe(speech)
        assert (heard.text, heard.language, heard.other_languages) == (text, language, others)
        assert bool(heard.segments) == bool(text)

    @pytest.mark.parametrize("raw", ["Sure! Here is what I heard: hello.", "", None])
    async def test_a_chat_is_no_transcript(
        self, server: Server, make: Make, speech: Audio, raw: str | None
    ) -> None:
        server.answers[CHAT] = chat(raw)
        with pytest.raises(RecognitionError, match="is it a Qwen3-ASR model"):
            await make().transcribe(speech)

    async def test_with_the_language_known_the_other_route_is_used(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": " Chi phí? ", "usage": {"type": "duration", "seconds": 1}}
        )
        heard = await make().transcribe(speech, language=VIETNAMESE, context="kho hàng")
        assert (heard.text, heard.language) == ("Chi phí?", VIETNAMESE)
        assert server.fields["model"] == QWEN.encode()
        assert server.fields["language"] == b"vi"
        assert server.fields["prompt"] == "kho hàng".encode()
        assert server.fields["response_format"] == b"json"
        assert Audio.decode(server.fields["file"]).rate == 16_000

    @pytest.mark.parametrize("code", ["yue", "fil"])
    async def test_a_code_vllm_does_not_know_is_not_told(
        self, server: Server, make: Make, speech: Audio, code: str
    ) -> None:
        server.answers[CHAT] = chat("language Chinese<asr_text>好")
        heard = await make().transcribe(speech, language=find_language(code))
        assert (heard.text, heard.language, heard.other_languages) == ("好", find_language(code), ())

    async def test_a_prefix_an_old_server_leaves_is_taken_away(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "language English<asr_text>Hi."})
        assert (await make().transcribe(speech, language=ENGLISH)).text == "Hi."

    async def test_a_clip_is_never_longer_than_the_server_hears_at_once(
        self, server: Server, make: Make, recordings: Path
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "And so."})
        jfk = Audio.load(recordings / "en_jfk.flac")
        heard = await make().transcribe(Audio.join([jfk] * 4), language=ENGLISH)
        assert heard.text == "And so. And so."
        assert all(Audio.decode(fields["file"]).duration_s <= 30 for _, _, fields in server.asked)


def stream(kind: str, *texts: str, finished: bool = True) -> Answer:
    """Chunks as in vLLM's speech_to_text.py and OpenAI's chat: a delta each, then [DONE]."""
    choices = [{"index": 0, "delta": {"content": text}, "finish_reason": None} for text in texts]
    choices[-1]["finish_reason"] = "stop" if finished else None
    lines = [{"id": "1", "object": kind, "created": 1, "model": QWEN, "choices": [each]} for each in choices]
    body = "".join(f"data: {json.dumps(line)}\n\n" for line in lines)
    return Answer(f"{body}data: [DONE]\n\n".encode(), kind="text/event-stream")


def serves(owner: str) -> Answer:
    return as_json({"object": "list", "data": [{"id": QWEN, "object": "model", "owned_by": owner}]})


class TestStreamedAnswers:
    @pytest.fixture
    def long(self, recordings: Path) -> Audio:
        jfk = Audio.load(recordings / "en_jfk.flac")
        return Audio.join([jfk, jfk]).clip(0, 20)

    async def test_a_long_piece_is_read_as_it_is_written(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers[CHAT] = stream(
            "chat.completion.chunk", "language Eng", "lish<asr_", "text>And", " so."
        )
        heard = await make().transcribe(long)
        assert (heard.text, heard.language, server.fields["stream"]) == ("And so.", ENGLISH, True)

    async def test_so_is_a_transcription_by_vllm(self, server: Server, make: Make, long: Audio) -> None:
        server.answers["/v1/models"] = serves("vllm")
        server.answers[TRANSCRIPTIONS] = stream("transcription.chunk", "And", " so", ".")
        recognizer = make()
        await recognizer.warm_up()
        assert (await recognizer.transcribe(long, language=ENGLISH)).text == "And so."
        assert server.fields["stream"] == b"true"

    async def test_but_not_by_sglang_which_hears_worse_that_way(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers["/v1/models"] = serves("sglang")
        server.answers[TRANSCRIPTIONS] = as_json({"text": "And so."})
        recognizer = make()
        await recognizer.warm_up()
        assert (await recognizer.transcribe(long, language=ENGLISH)).text == "And so."
        assert "stream" not in server.fields

    async def test_one_that_ends_too_soon_is_not_believed(
        self, server: Server, make: Make, long: Audio
    ) -> None:
        server.answers[CHAT] = stream(
            "chat.completion.chunk", "language English<asr_text>And", finished=False
        )
        with pytest.raises(RecognitionError, match="broke off in the middle"):
            await make().transcribe(long)

    async def test_one_that_stalls_is_given_up_after_the_gap(
        self, make: Make, server: Server, long: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(openai_recognizer, "GAP_S", 0.05)
        begun = stream("chat.completion.chunk", "language English<asr_text>And", finished=False)
        begun.body, begun.missing = begun.body.removesuffix(b"data: [DONE]\n\n"), 100
        begun.hold_open = threading.Event()
        server.answers[CHAT] = begun
        try:
            with pytest.raises(RecognitionError, match=r"stalled in its answer for 0\.05 s\.$"):
                await make().transcribe(long)
        finally:
            begun.hold_open.set()

    async def test_one_that_is_cut_off(self, server: Server, make: Make, long: Audio) -> None:
        cut = stream("chat.completion.chunk", "language English<asr_text>And", finished=False)
        cut.body, cut.missing = cut.body.removesuffix(b"data: [DONE]\n\n"), 100
        server.answers[CHAT] = cut
        with pytest.raises(RecognitionError, match="broke off"):
            await make().transcribe(long)


class TestOtherModels:
    async def test_whisper_names_the_language_and_the_times(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        words = [{"word": "Hello", "start": 0.2, "end": 0.6}, {"word": "you", "start": 0.7, "end": 1.0}]
        server.answers[TRANSCRIPTIONS] = as_json(
            {"text": "Hello, you.", "language": "english", "duration": 1.0, "words": words}
        )
        heard = await make("whisper-1").transcribe(speech, timestamps=True)
        assert (heard.text, heard.language) == ("Hello, you.", ENGLISH)
        assert [word.text for word in heard.words] == ["Hello,", " you."]
        assert server.fields["response_format"] == b"verbose_json"
        assert server.fields["timestamp_granularities[]"] == b"word"
        assert "language" not in server.fields

    async def test_qwen_says_that_it_has_no_times(self, server: Server, make: Make, speech: Audio) -> None:
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        heard = await make().transcribe(speech, timestamps=True)
        assert heard.words == ()
        assert heard.words_unavailable

    async def test_where_no_language_is_named_that_of_the_text_is_found(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "Chi phí là bao nhiêu?"})
        heard = await make("gpt-4o-transcribe", languages=(ENGLISH, VIETNAMESE)).transcribe(speech)
        assert heard.language is VIETNAMESE
        assert server.fields["response_format"] == b"json"

    async def test_a_dialect_is_asked_for_by_its_language(
        self, server: Server, make: Make, speech: Audio
    ) -> None:
        server.answers[TRANSCRIPTIONS] = as_json({"text": "好"})
        sichuan = find_language("Sichuan")
        assert (await make().transcribe(speech, language=sichuan)).language is sichuan
        assert server.fields["language"] == b"zh"


async def test_silence_never_reaches_the_server(server: Server, make: Make) -> None:
    heard = await make().transcribe(Audio.silence(3, 16_000))
    assert (heard.text, heard.language, heard.segments) == ("", None, ())
    assert server.asked == []


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
        self, server: Server, make: Make, speech: Audio, status: int, says: str, language: Language | None
    ) -> None:
        for path in (CHAT, TRANSCRIPTIONS):
            server.answers[path] = as_json(
                {"error": {"message": f"Incorrect API key provided: {KEY}"}}, status
            )
        with pytest.raises(RecognitionError, match=says) as failure:
            await make().transcribe(speech, language=language)
        message = str(failure.value)
        assert message.endswith(".")
        assert message.startswith("The server 127.0.0.1:")
        assert KEY not in message
        assert failure.value.__cause__ is None

    @pytest.mark.parametrize("answer", UNREADABLE)
    @pytest.mark.parametrize("language", [None, ENGLISH])
    async def test_an_answer_that_is_none(
        self, server: Server, make: Make, speech: Audio, answer: Answer, language: Language | None
    ) -> None:
        server.answers |= {CHAT: answer, TRANSCRIPTIONS: answer}
        with pytest.raises(RecognitionError):
            await make().transcribe(speech, language=language)

    async def test_a_server_that_is_not_there(self, speech: Audio) -> None:
        recognizer = OpenAIRecognizer(QWEN, base_url=f"http://user:{KEY}@127.0.0.1:9/v1", api_key=KEY)
        with pytest.raises(
            RecognitionError, match=r"^The server 127\.0\.0\.1:9 cannot be reached: check"
        ) as failure:
            await recognizer.transcribe(speech)
        assert KEY not in str(failure.value)

    async def test_a_server_that_does_not_answer(
        self, make: Make, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(openai_recognizer, "BASE_S", 0.05)
        monkeypatch.setattr(openai_recognizer, "PER_S", 0.0)
        hold = threading.Event()
        server.answers[CHAT] = Answer(b"{}", hold=hold)
        try:
            with pytest.raises(RecognitionError, match=r"did not answer within 0\.05 s\.$"):
                await make().transcribe(speech)
            assert len(server.asked) == 1, "who has waited for so long does not wait again"
        finally:
            hold.set()

    async def test_a_file_vllm_finds_too_large(self, make: Make, server: Server, speech: Audio) -> None:
        error = {"message": "Maximum file size exceeded", "type": "BadRequestError", "code": 400}
        server.answers[CHAT] = as_json({"error": error}, 400)
        with pytest.raises(RecognitionError, match="too large"):
            await make().transcribe(speech)


class TestAskingAgain:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    async def test_once_where_the_trouble_may_be_over(
        self, make: Make, server: Server, speech: Audio, status: int
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", status)
        with pytest.raises(RecognitionError):
            await make().transcribe(speech)
        assert len(server.asked) == 2

    @pytest.mark.parametrize("status", [400, 401, 403, 413])
    async def test_not_where_it_will_be_the_same(
        self, make: Make, server: Server, speech: Audio, status: int
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", status)
        with pytest.raises(RecognitionError):
            await make().transcribe(speech)
        assert len(server.asked) == 1

    async def test_not_where_the_server_wants_more_time_than_a_caller_has(
        self, make: Make, server: Server, speech: Audio
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", 429, headers={"retry-after": "20"})
        with pytest.raises(RecognitionError, match=r"try again in 20 s\.$"):
            await make().transcribe(speech)
        assert len(server.asked) == 1

    async def test_a_date_is_not_waited_for_but_a_moment(
        self, make: Make, server: Server, speech: Audio
    ) -> None:
        server.answers[CHAT] = Answer(b"{}", 429, headers={"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"})
        with pytest.raises(RecognitionError, match=r"try again later\.$"):
            await make().transcribe(speech)

    async def test_the_second_answer_counts(self, make: Make, server: Server, speech: Audio) -> None:
        server.answers[CHAT] = Answer(b"{}", 503)
        server.then[CHAT] = chat("language English<asr_text>Hi.")
        assert (await make().transcribe(speech)).text == "Hi."


class TestAnotherModel:
    async def test_it_is_told_which_there_are(self, make: Make, server: Server, speech: Audio) -> None:
        server.answers["/v1/models"] = serves("vllm")
        wrong = make("Qwen/Qwen3-ASR-0.6B")
        says = f"has not the model Qwen/Qwen3-ASR-0.6B but {QWEN}: name one of those."
        with pytest.raises(BackendError, match=says):
            await wrong.warm_up()
        with pytest.raises(RecognitionError, match=says):
            await wrong.transcribe(speech)

    async def test_a_server_that_does_not_tell_is_believed(self, make: Make, server: Server) -> None:
        for answer in (as_json({}, 404), as_json({}, 403), as_json({"data": None}), Answer(b"<html>")):
            server.answers["/v1/models"] = answer
            await make().warm_up()

    async def test_a_wrong_key_is_told_at_once(self, make: Make, server: Server) -> None:
        server.answers["/v1/models"] = as_json({"error": "Unauthorized"}, 401)
        with pytest.raises(BackendError, match="rejects the key"):
            await make().warm_up()

    async def test_so_is_a_server_that_is_not_there(self) -> None:
        with pytest.raises(BackendError, match="cannot be reached"):
            await OpenAIRecognizer(QWEN, base_url="http://127.0.0.1:9/v1").warm_up()


class TestSetUp:
    async def test_openai_itself_needs_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
        with pytest.raises(BackendError, match="needs a key: set OPENAI_API_KEY"):
            await OpenAIRecognizer("whisper-1").warm_up()

    async def test_the_environment_names_server_and_key(
        self, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        recognizer = OpenAIRecognizer(QWEN)
        await recognizer.warm_up()
        assert (await recognizer.transcribe(speech)).text == "Hi."
        assert server.asked[-1][1]["authorization"] == f"Bearer {KEY}"

    async def test_a_server_of_ones_own_needs_no_key(
        self, server: Server, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        server.answers[CHAT] = chat("language English<asr_text>Hi.")
        assert (await OpenAIRecognizer(QWEN, base_url=server.url).transcribe(speech)).text == "Hi."

    async def test_a_missing_package_names_the_extra(
        self, speech: Audio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "openai", None)
        for use in (OpenAIRecognizer.warm_up, lambda recognizer: recognizer.transcribe(speech)):
            with pytest.raises(BackendError, match=re.escape(install_hint("openai"))):
                await use(OpenAIRecognizer(QWEN, api_key=KEY))


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

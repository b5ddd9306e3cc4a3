"""DashScope over HTTP: what is asked, and what its answers mean. Streams are tested in test_realtime.py.

The answer is that of docs.qwencloud.com/api-reference/speech-recognition/qwen-asr/openai.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.errors import BackendError, LanguageError, RecognitionError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizers.dashscope import HEARD, DashScopeRecognizer, dashscope
from emads_voice.voice.recognizers.realtime import RealtimeRecognizer
from emads_voice.voice.sound.audio import Audio

KEY = "sk-very-secret"


def answer(content: Any, annotations: Any) -> dict[str, Any]:
    message = {"annotations": annotations, "content": content, "role": "assistant"}
    return {
        "id": "chatcmpl-487abe5f-d4f2-9363-a877-xxxxxxx",
        "choices": [{"finish_reason": "stop", "index": 0, "message": message}],
        "created": 1767683986,
        "model": "qwen3-asr-flash",
        "object": "chat.completion",
    }


class Server:
    def __init__(self, url: str) -> None:
        self.url = url
        self.answer: Any = answer("Hi.", [{"emotion": "neutral", "language": "en", "type": "audio_info"}])
        self.asked: list[dict[str, Any]] = []


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(served.answer).encode()
            self.send_response(200 if self.headers["authorization"] == f"Bearer {KEY}" else 401)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        served = Server(f"http://127.0.0.1:{http.server_port}/compatible-mode/v1")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield served
        http.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def speech(recordings: Path) -> Audio:
    return Audio.load(recordings / "en_jfk.flac").clip(0, 2)


@pytest.fixture
def recognizer(server: Server) -> DashScopeRecognizer:
    made = dashscope(base_url=server.url, api_key=KEY)
    assert isinstance(made, DashScopeRecognizer)
    return made


async def test_what_is_asked(server: Server, recognizer: DashScopeRecognizer, speech: Audio) -> None:
    await recognizer.warm_up()
    assert server.asked == []
    transcript = await recognizer.transcribe(speech, language=VIETNAMESE, hotwords=["kho hàng", "CTO"])
    assert (transcript.text, transcript.language, transcript.model) == (
        "Hi.",
        VIETNAMESE,
        "dashscope:qwen3-asr-flash",
    )
    (asked,) = server.asked
    system, question = asked["messages"]
    assert asked["asr_options"] == {"enable_itn": False, "language": "vi"}
    assert system == {"role": "system", "content": [{"type": "text", "text": "kho hàng, CTO"}]}
    assert question["content"][0]["input_audio"]["data"].startswith("data:audio/wav;base64,")
    await recognizer.transcribe(speech, language=find_language("Sichuan"))
    assert server.asked[-1]["asr_options"]["language"] == "zh"


@pytest.mark.parametrize(
    ("annotations", "language"),
    [
        ([{"emotion": "neutral", "language": "ko", "type": "audio_info"}], find_language("ko")),
        ([{"language": "is"}], ENGLISH),  # Icelandic is not ours: the text's language
        ([{}], ENGLISH),
        ([], ENGLISH),
        (None, ENGLISH),
    ],
)
async def test_the_language_is_in_the_annotations(
    server: Server, recognizer: DashScopeRecognizer, speech: Audio, annotations: Any, language: Language
) -> None:
    server.answer = answer("What does it cost to open a warehouse?", annotations)
    assert (await recognizer.transcribe(speech)).language == language
    assert "language" not in server.asked[-1]["asr_options"]


@pytest.mark.parametrize("odd", [{}, [], "no", answer(None, []), {"choices": []}])
async def test_an_answer_that_is_none(
    server: Server, recognizer: DashScopeRecognizer, speech: Audio, odd: Any
) -> None:
    server.answer = odd
    sentence = r"^dashscope:qwen3-asr-flash answered without a text: name a recogniser\.$"
    with pytest.raises(RecognitionError, match=sentence):
        await recognizer.transcribe(speech)


async def test_a_wrong_key(server: Server, speech: Audio) -> None:
    with pytest.raises(RecognitionError, match="rejects the key") as failure:
        await dashscope(base_url=server.url, api_key="sk-wrong").transcribe(speech)
    assert "sk-wrong" not in str(failure.value)


async def test_a_language_it_does_not_hear_is_refused(
    recognizer: DashScopeRecognizer, server: Server, speech: Audio
) -> None:
    assert find_language("mk") not in HEARD
    with pytest.raises(LanguageError, match="does not hear Macedonian"):
        await recognizer.transcribe(speech, language=find_language("mk"))
    assert server.asked == []


def test_the_model_decides_how_it_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", KEY)
    assert init_recognizer("dashscope").name == "dashscope:qwen3-asr-flash"
    streaming = init_recognizer("dashscope:qwen3-asr-flash-realtime")
    assert isinstance(streaming, RealtimeRecognizer)
    assert streaming.name == "dashscope:qwen3-asr-flash-realtime"
    assert KEY not in repr(vars(streaming))
    monkeypatch.delenv("DASHSCOPE_API_KEY")
    with pytest.raises(BackendError, match="set EMADS_ASR_KEY or DASHSCOPE_API_KEY"):
        init_recognizer("dashscope:qwen3-asr-flash")

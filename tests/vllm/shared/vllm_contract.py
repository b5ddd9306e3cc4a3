"""What vLLM's server answers, in shapes: recorded from the real one, and kept to by the one in our tests.

    python tests/vllm/shared/vllm_contract.py http://127.0.0.1:8000 MODEL    record it: the tiny model serves

``tests/vllm/server`` asks the real server for all of it again, ``tests/emads_voice/test_recognition_server.py`` asks
ours. Times, ids, counts and what was recognised differ from answer to answer and are left out.
"""

from __future__ import annotations

import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from emads_voice.voice.sound.audio import Audio

RECORDED = Path(__file__).with_name("vllm-0.32.json")
_MODEL = "MODEL"
_VARIES = {
    "created",
    "id",
    "seconds",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "text",
    "content",
}
_NOT_OURS = {"system_fingerprint", "root", "max_model_len", "permission"}


class Question(NamedTuple):
    """A request: a body as JSON, or the fields of a form, with a file unless there is none."""

    path: str
    body: bytes | None = None
    fields: Mapping[str, str] | None = None
    file: bytes | None = None


def questions(model: str, speech: Audio) -> dict[str, Question]:
    """All that is asked, by name; ``speech`` is a sentence the server's model knows."""

    def chat(**changes: Any) -> Question:
        url = f"data:audio/wav;base64,{base64.b64encode(speech.to_wav()).decode()}"
        return of(url, **changes)

    def of(url: str, **changes: Any) -> Question:
        content = [{"type": "audio_url", "audio_url": {"url": url}}]
        asked = {"model": model, "messages": [{"role": "user", "content": content}], "temperature": 0}
        return Question("/v1/chat/completions", json.dumps(asked | changes).encode())

    def transcribe(file: bytes | None = None, **changes: str) -> Question:
        fields = {"model": model} | changes
        return Question("/v1/audio/transcriptions", None, fields, speech.to_wav() if file is None else file)

    return {
        "models": Question("/v1/models"),
        "a chat": chat(),
        "a chat, streamed": chat(stream=True),
        "a chat with another model": chat(model="other"),
        "a chat that is no JSON": Question("/v1/chat/completions", b"{"),
        "a chat that is a list": Question("/v1/chat/completions", b"[]"),
        "a chat without messages": Question("/v1/chat/completions", json.dumps({"model": model}).encode()),
        "a chat with a sound that is none": of("data:audio/wav;base64,bm8gc291bmQ="),
        "a transcription": transcribe(),
        "a transcription as text": transcribe(response_format="text"),
        "a transcription, streamed": transcribe(stream="true"),
        "a transcription in a language": transcribe(language="en"),
        "a transcription in Cantonese": transcribe(language="yue"),
        "a transcription in Filipino": transcribe(language="fil"),
        "a transcription in no language": transcribe(language="xx"),
        "a transcription with times": transcribe(response_format="verbose_json"),
        "a transcription as subtitles": transcribe(response_format="srt"),
        "a transcription with another model": transcribe(model="other"),
        "a transcription of a sound that is none": transcribe(b"no sound"),
        "a transcription of nothing": Question("/v1/audio/transcriptions", None, {"model": model}),
        "a transcription of too many bytes": transcribe(bytes(25 * 2**20 + 1)),
        "a transcription of too many minutes": transcribe(Audio.silence(601, 8_000).to_wav()),
    }


def answer(url: str, question: Question, model: str, api_key: str = "") -> dict[str, Any]:
    """The status, the kind and the shape of what a server answers."""
    kind, body = "application/json", question.body
    if question.fields is not None:
        kind, body = "multipart/form-data; boundary=x", _form(question.fields, question.file)
    asked = urllib.request.Request(
        f"{url}{question.path}", body, {"content-type": kind, "authorization": f"Bearer {api_key}"}
    )
    try:
        with urllib.request.urlopen(asked) as got:
            status, kind, text = got.status, got.headers["content-type"], got.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            status, kind, text = refusal.code, refusal.headers["content-type"], refusal.read().decode()
    if kind.startswith("text/event-stream"):
        shape: Any = [shape for shape, _ in groupby(_events(text, model))]
    else:
        shape = _shape(json.loads(text), model)
    return {"status": status, "type": kind.partition(";")[0], "answer": shape}


def recorded() -> dict[str, dict[str, Any]]:
    """What the real server answered to each question."""
    found: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))
    return found


def _form(fields: Mapping[str, str], file: bytes | None) -> bytes:
    head = '--x\r\ncontent-disposition: form-data; name="{}"{}\r\n\r\n'
    parts = [head.format(name, "").encode() + value.encode() + b"\r\n" for name, value in fields.items()]
    if file is not None:
        parts.append(head.format("file", '; filename="a.wav"').encode() + file + b"\r\n")
    return b"".join(parts) + b"--x--\r\n"


def _events(text: str, model: str) -> Iterator[Any]:
    *events, end = text.split("\n\n")
    assert end == ""
    for event in events:
        data = event.removeprefix("data: ")
        yield data if data == "[DONE]" else _shape(json.loads(data), model)


def _shape(value: Any, model: str, name: str = "") -> Any:
    """A value without what varies; null is as good as absent."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if each is not None and key not in _NOT_OURS}
        return {key: _shape(each, model, key) for key, each in sorted(kept.items())}
    if isinstance(value, list):
        return [_shape(each, model) for each in value]
    if name in _VARIES and not (name == "content" and value == ""):
        return type(value).__name__
    if name == "message" and "validation error" in value:
        return "1 validation error"
    return value.replace(model, _MODEL) if isinstance(value, str) else value


def _record(url: str, model: str) -> None:
    from tiny_qwen import utterances

    asked = questions(model, utterances()["yes-en"].audio)
    answers = {name: answer(url, question, model) for name, question in asked.items()}
    RECORDED.write_text(json.dumps(answers, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[3] / "tools"))
    _record(*sys.argv[1:])

"""A recognition server on loopback that speaks as vLLM, SGLang and DashScope do, with any recogniser behind it.

    python -m emads_voice.testing.recognition_server --asr whisper:base --port 8000
    EMADS_ASR=openai:Qwen/Qwen3-ASR-1.7B EMADS_ASR_URL=http://127.0.0.1:8000/v1 emads-voice ask question.wav

It is for tests and for trying things out, not for production: it batches nothing. The shapes of its answers are
those of (in November 2026):

- vLLM 0.32, recorded from it: tests/vllm/shared/vllm-0.32.json. Chats have the raw prefix, transcriptions have none,
  and no language. Left out: what fetches a sound from elsewhere, and the length of the model's context.
- SGLang: python/sglang/srt/entrypoints/openai/realtime/{protocol,session}.py
- DashScope: docs.qwencloud.com/api-reference/speech-recognition/qwen-asr/openai (chat) and
  www.alibabacloud.com/help/en/model-studio/qwen-asr-realtime-{client,server}-events, and
  qwen-audio-asr-streaming-{client,server}-events (tasks)

Those of SGLang and DashScope were read and not recorded.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import binascii
import email.parser
import json
import math
import socket
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse

from emads_voice.errors import EmadsVoiceError
from emads_voice.testing.recognition_sockets import dashscope_inference, dashscope_realtime, sglang_realtime
from emads_voice.voice.errors import AudioError, LanguageError, VoiceError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio

MAX_FILE_BYTES = 25 * 2**20
"""vLLM's VLLM_MAX_AUDIO_CLIP_FILESIZE_MB."""

HOSTED_MODEL = "qwen3-asr-flash"
"""The name under which DashScope's route serves the recogniser."""

MAX_FILE_S = 600
"""vLLM's VLLM_MAX_AUDIO_DECODE_DURATION_S."""

CODES = (
    *(
        "af",
        "ar",
        "hy",
        "az",
        "be",
        "bs",
        "bg",
        "ca",
        "zh",
        "hr",
        "cs",
        "da",
        "nl",
        "en",
        "et",
        "fi",
        "fr",
        "gl",
    ),
    *(
        "de",
        "el",
        "he",
        "hi",
        "hu",
        "is",
        "id",
        "it",
        "ja",
        "kn",
        "kk",
        "ko",
        "lv",
        "lt",
        "mk",
        "ms",
        "mr",
        "mi",
    ),
    *(
        "ne",
        "no",
        "fa",
        "pl",
        "pt",
        "ro",
        "ru",
        "sr",
        "sk",
        "sl",
        "es",
        "sw",
        "sv",
        "tl",
        "ta",
        "th",
        "tr",
        "uk",
    ),
    *("ur", "vi", "cy"),
)
"""vLLM's table of languages, which is Whisper's. Qwen3-ASR's Filipino is not among them."""

ODD_CODES = frozenset({"yue"})
"""Not in that table, and taken all the same: but then the model is told "language yue", which it never learnt."""


def recognition_app(
    recognizer: Recognizer,
    *,
    model: str,
    api_key: str | None = None,
    owner: Literal["vllm", "sglang"] = "vllm",
) -> FastAPI:
    """The server's application.

    Args:
        recognizer: hears. What it raises is answered as the servers answer it: a wrong language with 400, else 500.
        model: the name it is served under; another is not known.
        api_key: what callers must bring; None: nothing.
        owner: who it says it is, in ``/v1/models``.
    """
    app = FastAPI()

    @app.middleware("http")
    async def authorize(request: Request, proceed: Any) -> Response:
        if api_key and request.headers.get("authorization") != f"Bearer {api_key}":
            return JSONResponse({"error": "Unauthorized"}, 401)
        answer: Response = await proceed(request)
        return answer

    @app.exception_handler(_RefusalError)
    async def refuse(_: Request, refusal: _RefusalError) -> Response:
        return refusal.answer()

    @app.get("/health")
    async def health() -> Response:
        return Response()

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        card = {"id": model, "object": "model", "created": int(time.time()), "owned_by": owner, "root": model}
        return {"object": "list", "data": [card]}

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        body = await _json(request)
        _known(body.get("model"), model)
        audio, prompt = _question(body.get("messages"))
        transcript = await _hear(recognizer, audio, None, prompt)
        content = f"language {_named(transcript)}<asr_text>{transcript.text}"
        if body.get("stream"):
            return _events(_chat_chunks(model, content))
        completion = _completion(model, {"content": content})
        read, written = _tokens(audio), len(content)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        return JSONResponse(completion | {"usage": usage})

    @app.post("/v1/audio/transcriptions")
    async def transcriptions(request: Request) -> Response:
        form = await _form(request)
        _known(form.get("model", b"").decode(), model)
        if "file" not in form:
            raise _invalid("body.file", "Field required")
        if (size := len(form["file"])) > MAX_FILE_BYTES:
            value = f"(parameter=audio_filesize_mb, value={size / 2**20})"
            raise _RefusalError(400, f"Maximum file size exceeded {value}", "audio_filesize_mb")
        wanted = form.get("response_format", b"json").decode()
        if wanted == "verbose_json":
            raise _RefusalError(400, f"Currently do not support verbose_json for {model}")
        if wanted not in ("json", "text"):
            formats = "`text`, `json`, `verbose_json` or `diarized_json`"
            raise _RefusalError(400, f"Currently only support response_format: {formats}")
        language = _language(form["language"].decode()) if form.get("language") else None
        audio = _decode(form["file"])
        if audio.duration_s > MAX_FILE_S:
            raise _RefusalError(
                400,
                f"Audio exceeds maximum allowed duration of {MAX_FILE_S}s (file contains"
                f" {audio.duration_s:.1f}s at {audio.rate}Hz). Set"
                " VLLM_MAX_AUDIO_DECODE_DURATION_S to increase this limit.",
            )
        transcript = await _hear(recognizer, audio, language, form.get("prompt", b"").decode())
        if form.get("stream", b"").lower() == b"true":
            return _events(_transcription_chunks(model, transcript.text))
        usage = {"type": "duration", "seconds": math.ceil(audio.duration_s)}
        return JSONResponse({"text": transcript.text, "usage": usage})

    @app.post("/compatible-mode/v1/chat/completions")
    async def dashscope_chat(request: Request) -> Response:
        body = await _json(request)
        _known(body.get("model"), HOSTED_MODEL)
        audio, prompt = _question(body.get("messages"))
        code = (body.get("asr_options") or {}).get("language")
        transcript = await _hear(recognizer, audio, find_language(code) if code else None, prompt)
        spoken = transcript.language.base_code if transcript.language else None
        note = {"emotion": "neutral", "language": spoken, "type": "audio_info"}
        return JSONResponse(_completion(HOSTED_MODEL, {"content": transcript.text, "annotations": [note]}))

    @app.websocket("/v1/realtime")
    async def realtime(websocket: WebSocket) -> None:
        if await _admitted(websocket, api_key):
            await sglang_realtime(websocket, recognizer, model)

    @app.websocket("/api-ws/v1/realtime")
    async def hosted_realtime(websocket: WebSocket) -> None:
        if await _admitted(websocket, api_key):
            await dashscope_realtime(websocket, recognizer)

    @app.websocket("/api-ws/v1/inference")
    async def hosted_inference(websocket: WebSocket) -> None:
        if await _admitted(websocket, api_key):
            await dashscope_inference(websocket, recognizer)

    return app


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Serve an application on loopback, in a thread, and yield its URL, "http://127.0.0.1:40001".

    Whatever is still being answered at the end is broken off.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class _RefusalError(EmadsVoiceError):
    """An answer that is an error, in vLLM's shape."""

    def __init__(self, status: int, message: str, param: str | None = None, kind: str | None = None) -> None:
        self.status, self.message, self.param = status, message, param
        named = {400: "BadRequestError", 404: "NotFoundError"}
        self.kind = kind or named.get(status, "InternalServerError")

    def answer(self) -> Response:
        error = {"message": self.message, "type": self.kind, "param": self.param, "code": self.status}
        return JSONResponse({"error": error}, self.status)


def _invalid(where: str, message: str) -> _RefusalError:
    """A request whose form is wrong, as FastAPI finds it."""
    return _RefusalError(
        400, f"1 validation error:\n  {{'loc': '{where}', 'msg': '{message}'}}", where, "Bad Request"
    )


async def _hear(recognizer: Recognizer, audio: Audio, language: Language | None, prompt: str) -> Transcript:
    try:
        return await recognizer.transcribe(audio, language=language, hotwords=distinct(prompt.split(",")))
    except LanguageError as error:
        raise _RefusalError(400, str(error), "language") from None
    except VoiceError as error:
        raise _RefusalError(500, str(error)) from None


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except json.JSONDecodeError as error:
        raise _invalid(f"body.{error.pos}", "JSON decode error") from None
    except ValueError:  # not even text
        raise _invalid("body", "JSON decode error") from None
    if not isinstance(body, dict):
        raise _invalid("body", "Input should be a valid dictionary")
    if "messages" not in body:
        raise _invalid("body.messages", "Field required")
    return body


async def _form(request: Request) -> dict[str, bytes]:
    """The fields of a multipart form, read with the standard library: a test server needs no package for it."""
    head = f"content-type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = email.parser.BytesParser().parsebytes(head + await request.body())
    parts: Any = message.get_payload() if message.is_multipart() else []
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts
    }


def _known(asked: object, model: str) -> None:
    if asked != model:
        raise _RefusalError(404, f"The model `{asked}` does not exist. Valid aliases: {model}.", "model")


def _language(code: str) -> Language:
    if code not in ODD_CODES.union(CODES):
        raise _RefusalError(400, f"Unsupported language: {code!r}.  Must be one of {list(CODES)}.")
    try:
        return find_language(code)
    except LanguageError as error:  # vLLM would tell the model a language that it does not hear
        raise _RefusalError(400, str(error)) from None


def _question(messages: object) -> tuple[Audio, str]:
    """The sound and the system prompt in a chat's messages."""
    prompt, url = "", ""
    listed: list[dict[str, Any]] = messages if isinstance(messages, list) else []
    for message in listed:
        content = message.get("content") or ""
        parts: list[dict[str, Any]] = (
            [{"type": "text", "text": content}] if isinstance(content, str) else content
        )
        for part in parts:
            if message.get("role") == "system":
                prompt += part.get("text", "")
            elif part.get("type") == "audio_url":
                url = part["audio_url"]["url"]
            elif part.get("type") == "input_audio":
                url = part["input_audio"]["data"]
    kind, _, data = url.partition(";base64,")
    if not kind.startswith("data:audio/"):
        raise _RefusalError(400, "Give the audio as a data URL: nothing is fetched from here.")
    try:
        return _decode(base64.b64decode(data, validate=True)), prompt
    except binascii.Error:
        raise _RefusalError(400, "Non-base64 digit found") from None


def _decode(data: bytes) -> Audio:
    try:
        return Audio.decode(data)
    except AudioError:
        raise _RefusalError(
            400,
            "Invalid or corrupted audio data. Ensure the input is a valid audio or video file (e.g. a complete WAV,"
            " MP3, or MP4).",
        ) from None


def _named(transcript: Transcript) -> str:
    languages = [transcript.language, *transcript.other_languages] if transcript.language else []
    return ",".join(language.name for language in languages) or "None"


def _completion(model: str, message: dict[str, Any]) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
    }


def _tokens(audio: Audio) -> int:
    """About as many as Qwen3-ASR reads: 13 for each second, and the conversation around them."""
    return 20 + round(13 * audio.duration_s)


def _chat_chunks(model: str, text: str) -> Iterator[dict[str, Any]]:
    """First who speaks, then the text in pieces, then why it ends."""
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
    }
    deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in _pieces(text))]
    for delta in deltas:
        yield {**head, "model": model, "choices": [{"index": 0, "delta": delta}]}
    yield {
        **head,
        "model": model,
        "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "stop"}],
    }


def _transcription_chunks(model: str, text: str) -> Iterator[dict[str, Any]]:
    """The text in pieces, then why it ends; the choices have no index."""
    head = {
        "id": f"transcribe-{uuid.uuid4().hex}",
        "object": "transcription.chunk",
        "created": int(time.time()),
    }
    for piece in _pieces(text):
        yield {**head, "model": model, "choices": [{"delta": {"content": piece}}]}
    yield {**head, "model": model, "choices": [{"delta": {"content": ""}, "finish_reason": "stop"}]}


def _pieces(text: str) -> Iterator[str]:
    """A few letters each, as tokens come."""
    for start in range(0, len(text), 4):
        yield text[start : start + 4]


def _events(chunks: Iterator[dict[str, Any]]) -> Response:
    async def lines() -> AsyncIterator[str]:
        for chunk in chunks:
            yield f"data: {json.dumps(chunk)}\n\n"
            await asyncio.sleep(0)
        yield "data: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def _admitted(websocket: WebSocket, api_key: str | None) -> bool:
    if api_key and websocket.headers.get("authorization") != f"Bearer {api_key}":
        await websocket.close(1008)  # before it is accepted: the client sees 403
        return False
    await websocket.accept()
    return True


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    from emads_voice.voice.backends import init_recognizer

    parser = argparse.ArgumentParser(description="A recognition server for tests, on loopback.")
    parser.add_argument("--asr", default="whisper:base", help='recogniser, "provider:model"')
    parser.add_argument("--model", default="Qwen/Qwen3-ASR-1.7B", help="the name it is served under")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args(arguments)
    recognizer = init_recognizer(options.asr)
    asyncio.run(recognizer.warm_up())
    uvicorn.run(recognition_app(recognizer, model=options.model), host="127.0.0.1", port=options.port)


if __name__ == "__main__":
    main()

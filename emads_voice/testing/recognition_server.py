"""A recognition server on loopback that speaks as vLLM, SGLang and DashScope do, with any recogniser behind it.

    python -m emads_voice.testing.recognition_server --asr whisper:base --port 8000
    EMADS_ASR=openai:Qwen/Qwen3-ASR-1.7B EMADS_ASR_URL=http://127.0.0.1:8000/v1 emads-voice ask question.wav

It is for tests and for trying things out, not for production: it batches nothing. The shapes of its answers are
those of (read in November 2026; where a path changed since, both are given):

- vLLM: vllm/entrypoints/openai/speech_to_text/{protocol,speech_to_text}.py (now vllm/entrypoints/speech_to_text/),
  vllm/model_executor/models/qwen3_asr.py (the raw prefix on chat, none on transcriptions, no language there)
- SGLang: python/sglang/srt/entrypoints/openai/realtime/{protocol,session}.py
- DashScope: docs.qwencloud.com/api-reference/speech-recognition/qwen-asr/openai (chat) and
  www.alibabacloud.com/help/en/model-studio/qwen-asr-realtime-{client,server}-events
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
from contextlib import contextmanager, suppress
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.responses import JSONResponse, StreamingResponse

from emads_voice.testing.recognition_sockets import dashscope_realtime, sglang_realtime
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import AudioError, LanguageError, VoiceError
from emads_voice.voice.languages import LANGUAGES, Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript

MAX_FILE_BYTES = 25 * 2**20
"""vLLM's VLLM_MAX_AUDIO_CLIP_FILESIZE_MB."""

HOSTED_MODEL = "qwen3-asr-flash"
"""The name under which DashScope's route serves the recogniser."""

UNKNOWN_CODES = frozenset({"yue", "fil"})
"""Qwen3-ASR hears them, but vLLM's table of languages has no code for them."""


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
        audio, context = _question(body.get("messages"))
        heard = await _hear(recognizer, audio, None, context)
        content = f"language {_named(heard)}<asr_text>{heard.text}"
        if body.get("stream"):
            return _events(_chunks("chat.completion.chunk", model, content))
        return JSONResponse(_completion(model, {"content": content}))

    @app.post("/v1/audio/transcriptions")
    async def transcriptions(request: Request) -> Response:
        form = await _form(request)
        _known(form.get("model", b"").decode(), model)
        if len(form.get("file", b"")) > MAX_FILE_BYTES:
            raise _RefusalError(400, "Maximum file size exceeded", "audio_filesize_mb")
        language = _language(form["language"].decode()) if form.get("language") else None
        if form.get("response_format", b"json") not in (b"json", b"text"):
            raise _RefusalError(400, f"Currently do not support verbose_json for {model}", "response_format")
        audio = _decode(form.get("file", b""))
        heard = await _hear(recognizer, audio, language, form.get("prompt", b"").decode())
        if form.get("stream", b"").lower() == b"true":
            return _events(_chunks("transcription.chunk", model, heard.text))
        usage = {"type": "duration", "seconds": math.ceil(audio.duration_s)}
        return JSONResponse({"text": heard.text, "usage": usage})

    @app.post("/compatible-mode/v1/chat/completions")
    async def dashscope_chat(request: Request) -> Response:
        body = await _json(request)
        _known(body.get("model"), HOSTED_MODEL)
        audio, context = _question(body.get("messages"))
        code = (body.get("asr_options") or {}).get("language")
        heard = await _hear(recognizer, audio, find_language(code) if code else None, context)
        spoken = heard.language.base_code if heard.language else None
        note = {"emotion": "neutral", "language": spoken, "type": "audio_info"}
        return JSONResponse(_completion(HOSTED_MODEL, {"content": heard.text, "annotations": [note]}))

    @app.websocket("/v1/realtime")
    async def realtime(websocket: WebSocket) -> None:
        if await _admitted(websocket, api_key):
            await sglang_realtime(websocket, recognizer, model)

    @app.websocket("/api-ws/v1/realtime")
    async def hosted_realtime(websocket: WebSocket) -> None:
        if await _admitted(websocket, api_key):
            await dashscope_realtime(websocket, recognizer)

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


class _RefusalError(Exception):
    """An answer that is an error, in vLLM's shape."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        self.status, self.message, self.param = status, message, param

    def answer(self) -> Response:
        kind = {400: "BadRequestError", 404: "NotFoundError"}.get(self.status, "InternalServerError")
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.status}
        return JSONResponse({"error": error}, self.status)


async def _hear(recognizer: Recognizer, audio: Audio, language: Language | None, context: str) -> Transcript:
    try:
        return await recognizer.transcribe(audio, language=language, context=context)
    except LanguageError as error:
        raise _RefusalError(400, str(error), "language") from None
    except VoiceError as error:
        raise _RefusalError(500, str(error)) from None


async def _json(request: Request) -> dict[str, Any]:
    with suppress(ValueError):
        if isinstance(body := json.loads(await request.body()), dict):
            return body
    raise _RefusalError(400, "Invalid JSON")


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
        raise _RefusalError(404, f"The model `{asked}` does not exist.", "model")


def _language(code: str) -> Language:
    codes = {each.code for each in LANGUAGES if not each.dialect} - UNKNOWN_CODES
    if code not in codes:
        raise _RefusalError(400, f"Unsupported language: {code!r}. Language must be one of {sorted(codes)}.")
    return find_language(code)


def _question(messages: object) -> tuple[Audio, str]:
    """The sound and the context in a chat's messages."""
    context, url = "", ""
    listed: list[dict[str, Any]] = messages if isinstance(messages, list) else []
    for message in listed:
        content = message.get("content") or ""
        parts: list[dict[str, Any]] = (
            [{"type": "text", "text": content}] if isinstance(content, str) else content
        )
        for part in parts:
            if message.get("role") == "system":
                context += part.get("text", "")
            elif part.get("type") == "audio_url":
                url = part["audio_url"]["url"]
            elif part.get("type") == "input_audio":
                url = part["input_audio"]["data"]
    kind, _, data = url.partition(";base64,")
    if not kind.startswith("data:audio/"):
        raise _RefusalError(400, "Give the audio as a data URL: nothing is fetched from here.")
    try:
        return _decode(base64.b64decode(data, validate=True)), context
    except binascii.Error:
        raise _RefusalError(400, "The audio is no base64.") from None


def _decode(data: bytes) -> Audio:
    try:
        return Audio.decode(data)
    except AudioError:
        raise _RefusalError(400, "Invalid or unsupported audio file.") from None


def _named(heard: Transcript) -> str:
    languages = [heard.language, *heard.other_languages] if heard.language else []
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


def _chunks(kind: str, model: str, text: str) -> Iterator[dict[str, Any]]:
    """A text in pieces of a few letters, as tokens come; the last says that it is the last."""
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)] or [""]
    head = {"id": uuid.uuid4().hex, "object": kind, "created": int(time.time()), "model": model}
    for i, piece in enumerate(pieces, 1):
        choice: dict[str, Any] = {"index": 0, "delta": {"content": piece}}
        if i == len(pieces):
            choice["finish_reason"] = "stop"
        yield {**head, "choices": [choice]}


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

"""Whoever is asked over a network is told which trace it belongs to: recognisers, synthesisers, chat models."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')

from emads_voice.assembly.configured import make_chat_model
from emads_voice.observability import new_trace, span, trace_headers, trace_id, traceparent
from emads_voice.settings import Settings
from emads_voice.voice.backends import init_recognizer, init_synthesizer
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizers.realtime import RealtimeRecognizer, Service
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import open_stream

RECORDING = Path(__file__).parents[2] / "examples" / "audio" / "book-a-room.wav"
SOUND = Audio.decode(RECORDING.read_bytes(), name=RECORDING.name, max_duration_s=60)


class Told:
    """An HTTP server that fails every request, and keeps its headers."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                told.headers.append({name.lower(): value for name, value in self.headers.items()})
                body = json.dumps({"error": {"message": "no", "type": "error", "code": None}}).encode()
                self.send_response(400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def told() -> Iterator[Told]:
    server = Told()
    yield server
    server.close()


async def _recognise(url: str) -> None:
    await init_recognizer("openai:whisper-1", base_url=url, api_key="k").transcribe(SOUND, language=ENGLISH)


async def _speak(url: str) -> None:
    synthesizer = init_synthesizer("openai:tts-1", base_url=url, api_key="k")
    _ = [piece async for piece in synthesizer.synthesize("Hello.", language=ENGLISH)]


async def _chat(url: str) -> None:
    settings = Settings(model="openai:gpt-5-mini", model_url=url, model_key="k")  # type: ignore[arg-type]
    model = make_chat_model(settings)
    assert model
    _ = [piece async for piece in model.astream("Hello?")]


@pytest.mark.parametrize("ask", [_recognise, _speak, _chat])
async def test_over_http(told: Told, ask: Any) -> None:
    with span("turn"):
        here = trace_id(traceparent())
        with pytest.raises(Exception):  # noqa: B017, PT011 - each says it in its own way
            await ask(told.url)
    assert told.headers
    assert {trace_id(headers["traceparent"]) for headers in told.headers} == {here}
    assert not any("baggage" in headers for headers in told.headers)


async def test_over_a_websocket() -> None:
    headers: list[dict[str, str]] = []

    async def take(socket: ServerConnection) -> None:
        assert socket.request
        headers.append({name.lower(): value for name, value in socket.request.headers.raw_items()})
        await socket.close()

    async with serve(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        over_http = init_recognizer("openai:whisper-1", base_url=f"http://127.0.0.1:{port}/v1", api_key="k")
        service = Service("test:realtime", f"ws://127.0.0.1:{port}", "k", lambda *_: {})
        recognizer = RealtimeRecognizer(service, over_http, [ENGLISH])
        with span("call"):
            here = trace_id(traceparent())
            stream = open_stream(recognizer, language=ENGLISH)
            stream.feed(SOUND)
            while not headers:
                await asyncio.sleep(0.01)
            await stream.close()
    assert trace_id(headers[0]["traceparent"]) == here


async def test_nobody_is_told_of_a_trace_that_there_is_not(told: Told) -> None:
    with new_trace():
        assert trace_headers() == {}
        with pytest.raises(VoiceError):
            await _recognise(told.url)
    assert "traceparent" not in told.headers[0]

"""The WebSockets of :mod:`.recognition_server`: a sound comes in pieces, what was said goes out as events.

Two protocols are children of OpenAI's realtime one. They differ in how a session is set up, in how partial texts are
told (SGLang sends what is added, DashScope all of it) and in that only DashScope names the language. The third is
DashScope's own, of tasks, for its newer models.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import numpy as np
from fastapi import WebSocket, WebSocketDisconnect

from emads_voice.voice.errors import VoiceError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.sound.audio import Audio

SGLANG_RATES = (16_000, 24_000, 48_000)
SGLANG_STEP_S = 2.0
SGLANG_UNSURE = 2
"""Words at the end that are held back until more is heard; SGLang holds back 5 tokens."""

_ITEM = "conversation.item.input_audio_transcription"

Event = dict[str, Any]
Send = Callable[[Event], Awaitable[None]]


async def sglang_realtime(websocket: WebSocket, recognizer: Recognizer, model: str) -> None:
    """``/v1/realtime`` as SGLang serves it; accepted already."""
    send = _sender(websocket)
    buffer, rate, language, configured = bytearray(), 24_000, None, False
    item, said, heard_to = _item(), "", 0

    async def tell(words: str) -> None:
        nonlocal said
        if words.startswith(said) and words != said:
            await send(
                {"type": f"{_ITEM}.delta", "item_id": item, "content_index": 0, "delta": words[len(said) :]}
            )
            said = words

    await send(
        {"type": "session.created", "session": {"type": "transcription", "id": f"sess_{uuid.uuid4().hex}"}}
    )
    with suppress(WebSocketDisconnect):
        while True:
            event = await websocket.receive_json()
            match event.get("type"):
                case "session.update":
                    given = event["session"].get("audio", {}).get("input", {})
                    transcription = given.get("transcription") or {}
                    if problem := _unsupported(given, transcription, model):
                        await send(_error(*problem))
                        continue
                    rate = (given.get("format") or {}).get("rate") or rate
                    code = transcription.get("language")
                    language, configured = find_language(code) if code else None, True
                    await send({"type": "session.updated", "session": event["session"]})
                case "input_audio_buffer.append" if configured:
                    buffer += base64.b64decode(event["audio"])
                    if len(buffer) - heard_to >= SGLANG_STEP_S * rate * 2:
                        heard_to = len(buffer)
                        transcript = await recognizer.transcribe(_sound(buffer, rate), language=language)
                        await tell(" ".join(transcript.text.split(" ")[:-SGLANG_UNSURE]))
                case "input_audio_buffer.commit" if buffer and configured:
                    await send(
                        {"type": "input_audio_buffer.committed", "item_id": item, "previous_item_id": None}
                    )
                    created = {"id": item, "type": "message", "role": "user", "status": "completed"}
                    await send(
                        {"type": "conversation.item.created", "previous_item_id": None, "item": created}
                    )
                    try:
                        transcript = await recognizer.transcribe(_sound(buffer, rate), language=language)
                    except VoiceError:
                        error = {
                            "type": "server_error",
                            "code": "inference_failed",
                            "message": "Transcription failed",
                        }
                        await send(
                            {"type": f"{_ITEM}.failed", "item_id": item, "content_index": 0, "error": error}
                        )
                    else:
                        await tell(transcript.text)
                        usage = {"type": "duration", "seconds": len(buffer) / 2 / rate}
                        done = {
                            "item_id": item,
                            "content_index": 0,
                            "transcript": transcript.text,
                            "usage": usage,
                        }
                        await send({"type": f"{_ITEM}.completed", **done})
                    buffer, item, said, heard_to = bytearray(), _item(), "", 0
                case "input_audio_buffer.append" | "input_audio_buffer.commit":
                    await send(_error("invalid_state", "Send session.update and audio first", None))
                case other:
                    await send(_error("unknown_event", f"Unknown event type: {other!r}", None))


async def dashscope_realtime(websocket: WebSocket, recognizer: Recognizer) -> None:
    """``/api-ws/v1/realtime`` as DashScope serves it, in manual mode; accepted already."""
    send = _sender(websocket)
    buffer, rate, language, prompt = bytearray(), 16_000, None, ""
    session: Event = {"id": f"sess_{uuid.uuid4().hex}", "object": "realtime.session", "modalities": ["text"]}
    await send({"type": "session.created", "session": session})
    with suppress(WebSocketDisconnect):
        while True:
            event = await websocket.receive_json()
            match event.get("type"):
                case "session.update":
                    session |= event["session"]
                    if session.get("turn_detection") is not None:
                        await send(
                            _error(
                                "invalid_value", "Only manual mode is served here", "session.turn_detection"
                            )
                        )
                        continue
                    rate = session.get("sample_rate", rate)
                    transcription = session.get("input_audio_transcription") or {}
                    code = transcription.get("language")
                    language = find_language(code) if code else None
                    prompt = (transcription.get("corpus") or {}).get("text", "")
                    await send({"type": "session.updated", "session": session})
                case "input_audio_buffer.append":
                    buffer += base64.b64decode(event["audio"])
                case "input_audio_buffer.commit":
                    item = _item()
                    await send({"type": "input_audio_buffer.committed", "item_id": item})
                    try:
                        transcript = await recognizer.transcribe(
                            _sound(buffer, rate), language=language, hotwords=distinct(prompt.split(","))
                        )
                    except VoiceError:
                        error = {"code": "InternalError", "message": "Transcription failed"}
                        await send({"type": f"{_ITEM}.failed", "item_id": item, "error": error})
                    else:
                        await _tell_hosted(send, item, transcript)
                    buffer = bytearray()
                case "session.finish":
                    await send({"type": "session.finished"})
                case other:
                    await send(_error("invalid_value", f"Unknown event type: {other!r}", "type"))


async def dashscope_inference(websocket: WebSocket, recognizer: Recognizer) -> None:
    """``/api-ws/v1/inference`` as DashScope serves it: one task of recognition; accepted already."""
    buffer, parameters, task_id = bytearray(), dict[str, Any](), ""

    async def send(kind: str, payload: Event, **header: str) -> None:
        message = {
            "header": {"task_id": task_id, "event": kind, "attributes": {}, **header},
            "payload": payload,
        }
        await websocket.send_text(json.dumps(message))

    with suppress(WebSocketDisconnect, KeyError):
        while True:
            message = await websocket.receive()
            if (sound := message.get("bytes")) is not None:
                buffer += sound
                continue
            event = json.loads(message["text"])  # none once the other side has left
            task_id = event["header"]["task_id"]
            match event["header"]["action"]:
                case "run-task":
                    parameters = event["payload"]["parameters"]
                    await send("task-started", {})
                case "finish-task":
                    hints = parameters.get("language_hints") or []
                    try:
                        transcript = await recognizer.transcribe(
                            _sound(buffer, parameters["sample_rate"]),
                            language=find_language(hints[0]) if hints else None,
                            hotwords=list(parameters.get("vocabulary") or {}),
                            timestamps=True,
                        )
                    except VoiceError:
                        failed = {"error_code": "InternalError", "error_message": "Transcription failed"}
                        await send("task-failed", {}, **failed)
                        return
                    for sentence in _sentences(transcript):
                        await send("result-generated", {"output": {"sentence": sentence}})
                    await send("task-finished", {"output": {}})
                    await websocket.close()
                    return


def _sentences(transcript: Transcript) -> list[Event]:
    """A heartbeat, and each segment twice: while it is said, and when it has ended."""
    told: list[Event] = [{"sentence_id": 0, "text": "", "heartbeat": True, "sentence_end": False}]
    for number, segment in enumerate(filter(lambda each: each.text, transcript.segments), start=1):
        inside = [
            word
            for word in transcript.words
            if segment.start_s <= word.start_s <= word.end_s <= segment.end_s
        ]
        words = [
            {
                "text": word.text.strip(),
                "begin_time": round(word.start_s * 1000),
                "end_time": round(word.end_s * 1000),
                "punctuation": "",
            }
            for word in inside
        ]
        about = {"sentence_id": number, "begin_time": round(segment.start_s * 1000), "words": words}
        half = segment.text[: len(segment.text) // 2]
        told += [
            {**about, "text": half, "sentence_end": False, "end_time": None},
            {**about, "text": segment.text, "sentence_end": True, "end_time": round(segment.end_s * 1000)},
        ]
    return told


async def _tell_hosted(send: Send, item: str, transcript: Transcript) -> None:
    spoken: Language | None = transcript.language
    about = {
        "item_id": item,
        "content_index": 0,
        "language": spoken.base_code if spoken else None,
        "emotion": "neutral",
    }
    half = len(transcript.text) // 2
    await send(
        {"type": f"{_ITEM}.text", **about, "text": transcript.text[:half], "stash": transcript.text[half:]}
    )
    await send({"type": f"{_ITEM}.completed", **about, "transcript": transcript.text})


def _unsupported(given: Event, transcription: Event, model: str) -> tuple[str, str, str] | None:
    """What SGLang refuses in a session, as code, message and parameter."""
    if given.get("turn_detection") is not None:
        return "not_supported", "Server-side VAD is not implemented", "session.audio.input.turn_detection"
    if transcription.get("prompt") is not None:
        return "not_supported", "prompt is not supported", "session.audio.input.transcription.prompt"
    if transcription.get("model") not in (None, model):
        return "not_supported", "The model is not served", "session.audio.input.transcription.model"
    if (given.get("format") or {}).get("rate", SGLANG_RATES[0]) not in SGLANG_RATES:
        return "invalid_value", f"The rate must be one of {SGLANG_RATES}", "session.audio.input.format.rate"
    return None


def _sound(buffer: bytearray, rate: int) -> Audio:
    return Audio(np.frombuffer(bytes(buffer), "<i2").astype(np.float32) / np.float32(32768), rate)


def _sender(websocket: WebSocket) -> Send:
    async def send(event: Event) -> None:
        await websocket.send_text(json.dumps({"event_id": f"event_{uuid.uuid4().hex}", **event}))

    return send


def _item() -> str:
    return f"item_{uuid.uuid4().hex}"


def _error(code: str, message: str, param: str | None) -> Event:
    return {
        "type": "error",
        "error": {"type": "invalid_request_error", "code": code, "message": message, "param": param},
    }

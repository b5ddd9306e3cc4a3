"""``POST /v1/audio/speech``, in OpenAI's shape: text in, sound out, over our synthesisers."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.mouth import PAUSE_S, quiet_end_s
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.spans import speaking
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text.answer import SpokenAnswer

from .describing import EVENT, described, schema_of
from .encoding import FASTEST, FORMATS, SLOWEST, Encoder
from .models import MODEL, SPEECH_MODELS, known_model
from .parts import Parts
from .requests.errors import ApiError
from .requests.reading import JSON, content_type, read_json
from .requests.working import EVENTS, Emit, event

MAX_CHARACTERS = 4096
"""OpenAI's limit."""

VOICES = frozenset({
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
})  # fmt: skip
"""OpenAI's names. Clients have to send one; here each is the voice of the text's language."""


class VoiceId(BaseModel):
    """A voice by its id."""

    id: str


class SpeechRequest(BaseModel):
    """What is to be said, and how."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": "tts-1", "input": "Good morning.", "voice": "alloy"}]}
    )

    input: str = Field(min_length=1, max_length=MAX_CHARACTERS, description="The text.")
    model: str = Field("", max_length=200, description="Ours, as /v1/models names it, or a name of OpenAI's.")
    voice: str | VoiceId = Field(
        "",
        description="A voice of ours by its name. OpenAI's names, and none, stand for the language's voice.",
    )
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] = Field(
        "mp3", description="`pcm` is 16-bit samples at 24 kHz without a header."
    )
    speed: float = Field(1.0, ge=SLOWEST, le=FASTEST, description="1 is the voice's own.")
    stream_format: Literal["audio", "sse"] = Field(
        "audio", description="Bytes of the file, or events with them."
    )
    language: str = Field(
        "", max_length=50, description="What the text is written in. Left out: it is recognised."
    )
    instructions: str = Field(
        "", max_length=10_000, description="Our voices take none: refused, unless empty."
    )


def routes(parts: Parts) -> APIRouter:
    """The route."""
    router = APIRouter()
    sound = {
        format_.media_type: {"schema": {"type": "string", "format": "binary"}} for format_ in FORMATS.values()
    }

    @router.post(
        "/audio/speech",
        summary="Speak a text",
        tags=["OpenAI's shapes"],
        response_class=Response,
        responses=described(
            {
                200: {
                    "description": "The sound, or events with pieces of it.",
                    "content": {**sound, EVENTS: {"schema": EVENT}},
                }
            },
            400,
            404,
            408,
            415,
            502,
            504,
        ),
        openapi_extra={
            "requestBody": {"required": True, "content": {JSON: {"schema": schema_of(SpeechRequest)}}},
        },
    )
    async def speak(request: Request) -> Response:
        """The text is spoken sentence by sentence, and sent as it is spoken; a WAV, which says how long it is, at its
        end. With `stream_format` `sse` the pieces come as events: `speech.audio.delta`, then `speech.audio.done`.
        """
        content_type(request, JSON)
        asked = await read_json(request, SpeechRequest)
        known_model(asked.model, parts.synthesizer.name, SPEECH_MODELS)
        if asked.instructions.strip():
            raise ApiError(
                400,
                "unsupported_parameter",
                "The voices here take no instructions: leave them out.",
                param="instructions",
            )
        named = asked.voice.id if isinstance(asked.voice, VoiceId) else asked.voice
        voice = None if not named or named in VOICES else named
        pinned = find_language(asked.language) if asked.language else None
        events = asked.stream_format == "sse"

        async def produce(emit: Emit) -> None:
            language = pinned
            if language is None:
                language = await asyncio.to_thread(parts.language_of, asked.input)
            encoder = await asyncio.to_thread(Encoder, asked.response_format, speed=asked.speed)

            def send(data: bytes) -> None:
                if data:
                    emit(event(_delta(data)) if events else data)

            async for piece in _spoken(parts.synthesizer, asked.input, language, voice):
                send(await asyncio.to_thread(encoder.feed, piece))
            send(await asyncio.to_thread(encoder.finish))
            if events:
                emit(event(_DONE))

        media_type = EVENTS if events else FORMATS[asked.response_format].media_type
        headers = {MODEL: parts.synthesizer.name}
        return await parts.work.stream(request, produce, media_type=media_type, headers=headers)

    return router


async def _spoken(
    synthesizer: Synthesizer, text: str, language: Language, voice: str | None
) -> AsyncIterator[Audio]:
    """The sound of a text, with pauses between its sentences.

    Raises:
        ApiError: nothing in it can be said.
    """
    answer = SpokenAnswer(language)
    answer.finish(text)
    last: Audio | None = None
    async for sentence in answer:
        if not sentence.words:
            continue
        pause_s = max(0.0, PAUSE_S - quiet_end_s(last)) if last else 0.0
        with speaking(synthesizer.name, language) as synthesis:
            async for piece in synthesizer.synthesize(sentence.words, language=language, voice=voice):
                if not len(piece.samples):
                    continue
                synthesis.sounds(piece.duration_s)
                if pause_s:
                    yield Audio.silence(pause_s, piece.rate)
                    pause_s = 0.0
                last = piece
                yield piece
    if last is None:
        raise ApiError(400, "nothing_to_say", "Nothing in the input can be said: give words.", param="input")


_DONE = {
    "type": "speech.audio.done",
    "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0},  # nothing is metered
}


def _delta(data: bytes) -> dict[str, Any]:
    return {"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()}

"""``POST /v1/audio/transcriptions``, in OpenAI's shape: a recording in, its text out, over our recognisers."""

from __future__ import annotations

import asyncio
import math
import zlib
from collections.abc import Sequence
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from emads_voice.environment import split_terms
from emads_voice.voice.languages import find_spoken
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.crosstalk import separated
from emads_voice.voice.spans import hearing
from emads_voice.voice.transcription.gaps import marked, reason
from emads_voice.voice.transcription.sides import hear_sides
from emads_voice.voice.transcription.subtitles import to_srt, to_vtt

from .describing import EVENT, described, form_schema
from .models import MODEL, TRANSCRIPTION_MODELS, known_model
from .parts import Parts
from .requests.errors import ApiError
from .requests.reading import FORM, as_model, content_type, read_form
from .requests.working import EVENTS, Emit, event

MAX_DURATION_S = 1800.0
"""A longer recording is cut by whoever sends it: half an hour at 48 kHz takes 350 MB."""

HEARD_RATE = 16_000
"""What recognisers hear: a recording is brought down to it while it is read."""

TEXT, VTT, SRT = "text/plain", "text/vtt", "application/x-subrip"


class TranscriptionRequest(BaseModel):
    """How a recording is to be transcribed."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field("", max_length=200, description="Ours, as /v1/models names it, or a name of OpenAI's.")
    language: str = Field(
        "", max_length=50, description="What is spoken, by code or name. Left out: it is recognised."
    )
    prompt: str = Field(
        "", max_length=4_000, description="Names and terms that are likely, with commas between them."
    )
    response_format: Literal["json", "verbose_json", "text", "srt", "vtt"] = Field(
        "json",
        description="`verbose_json` has segments and words with their times; `srt` and `vtt` are subtitles.",
    )
    timestamp_granularities: list[Literal["segment", "word"]] = Field(
        [], max_length=10, description="`verbose_json` only: what times are told of; by default of segments."
    )
    channels: Literal["mix", "split"] | None = Field(
        None,
        description="`split` hears each channel by itself, as the sides of a call, and names who speaks; `mix` does "
        "not. Left out: as the recording is.",
    )
    stream: bool = Field(False, description="Send the text as events.")
    temperature: float = Field(0, ge=0, le=1, description="Has no effect: recognition here does not guess.")
    include: list[str] = Field(
        [], max_length=10, description="Nothing can be included: refused, unless empty."
    )


class DurationUsage(BaseModel):
    """How much was heard."""

    type: Literal["duration"] = "duration"
    seconds: int


class Gap(BaseModel):
    """Where somebody speaks and nothing is written down, in seconds."""

    start: float
    end: float
    reason: str = Field(description="`inaudible`, or the language that is spoken.")


class Transcription(BaseModel):
    """The text of a recording."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "What does it cost?", "usage": {"type": "duration", "seconds": 2}}]
        }
    )

    text: str = Field(description="Empty if nobody spoke. Of a call, a line for each turn.")
    gaps: list[Gap] = Field([], description="Where somebody speaks and nothing is written down.")
    faults: list[str] = Field([], description="What of the recording could not be read, in sentences.")
    usage: DurationUsage


class VerboseSegment(BaseModel):
    """A stretch of the text. Scores that our recognisers do not give are null."""

    id: int
    seek: int = 0
    start: float
    end: float
    text: str
    tokens: list[int] = []
    temperature: float = 0.0
    avg_logprob: float | None = None
    compression_ratio: float
    no_speech_prob: float | None = None
    speaker: str | None = Field(None, description="Of a call: `left` or `right`.")


class Word(BaseModel):
    """A word and when it was said, in seconds."""

    word: str
    start: float
    end: float


class VerboseTranscription(BaseModel):
    """The text of a recording, with times."""

    task: Literal["transcribe"] = "transcribe"
    language: str = Field(description="In English and small letters: `english`; empty if nobody spoke.")
    duration: float
    text: str
    segments: list[VerboseSegment] | None = None
    words: list[Word] | None = None
    gaps: list[Gap] = Field([], description="Where somebody speaks and nothing is written down.")
    faults: list[str] = Field([], description="What of the recording could not be read, in sentences.")
    usage: DurationUsage


def routes(parts: Parts) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post(
        "/audio/transcriptions",
        summary="Transcribe a recording",
        tags=["OpenAI's shapes"],
        response_model=Transcription | VerboseTranscription,
        responses=described(
            {
                200: {
                    "description": "The transcript, in the form that was asked for.",
                    "content": {
                        **{kind: {"schema": {"type": "string"}} for kind in (TEXT, VTT, SRT)},
                        EVENTS: {"schema": EVENT},
                    },
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
            "requestBody": {
                "required": True,
                "content": {
                    FORM: {
                        "schema": form_schema(
                            TranscriptionRequest,
                            ("file",),
                            file="The recording: wav, flac, ogg, mp3, m4a, webm.",
                        )
                    }
                },
            }
        },
    )
    async def transcribe(request: Request) -> Response:
        """Where nobody speaks, the text is empty.

        With `stream` the text comes as events: `transcript.text.delta` for each stretch of speech, then
        `transcript.text.done`.
        """
        content_type(request, FORM)
        form = await read_form(request)
        asked = as_model(form, TranscriptionRequest, lists=("timestamp_granularities", "include"))
        if "file" not in form.files:
            raise ApiError(400, "invalid_request", "There is no recording: send it as file.", param="file")
        if unknown := next((name for name in form.files if name != "file"), None):
            raise ApiError(
                400,
                "invalid_request",
                f"The file {unknown} is not known: send one recording, as file.",
                param=unknown,
            )
        _check(asked)
        known_model(asked.model, parts.recognizer.name, TRANSCRIPTION_MODELS)
        sound = form.files["file"]
        if asked.stream:

            async def produce(emit: Emit) -> None:
                transcript, _ = await _transcript(parts, asked, sound)
                for segment in transcript.segments or (Segment(transcript.text, 0, 0),):
                    if segment.text:
                        emit(event({"type": "transcript.text.delta", "delta": segment.text}))
                emit(event({"type": "transcript.text.done", "text": transcript.text}))

            headers = {MODEL: parts.recognizer.name}
            return await parts.work.stream(request, produce, media_type=EVENTS, headers=headers)
        transcript, faults = await parts.work.whole(request, _transcript(parts, asked, sound))
        response = await asyncio.to_thread(_written, transcript, faults, asked)
        response.headers[MODEL] = transcript.model
        return response

    return router


def _check(asked: TranscriptionRequest) -> None:
    """Refuse what would be left out without a word."""
    if asked.include:
        raise ApiError(
            400, "unsupported_parameter", "Nothing can be included here: leave include out.", param="include"
        )
    if asked.timestamp_granularities and asked.response_format != "verbose_json":
        raise ApiError(
            400,
            "unsupported_parameter",
            "Only verbose_json tells times: set response_format to it, or leave timestamp_granularities out.",
            param="timestamp_granularities",
        )
    if asked.stream and asked.response_format not in ("json", "text"):
        raise ApiError(
            400,
            "unsupported_parameter",
            "Only text can be streamed: set response_format to json, or leave stream out.",
            param="stream",
        )


async def _transcript(
    parts: Parts, asked: TranscriptionRequest, sound: bytes
) -> tuple[Transcript, Sequence[str]]:
    """The transcript of a recording, and what of it could not be read."""
    language = find_spoken(asked.language)
    hotwords = [*parts.hotwords, *split_terms(asked.prompt.replace("\n", ","))]
    times = asked.response_format in ("verbose_json", "srt", "vtt")

    async def hear(audio: Audio, timestamps: bool) -> Transcript:
        return await parts.recognizer.transcribe(
            audio, language=language, hotwords=hotwords, timestamps=timestamps
        )

    audio = await parts.decoder.decode(sound, max_duration_s=MAX_DURATION_S, max_rate=HEARD_RATE)
    split = asked.channels == "split" if asked.channels else audio.two_sided
    with hearing(parts.recognizer.name, audio.duration_s) as told:
        if split and audio.channels > 1 and not audio.one_sound:
            read = partial(_channel, sound)
            transcript = await hear_sides(
                separated(read, audio.channels),
                audio.channels,
                lambda _, side: hear(side, True),
                duration_s=audio.duration_s,
            )
        else:
            transcript = await hear(audio, times)
        told(transcript)
    return transcript, audio.faults


def _channel(sound: bytes, channel: int) -> Audio:
    return Audio.decode(sound, max_duration_s=MAX_DURATION_S, max_rate=HEARD_RATE, channel=channel)


def _written(transcript: Transcript, faults: Sequence[str], asked: TranscriptionRequest) -> Response:
    match asked.response_format:
        case "text":
            return Response(f"{marked(transcript)}\n", media_type=TEXT)
        case "srt":
            return Response(to_srt(transcript), media_type=SRT)
        case "vtt":
            return Response(to_vtt(transcript), media_type=VTT)
        case "verbose_json":
            return JSONResponse(_verbose(transcript, faults, asked).model_dump(exclude_none=False))
        case _:
            told = Transcription(
                text=_text(transcript), gaps=_gaps(transcript), faults=list(faults), usage=_usage(transcript)
            )
            return JSONResponse(told.model_dump())


def _text(transcript: Transcript) -> str:
    """What was said, and, of a call, by whom."""
    return marked(transcript) if any(segment.speaker for segment in transcript.segments) else transcript.text


def _gaps(transcript: Transcript) -> list[Gap]:
    return [Gap(start=gap.start_s, end=gap.end_s, reason=reason(gap)) for gap in transcript.gaps]


def _verbose(
    transcript: Transcript, faults: Sequence[str], asked: TranscriptionRequest
) -> VerboseTranscription:
    wanted = asked.timestamp_granularities or ["segment"]
    if "word" in wanted and not transcript.words and transcript.text:
        why = transcript.words_unavailable or f"{transcript.model} does not tell when words were said."
        raise ApiError(
            400,
            "words_unavailable",
            f"{why.rstrip('.')}: ask for segments.",
            param="timestamp_granularities",
        )
    segments = [_segment(number, segment) for number, segment in enumerate(transcript.segments)]
    words = [Word(word=word.text.strip(), start=word.start_s, end=word.end_s) for word in transcript.words]
    return VerboseTranscription(
        language=transcript.language.name.lower() if transcript.language else "",
        duration=round(transcript.duration_s, 3),
        text=_text(transcript),
        segments=segments if "segment" in wanted else None,
        words=words if "word" in wanted else None,
        gaps=_gaps(transcript),
        faults=list(faults),
        usage=_usage(transcript),
    )


def _segment(number: int, segment: Segment) -> VerboseSegment:
    text = segment.text.encode()
    return VerboseSegment(
        id=number,
        start=segment.start_s,
        end=segment.end_s,
        text=segment.text,
        speaker=segment.speaker or None,
        compression_ratio=round(len(text) / len(zlib.compress(text)), 3),
    )


def _usage(transcript: Transcript) -> DurationUsage:
    return DurationUsage(seconds=math.ceil(transcript.duration_s))

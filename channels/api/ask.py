"""``POST /v1/ask``: one turn of a conversation; a recording or text in; JSON, events or sound out."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from langchain_core.runnables import RunnableConfig
from starlette.responses import JSONResponse

from emads_voice.channels.turn import Turn, VoiceGraph, run_turn
from emads_voice.graph import VoiceContext
from emads_voice.graph.answering import interrupted
from emads_voice.graph.listening import MAX_QUESTION_S
from emads_voice.graph.own_graphs import end_turn
from emads_voice.graph.state import caller_language
from emads_voice.voice.ear import ClipEar, Ear, TypedEar
from emads_voice.voice.mouth import ClipMouth, Mouth, SilentMouth, Speech
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

from .answers import Answer, answer, just_heard, routed
from .describing import EVENT, described, form_schema, schema_of
from .parts import Parts
from .question import WAV, Ask, Question, accepted, read_question
from .requests.errors import ApiError
from .requests.failures import refusal
from .requests.reading import FORM, JSON
from .requests.working import EVENTS, Emit, event
from .telling import ToldEar, ToldMouth, ToldSynthesizer, UnlessFailed

HEADER_CHARACTERS = 1_000
"""Of a text in a header: percent-encoded it may take nine times as many bytes, and clients read 16 kB."""

_EVENTS_EXAMPLE = (
    'event: transcript\ndata: {"text":"What does it cost?","language":"English",…}\n\n'
    'event: route\ndata: {"agents":["cto"],"reason":"It is about infrastructure."}\n\n'
    'event: answer.delta\ndata: {"text":"It costs "}\n\n'
    'event: done\ndata: {"thread":"monday","answer":"It costs 90 dollars.",…}\n\n'
)


def routes(parts: Parts) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.post(
        "/ask",
        summary="Ask the agents",
        tags=["Conversation"],
        response_model=Answer,
        responses=described(
            {
                200: {
                    "description": "The answer, in the form that was asked for.",
                    "content": {
                        EVENTS: {"schema": EVENT, "example": _EVENTS_EXAMPLE},
                        WAV: {"schema": {"type": "string", "format": "binary"}},
                    },
                },
                204: {"description": "Sound was asked for, and there is nothing to say."},
            },
            400,
            406,
            408,
            409,
            413,
            415,
            422,
            502,
            504,
        ),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    JSON: {"schema": schema_of(Ask)},
                    FORM: {
                        "schema": form_schema(
                            Ask, audio="The question, recorded: wav, flac, ogg, mp3, m4a, webm."
                        )
                    },
                },
            }
        },
    )
    async def ask(request: Request) -> Response:
        """One turn: what is asked is recognised, routed to the agents, and answered in the language it was asked in.

        The body is JSON with `text`, or a form with a recording under `audio`. What comes back is chosen by the header
        `Accept`, or by `answer_as`:

        - `application/json`: the answer with all that led to it.
        - `text/event-stream`: `transcript`, `route`, `answer.delta` as the answer is written (`answer.replaced` if it
          is written anew), `answer.audio` if `speech` is true (16-bit mono samples, base64, with their `rate`), at the
          end `done` with the JSON, or `error`.
        - `audio/wav`: the spoken answer; `Emads-Thread`, `Emads-Transcript`, `Emads-Answer` and `Emads-Language` are
          percent-encoded headers.
        """
        question = await read_question(request, parts)
        form = question.ask.answer_as or accepted(request.headers.get("accept", ""))
        headers = {"emads-thread": _in_header(question.thread)}
        if form == "events":
            return await parts.work.stream(
                request, lambda emit: _tell(parts, question, emit), media_type=EVENTS, headers=headers
            )
        if form == "audio":
            return await parts.work.whole(request, _aloud(parts, question, headers))
        done, _ = await parts.work.whole(request, _turn(parts, question, SilentMouth()))
        return JSONResponse(done.model_dump(mode="json"), headers=headers)

    return router


async def _turn(
    parts: Parts, question: Question, mouth: Mouth, emit: Emit | None = None
) -> tuple[Answer, Turn]:
    """Run the turn while nobody else may go on with the conversation.

    Raises:
        ApiError: nobody spoke, or no agent could answer; it names the conversation.
    """
    with _about(question.thread):
        try:
            return await _answered(parts, question, mouth, emit)
        except BaseException:  # also where the client has gone
            await mouth.stop()
            raise


async def _answered(parts: Parts, question: Question, mouth: Mouth, emit: Emit | None) -> tuple[Answer, Turn]:
    ask = question.ask
    ear = await _ear(parts, question)
    context = VoiceContext(
        ear=ToldEar(ear, _telling(emit)) if ear and emit else ear,
        mouth=(told := UnlessFailed(mouth)),
        language=question.language.name if question.language else "",
        agents=ask.agents,
        hotwords=ask.hotwords,
        channel="http",
    )

    def on_progress(node: str, update: dict[str, Any]) -> None:
        # Of one agent alone `listen` brings the route.
        if emit and node in ("listen", "route") and (route := routed(update.get("route"))):
            emit(event(route.model_dump(), "route"))
        told.progress(update)

    thread_id = parts.thread_id(question.thread)
    async with parts.hold(thread_id):
        given: dict[str, Any] = {}
        if "resume" in ask.model_fields_set:
            given["resume"] = ask.resume
        turn = await run_turn(
            parts.graph,
            context,
            thread_id=thread_id,
            on_progress=on_progress,
            audit=parts.audit,
            **given,
        )
        if turn.failed:
            await _take_back(parts.graph, thread_id, turn)
    _check(turn)
    return answer(question.thread, turn), turn


@contextmanager
def _about(thread: str) -> Iterator[None]:
    """Has refusals name the conversation, unless the question itself was wrong, and began none."""
    try:
        yield
    except Exception as error:
        told = refusal(error)
        if told is None or (told.status < 500 and told.status != 422):
            raise
        told.thread = thread
        told.headers["emads-thread"] = _in_header(thread)
        if told is error:
            raise
        raise told from error


async def _take_back(graph: VoiceGraph, thread_id: str, turn: Turn) -> None:
    """An apology that nobody was given is no message: the client is told of the failure instead."""
    if graph.checkpointer:
        unsaid = Speech("", "", caller_language(turn.state))
        config: RunnableConfig = {"configurable": {"thread_id": thread_id}}
        await end_turn(graph, config, turn.state, interrupted(turn.state, unsaid, "failed"))


def _check(turn: Turn) -> None:
    """Refuse to give an apology for an answer.

    Raises:
        ApiError: nobody spoke, or no agent could answer.
    """
    if turn.heard and not turn.heard["text"] and not turn.interrupts:
        raise ApiError(
            422,
            "no_speech",
            "No speech was heard in the recording: record the question again, nearer to the microphone.",
            param="audio",
        )
    if turn.failed:
        raise ApiError(502, "agent_failed", "No agent could answer: ask again later.")


def _telling(emit: Emit) -> Callable[[Transcript], None]:
    return lambda transcript: emit(event(just_heard(transcript).model_dump(), "transcript"))


async def _ear(parts: Parts, question: Question) -> Ear | None:
    hotwords = [*parts.hotwords, *question.ask.hotwords]
    if question.sound is not None:
        audio = await parts.decoder.decode(question.sound, max_duration_s=MAX_QUESTION_S)
        return ClipEar(parts.recognizer, audio, language=question.language, hotwords=hotwords)
    if question.ask.text is not None:
        return TypedEar(question.ask.text, language=question.language, languages=parts.languages)
    return None


async def _tell(parts: Parts, question: Question, emit: Emit) -> None:
    """Tell of the turn in events, as it goes on."""

    def sound(piece: Audio) -> None:
        emit(event(_samples(piece), "answer.audio"))

    def text(name: str) -> Callable[[str], None]:
        return lambda said: emit(event({"text": said}, name))

    speaking: Mouth = SilentMouth()
    if question.ask.speech:
        speaking = ClipMouth(ToldSynthesizer(parts.synthesizer, sound))
    mouth = ToldMouth(speaking, delta=text("answer.delta"), replaced=text("answer.replaced"))
    done, _ = await _turn(parts, question, mouth, emit)
    emit(event(done.model_dump(mode="json"), "done"))


async def _aloud(parts: Parts, question: Question, headers: dict[str, str]) -> Response:
    mouth = ClipMouth(parts.synthesizer)
    done, turn = await _turn(parts, question, mouth)
    if turn.error:
        raise ApiError(
            502,
            "synthesis_failed",
            "The answer could not be spoken to its end: read it in the conversation, or ask again later.",
            headers=headers,
            thread=question.thread,
        )
    told = {
        "emads-transcript": done.transcript.text if done.transcript else "",
        "emads-answer": done.answer or done.asked or "",
        "emads-language": done.language,
        "emads-interrupts": json.dumps([each.id for each in done.interrupts]),
    }
    headers = {**headers, **{name: _in_header(value) for name, value in told.items()}}
    wav = await asyncio.to_thread(_wav, mouth)
    return (
        Response(wav, media_type=WAV, headers=headers) if wav else Response(status_code=204, headers=headers)
    )


def _wav(mouth: ClipMouth) -> bytes:
    audio = mouth.audio
    return audio.to_wav() if audio else b""


def _samples(piece: Audio) -> dict[str, Any]:
    return {"audio": base64.b64encode(piece.to_pcm()).decode(), "rate": piece.rate}


def _in_header(text: str) -> str:
    cut = text if len(text) <= HEADER_CHARACTERS else f"{text[:HEADER_CHARACTERS]}…"
    return quote(cut, safe=" !#$&'()*+,/:;=?@[]~-._")

"""Hearing the caller: the ``listen`` node, which opens a turn."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.types import Overwrite

from emads_voice.observability import (
    AuditEvent,
    AuditLog,
    attributes,
    now,
    redact,
    set_content,
    trace_id,
    traceparent,
)
from emads_voice.voice.audio import Audio
from emads_voice.voice.ear import ClipEar, Ear, TypedEar
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import Language, find_language
from emads_voice.voice.recognizer import Recognizer, Transcript

from .phrases import phrase
from .stage import Run, Stage, Update, caller_language
from .state import Heard, VoiceState, answer_id, question_id

MAX_QUESTION_S = 600.0
"""A recording longer than this is a meeting, not a question."""


def listen(
    recognizer: Recognizer | None,
    audit: AuditLog | None,
    languages: Sequence[Language],
    hotwords: Sequence[str] = (),
) -> Stage:
    """The stage that hears the caller, keeps the audit record, and resets what belonged to the last turn."""

    async def hear(state: VoiceState, run: Run) -> Update:
        message = None if run.context.ear else _unanswered(state.get("messages", []))
        pinned = find_language(run.context.language) if run.context.language else None
        ear = run.context.ear or await _ear_for(
            message, recognizer, pinned, languages, context=", ".join([*hotwords, *run.context.hotwords])
        )
        heard = await ear.hear()

        turn = state.get("turn", 0) + 1
        language = pinned or heard.language or caller_language(state)
        trace = traceparent()
        if audit:
            # Redacting takes 6 µs a character of digits: off the event loop.
            record = await asyncio.to_thread(_record, heard, run.thread_id, turn, trace_id(trace))
            await audit.append(record)
        run.span.set_attributes(
            {
                attributes.REQUEST_MODEL: heard.model,
                attributes.LANGUAGE: heard.language.code if heard.language else "",
                attributes.AUDIO_DURATION: heard.duration_s,
                attributes.AUDIO_SHA256: heard.audio_sha256,
            }
        )
        set_content(run.span, attributes.TRANSCRIPT, heard.text)

        update: Update = {
            "turn": turn,
            "language": language.name,
            "transcript": _state_of(heard),
            "route": None,
            "analyses": Overwrite({}),
            "decision": None,
            "speech": None,
            "trace": trace,
        }
        question_key = message.id if message is not None and message.id else question_id(turn)
        if heard.text:
            # Under the id it came with, so that an uploaded recording is replaced by what was said in it.
            update["messages"] = [HumanMessage(heard.text, id=question_key)]
        else:
            text, _ = phrase("not_heard", language)
            update["messages"] = [{"role": "ai", "content": text, "id": answer_id(turn)}]
        return update

    return hear


def _unanswered(messages: Sequence[AnyMessage]) -> HumanMessage | None:
    """The human message that ends the conversation, if one does."""
    return messages[-1] if messages and isinstance(messages[-1], HumanMessage) else None


async def _ear_for(
    message: HumanMessage | None,
    recognizer: Recognizer | None,
    pinned: Language | None,
    languages: Sequence[Language],
    *,
    context: str,
) -> Ear:
    """How to hear a message that came without an ear, as from Studio.

    Raises:
        AudioError: there is no message, or its audio block cannot be used.
    """
    if message is None:
        raise AudioError(
            "There is nothing to listen to: pass an ear in the context or a human message with text or audio."
        )
    if block := next((block for block in message.content_blocks if block["type"] == "audio"), None):
        if recognizer is None:
            raise AudioError("This graph was built without a recogniser, so it takes text only.")
        audio = await asyncio.to_thread(_audio_in, dict(block))
        return ClipEar(recognizer, audio, language=pinned, context=context)
    return TypedEar(str(message.text), language=pinned, languages=languages)


def _audio_in(block: dict[str, Any]) -> Audio:
    """The sound of a standard audio content block. Links are refused: a server must not fetch what strangers name."""
    if not block.get("base64"):
        raise AudioError("The audio block holds no base64 data: links and file ids are not fetched.")
    try:
        data = base64.b64decode(block["base64"], validate=True)
    except binascii.Error:
        raise AudioError("The audio block's base64 data is damaged.") from None
    return Audio.decode(data, name="the recording in the message", max_duration_s=MAX_QUESTION_S)


def _state_of(heard: Transcript) -> Heard:
    return Heard(
        text=heard.text,
        language=heard.language.name if heard.language else "",
        language_code=heard.language.code if heard.language else "",
        duration_s=round(heard.duration_s, 3),
        model=heard.model,
        audio_sha256=heard.audio_sha256,
    )


def _record(heard: Transcript, thread_id: str, turn: int, trace: str) -> AuditEvent:
    return AuditEvent(
        at=now(),
        thread_id=thread_id,
        turn=turn,
        text=redact(heard.text),
        language=heard.language.name if heard.language else "",
        model=heard.model,
        audio_sha256=heard.audio_sha256,
        duration_s=heard.duration_s,
        trace_id=trace,
    )

"""Hearing the caller: the ``listen`` node, which opens a turn."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.types import Overwrite

from emads_voice.messages import Catalogue
from emads_voice.observability import AuditLog, attributes, set_content, traceparent
from emads_voice.voice.ear import ClipEar, Ear, TypedEar
from emads_voice.voice.errors import AudioError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import Language, find_language, find_spoken
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.text.conversation_language import conversation_language

from .auditing import record
from .phrases import another
from .stage import Run, Stage, Update
from .state import TranscriptState, VoiceState, caller_language, said_last, state_of

MAX_QUESTION_S = 600.0
"""A recording longer than this is a meeting, not a question."""


def listen(
    recognizer: Recognizer | None,
    audit: AuditLog | None,
    languages: Sequence[Language],
    hotwords: Sequence[str],
    catalogue: Catalogue,
) -> Stage:
    """The stage that hears the caller, keeps the audit record, and resets what belonged to the last turn."""

    usual = distinct(hotwords)

    async def hear(state: VoiceState, run: Run) -> Update:
        heard = state.get("heard")
        message = None if heard or run.context.ear else _unanswered(state)
        if run.context.link and heard is None and run.context.ear is None:
            heard = run.context.link.heard_in(message)
        pinned = find_spoken(run.context.language)
        if heard is None:
            ear = run.context.ear or await _ear_for(
                message, recognizer, pinned, languages, hotwords=[*usual, *run.context.hotwords]
            )
            began = time.perf_counter()
            heard = state_of(await ear.hear(), (time.perf_counter() - began) * 1000)

        turn, key = state.get("turn", 0) + 1, uuid4().hex
        language = pinned or await _language(heard, state)
        trace = traceparent()
        await record(audit, heard, thread_id=run.thread_id, turn=turn, trace=trace)
        run.span.set_attributes(
            {
                attributes.REQUEST_MODEL: heard["model"],
                attributes.LANGUAGE: heard["language_code"],
                attributes.AUDIO_DURATION: heard["duration_s"],
                attributes.AUDIO_SHA256: heard["audio_sha256"],
            }
        )
        set_content(run.span, attributes.TRANSCRIPT, heard["text"])

        update: Update = {
            "turn": turn,
            "turn_id": key,
            "question_id": "",
            "language": language.name,
            "transcript": heard,
            "act": None,
            "asks": None,
            "route": None,
            "analyses": Overwrite({}),
            "failures": Overwrite({}),
            "decision": None,
            "decision_id": None,
            "answer": None,
            "speech": None,
            "ended": None,
            "trace": trace,
        }
        if heard["text"]:
            # Under the id it came with, so that an uploaded recording is replaced by what was said in it.
            update["question_id"] = message.id if message is not None and message.id else f"{key}-question"
            update["messages"] = [HumanMessage(heard["text"], id=update["question_id"])]
        else:
            before = said_last(state.get("messages", []))
            text, _ = another(catalogue, "not_heard", language, after=before)
            update |= {"answer": text, "messages": [AIMessage(text, id=f"{key}-answer")]}
        return update

    return hear


async def _language(heard: TranscriptState, state: VoiceState) -> Language:
    """What the conversation is held in from now on."""
    before = caller_language(state)
    spoken = find_language(heard["language"]) if heard["language"] else before
    if spoken == before or not state.get("language"):
        return spoken
    return await asyncio.to_thread(conversation_language, heard["text"], spoken, before)


def _unanswered(state: VoiceState) -> HumanMessage | None:
    """The last human message, unless it is the one that the last turn has answered."""
    asked = (
        message
        for message in reversed(state.get("messages", []))
        if isinstance(message, HumanMessage) and "interrupt" not in message.additional_kwargs
    )
    last = next(asked, None)
    return last if last is None or last.id != state.get("question_id", "") else None


async def _ear_for(
    message: HumanMessage | None,
    recognizer: Recognizer | None,
    pinned: Language | None,
    languages: Sequence[Language],
    *,
    hotwords: Sequence[str],
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
            raise AudioError(
                "This graph was built without a recogniser, so it takes text only: give create_voice_graph one."
            )
        audio = await asyncio.to_thread(_audio_in, dict(block))
        return ClipEar(recognizer, audio, language=pinned, hotwords=hotwords)
    return TypedEar(str(message.text), language=pinned, languages=languages)


def _audio_in(block: dict[str, Any]) -> Audio:
    """The sound of a standard audio content block. Links are refused: a server must not fetch what strangers name."""
    if not block.get("base64"):
        raise AudioError(
            "The audio block holds no base64 data: links and file ids are not fetched; put the recording into it."
        )
    try:
        data = base64.b64decode(block["base64"], validate=True)
    except binascii.Error:
        raise AudioError("The audio block's base64 data is damaged: encode the recording again.") from None
    return Audio.decode(data, name="the recording in the message", max_duration_s=MAX_QUESTION_S)

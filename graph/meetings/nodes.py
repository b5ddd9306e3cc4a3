"""The nodes of a meeting's graph: hearing it, finding what it came to, dates, and the minutes."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.runtime import Runtime

from emads_voice.agents.errors import ModelError
from emads_voice.agents.minutes.checking import checked
from emads_voice.agents.minutes.embedded import EmbeddedExtractor
from emads_voice.agents.minutes.extractor import Extractor
from emads_voice.agents.minutes.forms import Findings
from emads_voice.agents.minutes.scheduling import schedule
from emads_voice.graph.auditing import record
from emads_voice.graph.state import state_of
from emads_voice.messages import Catalogue
from emads_voice.observability import AuditLog, span, traceparent
from emads_voice.voice.errors import AudioError
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import find_spoken
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.speakers.hearing import Heard, Speaking, hear

from .context import MeetingContext
from .minutes_text import write_minutes
from .recorded import recorded_at, zone_of
from .state import MeetingState, lines_of, recording_of

Update = dict[str, Any]


class Node(Protocol):
    """What LangGraph runs."""

    async def __call__(self, state: MeetingState, *, runtime: Runtime[MeetingContext]) -> Update: ...


def node(name: str, work: Callable[[MeetingState, MeetingContext], Awaitable[Update]]) -> Node:
    """A node that does its work within a span of the meeting's trace."""

    async def run(state: MeetingState, *, runtime: Runtime[MeetingContext]) -> Update:
        with span(name, parent=state.get("trace", "")):
            return await work(state, runtime.context or MeetingContext())

    run.__name__ = name
    return run


def transcribe(
    recognizer: Recognizer, audit: AuditLog | None, hotwords: Sequence[str], models_dir: Path | None
) -> Node:
    """Hears the recording, and keeps the audit record."""

    async def work(state: MeetingState, context: MeetingContext) -> Update:
        update, _ = await heard_in(
            state.get("messages", []), context, recognizer, audit, hotwords=hotwords, models_dir=models_dir
        )
        return update

    return node("transcribe", work)


async def heard_in(
    messages: Sequence[AnyMessage],
    context: MeetingContext,
    recognizer: Recognizer,
    audit: AuditLog | None,
    *,
    hotwords: Sequence[str],
    models_dir: Path | None,
) -> tuple[Update, Heard]:
    """Hear the recording that the context or the last message has, and keep the audit record.

    Returns:
        What the state of a graph of recordings begins with, and all that was heard.
    """
    zone = await asyncio.to_thread(zone_of, context.time_zone)
    message = None if context.recording else _last(messages)
    source, name = (
        (context.recording, context.recording.name)
        if context.recording
        else (_sound_in(message), "recording")
    )
    moment, known_by = await asyncio.to_thread(recorded_at, context.date, source, zone)
    speaking = Speaking(
        names=context.speakers,
        count=context.speaker_count,
        voices=context.voices,
        split=context.split,
        track=context.track,
        models_dir=models_dir,
    )
    heard = await hear(
        source,
        name,
        recognizer,
        speaking,
        language=find_spoken(context.language or None),
        hotwords=distinct([*hotwords, *context.hotwords, *context.speakers]),
        watcher=context.watcher,
    )
    if context.on_heard:
        context.on_heard(heard)
    transcript, trace = heard.transcript, traceparent()
    await record(audit, state_of(transcript, 0), thread_id="", turn=0, trace=trace)
    update: Update = {
        "recording": recording_of(name, transcript, heard.faults, by_channel=heard.by_channel),
        "recorded_at": moment.isoformat(),
        "recorded_by": known_by,
        "time_zone": context.time_zone or moment.tzname() or "UTC",
        "trace": trace,
    }
    if message is not None and message.id:  # the sound is replaced by what was said
        update["messages"] = [HumanMessage(transcript.text, id=message.id)]
    return update, heard


def analyst(extractor: Extractor) -> Node:
    """Finds the actions, decisions and appointments; without its chat model, where that fails, and says so."""

    async def work(state: MeetingState, _: MeetingContext) -> Update:
        lines = lines_of(state["recording"])
        failure, name = "", extractor.name
        try:
            found = await extractor.extract(lines)
        except ModelError as error:
            embedded = EmbeddedExtractor()
            failure, name = str(error), embedded.name
            found = await embedded.extract(lines)
        stands = await asyncio.to_thread(checked, found, lines)
        return {
            "found_by": name,
            "model_failure": failure,
            "dropped": stands.dropped,
            **stands.model_dump(include={"actions", "decisions", "appointments"}),
        }

    return node("analyst", work)


def scheduler() -> Node:
    """Makes dates as they were said days, and asks where one may be several."""

    async def work(state: MeetingState, _: MeetingContext) -> Update:
        found = Findings.model_validate({key: state[key] for key in ("actions", "decisions", "appointments")})
        moment = datetime.fromisoformat(state["recorded_at"])
        scheduled, questions = await asyncio.to_thread(schedule, found, moment)
        return {
            **scheduled.model_dump(include={"actions", "appointments"}),
            "questions": [question.model_dump() for question in questions],
        }

    return node("scheduler", work)


def summary(catalogue: Catalogue) -> Node:
    """Writes the minutes."""

    async def work(state: MeetingState, _: MeetingContext) -> Update:
        minutes = await asyncio.to_thread(write_minutes, state, catalogue)
        update: Update = {"minutes": minutes}
        if state.get("messages"):
            update["messages"] = [AIMessage(minutes)]
        return update

    return node("summary", work)


def _last(messages: Sequence[AnyMessage]) -> HumanMessage:
    asked = [message for message in messages if isinstance(message, HumanMessage)]
    if not asked:
        raise AudioError(
            "There is no recording: send it as an audio block in a human message, or name a file in the context."
        )
    return asked[-1]


def _sound_in(message: HumanMessage | None) -> bytes:
    """The recording in a message. Links are refused: a server must not fetch what strangers name."""
    block = (
        next((dict(block) for block in message.content_blocks if block["type"] == "audio"), {})
        if message
        else {}
    )
    if not block.get("base64"):
        raise AudioError(
            "The message holds no recording: put it into an audio block as base64; links are not fetched."
        )
    try:
        return base64.b64decode(str(block["base64"]), validate=True)
    except binascii.Error:
        raise AudioError("The audio block's base64 data is damaged: encode the recording again.") from None

"""The audit records of a turn and of a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from emads_voice.observability import AuditEvent, AuditLog, attributes, now, redact, trace_id, traceparent
from emads_voice.observability.audit import Kind
from emads_voice.observability.happenings import Told, happenings_told
from emads_voice.voice.mouth import Speech

from .state import SpeechState, TranscriptState

SHORT = 300
"""Characters. Redacting most texts takes a microsecond for each; of figures alone up to 25."""


Details = Mapping[str, str | bool | int | float | None]
"""What else there is to know of an event: no words of anybody."""


async def record(
    audit: AuditLog | None,
    heard: TranscriptState,
    *,
    thread_id: str,
    turn: int,
    trace: str,
    kind: Literal["voice_input", "message_left"] = "voice_input",
) -> None:
    """Keep what was heard; returns when it is on disk. Without a log nothing is kept.

    Args:
        audit: where it is kept.
        heard: what was said, or typed.
        thread_id: the conversation.
        turn: its number; 0 outside of turns.
        trace: the turn's, as a W3C ``traceparent``.
        kind: what it is.

    Raises:
        AuditError: it could not be kept.
    """
    if not audit:
        return
    text = heard["text"]
    await audit.append(
        AuditEvent(
            kind=kind,
            at=now(),
            thread_id=thread_id,
            turn=turn,
            text=await _redacted(text),
            language=heard["language"],
            model=heard["model"],
            audio_sha256=heard["audio_sha256"],
            duration_s=heard["duration_s"],
            trace_id=trace_id(trace),
        )
    )


def note(
    audit: AuditLog | None,
    kind: Kind,
    *,
    thread_id: str,
    turn: int = 0,
    trace: str = "",
    text: str = "",
    person: str = "",
    details: Details | None = None,
) -> None:
    """Note what happened; nobody waits until it is on disk. Without a log nothing is noted.

    Args:
        audit: where it is kept.
        kind: what happened.
        thread_id: the conversation.
        turn: its number; 0 outside of turns.
        trace: the turn's, as a W3C ``traceparent``.
        text: why, in words that were redacted.
        person: who is at the other end, if that is known now.
        details: what else there is to know of this kind; see docs/audit.md.
    """
    if audit:
        audit.note(
            AuditEvent(
                kind=kind,
                at=now(),
                thread_id=thread_id,
                turn=turn,
                text=text,
                person=person,
                trace_id=trace_id(trace) if trace else "",
                details=details or {},
            )
        )


async def note_said(
    audit: AuditLog | None, speech: SpeechState, *, thread_id: str, turn: int, trace: str
) -> None:
    """Note what was said to the caller, and what of it they were played.

    Args:
        audit: where it is kept; None: nowhere.
        speech: what was spoken.
        thread_id: the conversation.
        turn: its number.
        trace: the turn's, as a W3C ``traceparent``.
    """
    if not audit:
        return
    text, played = speech["text"], speech["played"]
    redacted = await _redacted(text)
    audit.note(
        AuditEvent(
            kind="said",
            at=now(),
            thread_id=thread_id,
            turn=turn,
            text=redacted,
            played=redacted if played == text else await _redacted(played),
            language=speech["language"],
            duration_s=speech["duration_s"],
            trace_id=trace_id(trace) if trace else "",
            details={"interrupted": speech["interrupted"], **({"error": True} if speech["error"] else {})},
        )
    )


async def note_phrase(
    audit: AuditLog | None,
    kind: Literal["announced", "asked"],
    speech: Speech,
    *,
    thread_id: str,
    turn: int = 0,
    phrase: str = "",
) -> None:
    """Note what was said to the caller besides an answer, and what of it they were played.

    Args:
        audit: where it is kept; None: nowhere.
        kind: a phrase of ours, or an agent's question.
        speech: what was spoken.
        thread_id: the conversation.
        turn: its number; 0 outside of turns.
        phrase: the name of the phrase.
    """
    if not audit:
        return
    text = await _redacted(speech.text)
    told: dict[str, str | bool] = {"phrase": phrase} if phrase else {}
    audit.note(
        AuditEvent(
            kind=kind,
            at=now(),
            thread_id=thread_id,
            turn=turn,
            text=text,
            played=text if speech.played == speech.text else await _redacted(speech.played),
            language=speech.language.name,
            duration_s=speech.duration_s,
            trace_id=trace_id(traceparent()),
            details=told | {"interrupted": speech.interrupted} | ({"error": True} if speech.error else {}),
        )
    )


_RECORDED: Mapping[str, tuple[Kind, str]] = {
    attributes.RECOGNIZER_FAILED: ("failed_over", "recogniser"),
    attributes.SYNTHESIZER_FAILED: ("failed_over", "synthesiser"),
    attributes.MODEL_FAILED: ("failed_over", "chat model"),
    attributes.FALSE_INTERRUPTION: ("false_interruption", ""),
    attributes.SPEECH_NOT_HEARD: ("not_heard", ""),
    attributes.TIMEOUT: ("timed_out", ""),
    attributes.SOUND_DROPPED: ("sound_dropped", ""),
}
"""The happenings that are recorded, as which kind, and of what they are. Others are recorded where they happen."""

_DETAILS = {
    attributes.REQUEST_MODEL: "model",
    attributes.ERROR_TYPE: "error",
    attributes.SOUND_DROPPED_S: "seconds",
}


@contextmanager
def noting_happenings(audit: AuditLog | None, thread_id: Callable[[], str]) -> Iterator[None]:
    """What happens beside the usual course of a conversation while the block runs is noted.

    Args:
        audit: where it is kept; None: nowhere.
        thread_id: the conversation, which may change.
    """

    def keep(event: str, told: Told) -> None:
        kind, of = _RECORDED.get(event, (None, ""))
        if kind:
            named = {_DETAILS[name]: value for name, value in told.items() if name in _DETAILS}
            details: Details = {"of": of, **named} if of else named
            note(audit, kind, thread_id=thread_id(), trace=traceparent(), details=details)

    if audit is None:
        yield
        return
    with happenings_told(keep):
        yield


async def _redacted(text: str) -> str:
    return redact(text) if len(text) <= SHORT else await asyncio.to_thread(redact, text)

"""The audit record of a voice input."""

from __future__ import annotations

import asyncio
from typing import Literal

from emads_voice.observability import AuditEvent, AuditLog, now, redact, trace_id

from .state import TranscriptState

SHORT = 300
"""Characters. Redacting most texts takes a microsecond for each; of figures alone up to 25."""


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
            text=redact(text) if len(text) <= SHORT else await asyncio.to_thread(redact, text),
            language=heard["language"],
            model=heard["model"],
            audio_sha256=heard["audio_sha256"],
            duration_s=heard["duration_s"],
            trace_id=trace_id(trace),
        )
    )

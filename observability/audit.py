"""The audit trail: one record for each voice input, on disk before anything is answered, and one for each answer
to whether a call may be recorded, on disk before it is.

Spans are no audit trail: an exporter loses what it has queued when its process dies. An :class:`AuditLog`
returns from ``append`` only when the record is safe.
"""

from __future__ import annotations

import asyncio
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict


class AuditError(RuntimeError):
    """A record that could not be kept. The turn stops: what cannot be recorded is not acted on.

    A ``RuntimeError`` because LangGraph's server hides the message of any exception it does not know.
    """


class AuditEvent(BaseModel):
    """One thing that happened. Text is redacted by whoever writes it; audio is named by its hash, never kept.

    Attributes:
        kind: what happened: somebody said something in a turn; a caller agreed to being recorded; a caller was
            asked and did not.
        at: when, with its time zone.
        thread_id: the conversation; "" where a graph runs without one.
        turn: its number in the conversation, from 1; 0 outside of turns.
        text: what was heard, redacted.
        language: the language it was said in, by name; "" when nobody spoke.
        model: what recognised it, "whisper:base"; "typed" or "keypad" where nothing was spoken; "" for silence.
        audio_sha256: identifies the recording; "" for typed text.
        duration_s: length of the recording.
        trace_id: the OpenTelemetry trace of the turn (hex); "" when not traced.
        id: what other records call this one by; "" where none needs to.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["voice_input", "recording_agreed", "recording_refused"] = "voice_input"
    at: AwareDatetime
    thread_id: str
    turn: int
    text: str
    language: str
    model: str
    audio_sha256: str
    duration_s: float
    trace_id: str = ""
    id: str = ""


class AuditLog(Protocol):
    """Where audit records go."""

    async def append(self, event: AuditEvent) -> None:
        """Keep a record; returns once it would survive the process being killed.

        Raises:
            AuditError: it could not be kept.
        """


class JsonLinesAuditLog:
    """Records as JSON lines in one file, each written whole and flushed to disk.

    Several processes may share the file: lines are appended in one write each, so they do not mix.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    async def append(self, event: AuditEvent) -> None:
        await asyncio.to_thread(self._write, (event.model_dump_json() + "\n").encode())

    def _write(self, line: bytes) -> None:
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                # Opened per record: a rotated or removed file is noticed, and nothing is left to close.
                descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    if os.write(descriptor, line) != len(line):
                        raise OSError("the disk is full")
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise AuditError(
                f"The audit record could not be written to {self._path} ({reason}): "
                "make room or set EMADS_DATA_DIR to a folder that can be written."
            ) from None

    def read(self) -> list[AuditEvent]:
        """All records, oldest first; [] before the first one.

        Raises:
            pydantic.ValidationError: a line is not a record.
        """
        if not self._path.exists():
            return []
        return [AuditEvent.model_validate_json(line) for line in self._path.read_text("utf-8").splitlines()]


def now() -> datetime:
    """The current time with the local time zone, for :attr:`AuditEvent.at`."""
    return datetime.now().astimezone()

"""The audit trail: one record for each voice input, on disk before anything is answered, and one for each answer
to whether a call may be recorded, on disk before it is.

Spans are no audit trail: an exporter loses what it has queued when its process dies. An :class:`AuditLog`
returns from ``append`` only when the record is safe.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Annotated, Literal, Protocol

from filelock import lock_descriptor, unlock_descriptor
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError

from emads_voice.error_text import reason_of
from emads_voice.errors import EmadsVoiceError

_log = logging.getLogger(__name__)

LOCK_S = 5.0
"""How long another process may keep the file to itself; a record takes it for the milliseconds of one flush."""
_POLL_S = 0.001
_BLOCK = 4096
"""Bytes read at a time in search of the last line; most records fit."""


class AuditError(EmadsVoiceError, RuntimeError):
    """A record that could not be kept. The turn stops: what cannot be recorded is not acted on.

    A ``RuntimeError`` because LangGraph's server hides the message of any exception it does not know.
    """


def _whole(text: str) -> str:
    """Without half characters (lone surrogates), which servers send as ``"\\ud800"`` and no file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


Text = Annotated[str, AfterValidator(_whole)]


class AuditEvent(BaseModel):
    """One thing that happened. Text is redacted by whoever writes it; audio is named by its hash, never kept.

    Attributes:
        kind: what happened: somebody said something in a turn; a caller was told that an automated assistant answers; a
            caller agreed to being recorded; a caller was asked and did not; a caller left a message for somebody who
            could not be reached.
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

    # A length that is no number is kept as one: JSON has none, and null would make the file unreadable.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    kind: Literal["voice_input", "recording_agreed", "recording_refused", "message_left", "disclosed"] = (
        "voice_input"
    )
    at: AwareDatetime
    thread_id: Text
    turn: int
    text: Text
    language: Text
    model: Text
    audio_sha256: Text
    duration_s: float
    trace_id: Text = ""
    id: Text = ""


class AuditLog(Protocol):
    """Where audit records go."""

    async def append(self, event: AuditEvent) -> None:
        """Keep a record; returns once it would survive the process being killed.

        Raises:
            AuditError: it could not be kept.
        """


class JsonLinesAuditLog:
    """Records as JSON lines in one file, each written whole and flushed to disk.

    Several processes may share the file: whoever appends locks it, and the lock ends with its process. A write that
    fails is taken back. What a killed process left of a record, which nobody was told is safe, is moved to a file
    beside it, ``audit.jsonl.torn``, before the next record.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    async def append(self, event: AuditEvent) -> None:
        await asyncio.to_thread(self._write, (event.model_dump_json() + "\n").encode())

    def read(self) -> list[AuditEvent]:
        """All records, oldest first; [] before the first one. The unfinished rest of a record is left out, and logged.

        Raises:
            AuditError: the file cannot be read, or a line is not a record; the message says which.
        """
        try:
            with self._path.open("rb") as file:
                with self._locked(file.fileno()):
                    size = os.fstat(file.fileno()).st_size  # what is appended from now on does not matter
                *lines, last = file.read(size).split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise AuditError(
                f"The audit records in {self._path} cannot be read ({reason_of(error)}): let this user read them."
            ) from None
        if _is_record(last):
            lines.append(last)
        elif last:
            _log.warning("%s ends in %d bytes of an unfinished record, left out.", self._path, len(last))
        return [self._parse(line, number) for number, line in enumerate(lines, 1)]

    def _parse(self, line: bytes, number: int) -> AuditEvent:
        try:
            return AuditEvent.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            fault = ": ".join([*map(str, first["loc"]), first["msg"]])
        raise AuditError(
            f"{self._path}, line {number} is no audit record ({fault}): keep a copy of the file and take the line out, "
            "or restore the file from a backup."
        )

    def _write(self, line: bytes) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Opened per record: a rotated or removed file is noticed, and nothing is left to close.
            with self._lock, _open(self._path) as file, self._locked(file.fileno()):
                self._mend(file)
                _append(file, line)
        except OSError as error:
            raise AuditError(
                f"The audit record could not be written to {self._path} ({reason_of(error)}): "
                "make room or set EMADS_DATA_DIR to a folder that can be written."
            ) from None

    @contextmanager
    def _locked(self, descriptor: int) -> Iterator[None]:
        deadline = time.monotonic() + LOCK_S
        while not lock_descriptor(descriptor, blocking=False):
            if time.monotonic() > deadline:
                raise AuditError(
                    f"Another process has kept {self._path} locked for {LOCK_S:g} s: end it, or set EMADS_DATA_DIR to "
                    "another folder."
                )
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            unlock_descriptor(descriptor)  # closing is not enough if a child was forked meanwhile

    def _mend(self, file: FileIO) -> None:
        """Make the file end in a whole record."""
        size = file.seek(0, os.SEEK_END)
        if not size:
            _sync_folder(self._path.parent)  # a new file's name is on disk before what is in it
        torn = _unfinished(file, size)
        if not torn:
            return
        if _is_record(torn):
            _append(file, b"\n")
            return
        beside = self._path.with_name(f"{self._path.name}.torn")
        with _open(beside) as kept:
            _append(kept, torn + b"\n")
        file.truncate(size - len(torn))
        _log.warning(
            "%s ended in %d bytes of a record nobody finished: they are in %s now.",
            self._path,
            len(torn),
            beside,
        )


def _open(path: Path) -> FileIO:
    """For appending and reading; made for its owner only."""
    return open(path, "a+b", buffering=0, opener=lambda name, flags: os.open(name, flags, 0o600))


def _append(file: FileIO, data: bytes) -> None:
    """Write all of it and flush it to disk, or leave the file as it was."""
    size = file.seek(0, os.SEEK_END)
    try:
        while data:  # a full disk takes a part first, and says that it is full only when asked again
            data = data[file.write(data) :]
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):  # else the next writer mends it
            file.truncate(size)
        raise


def _unfinished(file: FileIO, size: int) -> bytes:
    """What comes after the last line's end."""
    rest = b""
    while size and b"\n" not in rest:
        step = min(size, _BLOCK)
        size -= step
        file.seek(size)
        rest = file.read(step) + rest
    return rest.rpartition(b"\n")[2]


def _is_record(line: bytes) -> bool:
    try:
        AuditEvent.model_validate_json(line)
    except ValidationError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows has no such thing, some network file systems neither
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def now() -> datetime:
    """The current time with the local time zone, for :attr:`AuditEvent.at`."""
    return datetime.now().astimezone()

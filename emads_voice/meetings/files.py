"""The files of a meeting in a folder; each is whole or is not there."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from emads_voice.error_text import reason_of
from emads_voice.graph.meetings.state import MeetingState
from emads_voice.messages import Catalogue
from emads_voice.voice.speakers.hearing import Heard
from emads_voice.voice.transcription.subtitles import to_srt, to_vtt

from .calendar_file import make_calendar
from .errors import MeetingFilesError

TRANSCRIPT, SRT, VTT = "transcript.json", "transcript.srt", "transcript.vtt"
MINUTES, ACTIONS, CALENDAR, PAGE = "minutes.md", "actions.json", "calendar.ics", "meeting.html"

FOUND: tuple[Literal["actions", "decisions", "appointments", "questions"], ...] = (
    "actions",
    "decisions",
    "appointments",
    "questions",
)
"""What a meeting comes to."""


def check_folder(folder: Path) -> None:
    """Find out before the work is done that its files cannot be written; the folder is made.

    Raises:
        MeetingFilesError: it cannot be made, or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise MeetingFilesError(
            f"Cannot write to {folder}: {reason_of(error)}; name another folder with --out."
        ) from None


def write_files(
    folder: Path,
    state: MeetingState,
    heard: Heard,
    catalogue: Catalogue,
    page: Callable[[], Iterable[bytes]] | None,
    now: datetime,
) -> list[Path]:
    """Write all of them; returns which.

    Args:
        folder: is there.
        state: of the meeting's graph, whole.
        heard: what was heard of its recording.
        catalogue: what we say.
        page: makes the page; None: none is wanted.
        now: the time of this run.

    Raises:
        MeetingFilesError: one cannot be written, or the calendar of an earlier run cannot be read.
    """
    said = catalogue.minutes(state["recording"]["language_code"].split("-")[0] or "en")
    calendar = folder / CALENDAR
    try:
        before = calendar.read_bytes() if calendar.exists() else None
    except OSError as error:
        raise MeetingFilesError(
            f"Cannot read {calendar}: {reason_of(error)}; name another folder with --out."
        ) from None
    found: dict[str, object] = {key: state[key] for key in FOUND}
    about = {
        key: state[key]
        for key in ("recorded_at", "recorded_by", "time_zone", "found_by", "model_failure", "dropped")
    }
    words = [
        {
            "text": word.text,
            "start_s": round(word.start_s, 3),
            "end_s": round(word.end_s, 3),
            "speaker": word.speaker,
        }
        for word in heard.transcript.words
    ]
    made: Mapping[str, str | bytes | Iterable[bytes]] = {
        TRANSCRIPT: _json({**state["recording"], **about, "words": words}),
        SRT: to_srt(heard.transcript),
        VTT: to_vtt(heard.transcript),
        MINUTES: state["minutes"],
        ACTIONS: _json(
            {
                "recording": state["recording"]["name"],
                "audio_sha256": state["recording"]["audio_sha256"],
                **about,
                **found,
            }
        ),
        CALENDAR: make_calendar(state, said, before, now),
        **({PAGE: page()} if page else {}),
    }
    return [write_whole(folder / name, content) for name, content in made.items()]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> Path:
    """Write a file, which is whole or as it was before.

    Args:
        path: of the file.
        content: of it, or pieces of it.

    Raises:
        MeetingFilesError: it cannot be written.
    """
    if isinstance(content, str):
        content = content.encode()
    pieces = (content,) if isinstance(content, bytes) else content
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise MeetingFilesError(
            f"Cannot write {path}: {reason_of(error)}; name another folder with --out."
        ) from None
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

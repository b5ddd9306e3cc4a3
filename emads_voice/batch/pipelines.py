"""What is done with each recording: a pipeline makes a folder of files of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from emads_voice.installation import DISTRIBUTION
from emads_voice.settings import Settings
from emads_voice.voice.recognizer import Segment, Transcript

FORM = 1
"""Raised when a pipeline writes other files of the same recording, though the version of the package is the same."""


class Task(StrEnum):
    """What is done with each recording."""

    TRANSCRIBE = "transcribe"
    MEETING = "meeting"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of a batch.

    Attributes:
        do: with each recording.
        language: what is spoken, by name or code; "": it is recognised.
        hotwords: names and terms that are likely, besides those of the settings.
        time_zone: in which days are counted; "": this machine's.
        scorecard: what calls are judged by, as JSON; "" where none are.
    """

    do: Task
    language: str = ""
    hotwords: tuple[str, ...] = ()
    time_zone: str = ""
    scorecard: str = ""

    def version(self, settings: Settings) -> str:
        """Eight digits that are others where the result may be another: by what is asked, and who hears and thinks.

        Where a server is does not count, so that one may be moved.
        """
        decides = {
            "form": FORM,
            "package": version(DISTRIBUTION),
            "asr": settings.asr,
            "aligner": settings.aligner,
            "hotwords": settings.hotwords,
            "languages": [language.code for language in settings.languages],
            "model": None if self.do is Task.TRANSCRIBE else settings.model,
            **asdict(self),
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Made:
    """What a pipeline has made.

    Attributes:
        duration_s: of the recording.
        remarks: what is missing from its result, a sentence each.
        unrecognised: the recogniser failed on a part of it.
    """

    duration_s: float
    remarks: tuple[str, ...]
    unrecognised: bool = False


class Pipeline(Protocol):
    """Makes files of one recording."""

    async def warm_up(self) -> None:
        """Load what it needs. Asked again, where recognition failed, whether it is still there.

        Raises:
            EmadsVoiceError: it cannot be had.
        """

    async def __call__(self, recording: Path, folder: Path) -> Made:
        """Write all that comes of a recording into a folder, which is there and empty.

        Raises:
            EmadsVoiceError: the recording cannot be used.
            MeetingFilesError, OSError: the folder cannot be written to.
        """


class Unseen:
    """Watches a recording being heard, so that a piece that fails is a gap and not the end; shows nothing."""

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        """See :class:`~emads_voice.voice.transcription.watching.Watcher`."""


def remarks(transcript: Transcript, faults: Sequence[str], *, fell_back: bool) -> tuple[str, ...]:
    """What is missing of what was said, and who heard it if not who should."""
    from emads_voice.voice.transcription.gaps import told

    found = [f"Not all of it can be read: {'; '.join(faults)}."] if faults else []
    found += [
        f"{failure.start_s:.1f}–{failure.end_s:.1f} s could not be recognised: {failure.text}"
        for failure in transcript.failures
    ]
    found += told(transcript)
    if fell_back:
        found.append(f"{transcript.model} heard it, as the recogniser before it failed.")
    return tuple(found)

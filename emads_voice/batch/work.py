"""One recording of a batch, from its file to its result: whoever does it, in this process or on a cluster."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from emads_voice.error_text import first_line, reason_of, remedy_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.meetings.errors import MeetingFilesError
from emads_voice.observability.audit import AuditError
from emads_voice.voice.errors import BackendError, RecognitionError, WeightsError
from emads_voice.writing import storable

from .errors import BatchError
from .pipelines import Pipeline
from .recordings import Recording, stamp_of
from .results import Results

MOST_DEATHS = 3
"""Workers that may die of one recording before it is given up: a decoder may crash, or memory may run out."""

_log = logging.getLogger(__name__)


class State(StrEnum):
    """What became of a recording."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """The batch cannot go on: what failed is not the recording's fault, and would fail with all others."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a recording, in a form that goes between processes.

    Attributes:
        sha256: which.
        state: what.
        reason: why it failed, or why the batch stops.
        remarks: what is missing from its result.
        duration_s: of the recording, if it is done.
        unrecognised: it failed because the recogniser did.
    """

    sha256: str
    state: State
    reason: str = ""
    remarks: tuple[str, ...] = ()
    duration_s: float = 0.0
    unrecognised: bool = False


async def work_on(recording: Recording, pipeline: Pipeline, results: Results) -> Outcome:
    """Have the result of a recording: made now, unless it is there. Raises nothing but what ends the process."""
    sha256, path = recording.sha256, recording.path
    try:
        if there := outcome_of(recording, results):
            return there
        if results.begun(sha256) >= MOST_DEATHS:
            return Outcome(
                sha256,
                State.FAILED,
                f"{path}: {MOST_DEATHS} workers died while they heard it; leave it out, or give workers more memory.",
            )
        folder = results.begin(sha256)
        try:
            began = time.monotonic()
            made = await pipeline(path, folder)
            if made.unrecognised and (gone := await _gone(pipeline)):
                return Outcome(sha256, State.STOPPED, gone)  # what it did not hear may be heard tomorrow
            if not _unchanged(recording):
                return Outcome(
                    sha256,
                    State.FAILED,
                    f"{path} was changed while it was heard: run the same command again when it is complete.",
                )
            known = {
                "file": storable(str(path)),
                "audio_sha256": sha256,
                "version": results.version,
                "duration_s": round(made.duration_s, 3),
                "took_s": round(time.monotonic() - began, 1),
                "remarks": [storable(remark) for remark in made.remarks],
            }
            await asyncio.to_thread(results.keep, sha256, folder, known)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return Outcome(sha256, State.DONE, "", made.remarks, made.duration_s)
    except (MeetingFilesError, OSError) as error:
        return Outcome(sha256, State.STOPPED, _unwritten(error, results))
    except (AuditError, BackendError, BatchError, WeightsError) as error:
        return Outcome(sha256, State.STOPPED, f"{error} The results so far are kept.")
    except RecognitionError as error:
        if gone := await _gone(pipeline):
            return Outcome(sha256, State.STOPPED, gone)
        return Outcome(sha256, State.FAILED, _named(error, path), unrecognised=True)
    except EmadsVoiceError as error:
        return Outcome(sha256, State.FAILED, _named(error, path))
    except Exception as error:
        _log.debug("a recording failed in an unforeseen way", exc_info=True)
        return Outcome(
            sha256,
            State.FAILED,
            f"{path}: {type(error).__name__}: {first_line(error)}; this is a fault of emads-voice: please report it.",
        )


def _named(error: Exception, path: Path) -> str:
    sentence = str(error)
    return sentence if path.name in sentence else f"{path}: {sentence}"


async def _gone(pipeline: Pipeline) -> str:
    """Why nothing more can be recognised, as the recogniser's server is gone; "" if it is there."""
    try:
        await pipeline.warm_up()
    except EmadsVoiceError as error:
        return f"{error} The results so far are kept: run the same command again when that is mended."
    return ""


def _unchanged(recording: Recording) -> bool:
    try:
        return stamp_of(recording.path) == recording.stamp
    except OSError:  # gone
        return False


def outcome_of(recording: Recording, results: Results) -> Outcome | None:
    """What an earlier run has made of a recording; None: nothing yet.

    Raises:
        BatchError: what is there cannot be read.
    """
    known = results.read(recording.sha256)
    if known is None:
        return None
    return Outcome(
        recording.sha256,
        State.DONE,
        remarks=tuple(map(str, known.get("remarks", ()))),
        duration_s=float(known.get("duration_s", 0.0)),
    )


def _unwritten(error: Exception, results: Results) -> str:
    cause = error if isinstance(error, OSError) else error.__context__
    why = reason_of(cause) if isinstance(cause, OSError) else first_line(error)
    return (
        f"Cannot write to {results.folder}: {why}. The results so far are kept: {remedy_of(cause)}, and run the same"
        " command again."
    )

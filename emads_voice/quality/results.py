"""The result of one call as a file, and how people correct it. What the machine found is never overwritten by that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from emads_voice.agents.quality.forms import Advice, Measures, Outcome, Score, Verdict
from emads_voice.agents.quality.scoring import score
from emads_voice.error_text import reason_of
from emads_voice.graph.quality import QualityState
from emads_voice.meetings.files import write_whole

from .errors import ResultError

ENDING = ".quality.json"
_NAME_CHARS = 80


class Correction(BaseModel):
    """What a person says of one verdict."""

    criterion: str
    outcome: Outcome
    by: str
    at: str = Field(description="ISO 8601")
    note: str = ""


class Agent(BaseModel):
    """Who is judged; see :class:`emads_voice.graph.quality.state.AgentState`."""

    name: str
    label: str
    known_by: str
    doubt: str


class CardName(BaseModel):
    """By what; see :class:`emads_voice.graph.quality.state.ScorecardState`."""

    name: str
    title: str
    digest: str


class CallResult(BaseModel):
    """What came of one call."""

    version: Literal[1] = 1
    file: str
    audio_sha256: str
    duration_s: float
    language_code: str
    recorded_at: str
    recorded_by: str
    time_of_day_known: bool
    time_zone: str
    scorecard: CardName
    agent: Agent
    found_by: str
    model_failure: str
    dropped: int
    measures: Measures
    verdicts: list[Verdict]
    score: Score
    advice: list[Advice]
    transcript: list[dict[str, Any]]
    faults: list[str]
    failures: list[str]
    corrections: list[Correction] = []
    corrected_score: Score | None = Field(
        default=None, description="with the corrections; null if there are none. `score` stays the machine's"
    )

    @property
    def final_verdicts(self) -> list[Verdict]:
        """With the last correction of each."""
        last = {each.criterion: each.outcome for each in self.corrections}
        return [
            verdict.model_copy(update={"outcome": last.get(verdict.criterion, verdict.outcome)})
            for verdict in self.verdicts
        ]

    @property
    def final_score(self) -> Score:
        """The corrected one, or else the machine's."""
        return self.corrected_score or self.score


def result_of(state: QualityState) -> CallResult:
    """The result that a state of the graph, whole, comes to."""
    recording = state["recording"]
    same = (
        "recorded_at", "recorded_by", "time_of_day_known", "time_zone", "scorecard", "agent", "found_by",
        "model_failure", "dropped", "measures", "verdicts", "score", "advice",
    )  # fmt: skip
    return CallResult.model_validate(
        {
            "file": recording["name"],
            "audio_sha256": recording["audio_sha256"],
            "duration_s": recording["duration_s"],
            "language_code": recording["language_code"],
            "transcript": recording["segments"],
            "faults": recording["faults"],
            "failures": recording["failures"],
            **{key: state[key] for key in same},  # type: ignore[literal-required]
        }
    )


def correct(result: CallResult, correction: Correction) -> CallResult:
    """The result with one more correction, and the score that follows.

    Raises:
        ResultError: it has no such criterion.
    """
    known = [verdict.criterion for verdict in result.verdicts]
    if correction.criterion not in known:
        raise ResultError(
            f'{result.file} was not judged by "{correction.criterion}": name one of {", ".join(known)}.'
        )
    return _with(result, [*result.corrections, correction])


def _with(result: CallResult, corrections: Sequence[Correction]) -> CallResult:
    made = result.model_copy(update={"corrections": list(corrections)})
    corrected = score(made.final_verdicts, result.score.pass_mark) if corrections else None
    return made.model_copy(update={"corrected_score": corrected})


def file_name(result: CallResult) -> str:
    """The name of a result's file: of the recording's, and of its sound, as many are called call.wav."""
    return f"{Path(result.file).stem[:_NAME_CHARS]}-{result.audio_sha256[:8]}{ENDING}"


def write_result(folder: Path, result: CallResult, report: str) -> list[Path]:
    """Write the result, and its report in Markdown beside it. Corrections of an earlier result of the call are kept.

    Raises:
        MeetingFilesError: it cannot be written.
        ResultError: what is there cannot be read, so that corrections in it would be lost.
    """
    path = folder / file_name(result)
    if path.exists():
        known = {verdict.criterion for verdict in result.verdicts}
        before = [each for each in read_result(path).corrections if each.criterion in known]
        result = _with(result, before)
    return [save(path, result), write_whole(path.with_suffix(".md"), report)]


def save(path: Path, result: CallResult) -> Path:
    """Write a result to a file.

    Raises:
        MeetingFilesError: it cannot be written.
    """
    return write_whole(path, json.dumps(result.model_dump(), ensure_ascii=False, indent=1) + "\n")


def read_result(path: Path) -> CallResult:
    """The result in a file.

    Raises:
        ResultError: it cannot be read, or is none.
    """
    try:
        return CallResult.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultError(
            f"{path} cannot be read ({reason_of(error)}): give a file that emads-voice quality wrote."
        ) from None
    except (ValidationError, UnicodeDecodeError):
        raise ResultError(
            f"{path} is no result of a call: give a file that emads-voice quality wrote, or remove it."
        ) from None


def read_results(folder: Path) -> list[CallResult]:
    """All results in a folder and those below it, in the order of time.

    Raises:
        ResultError: there is none, or one cannot be read.
    """
    paths = sorted(folder.rglob(f"*{ENDING}"))
    if not paths:
        raise ResultError(
            f"There are no results of calls in {folder}: write some with emads-voice quality FILE… --out {folder}."
        )
    return sorted(
        (read_result(path) for path in paths),
        key=lambda result: (datetime.fromisoformat(result.recorded_at).timestamp(), result.file),
    )

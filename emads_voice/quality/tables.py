"""Judged calls as CSV: a row a call, and a row a verdict."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from .results import CallResult

_CALLS = (
    "file", "audio_sha256", "recorded_at", "agent", "scorecard", "duration_s", "percent", "at_most_percent", "passed",
    "failed_by", "machine_percent", "corrected_by", "agent_talk_share", "agent_words_per_minute", "agent_interruptions",
    "customer_interruptions", "longest_silence_s", "found_by", "arithmetic",
)  # fmt: skip
_CRITERIA = (
    "file", "audio_sha256", "agent", "scorecard", "criterion", "weight", "critical", "outcome", "machine_outcome",
    "why", "value", "start_s", "quote",
)  # fmt: skip


def calls_csv(results: Sequence[CallResult]) -> str:
    """A row a call."""
    return _csv(_CALLS, map(_call, results))


def criteria_csv(results: Sequence[CallResult]) -> str:
    """A row a verdict."""
    rows = []
    for result in results:
        for verdict, final in zip(result.verdicts, result.final_verdicts, strict=True):
            own = next((claim for claim in verdict.evidence if not claim.occasion), None)
            rows.append(
                (
                    result.file, result.audio_sha256, result.agent.name, result.scorecard.name, verdict.criterion,
                    verdict.weight, verdict.critical, final.outcome, verdict.outcome, verdict.why, verdict.value,
                    own.start_s if own else None, own.quote if own else "",
                )
            )  # fmt: skip
    return _csv(_CRITERIA, rows)


def _call(result: CallResult) -> tuple[object, ...]:
    final = result.final_score
    agent = next((side for side in result.measures.sides if side.speaker == result.agent.label), None)
    others = [side.interruptions for side in result.measures.sides if side.speaker != result.agent.label]
    theirs = [count for count in others if count is not None]
    return (
        result.file, result.audio_sha256, result.recorded_at, result.agent.name, result.scorecard.name,
        result.duration_s, final.percent, final.at_most_percent, final.passed, " ".join(final.failed_by),
        result.score.percent, " ".join(dict.fromkeys(each.by for each in result.corrections)),
        agent.talk_share if agent else None, agent.words_per_minute if agent else None,
        agent.interruptions if agent else None, sum(theirs) if theirs else None, result.measures.longest_silence_s,
        result.found_by, final.arithmetic,
    )  # fmt: skip


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + made.getvalue()  # without the mark spreadsheets take UTF-8 for something else


def _cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula: what callers say may look like one."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value

"""The score of a call, and how it is computed. No model decides a number."""

from __future__ import annotations

from collections.abc import Sequence

from .forms import Score, Verdict


def score(verdicts: Sequence[Verdict], pass_mark: float) -> Score:
    """What verdicts come to: the weights of what was met, of the weights of all that applied.

    A broken critical criterion fails the call whatever the points. What is unknown earns nothing; where that, or an
    unknown critical criterion, decides whether the call passes, nobody knows whether it does.

    Args:
        verdicts: of one call.
        pass_mark: the percentage from which a call passes.
    """
    counted = [verdict for verdict in verdicts if verdict.outcome != "not_applicable"]
    of = sum(verdict.weight for verdict in counted)
    points = sum(verdict.weight for verdict in counted if verdict.outcome == "met")
    unknown = sum(verdict.weight for verdict in counted if verdict.outcome == "unknown")
    percent, most = (_percent(points, of), _percent(points + unknown, of)) if of else (0.0, 100.0)
    failed = [verdict.criterion for verdict in counted if verdict.critical and verdict.outcome == "broken"]
    open_ = any(verdict.critical and verdict.outcome == "unknown" for verdict in counted)
    passed: bool | None = percent >= pass_mark
    if failed or most < pass_mark:
        passed = False
    elif open_ or percent < pass_mark:
        passed = None
    return Score(
        points=points,
        of=of,
        percent=percent,
        at_most_percent=most,
        pass_mark=pass_mark,
        passed=passed,
        failed_by=failed,
        arithmetic=_arithmetic(counted, points, of, percent),
    )


def _percent(points: float, of: float) -> float:
    return round(100 * points / of, 1)


def _arithmetic(counted: Sequence[Verdict], points: float, of: float, percent: float) -> str:
    if not counted:
        return "0 of 0"
    parts = " + ".join(f"{_earned(verdict)} {verdict.criterion}" for verdict in counted)
    return f"{parts} = {points:g} of {of:g} = {percent:g} %"


def _earned(verdict: Verdict) -> str:
    """What a criterion adds: "10", "0", or "0–10" where it is unknown, which counts as 0."""
    if verdict.outcome == "unknown":
        return f"0–{verdict.weight:g}"
    return f"{verdict.weight if verdict.outcome == 'met' else 0:g}"

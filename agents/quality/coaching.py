"""What an agent should learn from a call: the scorecard's advice for what was broken, bound to what was said."""

from __future__ import annotations

from collections.abc import Sequence

from .forms import Advice, Verdict
from .scorecard import Scorecard


def coach(verdicts: Sequence[Verdict], scorecard: Scorecard, language: str) -> list[Advice]:
    """What to do differently: critical things first, then by weight."""
    advice = {criterion.id: criterion.advice.text(language) for criterion in scorecard.criteria}
    broken = [verdict for verdict in verdicts if verdict.outcome == "broken"]
    return [
        Advice(
            criterion=verdict.criterion,
            title=verdict.title,
            advice=advice[verdict.criterion],
            about=verdict.evidence,
        )
        for verdict in sorted(broken, key=lambda verdict: (not verdict.critical, -verdict.weight))
    ]

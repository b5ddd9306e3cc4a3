"""The report on many calls as one page that needs nothing beside it: scores and criteria by agent, and the calls."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from emads_voice.graph.quality.report_text import outcome_text, stands_on, verdict_of_score
from emads_voice.messages.formatting import Messages

from .results import CallResult

BINS = 10
HEIGHT = 40


@dataclass(frozen=True, slots=True)
class AgentRow:
    """The calls of one agent.

    Attributes:
        name: the agent's.
        calls: how many.
        mean: of their scores, in per cent.
        failed: how many of them did not pass.
        bins: how many have 0 to 9 per cent, 10 to 19 and so on; the last has 100, too.
    """

    name: str
    calls: int
    mean: float
    failed: int
    bins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of a scorecard, by agent.

    Attributes:
        scorecard, criterion, title, critical: which.
        shares: how many of each agent's calls met it, of those in which that is known; None where there is none.
    """

    scorecard: str
    criterion: str
    title: str
    critical: bool
    shares: tuple[tuple[int, int] | None, ...]


def by_agent(results: Sequence[CallResult]) -> list[AgentRow]:
    """The scores of each agent, as corrected."""
    groups: dict[str, list[CallResult]] = defaultdict(list)
    for result in results:
        groups[result.agent.name].append(result)
    rows = []
    for name, calls in sorted(groups.items()):
        scores = [call.final_score.percent for call in calls]
        bins = [0] * BINS
        for percent in scores:
            bins[min(BINS - 1, int(percent * BINS / 100))] += 1
        failed = sum(call.final_score.passed is False for call in calls)
        rows.append(AgentRow(name, len(calls), round(sum(scores) / len(scores), 1), failed, tuple(bins)))
    return rows


def by_criterion(results: Sequence[CallResult], agents: Sequence[str]) -> list[CriterionRow]:
    """How often each criterion was met by each agent, as corrected."""
    found: dict[tuple[str, str], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    about: dict[tuple[str, str], tuple[str, bool]] = {}
    for result in results:
        for verdict in result.final_verdicts:
            key = (result.scorecard.name, verdict.criterion)
            about.setdefault(key, (verdict.title, verdict.critical))
            if verdict.outcome in ("met", "broken"):
                found[key][result.agent.name].append(verdict.outcome == "met")
    return [
        CriterionRow(
            *key,
            *about[key],
            tuple(_share(found[key].get(agent, [])) for agent in agents),
        )
        for key in about
    ]


def make_report(results: Sequence[CallResult], said: Messages) -> str:
    """The page.

    Args:
        results: at least one.
        said: what we say, in the language of most calls.
    """
    agents = by_agent(results)
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    return _template().render(
        results=results,
        agents=agents,
        criteria=by_criterion(results, [row.name for row in agents]),
        said=said,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        height=HEIGHT,
        most=max(max(row.bins) for row in agents),
        score_text=verdict_of_score,
        outcome_text=outcome_text,
        stands_on=stands_on,
    )


def _share(met: Sequence[bool]) -> tuple[int, int] | None:
    return (sum(met), len(met)) if met else None


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(files(__package__).joinpath("report.html").read_text(encoding="utf-8"))

"""The score of an option, 0 to 100: a weighted sum of six criteria, each between 0 and 1.

It depends on nothing but what is said of the option itself: not on the other options, their number, the order or the
names of anything. What is not said counts as the worst.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from emads_voice.agents.decisions import Contribution, OptionCost, Sourced
from emads_voice.agents.forms import Analysis, Level, Stance
from emads_voice.agents.text import words
from emads_voice.agents.written.durations import months

from .policy import Policy
from .slate import Slate, SlateOption

_EFFORT: dict[Level, float] = {"low": 1.0, "medium": 0.5, "high": 0.0}
_FOR: dict[Stance | None, float] = {"for": 1.0, "only_if": 0.5, "not_now": -1.0, "against": -1.0, None: 0.0}
_USUAL_MONTHS = 12  # a timeline that gets half of the points


def score(
    option: SlateOption,
    slate: Slate,
    views: Mapping[str, Analysis],
    cost: OptionCost | None,
    risk: Sourced,
    policy: Policy,
) -> Sourced:
    """The score, with the points of each criterion."""
    criteria = {
        "support": _support(option, slate, views),
        "merits": _merits(option, slate, views),
        "cost": _cost(cost, policy),
        "risk": (1 - risk.value / 12, f"risk {risk.value:g} of 12"),
        "effort": _effort(option),
        "timeline": _timeline(option),
    }
    weights = policy.weights.model_dump()
    whole = sum(weights.values()) or 1.0
    parts = [
        Contribution(
            points=round(100 * weights[name] / whole * value, 1),
            rule=f"{rule}: {value:.0%} of {100 * weights[name] / whole:.3g}",
            source=f"reconcile.{name}",
        )
        for name, (value, rule) in criteria.items()
    ]
    return Sourced(value=round(min(100.0, sum(part.points for part in parts)), 1), because=parts)


def net_support(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> float:
    """Confidence for the option less confidence against it, by the number of agents: −1 to 1."""
    stood = [
        _FOR[position.stance] * views[agent].confidence
        for agent, position in slate.positions.items()
        if position.option == option.id
    ]
    return sum(stood) / len(views) if views else 0.0


def told_for(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> list[str]:
    """What is said for an option, each once: its pros, and the benefits of what an agent is for."""
    benefits = [
        text
        for agent, position in sorted(slate.positions.items())
        if position.option == option.id and position.positive
        for text in views[agent].benefits
    ]
    return _distinct([*(text for _, entry in option.entries for text in entry.pros), *benefits])


def told_against(option: SlateOption) -> list[str]:
    """The cons of an option, each once."""
    return _distinct([text for _, entry in option.entries for text in entry.cons])


def _support(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> tuple[float, str]:
    stood = [
        f"{agent} {(position.stance or 'unclear').replace('_', ' ')} with confidence {views[agent].confidence:g}"
        for agent, position in sorted(slate.positions.items())
        if position.option == option.id
    ]
    return (1 + net_support(option, slate, views)) / 2, ", ".join(stood) or "nobody recommends it"


def _merits(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> tuple[float, str]:
    """The share of what is said that is for it; as if one thing more were said for it and one against."""
    pros, cons = len(told_for(option, slate, views)), len(told_against(option))
    return (1 + pros) / (2 + pros + cons), f"{pros} pros and benefits, {cons} cons"


def _cost(cost: OptionCost | None, policy: Policy) -> tuple[float, str]:
    """Half at nothing, a third at the budget, and towards all where it saves."""
    if cost is None or not cost.whole:
        return 0.0, "the cost is not known"
    year = cost.first_year.most
    value = 1 / (1 + 2 ** max(-50.0, min(50.0, year / policy.budget_usd)))
    return value, f"{year:,.0f} USD in the first year"


def _effort(option: SlateOption) -> tuple[float, str]:
    efforts = [entry.effort for _, entry in option.entries]
    most = min(efforts, key=lambda level: _EFFORT[level])
    return _EFFORT[most], f"{most} effort"


def _timeline(option: SlateOption) -> tuple[float, str]:
    times = [time for _, entry in option.entries if (time := months(entry.timeline)) is not None]
    if not times or math.isinf(max(times)):
        return 0.0, "how long it takes is not known"
    return _USUAL_MONTHS / (_USUAL_MONTHS + max(times)), f"{max(times):.3g} months"


def _distinct(texts: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for text in texts:
        if text.strip():
            kept.setdefault(" ".join(words(text)) or text.strip(), text.strip())
    return list(kept.values())

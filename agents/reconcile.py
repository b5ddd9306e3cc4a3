"""ReconcileGPT: a neutral decision engine. A tool, not the boss: it computes, a person decides.

Plain code over the specialists' normal form. The same analyses give the same decision, whatever their order,
and every number carries the contributions it is the sum of. What an analysis does not say counts for nothing
and is named in the warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .conflicts import find_conflicts, option_key, recommended_key
from .forms import (
    Analysis,
    Complexity,
    Contribution,
    CostEstimate,
    Decision,
    Level,
    Option,
    Reason,
    Risk,
    ScoredOption,
    Sourced,
)

BUDGET_USD = 10_000
"""First-year cost above which a decision is escalated (EMADS-PR)."""

ESCALATE_ABOVE = 8
"""Risk score above which a decision is escalated (EMADS-PR)."""

# Counts at which a dimension of complexity reaches its next point. Their lengths are the most it can give:
# 3 + 3 + 2 + 2 + 2 = 12, the top of EMADS-PR's scale.
_COMPLEXITY_STEPS: dict[str, tuple[int, ...]] = {
    "data_sources": (2, 4, 6),
    "logic_branches": (3, 6, 10),
    "integration_points": (2, 5),
    "error_paths": (2, 5),
    "human_touchpoints": (2, 5),
}
# Without any counts a decision is not known to be harmless: it is treated as medium until somebody counts.
_RISK_NOT_COUNTED = 4

# Points of an option. The base keeps the sum within 0 to 100, rounding included: at most
# 43 + 30 + 12 + 6 + 8 = 99, at least 43 - 12 - 6 - 8 - 9 = 8.
_BASE = 43.0
_SUPPORT = 30.0  # shared out by confidence among the agents who recommend something
_PRO, _PROS_COUNTED = 4.0, 3
_CON, _CONS_COUNTED = -4.0, 3
_EFFORT: dict[Level, float] = {"low": 6.0, "medium": 0.0, "high": -6.0}
_COST = 8.0  # cheapest +8, dearest -8
_RISK: dict[Level, float] = {"low": 0.0, "medium": -1.5, "high": -3.0}
_RISKS_COUNTED = 3
_MITIGATED = 0.5
_CLOSE = 5.0  # a second option this close to the best is recommended beside it

_LEVELS: tuple[Level, ...] = ("low", "medium", "high")


def reconcile(analyses: Mapping[str, Analysis], *, objective: str) -> Decision:
    """Weigh the specialists' analyses against each other.

    Args:
        analyses: agent → its analysis; each may leave anything out.
        objective: what is to be decided, in the caller's words.
    """
    ordered = {name: analyses[name] for name in sorted(analyses)}
    views = {name: analysis for name, analysis in ordered.items() if has_view(analysis)}
    conflicts = find_conflicts(views)
    risk = _risk_score(views)
    options = _scored_options(views)
    cost = _cost(views)
    reasons = _escalation(views, risk, cost, any(c.about != "confidence" for c in conflicts))
    return Decision(
        objective=objective,
        options=options,
        recommended=_recommended(options),
        conflicts=conflicts,
        conditions=_conditions(views),
        warnings=_warnings(ordered, views, options),
        risk=risk,
        risk_level=risk_level(risk.value),
        cost_estimate=cost,
        escalate=bool(reasons),
        escalation_reasons=reasons,
        accountable=_accountable(views),
        consulted=_consulted(views),
    )


def has_view(analysis: Analysis) -> bool:
    """Whether an agent has something to weigh, rather than saying that it does not know."""
    return analysis.confidence > 0 and bool(analysis.options or analysis.recommendation or analysis.risks)


def risk_level(score: float) -> Level:
    """0 to 3 low, 4 to 7 medium, 8 to 12 high (EMADS-PR)."""
    return "high" if score >= 8 else "medium" if score >= 4 else "low"


def first_year(cost: CostEstimate) -> float:
    """What a decision commits to: one-time cost and twelve months, in USD."""
    return cost.one_time + 12 * cost.monthly


def _risk_score(views: Mapping[str, Analysis]) -> Sourced:
    counted = {name: analysis.complexity for name, analysis in views.items() if analysis.complexity}
    if not counted:
        rule = "nobody counted the complexity: medium until somebody does"
        return _sum([Contribution(points=_RISK_NOT_COUNTED, rule=rule, source="reconcile")])
    contributions = []
    for dimension, steps in _COMPLEXITY_STEPS.items():
        agent = max(counted, key=lambda name: (_count(counted[name], dimension), name))
        count = _count(counted[agent], dimension)
        points = sum(count >= step for step in steps)
        name = dimension.replace("_", " ")
        rule = f"{count} {name}: {points} of {len(steps)} points, steps at {_listed(steps)}"
        contributions.append(Contribution(points=points, rule=rule, source=f"{agent}.complexity.{dimension}"))
    return _sum(contributions)


def _count(complexity: Complexity, dimension: str) -> int:
    count: int = getattr(complexity, dimension)
    return count


def _scored_options(views: Mapping[str, Analysis]) -> list[ScoredOption]:
    proposals: dict[str, dict[str, Option]] = {}
    for agent, analysis in views.items():
        for option in analysis.options:
            proposals.setdefault(option_key(option.name), {}).setdefault(agent, option)
    for agent, analysis in views.items():
        # A recommendation in other words than any option is an option of its own.
        if (key := recommended_key(analysis)) and key not in proposals:
            proposals[key] = {agent: Option(name=analysis.recommendation.strip())}
    costs = {key: _highest(o.cost for o in proposed.values()) for key, proposed in proposals.items()}
    scored = [
        ScoredOption(
            name=min(option.name for option in proposed.values()),
            proposed_by=sorted(proposed),
            score=_sum([*_merits(key, proposed, views), *_cost_points(key, proposed, costs)]),
        )
        for key, proposed in proposals.items()
    ]
    return sorted(scored, key=lambda option: (-option.score.value, option.name))


def _merits(key: str, proposed: Mapping[str, Option], views: Mapping[str, Analysis]) -> list[Contribution]:
    parts = [Contribution(points=_BASE, rule="every option starts here", source="reconcile")]
    total = sum(analysis.confidence for analysis in views.values() if recommended_key(analysis))
    for agent, analysis in views.items():
        if recommended_key(analysis) != key:
            continue
        share = _SUPPORT * analysis.confidence / total
        rule = f"recommended with confidence {analysis.confidence:g}, of {total:g} in all"
        parts.append(Contribution(points=share, rule=rule, source=f"{agent}.recommendation"))
    # An agent's risks are those of what it recommends.
    supporters = [agent for agent, analysis in views.items() if recommended_key(analysis) == key]
    risks = sorted((*_severity(risk), agent) for agent in supporters for risk in views[agent].risks)
    parts += [Contribution(points=p, rule=r, source=f"{a}.risks") for p, r, a in risks[:_RISKS_COUNTED] if p]
    for field, points, most in (("pros", _PRO, _PROS_COUNTED), ("cons", _CON, _CONS_COUNTED)):
        named = sorted(
            {(text, agent) for agent, option in proposed.items() for text in getattr(option, field)}
        )
        parts += [
            Contribution(points=points, rule=text, source=f"{agent}.options.{field}")
            for text, agent in named[:most]
        ]
    agent = max(proposed, key=lambda name: (_LEVELS.index(proposed[name].effort), name))
    effort = proposed[agent].effort
    if _EFFORT[effort]:
        parts.append(
            Contribution(points=_EFFORT[effort], rule=f"{effort} effort", source=f"{agent}.options.effort")
        )
    return parts


def _severity(risk: Risk) -> tuple[float, str]:
    worse = max(risk.probability, risk.impact, key=_LEVELS.index)
    better = min(risk.probability, risk.impact, key=_LEVELS.index)
    points = (_RISK[worse] + _RISK[better]) / 2
    rule = f"{risk.risk}: probability {risk.probability}, impact {risk.impact}"
    return (points * _MITIGATED, f"{rule}, mitigated") if risk.mitigation else (points, rule)


def _cost_points(
    key: str, proposed: Mapping[str, Option], costs: Mapping[str, CostEstimate | None]
) -> list[Contribution]:
    years = {other: first_year(cost) for other, cost in costs.items() if cost is not None}
    if key not in years or max(years.values()) == min(years.values()):
        return []
    low, high = min(years.values()), max(years.values())
    points = _COST * (1 - 2 * (years[key] - low) / (high - low))
    rule = f"{years[key]:,.0f} USD in the first year; the options range from {low:,.0f} to {high:,.0f}"
    source = ", ".join(f"{agent}.options.cost" for agent in sorted(proposed) if proposed[agent].cost)
    return [Contribution(points=points, rule=rule, source=source)]


def _recommended(options: list[ScoredOption]) -> list[str]:
    return [o.name for o in options[:2] if options[0].score.value - o.score.value <= _CLOSE]


def _highest(costs: Iterable[CostEstimate | None]) -> CostEstimate | None:
    given = [cost for cost in costs if cost is not None]
    return max(given, key=lambda cost: (first_year(cost), cost.one_time)) if given else None


def _cost(views: Mapping[str, Analysis]) -> CostEstimate | None:
    """The highest estimate: the prudent one where agents differ."""
    return _highest(analysis.cost_estimate for analysis in views.values())


def _escalation(
    views: Mapping[str, Analysis], risk: Sourced, cost: CostEstimate | None, conflict: bool
) -> list[Reason]:
    reasons = []
    if risk.value > ESCALATE_ABOVE:
        reasons.append(
            Reason(rule="risk_score", detail=f"The risk score {risk.value:g} is above {ESCALATE_ABOVE}.")
        )
    if cost and first_year(cost) > BUDGET_USD:
        detail = f"The first year costs {first_year(cost):,.0f} USD, above {BUDGET_USD:,} USD."
        reasons.append(Reason(rule="budget", detail=detail))
    for flag in ("legal", "compliance", "data_breach"):
        raised = [name for name, analysis in views.items() if flag in analysis.flags]
        if raised:
            detail = f"A {flag.replace('_', ' ')} question was flagged by {_named(raised)}."
            reasons.append(Reason(rule=flag, detail=detail))
    if conflict:
        reasons.append(Reason(rule="conflict", detail=f"{_named(views)} do not agree."))
    if not views:
        reasons.append(
            Reason(rule="unknown_domain", detail="No agent has a view on this: a person must look at it.")
        )
    return reasons


def _accountable(views: Mapping[str, Analysis]) -> str:
    """The CTO or COO if they alone have a view; across domains, and for all others, the CEO (EMADS-PR)."""
    return next(iter(views)) if len(views) == 1 and set(views) <= {"cto", "coo"} else "ceo"


def _consulted(views: Mapping[str, Analysis]) -> list[str]:
    accountable = _accountable(views)
    other = {"cto": ["coo"], "coo": ["cto"]}.get(accountable, [])
    return sorted({*other, *(name for name in views if name != accountable)})


def _conditions(views: Mapping[str, Analysis]) -> list[str]:
    """What must be done for the risks to be as small as stated, and what must stay true."""
    told = [
        text
        for analysis in views.values()
        for text in (
            *(risk.mitigation for risk in analysis.risks),
            *analysis.constraints,
            *analysis.assumptions,
        )
        if text
    ]
    return sorted(set(told))


def _warnings(
    asked: Mapping[str, Analysis], views: Mapping[str, Analysis], options: list[ScoredOption]
) -> list[str]:
    warnings = [f"{_named([name])} had no view on this." for name in asked if name not in views]
    warnings += [f"{_named([name])}: {a.degraded}" for name, a in views.items() if a.degraded]
    if views and not any(analysis.cost_estimate for analysis in views.values()):
        warnings.append("No cost estimate was given.")
    if views and not any(analysis.complexity for analysis in views.values()):
        warnings.append("The complexity was not counted; the risk is taken as medium.")
    if views and not options:
        warnings.append("No option was given.")
    for name, analysis in views.items():
        warnings += [
            f"{_named([name])} sees a high risk without a mitigation: {risk.risk}."
            for risk in analysis.risks
            if risk.impact == "high" and not risk.mitigation
        ]
    return warnings


def _sum(contributions: list[Contribution]) -> Sourced:
    rounded = [c.model_copy(update={"points": round(c.points, 1)}) for c in contributions]
    return Sourced(value=round(sum(c.points for c in rounded), 1), because=rounded)


def _named(names: Iterable[str]) -> str:
    return " and ".join(name.upper() if name in ("cto", "coo") else name for name in sorted(names))


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))

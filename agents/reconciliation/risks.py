"""Two numbers from 0 to 12: how complex a decision is, and what may go wrong with each of its options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emads_voice.agents.decisions import Contribution, Sourced
from emads_voice.agents.forms import Analysis, Complexity, Level, Risk
from emads_voice.agents.text import words

from .slate import Slate, SlateOption

MOST = 12.0

# Counts at which a dimension of complexity reaches its next point. Their lengths are the most it can give:
# 3 + 3 + 2 + 2 + 2 = 12, the top of EMADS-PR's scale.
_COMPLEXITY_STEPS: dict[str, tuple[int, ...]] = {
    "data_sources": (2, 4, 6),
    "logic_branches": (3, 6, 10),
    "integration_points": (2, 5),
    "error_paths": (2, 5),
    "human_touchpoints": (2, 5),
}
_GRADE: dict[Level, int] = {"low": 1, "medium": 2, "high": 3}
_MITIGATED = 2 / 3  # of a risk that something is done about so much stays
_FURTHER = 1 / 9  # a second grave risk adds 1 to the first


def risk_level(score: float) -> Level:
    """0 to 3 low, 4 to 7 medium, 8 to 12 high (EMADS-PR)."""
    return "high" if score >= 8 else "medium" if score >= 4 else "low"


def complexity(views: Mapping[str, Analysis]) -> Sourced:
    """The complexity by its five dimensions, each as the agent counts it that finds most. What nobody counted, or an
    agent's count that was lost, is taken for the most there can be."""
    contributions = []
    for dimension, steps in _COMPLEXITY_STEPS.items():
        name = dimension.replace("_", " ")
        lost = sorted(
            agent
            for agent, view in views.items()
            if {"complexity", f"complexity.{dimension}"} & {path.partition(":")[0] for path in view.missing}
        )
        counts = {
            agent: count
            for agent, view in views.items()
            if view.complexity and (count := _count(view.complexity, dimension)) is not None
        }
        if lost or not counts:
            rule = f"nobody counted the {name}: taken for the most, {len(steps)} points"
            source = f"{lost[0]}.complexity.{dimension}" if lost else "reconcile"
            contributions.append(Contribution(points=len(steps), rule=rule, source=source))
            continue
        agent = max(sorted(counts), key=lambda name: counts[name])
        points = sum(counts[agent] >= step for step in steps)
        rule = (
            f"{counts[agent]} {name}: {points} of {len(steps)} points, steps at {', '.join(map(str, steps))}"
        )
        contributions.append(Contribution(points=points, rule=rule, source=f"{agent}.complexity.{dimension}"))
    return Sourced(value=sum(part.points for part in contributions), because=contributions)


def counted(views: Mapping[str, Analysis]) -> bool:
    """Whether anybody counted every dimension."""
    return any(
        view.complexity and all(_count(view.complexity, each) is not None for each in _COMPLEXITY_STEPS)
        for view in views.values()
    )


def belongs(risk: Risk, option: SlateOption | None, slate: Slate) -> bool:
    """Whether an option has a risk; None is any. A risk that names no option, or none there is, is one of all."""
    meant = slate.find(risk.option) if option else None
    return option is None or meant is None or meant.id == option.id


def option_risks(
    option: SlateOption | None, slate: Slate, views: Mapping[str, Analysis]
) -> list[tuple[str, Risk]]:
    """(agent, risk) of an option, gravest first, each once."""
    found: dict[str, tuple[str, Risk]] = {}
    for agent, view in sorted(views.items()):
        for number, risk in enumerate(view.risks):
            if not belongs(risk, option, slate):
                continue
            unnamed = "risk" not in risk.model_fields_set or not words(risk.risk)
            key = f"{agent}[{number}]" if unnamed else " ".join(words(risk.risk))
            if key not in found or severity(risk) > severity(found[key][1]):
                found[key] = (agent, risk)
    return sorted(found.values(), key=lambda told: (-severity(told[1]), told[1].risk, told[0]))


def risk_of(option: SlateOption | None, slate: Slate, views: Mapping[str, Analysis]) -> Sourced:
    """What may go wrong with an option, or with any (None): its gravest risk, and a ninth of each further one."""
    lost = sorted(agent for agent, view in views.items() if _risks_lost(view))
    if lost:
        rule = "its risks were not told in a way that can be read: taken for the most"
        return Sourced(value=MOST, because=[Contribution(points=MOST, rule=rule, source=f"{lost[0]}.risks")])
    contributions: list[Contribution] = []
    left = MOST
    for number, (agent, risk) in enumerate(option_risks(option, slate, views)):
        points = round(min(left, severity(risk) * (_FURTHER if number else 1)), 1)
        left = round(left - points, 1)
        if points:
            contributions.append(
                Contribution(points=points, rule=_rule(risk, number), source=f"{agent}.risks")
            )
    return Sourced(value=round(sum(part.points for part in contributions), 1), because=contributions)


def worst(risks: Iterable[Sourced]) -> Sourced:
    """The highest of several; 0 of none."""
    nothing = Sourced(value=0, because=[])
    return max(risks, key=lambda risk: risk.value, default=nothing)


def severity(risk: Risk) -> float:
    """Probability (1 to 3) times impact (1 to 3); two thirds of it where something is done about it."""
    points = _GRADE[risk.probability] * _GRADE[risk.impact]
    return points * _MITIGATED if risk.mitigation.strip() else float(points)


def is_grave(risk: Risk) -> bool:
    """Likely and bad whatever is done, or bad, not unlikely, and nothing is said to prevent it."""
    if risk.impact != "high" or risk.probability == "low":
        return False
    return risk.probability == "high" or not risk.mitigation.strip()


def _risks_lost(view: Analysis) -> bool:
    return any(path.partition(":")[0] == "risks" for path in view.missing)


def _rule(risk: Risk, number: int) -> str:
    mitigated = ", mitigated" if risk.mitigation.strip() else ""
    further = ", beside a graver one" if number else ""
    return f"{risk.risk}: probability {risk.probability}, impact {risk.impact}{mitigated}{further}"


def _count(counts: Complexity, dimension: str) -> int | None:
    count: int | None = getattr(counts, dimension)
    return count

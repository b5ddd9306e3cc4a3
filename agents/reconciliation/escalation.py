"""When people beyond the usual reviewer must be asked, and why. What is missing is always a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from emads_voice.agents.agent import label
from emads_voice.agents.decisions import Conflict, OptionCost, Reason, ScoredOption, Sourced
from emads_voice.agents.forms import Analysis, Flag

from .policy import Policy
from .risks import counted, is_grave

ESCALATE_ABOVE = 8
"""Complexity, or risk, above which a decision is escalated (EMADS-PR)."""

_FLAGS: tuple[Flag, ...] = ("legal", "compliance", "data_breach")
_SHOWN = 5  # faults of a form that are told by name


def reasons(
    views: Mapping[str, Analysis],
    *,
    complexity: Sourced,
    risk: Sourced,
    options: Sequence[ScoredOption],
    conflicts: Sequence[Conflict],
    policy: Policy,
) -> list[Reason]:
    """Every rule that a decision falls under, each with its figures.

    Args:
        views: agent → its analysis, of those whose view counts.
        complexity: 0 to 12.
        risk: 0 to 12, of what is recommended.
        options: best first.
        conflicts: all that were found.
        policy: the deployment's.
    """
    if not views:
        return [
            Reason(rule="unknown_domain", detail="No agent has a view on this: a person must look at it.")
        ]
    found = []
    if complexity.value > ESCALATE_ABOVE:
        detail = f"The complexity {complexity.value:g} is above {ESCALATE_ABOVE}."
        found.append(Reason(rule="complexity", detail=detail))
    found += _risk(views, risk)
    found += _budget(options, policy)
    for flag in _FLAGS:
        raised = [name for name, analysis in views.items() if flag in analysis.flags]
        if raised:
            detail = f"A {flag.replace('_', ' ')} question was flagged by {named(raised)}."
            found.append(Reason(rule=flag, detail=detail))
    for conflict in conflicts:
        if conflict.about != "confidence":
            found.append(Reason(rule="conflict", detail=_conflict(conflict)))
    found += _incomplete(views, options)
    return found


def named(names: Iterable[str]) -> str:
    """Agents as people are told them: "COO and CTO"."""
    return " and ".join(label(name) for name in sorted(names))


def _risk(views: Mapping[str, Analysis], risk: Sourced) -> list[Reason]:
    if risk.value > ESCALATE_ABOVE:
        return [Reason(rule="risk", detail=f"The risk {risk.value:g} is above {ESCALATE_ABOVE}.")]
    for name, view in sorted(views.items()):
        for each in view.risks:
            if is_grave(each):
                return [Reason(rule="risk", detail=f"{named([name])} sees a grave risk: {each.risk}.")]
    return []


def _budget(options: Sequence[ScoredOption], policy: Policy) -> list[Reason]:
    """The option recommended if it is above the budget, else the dearest if that is."""
    above = [option for option in options if option.cost and _committed(option.cost) > policy.budget_usd]
    if not above:
        return []
    chosen = above[0] if above[0] is options[0] else max(above, key=lambda option: _most(option))
    detail = f"{chosen.name} costs {_most(chosen):,.0f} USD, above {policy.budget_usd:,.0f} USD."
    return [Reason(rule="budget", detail=detail)]


def _committed(cost: OptionCost) -> float:
    """At the most. What is saved later does not pay what must be paid first."""
    return max(cost.first_year.most, cost.one_time.most)


def _most(option: ScoredOption) -> float:
    return _committed(option.cost) if option.cost else 0.0


def _conflict(conflict: Conflict) -> str:
    told = "; ".join(f"{label(agent)}: {position}" for agent, position in conflict.positions.items())
    about = {
        "identity": "It is not certain which option is meant",
        "assumption": "One assumes away a risk that another names",
        "constraint": "A constraint and a timeline do not go together",
    }.get(conflict.about, f"There is no agreement on the {conflict.about}")
    return f"{about}{f' of {conflict.option}' if conflict.option else ''} ({told})."


def _incomplete(views: Mapping[str, Analysis], options: Sequence[ScoredOption]) -> list[Reason]:
    found = []
    for name, view in sorted(views.items()):
        if view.missing:
            told = ", ".join(view.missing[:_SHOWN])
            more = f" and {len(view.missing) - _SHOWN} more" if len(view.missing) > _SHOWN else ""
            found.append(
                f"Of what {named([name])} handed over, this is missing or cannot be read: {told}{more}."
            )
    if not counted(views):
        found.append("The complexity was not counted.")
    unknown = [option.name for option in options if option.cost is None or not option.cost.whole]
    if not options:
        found.append("No option was given.")
    elif (unknown and unknown[0] == options[0].name) or any(
        option.cost and not option.cost.whole for option in options
    ):
        found.append(f"What {unknown[0]} costs is not wholly known.")
    return [Reason(rule="incomplete", detail=detail) for detail in found]

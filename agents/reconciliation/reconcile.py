"""ReconcileGPT: a neutral decision engine. A tool, not the boss: it computes, a person decides.

Plain code over the specialists' normal form. The same analyses give the same decision, whatever their order,
and every number carries the contributions it is the sum of. What is missing never makes a decision look safer:
it counts as the worst it can be, and is a reason to ask a person. docs/decisions.md tells every rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from emads_voice.agents.decisions import Decision, ScoredOption, Sourced
from emads_voice.agents.forms import Analysis

from .conflicts import find_conflicts
from .costs import option_costs
from .escalation import named, reasons
from .policy import Policy
from .risks import complexity, counted, option_risks, risk_level, risk_of, severity, worst
from .scores import net_support, score, told_against, told_for
from .slate import Slate, build_slate

_CLOSE = 3.0  # a second option this close to the best is recommended beside it


def reconcile(analyses: Mapping[str, Analysis], *, objective: str, policy: Policy | None = None) -> Decision:
    """Weigh the specialists' analyses against each other; that of one alone is weighed the same way.

    Args:
        analyses: agent → its analysis; each may leave anything out. Those that only tell a fact are not weighed.
        objective: what is to be decided, in the caller's words.
        policy: budget, rates and weights; by default those of docs/decisions.md, and no rate of exchange.
    """
    policy = policy or Policy()
    ordered = {name: analyses[name] for name in sorted(analyses)}
    views = {name: _in_order(analysis) for name, analysis in ordered.items() if analysis.is_proposal}
    slate = build_slate(views)
    options = _scored(slate, views, policy)
    best = _recommended(options, slate, views)
    conflicts = find_conflicts(slate, views, policy)
    difficulty = complexity(views)
    risk = _risk(best, slate, views)
    found = reasons(
        views, complexity=difficulty, risk=risk, options=options, conflicts=conflicts, policy=policy
    )
    first = slate.options[best[0].id] if best else None
    objection_by, objection = _objection(slate, views, best[:1])
    return Decision(
        objective=objective,
        options=options,
        recommended=[option.name for option in best],
        tied=len(best) > 1 and best[0].score.value == best[-1].score.value,
        why=next(iter(told_for(first, slate, views)), "") if first else "",
        objection=objection,
        objection_by=objection_by,
        conflicts=conflicts,
        conditions=_conditions(slate, views),
        warnings=_warnings(ordered, views, options),
        complexity=difficulty,
        risk=risk,
        risk_level=risk_level(max(difficulty.value, risk.value)),
        cost=best[0].cost if best else None,
        escalate=bool(found),
        escalation_reasons=found,
        accountable=_accountable(views),
        consulted=_consulted(views),
    )


def _in_order(view: Analysis) -> Analysis:
    """An analysis whose lists have an order of their own, whatever order they came in."""
    risks = sorted(view.risks, key=lambda risk: (-severity(risk), risk.model_dump_json()))
    options = sorted(view.options, key=lambda option: option.model_dump_json())
    return view.model_copy(update={"risks": risks, "options": options})


def nobody_asked(objective: str) -> Decision:
    """The decision on what is nobody's subject: a person must look at it."""
    return reconcile({}, objective=objective)


def _scored(slate: Slate, views: Mapping[str, Analysis], policy: Policy) -> list[ScoredOption]:
    costs = option_costs(slate, views, policy)
    scored = []
    for key, option in slate.options.items():
        risk = risk_of(option, slate, views)
        points = score(option, slate, views, costs.get(key), risk, policy)
        scored.append(
            ScoredOption(
                id=key,
                name=option.name,
                proposed_by=sorted(option.proposed),
                score=points,
                risk=risk,
                cost=costs.get(key),
            )
        )
    return sorted(scored, key=lambda option: (-option.score.value, option.name))


def _recommended(
    options: Sequence[ScoredOption], slate: Slate, views: Mapping[str, Analysis]
) -> list[ScoredOption]:
    """What agents are for, whatever else scores better, and beside it the best other that is close to it or above it.

    Of several that agents are for the best is first, with all that are equal to it. Where nobody says what they are
    for it is the best of all. Never what more is said against than for.
    """
    refused = {
        position.option
        for position in slate.positions.values()
        if position.stance in ("against", "not_now")
        and not any(other.option == position.option and other.positive for other in slate.positions.values())
    }
    open_to = [
        option
        for option in options
        if option.id not in refused and net_support(slate.options[option.id], slate, views) >= 0
    ]
    wanted = {position.option for position in slate.positions.values() if position.positive}
    first = next((option for option in open_to if option.id in wanted), next(iter(open_to), None))
    if first is None:
        return []
    others = [option for option in open_to if option is not first]
    equal = [option for option in others if option.score.value == first.score.value]
    if equal and equal[0] in others[:1]:
        return [first, *equal]
    return [first, *(each for each in others[:1] if first.score.value - each.score.value <= _CLOSE)]


def _risk(best: Sequence[ScoredOption], slate: Slate, views: Mapping[str, Analysis]) -> Sourced:
    """Of what is recommended; all of it together where something is missing that might have changed what that is."""
    if not best or any(view.missing for view in views.values()):
        return risk_of(None, slate, views)
    return worst(option.risk for option in best)


def _objection(
    slate: Slate, views: Mapping[str, Analysis], options: Sequence[ScoredOption]
) -> tuple[str, str]:
    """What speaks most against the best option, and who says it: an agent against it, its gravest risk, a con."""
    for each in options:
        option = slate.options[each.id]
        for agent, position in slate.positions.items():
            if position.option == option.id and not position.positive:
                return agent, position.words if position.words.casefold() not in option.ids else option.name
        for agent, risk in option_risks(option, slate, views)[:1]:
            return agent, risk.risk
        for text in told_against(option)[:1]:
            agents = [agent for agent, entry in option.entries if text in map(str.strip, entry.cons)]
            return next(iter(agents), ""), text
    return "", ""


def _accountable(views: Mapping[str, Analysis]) -> str:
    """The CTO or COO if they alone have a view; across domains, and for all others, the CEO (EMADS-PR)."""
    return next(iter(views)) if len(views) == 1 and set(views) <= {"cto", "coo"} else "ceo"


def _consulted(views: Mapping[str, Analysis]) -> list[str]:
    accountable = _accountable(views)
    other = {"cto": ["coo"], "coo": ["cto"]}.get(accountable, [])
    return sorted({*other, *(name for name in views if name != accountable)})


def _conditions(slate: Slate, views: Mapping[str, Analysis]) -> list[str]:
    """What an agent makes its consent depend on, what must be done for the risks to be as small as stated, and what
    must stay true."""
    conditions = [position.condition for position in slate.positions.values()]
    told = [
        text
        for analysis in views.values()
        for text in (
            *(risk.mitigation for risk in analysis.risks),
            *analysis.constraints,
            *analysis.assumptions,
        )
    ]
    return sorted({text.strip() for text in (*conditions, *told) if text.strip()})


def _warnings(
    asked: Mapping[str, Analysis], views: Mapping[str, Analysis], options: Iterable[ScoredOption]
) -> list[str]:
    warnings = [f"{named([name])} had no view on this." for name in asked if name not in views]
    warnings += [f"{named([name])}: {a.degraded}" for name, a in views.items() if a.degraded]
    if views and not any(option.cost for option in options):
        warnings.append("No cost estimate was given.")
    if views and not counted(views):
        warnings.append("The complexity was not counted; it is taken for the highest.")
    if views and not any(view.risks for view in views.values()):
        warnings.append("Nobody named a risk.")
    for name, analysis in views.items():
        warnings += [
            f"{named([name])} sees a high risk without a mitigation: {risk.risk}."
            for risk in analysis.risks
            if risk.impact == "high" and not risk.mitigation.strip()
        ]
    return warnings

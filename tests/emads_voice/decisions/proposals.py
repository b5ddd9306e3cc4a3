"""Plans to be decided on, as ReconcileGPT makes them."""

from __future__ import annotations

from typing import Any

from emads_voice.agents.decisions import (
    Conflict,
    Contribution,
    Decision,
    OptionCost,
    ScoredOption,
    Sourced,
    Span,
)
from emads_voice.decisions import Plan, Step


def sourced(value: float, rule: str = "counted", source: str = "cto.risks") -> Sourced:
    return Sourced(value=value, because=[Contribution(points=value, rule=rule, source=source)])


def decision(risk: float = 2, **changes: Any) -> Decision:
    cost = OptionCost(
        one_time=Span(least=1000, most=2000),
        monthly=Span(least=50, most=50),
        first_year=Span(least=1600, most=2600),
        three_years=Span(least=2800, most=3800),
        whole=True,
        because=["a price of 1,000 to 2,000 USD"],
    )
    whole = Decision(
        objective="Should we move to Kubernetes?",
        options=[
            ScoredOption(
                id="k8s",
                name="Kubernetes",
                proposed_by=["cto"],
                score=sourced(61.5),
                risk=sourced(risk),
                cost=cost,
            ),
            ScoredOption(id="stay", name="Stay", proposed_by=["coo"], score=sourced(40), risk=sourced(1)),
        ],
        recommended=["Kubernetes"],
        why="It scales.",
        objection="Nobody has run it.",
        objection_by="coo",
        conflicts=[
            Conflict(about="timeline", option="Kubernetes", positions={"cto": "3 months", "coo": "9 months"})
        ],
        complexity=sourced(2),
        risk=sourced(risk),
        risk_level="high" if risk >= 8 else "medium" if risk >= 4 else "low",
        escalate=False,
        accountable="ceo",
        consulted=["cto", "coo"],
    )
    return whole.model_copy(update=changes)


def plan(*executors: str, action: str = "Move to Kubernetes", **changes: Any) -> Plan:
    steps = tuple(Step(executor=name) for name in executors or ("decision_record",))
    return Plan(action=action, decision=decision(**changes), steps=steps)

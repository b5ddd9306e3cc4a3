"""What documents say is a floor that no model lowers."""

from typing import Any

from emads_voice.agents.forms import Analysis, Complexity, CostEstimate, Option
from emads_voice.agents.reconciliation.floor import at_least

WRITTEN = Analysis(
    answer="…",
    agent="cto",
    kind="proposal",
    options=[
        Option(
            id="managed",
            name="Managed Kubernetes in phases",
            cost=CostEstimate(one_time=85_000, monthly=6_000),
        ),
        Option(id="stay", name="Stay", cost=CostEstimate(one_time=0, monthly=3_500)),
    ],
    cost_estimate=CostEstimate(one_time=85_000, monthly=6_000),
    recommendation="Managed Kubernetes in phases",
    complexity=Complexity(data_sources=4, logic_branches=7),
    flags=["legal"],
)


def told(name: str, cost: CostEstimate | None, **fields: Any) -> Analysis:
    options = [Option(name=name, cost=cost)]
    return Analysis(answer="…", agent="cto", kind="proposal", options=options, recommendation=name, **fields)


def test_costs_counts_and_flags_are_raised_and_options_get_their_ids() -> None:
    cheap = told(
        "Managed K8s",
        CostEstimate(one_time=5, monthly=9_000),
        complexity=Complexity(data_sources=1, error_paths=3),
    )
    raised = at_least(cheap, WRITTEN)
    (option,) = raised.options
    assert option.id == "managed"
    assert option.cost == CostEstimate(one_time=85_000, monthly=9_000)
    assert raised.complexity == Complexity(data_sources=4, logic_branches=7, error_paths=3)
    assert raised.flags == ["legal"]
    assert raised.cost_estimate is None, "the option has its cost"


def test_another_name_does_not_get_round_it() -> None:
    raised = at_least(told("A light thing", CostEstimate(one_time=5, monthly=0)), WRITTEN)
    assert raised.cost_estimate == WRITTEN.cost_estimate


def test_a_model_may_not_convert() -> None:
    raised = at_least(told("Stay", CostEstimate(one_time=1, monthly=1, currency="VND")), WRITTEN)
    assert raised.options[0].cost == CostEstimate(one_time=0, monthly=3_500)


def test_documents_that_say_nothing_change_nothing() -> None:
    nothing = Analysis(answer="…", agent="cto", kind="fact")
    view = told("Stay", CostEstimate(one_time=1, monthly=1), complexity=Complexity(data_sources=2))
    assert at_least(view, nothing) == view

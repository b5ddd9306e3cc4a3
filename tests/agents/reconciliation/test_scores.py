"""Scores are explained, monotone and continuous, and depend on nothing but the option itself."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.agents import Analysis, reconcile
from emads_voice.agents.decisions import ScoredOption
from emads_voice.agents.forms import CostEstimate, Level, Option, Risk
from emads_voice.agents.reconciliation.slate import build_slate

LEVELS: tuple[Level, ...] = ("low", "medium", "high")
LEVEL = st.sampled_from(LEVELS)
AMOUNT = st.floats(-1e6, 1e7, allow_nan=False)
WORDS = st.lists(st.sampled_from(["fast", "cheap", "safe", "known", "new"]), max_size=4)
MOVES = st.builds(
    Option,
    name=st.just("Move"),
    pros=WORDS,
    cons=WORDS,
    effort=LEVEL,
    timeline=st.integers(1, 40).map("{} months".format),
    cost=st.builds(CostEstimate, one_time=AMOUNT, monthly=st.floats(-1e5, 1e5, allow_nan=False)),
)
VIEWS = st.builds(
    Analysis,
    answer=st.just("…"),
    agent=st.just("x"),
    kind=st.just("proposal"),
    options=MOVES.map(lambda option: [option]),
    recommendation=st.just("Move"),
    stance=st.sampled_from(["for", "against", "only_if"]),
    confidence=st.floats(0, 1),
    benefits=WORDS,
    risks=st.lists(
        st.builds(Risk, risk=st.text("abc", min_size=1), probability=LEVEL, impact=LEVEL), max_size=3
    ),
)


def move(view: Analysis, **others: Analysis) -> ScoredOption:
    decision = reconcile({"cto": view, **others}, objective="?")
    return next(option for option in decision.options if option.name in ("Move", "Verschieben"))


def with_option(view: Analysis, **change: Any) -> Analysis:
    return view.model_copy(update={"options": [view.options[0].model_copy(update=change)]})


@given(VIEWS)
def test_better_in_anything_is_never_worse_in_points(view: Analysis) -> None:
    option, points = view.options[0], move(view).score.value
    cost = option.cost
    assert cost
    assert cost.one_time is not None
    better = [
        with_option(view, pros=[*option.pros, "a thing nobody had thought of"]),
        with_option(view, cons=option.cons[1:]),
        with_option(view, effort="low"),
        with_option(view, timeline="1 day"),
        with_option(view, cost=cost.model_copy(update={"one_time": cost.one_time - 5000})),
        view.model_copy(update={"benefits": [*view.benefits, "a thing nobody had thought of"]}),
        view.model_copy(update={"risks": view.risks[1:]}),
    ]
    if view.stance == "for":
        better.append(view.model_copy(update={"confidence": 1.0}))
    for each in better:
        assert move(each).score.value >= points


@given(VIEWS, MOVES)
def test_other_options_change_nothing(view: Analysis, other: Option) -> None:
    beside = view.model_copy(
        update={"options": [*view.options, other.model_copy(update={"name": "Sell all vans"})]}
    )
    assert move(beside).score == move(view).score


@given(VIEWS)
def test_neither_names_nor_duplicates_count(view: Analysis) -> None:
    option = view.options[0]
    renamed = with_option(view, name="Verschieben").model_copy(update={"recommendation": "Verschieben"})
    doubled = view.model_copy(
        update={
            "options": [*view.options, *view.options],
            "risks": [*view.risks, *view.risks],
            "benefits": [*view.benefits, *view.benefits],
        }
    )
    shouted = with_option(view, pros=[*option.pros, *map(str.upper, option.pros)])
    assert move(view).score.value == move(renamed).score.value == move(doubled).score.value
    assert move(view).score.value == move(shouted).score.value


@given(VIEWS, st.floats(0, 100))
def test_a_small_difference_in_cost_is_a_small_difference_in_points(view: Analysis, more: float) -> None:
    cost = view.options[0].cost
    assert cost
    assert cost.one_time is not None
    dearer = with_option(view, cost=cost.model_copy(update={"one_time": cost.one_time + more}))
    assert abs(move(dearer).score.value - move(view).score.value) <= 0.2


@given(VIEWS, st.sampled_from(["pros", "cost", "effort", "timeline"]))
def test_what_is_not_said_is_the_worst(view: Analysis, field: str) -> None:
    silent = view.options[0].model_dump(exclude={field})
    assert move(view.model_copy(update={"options": [Option(**silent)]})).score.value <= move(view).score.value


@given(st.lists(st.sampled_from(LEVELS), min_size=2, max_size=2))
def test_a_graver_risk_is_never_less(levels: list[Level]) -> None:
    mild, grave = sorted(levels, key=LEVELS.index)
    base: Any = {"answer": "…", "agent": "x", "kind": "proposal", "options": [Option(name="Move")]}
    for probability, mitigation in itertools.product(LEVELS, ("", "something is done")):
        risks = [
            reconcile({"cto": Analysis(**base, risks=[Risk(risk="a", probability=probability, impact=impact,
                                                           mitigation=mitigation)])}, objective="?").risk.value
            for impact in (mild, grave)
        ]  # fmt: skip
        assert risks[0] <= risks[1]


def test_ties_are_said_to_be_ties() -> None:
    options = [Option(name=name) for name in ("Red", "Green", "Blue")]
    view = Analysis(answer="…", agent="cto", kind="proposal", options=options)
    decision = reconcile({"cto": view}, objective="?")
    assert decision.tied
    assert sorted(decision.recommended) == ["Blue", "Green", "Red"]


def test_one_slate_for_forty_options_of_three_agents() -> None:
    options = [Option(name=f"Way {chr(97 + n % 26)}{chr(97 + n // 26)} forward") for n in range(40)]
    view = Analysis(answer="…", agent="x", kind="proposal", options=options)
    assert len(build_slate({"cto": view, "coo": view, "legal": view}).options) == 40


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), 1e300])
def test_what_is_no_amount_is_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="one_time"):
        CostEstimate(one_time=amount, monthly=0)

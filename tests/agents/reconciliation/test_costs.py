"""Money: its amount, currency, sign and period; what an option costs in all."""

import pytest

from emads_voice.agents import Analysis, Policy, reconcile
from emads_voice.agents.decisions import Decision, OptionCost
from emads_voice.agents.forms import CostEstimate, Option, ResourceNeed
from emads_voice.agents.money import say_cost, say_option_cost
from emads_voice.messages import shipped

RATES = Policy(rates={"VND": 25_000})


def view(price: CostEstimate | None, name: str = "Move", **fields: object) -> Analysis:
    base = {"answer": "…", "agent": "x", "kind": "proposal", "recommendation": name}
    return Analysis.model_validate(base | {"options": [Option(name=name, cost=price)]} | fields)


def decide(policy: Policy = RATES, **views: Analysis) -> Decision:
    return reconcile(views, objective="?", policy=policy)


def cost(decision: Decision) -> OptionCost:
    assert decision.cost
    return decision.cost


def usd(once: float, monthly: float = 0) -> CostEstimate:
    return CostEstimate(one_time=once, monthly=monthly)


def rules(decision: Decision) -> set[str]:
    return {reason.rule for reason in decision.escalation_reasons}


def test_price_and_needs_are_summed_and_the_estimate_is_no_less() -> None:
    needs = [
        ResourceNeed(type="training", quantity=1, cost=usd(16_500)),
        ResourceNeed(type="scanners", quantity=20, cost=usd(9_000)),
    ]
    decision = decide(coo=view(usd(60_000, 7_500), resource_needs=needs, cost_estimate=usd(66_000, 7_500)))
    assert (cost(decision).one_time.most, cost(decision).monthly.most) == (85_500, 7_500)
    assert (cost(decision).first_year.most, cost(decision).three_years.most) == (175_500, 355_500)
    assert cost(decide(coo=view(usd(1), cost_estimate=usd(9_999)))).one_time.most == 9_999


def test_ranges_are_kept_and_the_upper_end_counts() -> None:
    ranged = CostEstimate(one_time=5_000, one_time_most=12_000, monthly=0)
    decision = decide(cto=view(ranged))
    assert (cost(decision).one_time.least, cost(decision).one_time.most) == (5_000, 12_000)
    assert "budget" in rules(decision)


def test_what_is_in_dong_is_converted_at_the_stated_rate_and_that_is_said() -> None:
    decision = decide(cto=view(CostEstimate(one_time=1_000_000_000, monthly=0, currency="đồng")))
    assert cost(decision).one_time.most == 40_000
    assert "at 25,000 VND to the dollar, as this deployment states" in cost(decision).because[0]
    said = say_option_cost(cost(decision), shipped().wording("English"))
    assert said == "40 thousand dollars once, at our rate of exchange"
    assert "budget" in rules(decision)


def test_without_a_rate_nothing_is_converted_and_a_person_must_look() -> None:
    decision = decide(Policy(), cto=view(CostEstimate(one_time=1_000_000_000, monthly=0, currency="VND")))
    assert not cost(decision).whole
    assert "incomplete" in rules(decision)
    assert "states no rate" in cost(decision).because[0]


def test_savings_are_savings_but_pay_nothing_beforehand() -> None:
    decision = decide(cto=view(usd(15_000, -1_000)))
    assert cost(decision).first_year.most == 3_000
    assert "budget" in rules(decision)
    assert say_option_cost(cost(decision), shipped().wording("English")) == (
        "15 thousand dollars once and a saving of 1 thousand dollars a month"
    )


def test_the_cost_spoken_is_that_of_the_option_recommended_and_the_dearest_is_looked_at_too() -> None:
    options = [
        Option(name="Cheap", effort="low", timeline="1 month", cost=usd(100)),
        Option(name="Dear", cost=usd(90_000)),
    ]
    decision = decide(cto=view(None, "Cheap", options=options))
    assert cost(decision).one_time.most == 100
    assert "budget" in rules(decision)


def test_beyond_the_present() -> None:
    stay = Option(name="Stay", cost=usd(0, 3_500), present=True)
    move = Option(name="Move", cost=usd(10_000, 6_000))
    decision = decide(cto=view(None, options=[stay, move]))
    beyond = {
        option.name: option.cost.beyond_present.most
        for option in decision.options
        if option.cost and option.cost.beyond_present
    }
    assert beyond == {"Move": 40_000, "Stay": 0}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"one_time": "2M USD", "monthly": 0}, (2_000_000, 0, "USD")),
        ({"one_time": "2 tỷ đồng", "monthly": "15 triệu đồng/tháng"}, (2e9, 15e6, "VND")),
        ({"one_time": "$85,000", "yearly": 12_000}, (85_000, 1_000, "USD")),
        ({"one_time": "85.000 đô la", "monthly": "1,5k"}, (85_000, 1_500, "USD")),
        ({"one_time": "-3.000 USD", "monthly": "12k USD a year"}, (-3_000, 1_000, "USD")),
        ({"one_time": 5, "monthly": 1, "currency": "vnđ"}, (5, 1, "VND")),
    ],
)
def test_amounts_in_words(written: dict[str, object], read: tuple[float, float, str]) -> None:
    read_cost = CostEstimate.model_validate(written)
    assert (read_cost.one_time, read_cost.monthly, read_cost.currency) == read


@pytest.mark.parametrize(
    "written",
    [
        {"one_time": "about 5k", "monthly": 0},
        {"one_time": "10-20k", "monthly": 0},
        {"one_time": "5 USD", "monthly": "3 EUR"},
        {"one_time": "5 a month", "monthly": 0},
        {"one_time": "5", "monthly": 0, "currency": "shells"},
    ],
)
def test_amounts_that_are_not_certain_are_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="CostEstimate"):
        CostEstimate.model_validate(written)


def test_other_currencies_and_ranges_are_spoken() -> None:
    english, vietnamese = (shipped().wording(name) for name in ("English", "Vietnamese"))
    dong = CostEstimate(one_time=1_500_000, one_time_most=2_000_000, monthly=0, currency="VND")
    assert say_cost(dong, english) == "1 million 500 thousand dong to 2 million dong once"
    assert say_cost(dong, vietnamese) == "1 triệu rưỡi đồng đến 2 triệu đồng một lần"
    assert say_cost(CostEstimate(one_time=7, monthly=0, currency="EUR"), english) == "7 EUR once"
    assert say_cost(CostEstimate(), english) == "an unknown amount"

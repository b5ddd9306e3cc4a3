"""What each option costs: its price and all it needs, in US dollars, one-time and running apart.

An option's price is what agents state for it, at the highest; what it needs (people, things, training) is added. The
estimate of all an agent recommends is the least that sum can be, so that nothing is counted twice and nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from emads_voice.agents.decisions import OptionCost, Span
from emads_voice.agents.forms import Analysis, CostEstimate

from .policy import Policy
from .slate import Slate, SlateOption

_YEAR, _THREE_YEARS = 12, 36
DOLLAR = "USD"


@dataclass(frozen=True, slots=True)
class Stated:
    """A cost as an agent states it, converted: (least, most) once and a month, None where not known."""

    source: str
    once: tuple[float, float] | None
    monthly: tuple[float, float] | None
    told: str
    converted: bool = False

    @property
    def whole(self) -> bool:
        """Whether no part of it is unknown."""
        return self.once is not None and self.monthly is not None

    @property
    def first_year(self) -> float:
        """At the most, in USD."""
        return (self.once or (0, 0))[1] + _YEAR * (self.monthly or (0, 0))[1]


def stated_cost(cost: CostEstimate, source: str, policy: Policy) -> Stated:
    """A cost in US dollars, at the rate that the deployment states. Without a rate nothing of it is known."""
    rate = 1.0 if cost.currency == DOLLAR else policy.rates.get(cost.currency)
    if rate is None:
        told = f"{source}: in {cost.currency}, for which this deployment states no rate"
        return Stated(source, None, None, told)

    def span(least: float | None, most: float | None) -> tuple[float, float] | None:
        ends = [end / rate for end in (least, most) if end is not None]
        return (min(ends), max(ends)) if ends else None

    once, monthly = span(cost.one_time, cost.one_time_most), span(cost.monthly, cost.monthly_most)
    told = f"{source}: {_figures(once)} once and {_figures(monthly)} a month"
    if cost.currency != DOLLAR:
        told += f", at {rate:,g} {cost.currency} to the dollar, as this deployment states"
    return Stated(source, once, monthly, told, converted=cost.currency != DOLLAR)


def option_costs(slate: Slate, views: Mapping[str, Analysis], policy: Policy) -> dict[str, OptionCost]:
    """The cost of each option of which anything is known, by the option's id."""
    costs = {
        key: cost for key, option in slate.options.items() if (cost := _cost(option, slate, views, policy))
    }
    present = [
        costs[key].first_year
        for key, option in slate.options.items()
        if key in costs and any(entry.present for _, entry in option.entries)
    ]
    if len(present) != 1:
        return costs
    today = present[0]
    return {
        key: cost.model_copy(update={"beyond_present": _less(cost.first_year, today)})
        for key, cost in costs.items()
    }


def stated_prices(option: SlateOption, policy: Policy) -> list[tuple[str, Stated]]:
    """(agent, price) of the option, as the agents that propose it state it."""
    return [
        (agent, stated_cost(entry.cost, f"{agent}.options.cost", policy))
        for agent, entry in option.entries
        if entry.cost
    ]


def estimates(
    option: SlateOption, slate: Slate, views: Mapping[str, Analysis], policy: Policy
) -> list[tuple[str, Stated]]:
    """(agent, estimate) of those whose overall estimate is for this option; of those who recommend none, for any."""
    return [
        (agent, stated_cost(view.cost_estimate, f"{agent}.cost_estimate", policy))
        for agent, view in sorted(views.items())
        if view.cost_estimate and _speaks_of(agent, option, slate)
    ]


def _cost(
    option: SlateOption, slate: Slate, views: Mapping[str, Analysis], policy: Policy
) -> OptionCost | None:
    prices = [price for _, price in stated_prices(option, policy)]
    needs = [
        stated_cost(need.cost, f"{agent}.resource_needs ({need.type})", policy)
        for agent, view in sorted(views.items())
        if _speaks_of(agent, option, slate)
        for need in view.resource_needs
        if need.cost
    ]
    floors = [estimate for _, estimate in estimates(option, slate, views, policy)]
    stated = [*prices, *needs, *floors]
    if not stated:
        return None
    once = _total(prices, needs, floors, lambda cost: cost.once)
    monthly = _total(prices, needs, floors, lambda cost: cost.monthly)
    unpriced = [
        agent
        for agent, view in views.items()
        if _speaks_of(agent, option, slate)
        and any(need.cost is None for need in view.resource_needs)
        and view.cost_estimate is None  # which is of everything
    ]
    # A total is known where somebody gave all of it, and nobody a part that could not be counted.
    known = (
        any(cost.whole for cost in (*prices, *floors)) and all(cost.whole for cost in stated) and not unpriced
    )
    return OptionCost(
        one_time=once,
        monthly=monthly,
        first_year=_over(once, monthly, _YEAR),
        three_years=_over(once, monthly, _THREE_YEARS),
        whole=known,
        converted=any(cost.converted for cost in stated),
        because=[cost.told for cost in stated],
    )


def _speaks_of(agent: str, option: SlateOption, slate: Slate) -> bool:
    position = slate.positions.get(agent)
    return position is None or position.option == option.id


Part = Callable[[Stated], tuple[float, float] | None]


def _total(prices: list[Stated], needs: list[Stated], floors: list[Stated], part: Part) -> Span:
    def known(costs: Iterable[Stated]) -> list[tuple[float, float]]:
        return [span for cost in costs if (span := part(cost)) is not None]

    priced, needed, floor = known(prices), known(needs), known(floors)
    # The low end is the lowest price anybody states, the high end the highest.
    least = min((low for low, _ in priced), default=0.0) + sum(low for low, _ in needed)
    most = max((high for _, high in priced), default=0.0) + sum(high for _, high in needed)
    summed = [(least, most)] if priced or needed else []
    every = [*summed, *floor] or [(0.0, 0.0)]
    return Span(least=_cents(min(low for low, _ in every)), most=_cents(max(high for _, high in every)))


def _over(once: Span, monthly: Span, count: int) -> Span:
    return Span(
        least=_cents(once.least + count * monthly.least), most=_cents(once.most + count * monthly.most)
    )


def _less(cost: Span, today: Span) -> Span:
    return Span(least=_cents(cost.least - today.most), most=_cents(cost.most - today.least))


def _cents(amount: float) -> float:
    return round(amount, 2)


def _figures(span: tuple[float, float] | None) -> str:
    if span is None:
        return "an unknown amount"
    least, most = span
    return f"{least:,.0f} USD" if least == most else f"{least:,.0f} to {most:,.0f} USD"

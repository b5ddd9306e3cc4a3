"""How sums of money are spoken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from emads_voice.messages import Key

from .decisions import OptionCost
from .forms import CostEstimate

if TYPE_CHECKING:
    from emads_voice.messages.formatting import Messages

_NAMED: dict[str, Key] = {"USD": "dollars", "VND": "dong"}


def say_cost(cost: CostEstimate, messages: Messages) -> str:
    """A cost as it is spoken: "85 thousand dollars once and 6 thousand dollars a month"."""
    if cost.one_time is None and cost.monthly is None:
        return messages.text("cost_unknown")
    once = _span(cost.one_time, cost.one_time_most)
    monthly = _span(cost.monthly, cost.monthly_most)
    return _said(once, monthly, cost.currency, messages)


def say_option_cost(cost: OptionCost, messages: Messages) -> str:
    """What an option costs in all, in dollars; where it was converted from another currency, that is said."""
    once, monthly = ((span.least, span.most) for span in (cost.one_time, cost.monthly))
    said = _said(once, monthly, "USD", messages)
    return messages.text("cost_converted", cost=said) if cost.converted else said


def say_first_year(cost: OptionCost, messages: Messages, *, digits: int) -> str:
    """The most that an option costs in its first year, rounded up to so many digits; a saving as it is."""
    most = cost.first_year.most
    if most <= 0:
        return say_option_cost(cost, messages)
    unit = 10 ** max(len(str(math.ceil(most))) - digits, 0)
    said = messages.text("first_year", money=_sum(math.ceil(most / unit) * unit, "USD", messages))
    return messages.text("cost_converted", cost=said) if cost.converted else said


def _span(least: float | None, most: float | None) -> tuple[float, float]:
    ends = [end for end in (least, most) if end is not None] or [0.0]
    return min(ends), max(ends)


def _said(once: tuple[float, float], monthly: tuple[float, float], currency: str, messages: Messages) -> str:
    parts = []
    keys: tuple[tuple[tuple[float, float], Key, Key], ...] = (
        (once, "cost_once", "saves_once"),
        (monthly, "cost_monthly", "saves_monthly"),
    )
    for (least, most), costs, saves in keys:
        if round(least) or round(most):
            # What costs at the most is a cost, though at the least it may save something.
            low, high = (-most, -least) if most <= 0 else (max(least, 0.0), most)
            money = _money(low, high, currency, messages)
            parts.append(messages.text(saves if most <= 0 else costs, money=money))
    return messages.listed(parts) if parts else messages.text("cost_nothing")


def _money(least: float, most: float, currency: str, messages: Messages) -> str:
    low, high = (_sum(amount, currency, messages) for amount in (least, most))
    return high if round(least) == round(most) else messages.text("from_to", least=low, most=high)


def _sum(amount: float, currency: str, messages: Messages) -> str:
    if currency in _NAMED:
        return messages.text(_NAMED[currency], amount=round(amount))
    return messages.text("other_money", amount=round(amount), currency=currency)

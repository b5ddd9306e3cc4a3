"""What a deployment decides about decisions: its budget, its rates of exchange, what it weighs how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Weight = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Rate = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Weights(BaseModel):
    """How much each criterion counts for an option's score; only their proportions matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    support: Weight = 30
    merits: Weight = 20
    cost: Weight = 15
    risk: Weight = 15
    effort: Weight = 10
    timeline: Weight = 10


class Policy(BaseModel):
    """How a deployment decides.

    Attributes:
        weights: of the criteria of a score.
        rates: currency → how much of it is one US dollar: ``{"VND": 25400}``. A cost in a currency without one cannot
            be compared, and is escalated.
        budget_usd: first-year cost above which a decision is escalated (EMADS-PR).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: Weights = Weights()
    rates: Mapping[str, Rate] = {}
    budget_usd: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10_000

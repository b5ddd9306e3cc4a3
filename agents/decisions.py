"""What ReconcileGPT makes of the normal form: a decision in which every number tells what it is the sum of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .forms import Form, Level


class Contribution(Form):
    """One part of a number."""

    points: float
    rule: str = Field(description="why it counts, in words")
    source: str = Field(description='the agent and field it came from, "cto.complexity.data_sources"')


class Sourced(Form):
    """A number with the contributions it is the sum of, so that a person can check it."""

    value: float
    because: list[Contribution]


class Span(Form):
    """From and to, in US dollars; a figure that is certain has both ends alike."""

    least: float
    most: float


class OptionCost(Form):
    """What an option costs, in US dollars: its price and all it needs. Savings are negative."""

    one_time: Span
    monthly: Span
    first_year: Span
    three_years: Span
    beyond_present: Span | None = Field(
        default=None, description="the first year less what the present option costs in it, if there is one"
    )
    whole: bool = Field(description="whether no part of it is unknown")
    converted: bool = Field(default=False, description="whether a part is in another currency")
    because: list[str] = Field(description="the parts, and the rate at which another currency was converted")


class Conflict(Form):
    """Agents who do not agree, each with its own words."""

    about: Literal[
        "recommendation", "identity", "timeline", "cost", "risk", "constraint", "assumption", "confidence"
    ]
    option: str = Field(default="", description="the option it is about; empty if about several")
    positions: dict[str, str] = Field(description="agent → its position")


class ScoredOption(Form):
    """An option with its score from 0 to 100 and its risk from 0 to 12."""

    id: str
    name: str
    proposed_by: list[str]
    score: Sourced
    risk: Sourced
    cost: OptionCost | None = None


Rule = Literal[
    "complexity",
    "risk",
    "budget",
    "legal",
    "compliance",
    "data_breach",
    "conflict",
    "incomplete",
    "unknown_domain",
]


class Reason(Form):
    """Why people beyond the usual reviewer must be asked."""

    rule: Rule
    detail: str = Field(description="one English sentence with the figures")


class Decision(Form):
    """ReconcileGPT's proposal. A tool's output: a person owns the decision."""

    objective: str
    options: list[ScoredOption] = Field(default=[], description="best first")
    recommended: list[str] = Field(
        default=[],
        description="names: first what agents are for (else the best), then the best other that is close to it or "
        "scores better, or all that are equal; none if all advise against",
    )
    tied: bool = Field(default=False, description="whether those recommended have the same score")
    why: str = Field(default="", description="what speaks for the first recommended, in an agent's words")
    objection: str = Field(default="", description="what speaks against that most, in an agent's words")
    objection_by: str = Field(default="", description="the agent whose words those are")
    conflicts: list[Conflict] = Field(default=[])
    conditions: list[str] = Field(default=[])
    warnings: list[str] = Field(default=[])
    complexity: Sourced = Field(description="0 to 12, from counts of five dimensions")
    risk: Sourced = Field(
        description="0 to 12, from probability and impact less mitigation, of what is recommended"
    )
    risk_level: Level = Field(description="of the higher of both")
    cost: OptionCost | None = Field(default=None, description="of the first recommended")
    escalate: bool
    escalation_reasons: list[Reason] = Field(default=[])
    accountable: str = Field(description="who answers for it: cto, coo or ceo")
    consulted: list[str] = Field(default=[])

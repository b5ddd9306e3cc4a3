"""The normal form: what every specialist hands over and what ReconcileGPT makes of it.

One form for all agents is what lets plain code compare a CTO's view with a COO's. Field descriptions are
read by chat models, which fill the form in.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["low", "medium", "high"]
Flag = Literal["legal", "compliance", "data_breach"]


class Form(BaseModel):
    """Base of all forms: immutable; fields a model invents are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(Form):
    """Where something was read."""

    document: str = Field(description="title of the document")
    section: str = Field(description="heading of the section")


class Risk(Form):
    """Something that may go wrong."""

    risk: str
    probability: Level = "medium"
    impact: Level = "medium"
    mitigation: str = ""


class CostEstimate(Form):
    """What it costs, in US dollars."""

    one_time: float = Field(ge=0, description="one-time cost in USD")
    monthly: float = Field(ge=0, description="running cost in USD a month")


class Option(Form):
    """One way to reach the objective."""

    name: str
    pros: list[str] = []
    cons: list[str] = []
    effort: Level = "medium"
    timeline: str = Field(default="", description="how long it takes, in words")
    cost: CostEstimate | None = None


class Complexity(Form):
    """Counts behind the 0-12 risk score; the score itself is computed, never asked of a model."""

    data_sources: int = Field(default=0, ge=0, description="systems data is read from or written to")
    logic_branches: int = Field(default=0, ge=0, description="decisions the process takes")
    integration_points: int = Field(default=0, ge=0, description="interfaces to other systems or companies")
    error_paths: int = Field(default=0, ge=0, description="ways to fail that need handling of their own")
    human_touchpoints: int = Field(default=0, ge=0, description="steps where a person acts or approves")


class Analysis(Form):
    """A specialist's view of one question.

    ``answer`` comes first because it is spoken while the rest is still being written.
    """

    answer: str = Field(
        description="the answer to speak: two to four short sentences, plain words, no markup"
    )
    agent: str = Field(description="who answers")
    objective: str = ""
    constraints: list[str] = []
    options: list[Option] = []
    risks: list[Risk] = []
    cost_estimate: CostEstimate | None = None
    benefits: list[str] = []
    assumptions: list[str] = []
    alignment_okr: str = Field(default="", description="the company objective this serves")
    recommendation: str = Field(default="", description="the name of the option preferred, or what to do")
    confidence: float = Field(default=0.5, ge=0, le=1)
    complexity: Complexity | None = None
    flags: list[Flag] = Field(
        default=[],
        description="set only where the question touches law, compliance or exposure of personal data",
    )
    sources: list[Source] = Field(default=[], description="where each statement was read")
    degraded: str = Field(default="", description="leave empty")


class OperationalImpact(Form):
    """What changes in one area of operations."""

    area: str
    now: str = ""
    change_needed: str = ""


class ResourceNeed(Form):
    """People or things that must be had."""

    type: str
    quantity: float = Field(ge=0)
    cost: CostEstimate | None = None


class CTOAnalysis(Analysis):
    """The CTO's view: technology strategy and architecture."""

    agent: Literal["cto"] = "cto"
    architecture: str = Field(default="", description="what the solution is built of, in a sentence")


class COOAnalysis(Analysis):
    """The COO's view: operations, process, people, SLA, running cost."""

    agent: Literal["coo"] = "coo"
    operational_impact: list[OperationalImpact] = []
    resource_needs: list[ResourceNeed] = []


class Contribution(Form):
    """One part of a number."""

    points: float
    rule: str = Field(description="why it counts, in words")
    source: str = Field(description='the agent and field it came from, "cto.complexity.data_sources"')


class Sourced(Form):
    """A number with the contributions it is the sum of, so that a person can check it."""

    value: float
    because: list[Contribution]


class Conflict(Form):
    """Agents who do not agree."""

    about: Literal["recommendation", "cost", "risk", "confidence"]
    positions: dict[str, str] = Field(description="agent → its position")


class ScoredOption(Form):
    """An option with its score from 0 to 100."""

    name: str
    proposed_by: list[str]
    score: Sourced


class Reason(Form):
    """Why people beyond the usual reviewer must be asked."""

    rule: Literal["risk_score", "budget", "legal", "compliance", "data_breach", "conflict", "unknown_domain"]
    detail: str = Field(description="one English sentence with the figures")


class Decision(Form):
    """ReconcileGPT's proposal. A tool's output: a person owns the decision."""

    objective: str
    options: list[ScoredOption] = Field(description="best first")
    recommended: list[str] = Field(description="names of the one or two best options")
    conflicts: list[Conflict] = []
    conditions: list[str] = []
    warnings: list[str] = []
    risk: Sourced = Field(description="0 to 12")
    risk_level: Level
    cost_estimate: CostEstimate | None = None
    escalate: bool
    escalation_reasons: list[Reason] = []
    accountable: str = Field(description="who answers for it: cto, coo or ceo")
    consulted: list[str] = []

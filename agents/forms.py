"""The normal form: what every specialist hands over and what ReconcileGPT makes of it.

One form for all agents is what lets plain code compare a CTO's view with a COO's. Field descriptions are
read by chat models, which fill the form in.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from .call_control import CallControl
from .written import vocabulary
from .written.amounts import currency_code, in_one_currency

Level = Annotated[Literal["low", "medium", "high"], BeforeValidator(vocabulary.level)]
Flag = Annotated[Literal["legal", "compliance", "data_breach"], BeforeValidator(vocabulary.flag)]
Kind = Annotated[Literal["fact", "proposal"], BeforeValidator(vocabulary.kind)]
Stance = Annotated[Literal["for", "against", "not_now", "only_if"], BeforeValidator(vocabulary.stance)]

Words = Annotated[str, BeforeValidator(vocabulary.words_or_none)]
"""Text that may be left empty."""
Count = Annotated[int, BeforeValidator(vocabulary.count), Field(ge=0)]
Amount = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(vocabulary.share), Field(ge=0, le=1, allow_inf_nan=False)]


class Form(BaseModel):
    """Base of all forms: immutable; fields a model invents are dropped.

    What is left out of a form is never the better for it: defaults are the worst that can be meant, or unknown.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(Form):
    """Where something was read."""

    document: str = Field(description="title of the document")
    section: str = Field(description="heading of the section")


class Risk(Form):
    """Something that may go wrong."""

    risk: str = "a risk without a name"
    probability: Level = "high"
    impact: Level = "high"
    mitigation: Annotated[str, BeforeValidator(vocabulary.mitigation)] = Field(
        default="", description="what makes it less likely or less bad; empty if nothing does"
    )
    option: Words = Field(
        default="", description="the id of the option that has this risk; empty if all have it"
    )

    @model_validator(mode="before")
    @classmethod
    def _only_named(cls, fields: object) -> object:
        """A risk that is only named is a risk: how likely and how bad it is, is missing."""
        return {"risk": fields} if isinstance(fields, str) and fields.strip() else fields


class CostEstimate(Form):
    """What it costs, in one currency. What is saved is negative; what is not known is null, not 0."""

    one_time: Amount | None = Field(default=None, description="once; of a range the lower end")
    monthly: Amount | None = Field(default=None, description="running, a month; of a range the lower end")
    one_time_most: Amount | None = Field(default=None, description="the upper end of a range; else null")
    monthly_most: Amount | None = Field(default=None, description="the upper end of a range; else null")
    currency: Annotated[str, BeforeValidator(currency_code)] = Field(
        default="USD", pattern="^[A-Z]{3}$", description="its ISO code: USD, VND"
    )

    @model_validator(mode="before")
    @classmethod
    def _in_words(cls, fields: object) -> object:
        return in_one_currency(fields)


class Option(Form):
    """One way to reach the objective."""

    id: Words = Field(
        default="",
        description="a short word for it, the same for every agent: that of the documents if they give one",
    )
    name: str = "an option without a name"
    pros: list[str] = []
    cons: list[str] = []
    effort: Level = "high"
    timeline: Words = Field(default="", description="how long it takes, in words: 6 months")
    cost: CostEstimate | None = None
    present: bool = Field(default=False, description="whether this is to leave all as it is today")


class Complexity(Form):
    """Counts behind the complexity, 0 to 12, which is computed, never asked of a model. Null: not counted."""

    data_sources: Count | None = Field(default=None, description="systems data is read from or written to")
    logic_branches: Count | None = Field(default=None, description="decisions the process takes")
    integration_points: Count | None = Field(
        default=None, description="interfaces to other systems or companies"
    )
    error_paths: Count | None = Field(
        default=None, description="ways to fail that need handling of their own"
    )
    human_touchpoints: Count | None = Field(default=None, description="steps where a person acts or approves")


class ResourceNeed(Form):
    """People or things that must be had, training among them."""

    type: str = "a resource without a name"
    quantity: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    cost: CostEstimate | None = Field(default=None, description="of all of them together")


class Analysis(Form):
    """A specialist's view of one question.

    ``answer`` comes first because it is spoken while the rest is still being written.
    """

    answer: str = Field(
        description="the answer to speak: two to four short sentences, plain words, no markup"
    )
    agent: str = Field(description="who answers")
    kind: Kind | None = Field(
        default=None,
        description="fact: it only tells what is so; proposal: it says what should be done, or weighs it",
    )
    objective: Words = ""
    constraints: list[str] = []
    options: list[Option] = []
    risks: list[Risk] = []
    cost_estimate: CostEstimate | None = Field(
        default=None, description="all that the option recommended costs, beyond what is spent today"
    )
    resource_needs: list[ResourceNeed] = Field(
        default=[], description="what the option recommended needs besides its own price"
    )
    benefits: list[str] = []
    assumptions: list[str] = []
    alignment_okr: Words = Field(default="", description="the company objective this serves")
    recommendation: str = Field(
        default="", description="the id of the option it is about, or, if none is it, what to do"
    )
    stance: Stance | None = Field(
        default=None, description="for or against that option, not now, or only if the condition is met"
    )
    condition: Words = Field(default="", description="with only_if: what must be so first")
    confidence: Share = 0.5
    complexity: Complexity | None = None
    flags: Annotated[list[Flag], BeforeValidator(vocabulary.flags)] = Field(
        default=[],
        description="set only where the question touches law, compliance or exposure of personal data",
    )
    sources: list[Source] = Field(default=[], description="where each statement was read")
    degraded: str = Field(default="", description="leave empty")
    missing: list[str] = Field(default=[], description="leave empty")
    """What was asked of a model and is not there, was cut off or not understood: "risks[0].impact"."""
    withheld: list[str] = Field(default=[], description="leave empty")
    """What of a model's answer was not said: "claim", "instructions", "length"."""
    then: SkipJsonSchema[CallControl | None] = None
    """What is done with the call once the answer was heard. No form that a model fills in has it."""

    @property
    def is_proposal(self) -> bool:
        """Whether a decision is to be made of it. What was lost may have been one."""
        if self.kind is None:
            return bool(self.options or self.recommendation or self.risks or self.flags or self.missing)
        return self.kind == "proposal" or bool(self.recommendation or self.missing)


class OperationalImpact(Form):
    """What changes in one area of operations."""

    area: str = "an area without a name"
    now: Words = ""
    change_needed: Words = ""


class CTOAnalysis(Analysis):
    """The CTO's view: technology strategy and architecture."""

    agent: Literal["cto"] = "cto"
    architecture: Words = Field(default="", description="what the solution is built of, in a sentence")


class COOAnalysis(Analysis):
    """The COO's view: operations, process, people, SLA, running cost."""

    agent: Literal["coo"] = "coo"
    operational_impact: list[OperationalImpact] = []

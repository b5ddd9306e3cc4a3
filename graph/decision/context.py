"""What a run on a decision is given besides the resume: who reviews. Studio shows it as a form."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic.json_schema import SkipJsonSchema

from emads_voice.decisions import Reviewer

APPROVER = "emads_voice_approver"
"""What a server's authentication says of a user who is an approver: their name. No other authentication says it."""


class DecisionContext(BaseModel):
    """The context of one run. Who reviews is taken from here, and never from what a run is resumed with."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        title="Reviewer",
        json_schema_extra={"description": "Who reviews."},
    )

    token: SecretStr = Field(
        default=SecretStr(""),
        # LangGraph's server keeps the context with each checkpoint, what begins with two underscores excepted.
        alias="__token",
        title="Token",
        description="Your token as an approver. Without it a plan is shown, and nothing is decided.",
        json_schema_extra={"langgraph_nodes": ["review"]},
    )
    reviewer: SkipJsonSchema[Reviewer | None] = Field(default=None, exclude=True)
    """Who reviews, where the channel they came by has found that out. Only code can name them."""

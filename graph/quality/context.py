"""What a run on a call is given besides its recording; Studio shows it as a form."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from emads_voice.agents.quality.scorecard import Scorecard
from emads_voice.graph.meetings import MeetingContext


class QualityContext(MeetingContext):
    """The context of one run: as of a meeting, and by what the call is judged and who is the agent."""

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        title="Call",
        json_schema_extra={"description": "Choices for one call; each may be left empty."},
    )

    scorecard: str = Field(
        default="support",
        title="Scorecard",
        description="What the call is judged by: support or collections_vn.",
        json_schema_extra={"langgraph_nodes": ["compliance"]},
    )
    agent: str = Field(
        default="",
        title="Agent",
        description="The agent's name, for reports.",
        json_schema_extra={"langgraph_nodes": ["compliance"]},
    )
    agent_speaks: int | None = Field(
        default=None,
        ge=1,
        le=50,
        title="Which speaker is the agent",
        description="By number: the channel, or in one channel who begins as that. Empty: who says what agents say.",
        json_schema_extra={"langgraph_nodes": ["compliance"]},
    )
    own_scorecard: SkipJsonSchema[Scorecard | None] = Field(default=None, exclude=True)
    """One that does not ship; only code can give it."""

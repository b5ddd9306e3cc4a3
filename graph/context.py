"""What a run of the graph is given besides its state: how to hear, how to speak, and a few choices."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from emads_voice.voice.ear import Ear
from emads_voice.voice.mouth import Mouth


class VoiceContext(BaseModel):
    """The context of one run: ``graph.astream(input, config, context=VoiceContext(ear=…, mouth=…))``.

    Everything is optional. Without an ear the last human message is the question, as text or as an audio
    content block; without a mouth the answer is text alone. That is how LangGraph Studio runs the graph, which
    shows the fields that are not live as a form.
    """

    model_config = ConfigDict(
        arbitrary_types_allowed=True,
        title="Voice",
        json_schema_extra={"description": "Choices for one turn; each may be left empty."},
    )

    language: str = Field(
        default="",
        title="Language",
        description="The caller's language, by name or code (Vietnamese, vi). Empty: it is detected.",
        json_schema_extra={"langgraph_nodes": ["listen"]},
    )
    agents: list[str] = Field(
        default=[],
        title="Agents",
        description="Ask only these agents, by name (cto, coo). Empty: the router may ask any.",
        json_schema_extra={"langgraph_nodes": ["route"]},
    )
    hotwords: list[str] = Field(
        default=[],
        title="Hotwords",
        description="Names and terms the caller is likely to use, besides the deployment's (Bình Dương, EMADS).",
        json_schema_extra={"langgraph_nodes": ["listen"]},
    )
    ear: SkipJsonSchema[Ear | None] = Field(default=None, exclude=True)
    mouth: SkipJsonSchema[Mouth | None] = Field(default=None, exclude=True)

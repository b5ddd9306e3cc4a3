"""What a run of the graph is given besides its state: how to hear, how to speak, and a few choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from emads_voice.agents.agent import Agent
from emads_voice.agents.call_context import CallContext
from emads_voice.agents.call_control import CallControl
from emads_voice.voice.ear import Ear
from emads_voice.voice.mouth import Mouth

from .state import TranscriptState
from .turn_link import TurnLink

HeardAs = Literal["", "question", "remark", "parting"]


class Reply:
    """A voice input that is no question of its own but the answer to one of ours: recorded once, by whoever gets it."""

    def __init__(self, transcript: TranscriptState) -> None:
        """Take what was said."""
        self._transcript: TranscriptState | None = transcript

    def take(self) -> TranscriptState | None:
        """What was said; None if it was taken already."""
        taken, self._transcript = self._transcript, None
        return taken


class VoiceContext(CallContext):
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

    agents: list[str] = Field(
        default=[],
        title="Agents",
        description="Ask only these agents, by name. Empty: the router may ask any.",
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
    heard_as: SkipJsonSchema[HeardAs] = Field(default="", exclude=True)
    """What a live conversation, which knows what it was saying, takes the words for: a question for the agents, or a
    remark to itself, which it does what is asked in; "parting" is one with which they leave, if it can be
    that. "" leaves that to the graph."""
    reply: SkipJsonSchema[Reply | None] = Field(default=None, exclude=True)
    """What the caller said to an agent's question, where a run goes on with it."""
    link: SkipJsonSchema[TurnLink | None] = Field(default=None, exclude=True)
    """Set by `run_turn` where the stages are nodes of another graph than the voice graph."""
    on_asked: SkipJsonSchema[Callable[[CallControl], None] | None] = Field(default=None, exclude=True)
    """Told what an agent asks to have done with the call, as soon as it does, from any thread."""

    @property
    def metadata(self) -> dict[str, str]:
        """What a call's runs, their checkpoints and its thread are found by. No numbers: it is kept for long."""
        known = {"call_sid": self.call_sid, "channel": self.channel, "direction": self.direction}
        return {name: value for name, value in known.items() if value}


def context_schema(agents: Sequence[Agent]) -> type[VoiceContext]:
    """:class:`VoiceContext` as the form of one graph: its agents are there to choose from, with what each answers.

    The names are in the schema alone, so that a graph takes any ``VoiceContext``, and ``route`` refuses a name there is
    not, in a sentence.
    """
    told = "; ".join(f"{agent.name}: {agent.description.rstrip('.')}" for agent in agents)
    names: JsonDict = {"type": "string", "enum": [agent.name for agent in agents]}
    chosen: Any = Field(
        default=[],
        title="Agents",
        description=f"Ask only these agents. Empty: the router may ask any. {told}.",
        json_schema_extra={"items": names, "langgraph_nodes": ["route"]},
    )
    return create_model(
        "VoiceContext", __base__=VoiceContext, __module__=__name__, agents=(list[str], chosen)
    )

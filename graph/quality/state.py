"""What the graph of a judged call comes to: checkpointed, shown in Studio, JSON throughout. Never sound."""

from __future__ import annotations

from typing import Annotated

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from emads_voice.agents.quality.forms import Advice, Claim, Measures, Score, Verdict
from emads_voice.graph.meetings.state import DateSource, MeetingInput, RecordingState
from emads_voice.graph.state import AsJson

QualityInput = MeetingInput


class AgentState(TypedDict):
    """Who is judged; see :class:`emads_voice.agents.quality.sides.AgentSide`."""

    name: str
    label: str
    known_by: str
    doubt: str


class ScorecardState(TypedDict):
    """By what."""

    name: str
    title: str
    digest: str
    """The beginning of its SHA-256: another text, another digest."""


class QualityState(TypedDict, total=False):
    """The state of one judged call."""

    messages: Annotated[list[AnyMessage], add_messages]
    recording: RecordingState
    speech: list[tuple[str, float, float]]
    """Who speaks from when to when, in seconds."""
    recorded_at: str
    """ISO 8601, with the time zone's offset."""
    recorded_by: DateSource
    time_of_day_known: bool
    """Whether the clock time in ``recorded_at`` is the call's; a file's own date, and a day alone, tell none."""
    time_zone: str
    scorecard: ScorecardState
    agent: AgentState
    found_by: str
    """What read the call: "embedded", or a chat model."""
    model_failure: str
    """Why the chat model could not be used; "" if it could, or there is none."""
    dropped: int
    """Claims that were left out because nobody said what they quote."""
    claims: list[Annotated[dict[str, object], AsJson(Claim)]]
    measures: Annotated[dict[str, object], AsJson(Measures)]
    verdicts: list[Annotated[dict[str, object], AsJson(Verdict)]]
    score: Annotated[dict[str, object], AsJson(Score)]
    advice: list[Annotated[dict[str, object], AsJson(Advice)]]
    report: str
    """In Markdown."""
    trace: str
    """As a W3C ``traceparent``."""

"""What the graph remembers: checkpointed, shown in Studio, JSON throughout.

Sound, sockets and secrets are never here; they ride in :class:`~emads_voice.graph.context.VoiceContext`.
"""

from __future__ import annotations

from typing import Annotated, Any

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from emads_voice.agents.forms import Analysis, Decision
from emads_voice.agents.router import Route


class _AsJson:
    """Marks a dict as the JSON form of a pydantic model, so that its schema still tells Studio the fields."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(self._model.__pydantic_core_schema__)


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {**old, **new}


class Heard(TypedDict):
    """What the caller said: see :class:`emads_voice.voice.recognizer.Transcript`."""

    text: str
    language: str
    language_code: str
    duration_s: float
    model: str
    audio_sha256: str


class Spoken(TypedDict):
    """What was answered aloud: see :class:`emads_voice.voice.mouth.Speech`."""

    text: str
    heard: str
    language: str
    duration_s: float
    interrupted: bool
    error: str


class VoiceState(TypedDict, total=False):
    """The state of one conversation. All but ``messages``, ``language`` and ``turn`` belongs to the current
    turn and is reset when ``listen`` begins the next."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The conversation. Ids are stable: ``turn-3-question``, ``turn-3-answer``."""
    turn: int
    """Number of the current turn, from 1."""
    language: str
    """The caller's language, by name; kept when a turn is silent."""
    transcript: Heard | None
    route: Annotated[dict[str, Any], _AsJson(Route)] | None
    analyses: Annotated[dict[str, Annotated[dict[str, Any], _AsJson(Analysis)]], _merged]
    """Agent → its analysis."""
    decision: Annotated[dict[str, Any], _AsJson(Decision)] | None
    speech: Spoken | None
    timings_ms: Annotated[dict[str, float], _merged]
    """Node → milliseconds it took."""
    trace: str
    """W3C traceparent of the turn."""


def answer_id(turn: int) -> str:
    """The id of a turn's answer message."""
    return f"turn-{turn}-answer"


def question_id(turn: int) -> str:
    """The id of a turn's question message, unless the caller's program gave it one."""
    return f"turn-{turn}-question"

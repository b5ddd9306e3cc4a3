"""What the graph remembers: checkpointed, shown in Studio, JSON throughout.

Sound, sockets and secrets are never here; they ride in :class:`~emads_voice.graph.context.VoiceContext`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # pydantic needs it before Python 3.12
)

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.channels import EphemeralValue
from langgraph.graph.message import add_messages
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import CoreSchema
from typing_extensions import TypedDict

from emads_voice.agents.call_control import CallControl
from emads_voice.agents.decisions import Decision
from emads_voice.agents.forms import Analysis
from emads_voice.agents.routing.router import Route
from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.recognizer import Transcript
from emads_voice.writing import storable


class AsJson:
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


class TranscriptState(TypedDict):
    """What the caller said: see :class:`emads_voice.voice.recognizer.Transcript`."""

    text: str
    language: str
    language_code: str
    duration_s: float
    model: str
    audio_sha256: str
    took_ms: float
    gaps_s: NotRequired[float]
    """For how long somebody speaks and nothing is written down; left out where that is never."""


class SpeechState(TypedDict):
    """What was answered aloud: see :class:`emads_voice.voice.mouth.Speech`."""

    text: str
    played: str
    language: str
    duration_s: float
    interrupted: bool
    error: str


Ended = Literal["answered", "nothing to say", "failed", "barge-in", "timeout", "hang-up", "goodbye"]
"""Why a turn ended: its answer was spoken, there was none, every agent asked failed, the caller began to speak, the
answer took too long, the caller hung up, or the call came to its end."""


Heard = Annotated[SkipJsonSchema[TranscriptState | None], EphemeralValue]
"""Gone after the first step of a run: what one turn has heard is never taken for the next one's question."""


class VoiceInput(TypedDict, total=False):
    """What a run begins with: a human message with text or an audio content block."""

    messages: Annotated[list[AnyMessage], add_messages]
    heard: Heard
    """What an ear heard before the run began, in place of a message. It stays in the checkpoint the run begins from, so
    that a turn can be run again when its sound is gone."""


class VoiceState(TypedDict, total=False):
    """The state of one conversation. All but ``messages``, ``language`` and ``turn`` belongs to the current
    turn and is reset when ``listen`` begins the next."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The conversation. A question keeps the id it came with; other ids begin with the turn's id."""
    turn: int
    """Number of the current turn, from 1."""
    turn_id: str
    """Tells the turn from all others, wherever this graph is part of another."""
    heard: Heard
    question_id: str
    """The id of the message that this turn answers; "" if nothing was heard."""
    language: str
    """The caller's language, by name; kept when a turn is silent."""
    transcript: TranscriptState | None
    act: str | None
    """The dialogue act that the conversation answers in this turn, and no agent; see
    :class:`~emads_voice.agents.dialogue.Act`."""
    asks: str | None
    """What the agents are asked, where that is not all that was said: the question beside a dialogue act."""
    route: Annotated[dict[str, Any], AsJson(Route)] | None
    analyses: Annotated[dict[str, Annotated[dict[str, Any], AsJson(Analysis)]], _merged]
    """Agent → its analysis."""
    failures: Annotated[dict[str, str], _merged]
    """Agent → why it could not answer, in a sentence."""
    decision: Annotated[dict[str, Any], AsJson(Decision)] | None
    decision_id: str | None
    """Under which id the plan of this turn was put before people; None if there is none."""
    answer_id: str
    """The id of the message that has the answer, where that is not made by the voice graph."""
    answer: str | None
    """What this turn answers; None if it has no answer, or not yet."""
    speech: SpeechState | None
    ended: Ended | None
    timings_ms: Annotated[dict[str, float], _merged]
    """Node → milliseconds it took."""
    trace: str
    """The turn's trace as a W3C ``traceparent``; "" where nothing is traced."""


MERGED = frozenset({"analyses", "failures", "timings_ms"})
"""Keys whose updates add to what is there."""


def turn_id(state: VoiceState) -> str:
    """What the ids of this turn's messages begin with. Turns that release 0.1.0 began have only a number."""
    return state.get("turn_id") or f"turn-{state['turn']}"


def answer_id(state: VoiceState) -> str:
    """The id of this turn's answer message."""
    return state.get("answer_id") or f"{turn_id(state)}-answer"


def answer(state: VoiceState) -> str | None:
    """What this turn answers, also where release 0.1.0 stopped in the middle of the turn."""
    if "answer" in state:
        return state["answer"]
    key = answer_id(state)
    return next((str(message.text) for message in state["messages"] if message.id == key), None)


def state_of(transcript: Transcript, took_ms: float) -> TranscriptState:
    """What is kept of a transcript, and of how long hearing it took."""
    state = TranscriptState(
        text=storable(transcript.text),
        language=transcript.language.name if transcript.language else "",
        language_code=transcript.language.code if transcript.language else "",
        duration_s=round(transcript.duration_s, 3),
        model=transcript.model,
        audio_sha256=transcript.audio_sha256,
        took_ms=round(took_ms, 1),
    )
    if transcript.gaps:
        state["gaps_s"] = round(sum(gap.end_s - gap.start_s for gap in transcript.gaps), 3)
    return state


def question(state: VoiceState) -> str:
    """What the caller asks in this turn; "" if they said nothing."""
    transcript = state["transcript"]
    return state.get("asks") or (transcript["text"] if transcript else "")


def conversation(state: VoiceState) -> list[AnyMessage]:
    """What was said up to this turn's question, and that as the agents are asked it. Behind it stands what nodes around
    this graph have said, or what an agent has asked the caller, which gets the answer from where it asked, and has to
    see the same as before."""
    messages = state["messages"]
    places = [at for at, message in enumerate(messages) if message.id == state.get("question_id", "")]
    said = messages[: places[-1] + 1] if places else messages
    asks = state.get("asks")
    return [*said[:-1], HumanMessage(asks, id=said[-1].id)] if asks and said else said


def said_last(messages: Sequence[AnyMessage]) -> str:
    """What we said if we spoke last, else ""."""
    return str(messages[-1].text) if messages and isinstance(messages[-1], AIMessage) else ""


_CONTROL: TypeAdapter[CallControl] = TypeAdapter(CallControl)
_KINDS = ("transfer", "ask_keys", "pause", "hang_up")


def call_control(analyses: Mapping[str, Mapping[str, Any]]) -> CallControl | None:
    """What agents ask to have done with the call; where they disagree, what leaves the caller the most.

    Args:
        analyses: agent → its analysis, as in the state.
    """
    asked = [control for view in analyses.values() if (control := view.get("then"))]
    first = min(asked, key=lambda control: _KINDS.index(control["kind"]), default=None)
    return _CONTROL.validate_python(first) if first else None


def asked_agents(state: VoiceState) -> list[str]:
    """Who is asked in this turn."""
    route = state["route"]
    return list(route["agents"]) if route else []


def caller_language(state: VoiceState) -> Language:
    """The language the conversation is held in: what was spoken last, else English."""
    return find_language(state["language"]) if state.get("language") else ENGLISH

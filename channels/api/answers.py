"""What the API answers about turns and conversations: the models of its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.types import Interrupt
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from emads_voice.channels.turn import Turn
from emads_voice.graph import VoiceState
from emads_voice.graph.state import TranscriptState
from emads_voice.voice.recognizer import Transcript


class Heard(BaseModel):
    """What the caller said."""

    text: str = Field(description="The words; empty if nobody spoke.")
    language: str = Field(description="By name: English.")
    language_code: str = Field(description="BCP 47: en.")
    duration_s: float = Field(description="Length of the recording; 0 for typed text.")
    model: str = Field(description="What recognised it; `typed` for typed text.")
    gaps_s: float = Field(
        0, description="For how long somebody speaks and nothing is written down; nearly always 0."
    )


class Routed(BaseModel):
    """Who was asked, and why."""

    agents: list[str]
    reason: str


class Spoken(BaseModel):
    """What was said aloud."""

    text: str = Field(description="What was to be said.")
    played: str = Field(description="What was said of it; an answer that is only read counts as said.")
    language: str
    duration_s: float
    interrupted: bool
    error: str = Field(description="Why the rest was not said; empty if nothing failed.")


class Waiting(BaseModel):
    """A question of an agent's that waits for an answer: `resume` gives one, and so does what is asked next."""

    id: str
    value: Any = Field(description="What the agent asks, as it was given to LangGraph's interrupt().")


_HEARD: JsonDict = {
    "text": "What does it cost?",
    "language": "English",
    "language_code": "en",
    "duration_s": 1.4,
    "model": "whisper:base",
}
_ROUTED: JsonDict = {"agents": ["cto"], "reason": "It is about infrastructure."}


class Answer(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "thread": "monday",
                    "answer": "It costs 90 dollars.",
                    "asked": None,
                    "transcript": _HEARD,
                    "language": "English",
                    "route": _ROUTED,
                    "analyses": {"cto": {"answer": "It costs 90 dollars.", "agent": "cto"}},
                    "decision": {"risk_level": "low", "escalate": False},
                    "interrupts": [],
                    "degraded": [],
                    "timings_ms": {
                        "listen": 310.2,
                        "route": 12.0,
                        "cto": 840.1,
                        "speak": 0.3,
                        "total": 1165.0,
                    },
                }
            ]
        }
    )

    thread: str = Field(description="The conversation; send it along to go on with it.")
    answer: str | None = Field(description="What is answered; null if there is nothing to say, or not yet.")
    asked: str | None = Field(
        default=None,
        description="What the caller is asked for the first of `interrupts`, in words; null if nothing is.",
    )
    transcript: Heard | None = Field(description="What was heard; null if the turn was resumed.")
    language: str = Field(description="The conversation's language, by name.")
    act: str | None = Field(
        default=None, description="The remark that was answered by no agent: `thanks`; null for a question."
    )
    route: Routed | None = Field(description="Who was asked; null if nobody was.")
    analyses: dict[str, Any] = Field(description="Agent → its analysis.")
    decision: dict[str, Any] | None = Field(description="Where several agents were asked: their decision.")
    interrupts: list[Waiting] = Field(description="What agents wait to be told before they go on.")
    degraded: list[str] = Field(
        description="A sentence for each agent that did not answer as it should have."
    )
    timings_ms: dict[str, float | None] = Field(description="Stage → milliseconds, and `total`.")


class Message(BaseModel):
    """One message of a conversation."""

    id: str | None
    role: Literal["user", "assistant"]
    text: str = Field(description="What was said; of an answer that was interrupted, what was heard.")
    agent: str | None = Field(description="Who answered.")
    interrupted: bool = Field(description="Whether the caller began to speak before its end.")


class Conversation(BaseModel):
    """A conversation as it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "thread": "monday",
                    "messages": [
                        {
                            "id": "turn-1-answer",
                            "role": "assistant",
                            "text": "It costs 90 dollars.",
                            "agent": "cto",
                            "interrupted": False,
                        }
                    ],
                    "turns": 1,
                    "language": "English",
                    "transcript": _HEARD,
                    "route": _ROUTED,
                    "speech": {
                        "text": "It costs 90 dollars.",
                        "played": "It costs 90 dollars.",
                        "language": "English",
                        "duration_s": 1.9,
                        "interrupted": False,
                        "error": "",
                    },
                    "interrupts": [],
                }
            ]
        }
    )

    thread: str
    messages: list[Message]
    turns: int
    language: str = Field(description="What was spoken last, by name; empty if nothing was.")
    transcript: Heard | None = Field(description="What was asked in the last turn.")
    route: Routed | None = Field(description="Who was asked in the last turn.")
    speech: Spoken | None = Field(
        description="What was said aloud in the last turn, and how much of it was played."
    )
    interrupts: list[Waiting] = Field(description="What agents wait to be told before they go on.")


def heard(transcript: TranscriptState | None) -> Heard | None:
    """What was asked."""
    return Heard.model_validate(dict(transcript)) if transcript else None


def just_heard(transcript: Transcript) -> Heard:
    """What was asked, before the graph knows of it."""
    language = transcript.language
    return Heard(
        text=transcript.text,
        language=language.name if language else "",
        language_code=language.code if language else "",
        duration_s=round(transcript.duration_s, 3),
        model=transcript.model,
        gaps_s=round(sum(gap.end_s - gap.start_s for gap in transcript.gaps), 3),
    )


def routed(route: Mapping[str, Any] | None) -> Routed | None:
    """Who was asked."""
    return Routed.model_validate(route) if route else None


def waiting(interrupts: Sequence[Interrupt]) -> list[Waiting]:
    """What agents wait to be told."""
    return [Waiting(id=interrupt.id, value=interrupt.value) for interrupt in interrupts]


def answer(thread: str, turn: Turn) -> Answer:
    """A turn of the conversation that the client names so, as it is answered."""
    state = turn.state
    timings = {name: round(took, 1) for name, took in state.get("timings_ms", {}).items()}
    return Answer(
        thread=thread,
        answer=None if turn.interrupts else turn.answer,
        asked=turn.asked or None,
        transcript=heard(turn.heard),
        language=state.get("language", ""),
        act=turn.act,
        route=routed(state.get("route")),
        analyses=state.get("analyses", {}),
        decision=state.get("decision"),
        interrupts=waiting(turn.interrupts),
        degraded=turn.degraded,
        timings_ms={**timings, "total": round(turn.took_ms, 1)},
    )


def conversation(thread: str, state: VoiceState, interrupts: Sequence[Interrupt]) -> Conversation:
    """A conversation, from its state."""
    speech = state.get("speech")
    return Conversation(
        thread=thread,
        messages=[message for each in state.get("messages", []) if (message := _message(each))],
        turns=state.get("turn", 0),
        language=state.get("language", ""),
        transcript=heard(state.get("transcript")),
        route=routed(state.get("route")),
        speech=Spoken.model_validate(dict(speech)) if speech else None,
        interrupts=waiting(interrupts),
    )


def _message(message: AnyMessage) -> Message | None:
    """None for what nobody said, such as the results of tools."""
    if not isinstance(message, HumanMessage | AIMessage) or not (text := str(message.text)):
        return None
    return Message(
        id=message.id,
        role="user" if isinstance(message, HumanMessage) else "assistant",
        text=text,
        agent=message.name,
        interrupted=bool(message.additional_kwargs.get("interrupted")),
    )

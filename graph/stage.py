"""One stage of a turn: a node with its span and its time, so that every node is watched the same way."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from opentelemetry.trace import Span

from emads_voice.observability import attributes, span
from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.mouth import Mouth, SilentMouth

from .context import VoiceContext
from .state import VoiceState

Update = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What a stage works with: the run's context made definite.

    Attributes:
        context: as given, or the defaults.
        thread_id: the conversation; "" where the graph runs without a checkpointer.
        span: the stage's own span.
    """

    context: VoiceContext
    thread_id: str
    span: Span

    @property
    def mouth(self) -> Mouth:
        """The context's, or a silent one."""
        return self.context.mouth or SilentMouth()


Stage = Callable[[VoiceState, Run], Awaitable[Update]]


class Node(Protocol):
    """What LangGraph runs."""

    async def __call__(self, state: VoiceState, *, runtime: Runtime[VoiceContext]) -> Update: ...


def node(name: str, stage: Stage, *, operation: str = "", opens_turn: bool = False) -> Node:
    """A graph node that runs a stage inside a span and adds the time it took to the state.

    Args:
        name: the node's name.
        stage: what it does.
        operation: the GenAI operation the span is, "invoke_agent".
        opens_turn: this stage is the turn's first: the times and the trace of the last turn are over.
    """

    async def run(state: VoiceState, *, runtime: Runtime[VoiceContext]) -> Update:
        thread_id = (runtime.execution_info.thread_id if runtime.execution_info else None) or ""
        named = {attributes.CONVERSATION_ID: thread_id}
        if operation:
            named[attributes.OPERATION] = operation
        began = time.perf_counter()
        with span(
            f"{operation} {name}".strip(), named, parent="" if opens_turn else state.get("trace", "")
        ) as current:
            update = await stage(state, Run(runtime.context or VoiceContext(), thread_id, current))
        took = {name: round((time.perf_counter() - began) * 1000, 1)}
        return {**update, "timings_ms": Overwrite(took) if opens_turn else took}

    run.__name__ = name
    return run


def question(state: VoiceState) -> str:
    """What was heard in this turn; "" if nothing was."""
    heard = state["transcript"]
    return heard["text"] if heard else ""


def asked_agents(state: VoiceState) -> list[str]:
    """Who is asked in this turn."""
    route = state["route"]
    return list(route["agents"]) if route else []


def caller_language(state: VoiceState) -> Language:
    """The language the conversation is held in: what was spoken last, else English."""
    return find_language(state["language"]) if state.get("language") else ENGLISH

"""A node of the graph: a stage with its span and its time, so that every stage is watched the same way."""

from __future__ import annotations

import time
from typing import Protocol

from langgraph.errors import GraphBubbleUp, GraphInterrupt
from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from opentelemetry import trace

from emads_voice.observability import attributes, link_to, span
from emads_voice.writing import storable_values

from .context import VoiceContext
from .stage import Run, Stage, Update
from .state import VoiceState


class Node(Protocol):
    """What LangGraph runs."""

    async def __call__(self, state: VoiceState, *, runtime: Runtime[VoiceContext]) -> Update: ...


def node(name: str, stage: Stage, *, operation: str = "", opens_turn: bool = False) -> Node:
    """A graph node that runs a stage inside a span and adds the time it took to the state.

    Args:
        name: the node's name.
        stage: what it does.
        operation: the GenAI operation the span is, "invoke_agent".
        opens_turn: this stage is the turn's first: the times and the trace of the last turn are over, and hearing
            may have been done before it.
    """

    async def run(state: VoiceState, *, runtime: Runtime[VoiceContext]) -> Update:
        thread_id = (runtime.execution_info.thread_id if runtime.execution_info else None) or ""
        named = {attributes.CONVERSATION_ID: thread_id, attributes.LANGSMITH_THREAD: thread_id}
        if operation:
            named[attributes.OPERATION] = operation
        began = time.perf_counter()
        turn = trace.get_current_span()
        with span(
            f"{operation} {name}".strip(), named, parent="" if opens_turn else state.get("trace", "")
        ) as current:
            if opens_turn:
                link_to(turn if turn.is_recording() else current, state.get("trace", ""), "previous turn")
            paused: GraphBubbleUp | None = None
            context = runtime.context or VoiceContext()
            try:
                update = await stage(state, Run(context, thread_id, current))
            except (
                GraphBubbleUp
            ) as signal:  # a question to a human, or a hand-over to a parent graph: no failure
                paused = signal
        if paused:
            if context.link:
                context.link.see(state)
            if isinstance(paused, GraphInterrupt):
                for asked in paused.args[0]:
                    asked.value = storable_values(asked.value)
            raise paused
        heard = state.get("heard") or (context.link and context.link.before) if opens_turn else None
        before_ms = heard["took_ms"] if heard else 0.0
        took = {name: round(before_ms + (time.perf_counter() - began) * 1000, 1)}
        update = {**update, "timings_ms": Overwrite(took) if opens_turn else took}
        if context.link:
            context.link.take(name, state, update)
        return update

    run.__name__ = name
    return run

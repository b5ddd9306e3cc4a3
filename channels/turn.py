"""One turn of conversation, run in-process: whatever hears and speaks, a turn is run here."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from emads_voice.graph import VoiceContext, VoiceState
from emads_voice.observability import attributes, span

VoiceGraph = CompiledStateGraph[VoiceState, VoiceContext, Any, Any]
Progress = Callable[[str, dict[str, Any]], None]
"""Called as each node ends, with its name and what it added to the state."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to.

    Attributes:
        thread_id: the conversation it belongs to.
        state: the graph's state after it; see :class:`emads_voice.graph.VoiceState`.
        took_ms: from the end of the question to the end of the answer.
        first_audio_ms: from the end of the question to the first sample of the answer; None if none was spoken.
    """

    thread_id: str
    state: dict[str, Any]
    took_ms: float
    first_audio_ms: float | None

    @property
    def reply(self) -> str:
        """The whole answer in words."""
        return str(self.state["messages"][-1].text)

    @property
    def degraded(self) -> list[str]:
        """One sentence for each agent that could not answer as it should have; usually empty."""
        views = self.state["analyses"].values()
        return [view["degraded"] for view in views if view["degraded"]]


async def run_turn(
    graph: VoiceGraph, context: VoiceContext, *, thread_id: str, on_progress: Progress | None = None
) -> Turn:
    """Run one turn on a thread, in one trace.

    The same ``thread_id`` continues a conversation, if the graph was compiled with a checkpointer. There must
    be one writer at a time to a thread: a :class:`.thread_lock.ThreadLock` sees to it.

    Args:
        graph: a compiled voice graph.
        context: the ear that hears the question and the mouth that speaks the answer.
        thread_id: the conversation.
        on_progress: told as each node ends.

    Raises:
        VoiceError: the question could not be heard.
        AuditError: the record of it could not be kept.
    """
    began = time.monotonic()
    named = {attributes.OPERATION: attributes.TURN, attributes.CONVERSATION_ID: thread_id}
    state: dict[str, Any] = {}
    with span(f"{attributes.TURN} voice", named):
        # An ear, not a message, brings the question; the empty list is there because a run needs an input.
        run: AsyncIterator[Any] = graph.astream(
            {"messages": []},
            {"configurable": {"thread_id": thread_id}},
            context=context,
            stream_mode=["updates", "values"],
            durability="sync" if graph.checkpointer else None,
        )
        async for mode, event in run:
            if mode == "values":
                state = event
            elif on_progress:
                for name, update in event.items():
                    on_progress(name, update or {})
    first = context.mouth.first_audio_at if context.mouth else None
    return Turn(
        thread_id,
        state,
        took_ms=(time.monotonic() - began) * 1000,
        first_audio_ms=None if first is None else (first - began) * 1000,
    )

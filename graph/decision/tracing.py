"""The spans of a decision: one for each node that runs, which says how the decision stands after it."""

from __future__ import annotations

from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime

from emads_voice.observability import attributes, span

from .context import DecisionContext
from .nodes import Node, Update
from .state import DecisionState


def traced(name: str, node: Node) -> Node:
    """A node inside a span of its name. That it waits for people is no failure.

    Args:
        name: the node's.
        node: what it does.
    """

    async def run(state: DecisionState, *, runtime: Runtime[DecisionContext]) -> Update:
        decision = (runtime.execution_info.thread_id if runtime.execution_info else None) or ""
        paused: GraphBubbleUp | None = None
        update: Update = {}
        with span(name, {attributes.CONVERSATION_ID: decision}) as current:
            try:
                update = await node(state, runtime=runtime)
            except GraphBubbleUp as signal:
                paused = signal
            current.set_attribute(attributes.DECISION_STATUS, "waiting" if paused else update["status"])
            if update.get("refused"):
                current.add_event(attributes.REVIEW_REFUSED)
        if paused:
            raise paused
        return update

    return run

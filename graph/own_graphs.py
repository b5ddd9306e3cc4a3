"""Graphs of other people's that hold our stages, as nodes or in a voice graph that is a part: where they keep a turn.

The voice graph keeps its turn in its own state. A graph of nodes of ours keeps it under ``voice``; one around a voice
graph keeps of it, when it is over, the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from langchain_core.messages import RemoveMessage
from langchain_core.runnables import RunnableConfig
from langgraph.channels import EphemeralValue
from langgraph.graph import END, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.pregel import Pregel
from langgraph.types import StateSnapshot

from .context import VoiceContext
from .stage import Update
from .state import VoiceState

VOICE = "voice"
"""The key under which nodes of ours keep a turn in somebody else's state."""


def is_voice_graph(graph: Pregel[Any, Any, Any, Any]) -> bool:
    """Whether a graph is one of `create_voice_graph`, and not another with such a graph in it."""
    return "turn_id" in graph.channels and {"listen", "speak"} <= graph.nodes.keys()


def hears(graph: Pregel[Any, Any, Any, Any]) -> bool:
    """Whether there is a stage in a graph, at any depth, that hears the caller."""
    parts = [part for _, part in graph.get_subgraphs(recurse=True) if isinstance(part, Pregel)]
    return any(isinstance(each.channels.get("heard"), EphemeralValue) for each in (graph, *parts))


def check_runs(graph: CompiledStateGraph[Any, Any, Any, Any]) -> None:
    """Whether turns can be run on a graph that hears.

    Raises:
        ValueError: its context or its input is of another kind; the message says how to mend it.
    """
    kind: object = graph.context_schema
    if kind is not None and not (isinstance(kind, type) and issubclass(kind, VoiceContext)):
        raise ValueError(
            f"A graph that hears and speaks is run with a VoiceContext, and this one takes "
            f"{getattr(kind, '__name__', kind)}: build it with context_schema=VoiceContext, "
            "or a class of yours that inherits from it."
        )
    builder: StateGraph[Any, Any, Any, Any] = graph.builder
    if "messages" not in builder.schemas[builder.input_schema]:
        raise ValueError(
            "A graph that hears and speaks takes what was said in messages, and this one's input has none: "
            "let its state inherit from MessagesState."
        )


async def kept_turn(
    graph: Pregel[Any, Any, Any, Any], config: RunnableConfig
) -> tuple[VoiceState, StateSnapshot]:
    """A thread's last turn, as far as it is kept, among the graph's own keys; and the state it was read from."""
    if is_voice_graph(graph):
        snapshot = await graph.aget_state(config)
        return cast(VoiceState, snapshot.values), snapshot
    snapshot = await graph.aget_state(config, subgraphs=True)
    theirs = snapshot.values
    return cast(
        VoiceState, {**theirs, **_turn_in(snapshot), "messages": theirs.get("messages", [])}
    ), snapshot


def _turn_in(snapshot: StateSnapshot) -> Mapping[str, Any]:
    values: Mapping[str, Any] = snapshot.values if isinstance(snapshot.values, Mapping) else {}
    parts = [task.state for task in snapshot.tasks if isinstance(task.state, StateSnapshot)]
    for turn in (values.get(VOICE), *map(_turn_in, parts), values):
        if isinstance(turn, Mapping) and isinstance(turn.get("turn_id"), str):
            return turn
    return {}


async def end_turn(
    graph: CompiledStateGraph[Any, Any, Any, Any], config: RunnableConfig, turn: VoiceState, update: Update
) -> None:
    """Write to a thread how its last turn ended, from outside of a run, so that nothing of it is left to be done.

    Args:
        graph: of any kind.
        config: with the thread.
        turn: its state.
        update: of the voice graph's state, whatever graph it is.
    """
    if is_voice_graph(graph):
        await graph.aupdate_state(config, update, as_node="speak")
        return
    snapshot = await graph.aget_state(config)
    there = {message.id for message in snapshot.values.get("messages", [])}
    told = [m for m in update.get("messages", []) if not isinstance(m, RemoveMessage) or m.id in there]
    values: dict[str, Any] = {"messages": told}
    if VOICE in graph.channels:
        changed = {**turn, **update}
        values[VOICE] = {key: value for key, value in changed.items() if key != "messages"}
    await graph.aupdate_state(config, values, as_node=snapshot.next[0] if snapshot.next else None)
    await graph.aupdate_state(config, None, as_node=END)  # whatever would follow that node

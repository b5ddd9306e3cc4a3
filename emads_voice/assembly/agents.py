"""Agents from whatever was given: one thing that answers, or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.store.base import BaseStore

from emads_voice.agents import Agent, as_agent
from emads_voice.graph import VoiceContext, VoiceInput, VoiceState
from emads_voice.graph.own_graphs import check_runs, hears


def agents_of(given: object, *, name: str | None = None, description: str | None = None) -> tuple[Agent, ...]:
    """The agents of an assistant.

    Args:
        given: an `Agent`, whatever `as_agent` makes one of, or a sequence of both.
        name: of an agent that has none of its own, if it is given alone.
        description: likewise.

    Raises:
        ValueError: something in it is no agent, and none can be made of it.
    """
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(as_agent(each) for each in given)
    return (as_agent(given, name=name, description=description),)


@dataclass(frozen=True, slots=True)
class OwnVoiceGraph:
    """A voice graph that somebody built, and what they compiled it with.

    Attributes:
        graph: not compiled.
        checkpointer: None if it has none.
        store: likewise.
    """

    graph: StateGraph[VoiceState, VoiceContext, VoiceInput, VoiceState]
    checkpointer: BaseCheckpointSaver[Any] | None = None
    store: BaseStore | None = None


def voice_graph_of(given: object) -> OwnVoiceGraph | None:
    """A graph that hears the caller itself, compiled or not: a voice graph, or one of somebody's own with such a graph,
    or our stages, in it. None if it is something else.

    Raises:
        ValueError: it hears, and turns cannot be run on it.
    """
    if not isinstance(given, StateGraph | CompiledStateGraph):
        return None
    compiled = given.compile() if isinstance(given, StateGraph) else given
    if not hears(compiled):
        return None
    check_runs(compiled)
    if given is not compiled:
        return OwnVoiceGraph(compiled.builder)
    saver = compiled.checkpointer if isinstance(compiled.checkpointer, BaseCheckpointSaver) else None
    return OwnVoiceGraph(compiled.builder, saver, compiled.store)

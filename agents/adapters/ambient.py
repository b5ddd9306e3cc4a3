"""The run of the voice graph that an agent is asked in, as LangGraph tells it to a node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.config import get_config
from langgraph.runtime import get_runtime
from typing_extensions import is_typeddict  # knows its own typed dicts too

from emads_voice.agents.call_context import CallContext, current_call

from .read_once import ReadOnce

CHECKPOINTER = "__pregel_checkpointer"
"""Where a node's config holds what lends subgraphs their checkpointer; None where the graph has none."""

REPLAY = "__pregel_replay_state"
"""Where a node's config holds the checkpoint an earlier run is replayed from; None where nothing is replayed."""

_DURABILITY = "__pregel_durability"
"""Where a node's config says when checkpoints are written."""

ContextMapping = Callable[[Any], Any]
"""Takes the context of the voice graph's run, a `CallContext`, and gives an agent's own."""


class _Empty(dict[str, Any]):
    """A context with nothing in it. LangGraph takes a false one for none, and hands over the caller's instead."""

    def __bool__(self) -> bool:
        return True


def node_config() -> RunnableConfig | None:
    """The config of the node that this is run in; None outside of a graph."""
    try:
        config = get_config()
    except RuntimeError:
        return None
    return config if CHECKPOINTER in config.get("configurable", {}) else None


def remembering(config: RunnableConfig) -> bool:
    """Whether the graph around keeps checkpoints."""
    return config["configurable"][CHECKPOINTER] is not None


def reading_once(config: RunnableConfig) -> RunnableConfig:
    """The same config, in which the state is read once until something is written."""
    saver = config["configurable"][CHECKPOINTER]
    return {**config, "configurable": {**config["configurable"], CHECKPOINTER: ReadOnce(saver)}}


def without_checkpoints(config: RunnableConfig) -> RunnableConfig:
    """The config of a run that writes no checkpoint: LangGraph fails where it is told to wait for one ("sync")."""
    return {**config, "configurable": {**config["configurable"], _DURABILITY: "async"}}


def agent_config(
    around: RunnableConfig | None, *, language: str, metadata: Mapping[str, Any] | None = None
) -> RunnableConfig:
    """The config an agent is run with: the node's, with the caller's language.

    Tags, callbacks and the recursion limit it has from the node anyway, unless it was given its own.
    """
    around = around or {}
    return {
        "configurable": {**around.get("configurable", {}), "language": language},
        "metadata": {**around.get("metadata", {}), **(metadata or {})},
    }


def agent_context(
    around: RunnableConfig | None, mapping: ContextMapping | None, schema: type | None, *, language: str
) -> Any:
    """The context an agent is run with; None leaves it the context of the run around.

    Args:
        around: the node's config; None outside of a graph.
        mapping: as given to `as_agent`.
        schema: the agent's own ``context_schema``.
        language: the caller's language, which the call's context has only where it was told.
    """
    call = get_runtime().context if around else None
    if call is None:
        call = current_call()
    if isinstance(call, CallContext):
        call = call.model_copy(update={"language": language})
    if mapping:
        context = mapping(call)
        return _Empty() if context == {} else context
    if schema is None or isinstance(call, dict if is_typeddict(schema) else schema):
        return call
    return _Empty()

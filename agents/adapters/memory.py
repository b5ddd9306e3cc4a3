"""What a graph remembers between turns, and what it has not been told yet.

A graph keeps its own state, with its tool messages, files and whoever is active in it, under its own namespace on the
conversation's checkpointer. Each checkpoint notes up to which message of the conversation the graph was told. So it is
given what is new: the caller's words, and what other agents answered meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.pregel import Pregel
from langgraph.types import StateSnapshot

from emads_voice.agents.heard import as_agent_sees

from .ambient import CHECKPOINTER, REPLAY

Graph = Pregel[Any, Any, Any, Any]

TOLD = "emads_voice_told"
"""Key of a checkpoint's metadata: the id of the last message the graph was told."""

INTERRUPT = "interrupt"
"""Marks in a message's ``additional_kwargs`` what an agent asked with ``interrupt()``, and the caller's reply."""

_NO_RESULT = "This call was interrupted. It gave no result, and whether it took effect is not known."
_NOT_DONE = "This call was not carried out: the question whether to do so was never answered."


@dataclass(frozen=True, slots=True)
class Memory:
    """What a graph remembers.

    Attributes:
        branch: the checkpoint to go on from, where that is not the newest.
        told: id of the last message of the conversation it was told; "" if it remembers nothing.
        messages: its own messages; empty where it keeps none.
        unfinished: what its last run did without coming to an end: its messages that are in no checkpoint yet, and
            a result for each tool call that has none, which model providers insist on.
        whole: whether its last run came to its end.
    """

    branch: RunnableConfig | None = None
    told: str = ""
    messages: Sequence[BaseMessage] = ()
    unfinished: Sequence[BaseMessage] = ()
    whole: bool = True

    def goes_on(self, config: RunnableConfig) -> RunnableConfig:
        """The config of a run that goes on from here, made of the node's."""
        if not self.branch:
            return config
        here, around = self.branch["configurable"], config["configurable"]
        places = {**around.get("checkpoint_map", {}), here["checkpoint_ns"]: here["checkpoint_id"]}
        return {**config, "configurable": {**around, "checkpoint_map": places}}

    def news(self, conversation: Sequence[BaseMessage], name: str) -> list[BaseMessage]:
        """What the graph is given: all of the conversation that it has not seen, ending with the caller's words.

        Args:
            conversation: all of it.
            name: the agent's: its answer to what it was told last it knows.
        """
        seen = as_agent_sees(conversation)
        places = [index for index, message in enumerate(seen) if self.told and message.id == self.told]
        if places:
            new = seen[places[-1] + 1 :]
            while self.whole and new and INTERRUPT in new[0].additional_kwargs:
                del new[0]  # what it asked itself, and was told by the resumed run
            if self.whole and (own := _own_answer(new, name)) is not None:
                del new[own]
        else:
            known = {message.id for message in self.messages if message.id}
            new = [message for message in seen[:-1] if message.id not in known] + seen[-1:]
        return [*self.unfinished, *(new or seen[-1:])]


async def recall(graph: Graph, config: RunnableConfig, conversation: Sequence[BaseMessage]) -> Memory:
    """What a graph remembers of a conversation.

    Args:
        graph: compiled with ``checkpointer=True``.
        config: the node's.
        conversation: as it stands.
    """
    state, branch = await _saved(graph, config, conversation)
    if state is None or not state.metadata:
        return Memory()
    at = state.config if branch else None
    told = _told(state)
    messages = _messages(state.values)
    if not state.next:
        return Memory(at, told, messages, _results(messages, _NO_RESULT))
    done = list(messages)
    known = {message.id for message in messages}
    for message in _done(await _live(graph, config, state)):
        if message.id not in known:
            known.add(message.id)
            done.append(message)
    missing = _results(done, _NOT_DONE if state.interrupts else _NO_RESULT)
    return Memory(at, told, messages, [*done[len(messages) :], *missing], whole=False)


def _address(config: RunnableConfig) -> RunnableConfig:
    """Where the state is kept: what of a node's config says so, without the checkpoint the run itself is at."""
    keys = ("thread_id", "checkpoint_ns", CHECKPOINTER)
    return {"configurable": {key: config["configurable"][key] for key in keys}}


async def _saved(
    graph: Graph, config: RunnableConfig, conversation: Sequence[BaseMessage]
) -> tuple[StateSnapshot | None, bool]:
    """The state the graph's next run is to go on from.

    Usually it is the newest. Where an earlier turn is run again it is that of then, which LangGraph finds too. Where a
    new turn begins behind an earlier one it is the newest of which the conversation knows; that has to be told to
    LangGraph, and the second value is true.
    """
    address = _address(config)
    replay = config["configurable"].get(REPLAY)
    before: RunnableConfig | None = None
    if replay is not None:
        before = {"configurable": {"checkpoint_id": replay.checkpoint_id}}
        newest = await anext(graph.aget_state_history(address, before=before, limit=1), None)
    else:
        # Naming the checkpoint, if only as None, leaves out what tasks had written when they were cut.
        newest = await graph.aget_state({"configurable": {**address["configurable"], "checkpoint_id": None}})
    told = _told(newest)
    if not told or any(message.id == told for message in conversation):
        return newest, False
    said = {message.id for message in conversation[:-1]}
    async for state in graph.aget_state_history(address, before=before):
        if _told(state) in said:
            return state, True
    return newest, False  # what it was told last is in the conversation no more


def _told(state: StateSnapshot | None) -> str:
    return str((state.metadata or {}).get(TOLD, "")) if state else ""


async def _live(graph: Graph, config: RunnableConfig, saved: StateSnapshot) -> StateSnapshot:
    """The same state with what its tasks had finished, and with the states of the graphs in it."""
    if config["configurable"].get(REPLAY) is not None:
        return saved
    return await graph.aget_state(_address(config), subgraphs=True)


def _done(state: StateSnapshot) -> list[BaseMessage]:
    messages = _messages(state.values)
    for task in state.tasks:
        if isinstance(task.state, StateSnapshot):
            messages += _done(task.state)
    return messages


def _own_answer(new: Sequence[BaseMessage], name: str) -> int | None:
    """Where an agent's answer stands to what it was told last. Nodes around the voice graph may speak before it."""
    said = list(takewhile(lambda message: not isinstance(message, HumanMessage), new))
    signed = [
        at for at, message in enumerate(said) if isinstance(message, AIMessage) and message.name == name
    ]
    unsigned = [
        at for at, message in enumerate(said[:1]) if isinstance(message, AIMessage) and not message.name
    ]
    return next(iter([*signed, *unsigned]), None)


def _messages(values: object) -> list[BaseMessage]:
    found = values.get("messages") if isinstance(values, Mapping) else None
    return [m for m in found if isinstance(m, BaseMessage)] if isinstance(found, Sequence) else []


def _results(messages: Sequence[BaseMessage], text: str) -> list[BaseMessage]:
    """A result for each tool call of the last message that calls tools, where there is none."""
    answered = {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}
    for message in reversed(messages):
        if isinstance(message, AIMessage) and message.tool_calls:
            return [
                ToolMessage(text, tool_call_id=call["id"], name=call["name"], status="error")
                for call in message.tool_calls
                if call["id"] not in answered
            ]
    return []

"""A graph's own state is read from the database once before it answers."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import as_agent, create_voice_graph
from emads_voice.agents.adapters.read_once import ReadOnce
from emads_voice.testing import ScriptedChatModel, ScriptedRouter


class Counting(InMemorySaver):
    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        self.read.append(config["configurable"].get("checkpoint_ns", "").partition(":")[0])
        return await super().aget_tuple(config)


def test_the_state_is_read_once_in_a_turn_and_anew_in_the_next() -> None:
    chat, saver = ScriptedChatModel(script=["One.", "Two."]), Counting()
    agent = as_agent(create_agent(chat, []), name="desk")
    graph = create_voice_graph([agent], router=ScriptedRouter([["desk"]])).compile(checkpointer=saver)
    thread: Any = {"configurable": {"thread_id": "t"}}

    async def talk() -> None:
        for question in ("where is a?", "where is b?"):
            saver.read.clear()
            await graph.ainvoke({"messages": [HumanMessage(question)]}, thread)
            assert saver.read.count("desk") == 1

    asyncio.run(talk())
    assert "where is a?" in [message.text for message in chat.asked[-1]]  # it remembers


def test_what_was_written_is_read_again() -> None:
    saver = Counting()
    once = ReadOnce(saver)
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": "desk"}}

    async def read() -> None:
        await once.aget_tuple(config)
        await once.aget_tuple(config)
        assert len(saver.read) == 1
        await once.aput_writes(
            {"configurable": {"thread_id": "t", "checkpoint_ns": "desk", "checkpoint_id": "1"}}, [], "task"
        )
        await once.aget_tuple(config)
        assert len(saver.read) == 2

    asyncio.run(read())

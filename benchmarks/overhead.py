"""What a turn of the voice graph adds to a graph of one's own: milliseconds a turn, at one and at ten at once.

    python benchmarks/overhead.py

All run on the same checkpointer in one run, by turns, five times: a graph of one node that answers at once, alone; the
same answer from an agent in the voice graph (listen, agent, speak; typed, nothing is spoken); and that graph itself as
the agent of a voice graph, by `as_agent`, with a memory of its own and without. Wall time, and the processor's, which
others on the machine disturb less; medians.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, MessagesState, StateGraph

from emads_voice import Agent, SilentMouth, TypedEar, VoiceContext, as_agent, create_voice_graph, run_turn
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.languages import ENGLISH

ANSWER = "It is noon."


class Clock(ScriptedAgent):
    """Answers at once, as often as it is asked."""

    async def answer(self, *args: Any, **kwargs: Any) -> Any:
        self._rest = iter([ANSWER])
        self.asked.clear()
        return await super().answer(*args, **kwargs)


Ask = Callable[[str], Awaitable[object]]
"""One turn on a thread."""


async def measure(ask: Ask, turns: int, at_once: int) -> tuple[float, float]:
    """The median of so many turns in each of so many conversations at once, and the processor's time for a turn: ms."""
    took: list[float] = []

    async def converse() -> None:
        thread = str(uuid.uuid4())
        for _ in range(turns):
            began = time.perf_counter()
            await ask(thread)
            took.append((time.perf_counter() - began) * 1000)

    began = time.process_time()
    await asyncio.gather(*(converse() for _ in range(at_once)))
    return statistics.median(took), (time.process_time() - began) * 1000 / len(took)


@asynccontextmanager
async def checkpointer(kind: str) -> AsyncIterator[Any]:
    """One of its own, gone afterwards."""
    if kind == "memory":
        yield InMemorySaver()
        return
    with TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder, "threads.sqlite"))) as saver:
            yield saver


def ways(saver: BaseCheckpointSaver[Any]) -> dict[str, Ask]:
    """The graph alone, and what it is compared with."""

    def node(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
        return {"messages": [AIMessage(ANSWER)]}

    own = StateGraph(MessagesState).add_node("reply", node).add_edge(START, "reply")
    alone = own.compile(checkpointer=saver)

    async def ask_alone(thread: str) -> object:
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        return await alone.ainvoke({"messages": [HumanMessage("?")]}, config, durability="async")

    def voice(agent: Agent) -> Ask:
        graph = create_voice_graph([agent]).compile(checkpointer=saver)

        async def ask(thread: str) -> object:
            ear = TypedEar("What time is it?", language=ENGLISH)
            return await run_turn(graph, VoiceContext(ear=ear, mouth=SilentMouth()), thread_id=thread)

        return ask

    told: dict[str, Any] = {"name": "clock", "description": "Tells the time."}
    return {
        "the graph alone": ask_alone,
        "an agent, as a voice graph": voice(Clock("clock", [])),
        "the graph in a voice graph": voice(as_agent(own.compile(), **told)),
        "the same, without a memory": voice(as_agent(own.compile(checkpointer=False), **told)),
    }


async def main(turns: int) -> None:
    """Measure and print the table."""
    print("| checkpointer | at once | what | ms a turn | added | processor, ms | added |")
    print("|---|--:|---|--:|--:|--:|--:|")
    for kind in ("memory", "sqlite"):
        async with checkpointer(kind) as saver:
            asked = ways(saver)
            for at_once in (1, 10):
                runs: dict[str, list[tuple[float, float]]] = {what: [] for what in asked}
                for ask in asked.values():
                    await measure(ask, 3, at_once)  # warm up
                for _ in range(5):
                    for what, ask in asked.items():
                        runs[what].append(await measure(ask, turns, at_once))
                least: tuple[float, float] | None = None
                for what, figures in runs.items():
                    wall, busy = (statistics.median(each) for each in zip(*figures, strict=True))
                    least = least or (wall, busy)
                    more = f"{wall - least[0]:+.1f} | {busy:.1f} | {busy - least[1]:+.1f}"
                    print(f"| {kind} | {at_once} | {what} | {wall:.1f} | {more} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=10, help="of each conversation")
    asyncio.run(main(parser.parse_args().turns))

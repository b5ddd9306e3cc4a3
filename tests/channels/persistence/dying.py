"""A process that holds a turn and dies in one of its nodes, run by the tests as a program of its own.

``python dying.py ADDRESS NODE DURABILITY LOG``: ADDRESS is a file of SQLite, or how to connect to Postgres; each node
that begins adds its name to LOG. Two agents are asked, of whom the first has answered before the second begins to.
With the durability "async" the process dies as soon as what the nodes before had to say is written: at any moment
before, some of that is lost.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from langchain_core.messages import BaseMessage

from emads_voice.agents.forms import Analysis
from emads_voice.agents.routing.router import Route
from emads_voice.channels.persistence.sqlite import FencedSqliteSaver
from emads_voice.channels.persistence.threads import open_postgres
from emads_voice.channels.turn import run_turn
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.state import state_of
from emads_voice.observability import AuditEvent
from emads_voice.testing import ScriptedAgent
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.mouth import SilentMouth, Speech

THREAD: Any = {"configurable": {"thread_id": "monday"}}


class Witness:
    """Notes which nodes have begun; dies in one of them."""

    def __init__(self, log: Path, dies_in: str = "") -> None:
        self.saver: Any = None
        self._log = log
        self._dies_in = dies_in

    async def begins(self, node: str) -> None:
        with self._log.open("a") as log:
            log.write(f"{node}\n")
        if node == self._dies_in:
            while self.saver and f"branch:to:{node}" not in await self._written():
                await asyncio.sleep(0.001)
            os.kill(os.getpid(), signal.SIGKILL)

    async def _written(self) -> Collection[str]:
        """The channels of the latest checkpoint."""
        latest = await self.saver.aget_tuple(THREAD)
        return latest.checkpoint["channel_values"] if latest else ()


class Audit:
    """``listen`` writes down what was heard."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def append(self, event: AuditEvent) -> None:
        await self._witness.begins("listen")

    def note(self, event: AuditEvent) -> None:
        """Nobody waits for it."""


class Router:
    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def warm_up(self, agents: Sequence[Any]) -> None:
        """Nothing to load."""

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Any]) -> Route:
        await self._witness.begins("route")
        return Route(agents=["cto", "coo"], reason="Both.", scores={})


class Agent(ScriptedAgent):
    """The second one begins when the first one's answer is kept."""

    witness: Witness
    after: asyncio.Event | None = None

    async def answer(self, *given: Any, **named: Any) -> Analysis:
        if self.after:
            await self.after.wait()
        await self.witness.begins(self.name)
        return await super().answer(*given, **named)


class Mouth(SilentMouth):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    async def finish(self, text: str, *, language: Language) -> Speech:
        await self._witness.begins("speak")
        return await super().finish(text, language=language)


def voice_graph(saver: Any, witness: Witness, *, waits: bool = False) -> Any:
    """The graph; where the second agent waits, until the first one's answer is in the database."""
    cto, coo = Agent("cto", ["Rewrite it."]), Agent("coo", ["Keep it."])
    cto.witness = coo.witness = witness
    if waits:
        coo.after = asyncio.Event()
        keep = saver.aput_writes

        async def kept(config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
            await keep(config, writes, task_id, task_path)
            if any(channel == "analyses" and isinstance(value, dict) for channel, value in writes):
                coo.after.set()  # type: ignore[union-attr]

        saver.aput_writes = kept
    graph = create_voice_graph([cto, coo], router=Router(witness), audit=Audit(witness))
    return graph.compile(checkpointer=saver)


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[Any]:
    """The saver of the conversations at an address."""
    if "host=" in address:
        async with open_postgres(address) as threads:
            yield threads.saver
    else:
        async with FencedSqliteSaver.from_conn_string(address) as saver:
            yield saver


async def main(address: str, dies_in: str, durability: Any, log: str) -> None:
    witness = Witness(Path(log), dies_in)
    ear, mouth = TypedEar("Rewrite or keep it?", language=ENGLISH), Mouth(witness)
    async with opened(address) as saver:
        witness.saver = saver if durability == "async" else None
        graph = voice_graph(saver, witness, waits=True)
        if durability == "async":
            await run_turn(graph, VoiceContext(ear=ear, mouth=mouth), thread_id="monday")
        else:
            heard = {"messages": [], "heard": state_of(await ear.hear(), 0.0)}
            await graph.ainvoke(heard, THREAD, context=VoiceContext(mouth=mouth), durability=durability)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Made threads.sqlite.gz beside this file, with the code of commit c4efe4f, before a turn kept its answer.

``git archive c4efe4f | tar -x -C OLD; (cd OLD && python build_backend/layout.py)``, then in a folder outside this
checkout, with its environment: ``PYTHONPATH=OLD/build/editable python make.py threads.sqlite``, and ``gzip -9n``. The
tests do not run it: today's code cannot write as that of then did.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from emads_voice import SilentMouth, TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.graph.answering import as_played  # type: ignore[attr-defined]  # it was there then
from emads_voice.testing import ScriptedAgent, ScriptedRouter
from emads_voice.voice.languages import ENGLISH, VIETNAMESE


def context(question: str, language: Any = ENGLISH) -> VoiceContext:
    return VoiceContext(ear=TypedEar(question, language=language), mouth=SilentMouth())


class Dies(ScriptedAgent):
    async def answer(self, messages: Any, **given: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


async def make(path: str) -> None:
    async with AsyncSqliteSaver.from_conn_string(path) as saver:
        cto, coo = ScriptedAgent("cto", ["One.", "Ba."]), ScriptedAgent("coo", ["Hai."])
        router = ScriptedRouter([["cto"], ["cto", "coo"], []])
        graph = create_voice_graph([cto, coo], router=router).compile(checkpointer=saver)
        await run_turn(graph, context("First?"), thread_id="turns")
        await run_turn(graph, context("Hai hay ba?", VIETNAMESE), thread_id="turns")
        await run_turn(graph, context("Nobody's subject?"), thread_id="turns")

        for thread, played in (("heard in part", "One, of"), ("not heard", "")):
            agent = ScriptedAgent("cto", ["One, of several."])
            graph = create_voice_graph([agent]).compile(checkpointer=saver)
            await run_turn(graph, context("First?"), thread_id=thread)
            config: Any = {"configurable": {"thread_id": thread}}
            state = (await graph.aget_state(config)).values
            update = {"messages": as_played(state["messages"], 1, played)}
            await graph.aupdate_state(config, update, as_node="speak")

        graph = create_voice_graph([ScriptedAgent("cto", ["One."])]).compile(checkpointer=saver)
        await run_turn(graph, context("First?"), thread_id="killed")
        graph = create_voice_graph([Dies("cto", [])]).compile(checkpointer=saver)
        await run_turn(graph, context("Second?"), thread_id="killed")


if __name__ == "__main__":
    if os.fork() == 0:
        asyncio.run(make(sys.argv[1]))
    os.wait()
    with sqlite3.connect(sys.argv[1]) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.execute("PRAGMA journal_mode=DELETE")
        file.execute("VACUUM")

"""Whole turns on what keeps them: several, an interrupted one, another process, the Store, and savers of others."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.config import get_store
from langgraph.graph import START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from langgraph.store.postgres import AsyncPostgresStore
from langgraph.types import interrupt
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from emads_voice import (
    Agent,
    Analysis,
    ModelError,
    SilentMouth,
    Speech,
    StaleThreadError,
    ThreadHeldError,
    Threads,
    VoiceContext,
    as_agent,
    create_voice_graph,
    guard,
    open_postgres,
    run_turn,
)
from emads_voice.channels.turn import VoiceGraph
from emads_voice.graph.answering import interrupted
from emads_voice.observability import AuditError
from emads_voice.testing import ScriptedAgent, ScriptedRouter
from emads_voice.voice.languages import ENGLISH, Language

Compiled = Callable[..., VoiceGraph]
Ask = Callable[[str], VoiceContext]
MONDAY: Any = {"configurable": {"thread_id": "monday"}}


class Stopped(SilentMouth):
    """The caller interrupts after the first word."""

    async def finish(self, text: str, *, language: Language) -> Speech:
        return Speech(text, text.split()[0], language, interrupted=True)


async def texts(graph: VoiceGraph) -> list[str]:
    return [message.text for message in (await graph.aget_state(MONDAY)).values["messages"]]


async def converse(
    open_saver: Callable[[], AbstractAsyncContextManager[Any]], compiled: Compiled, ask: Ask
) -> None:
    """Several turns, each with what keeps them opened anew."""
    async with open_saver() as saver:
        turn = await run_turn(compiled(saver, ["One."]), ask("First?"), thread_id="monday")
        assert (turn.answer, turn.state["turn"]) == ("One.", 1)
    async with open_saver() as saver:
        context = ask("Second?").model_copy(update={"mouth": Stopped()})
        turn = await run_turn(compiled(saver, ["Two is it."]), context, thread_id="monday")
        assert turn.speech
        assert turn.speech["played"] == "Two"
    async with open_saver() as saver:
        agent: ScriptedAgent
        slow = agent = _Slow("cto", ["Three is it."])
        graph = create_voice_graph([agent]).compile(checkpointer=saver)
        running = asyncio.create_task(run_turn(graph, ask("Third?"), thread_id="monday"))
        await slow.asked_once.wait()
        running.cancel()  # as when a caller interrupts
        await asyncio.wait([running])
        state: Any = (await graph.aget_state(MONDAY)).values
        heard = Speech("Three is it.", "Three", ENGLISH, interrupted=True)
        await graph.aupdate_state(MONDAY, interrupted(state, heard, "barge-in"), as_node="speak")
    async with open_saver() as saver:
        agent = ScriptedAgent("cto", ["Four."])
        graph = create_voice_graph([agent]).compile(checkpointer=saver)
        turn = await run_turn(graph, ask("Fourth?"), thread_id="monday")
        assert turn.state["turn"] == 4
        told = [message.text for message in turn.state["messages"]]
        assert told == ["First?", "One.", "Second?", "Two", "Third?", "Three", "Fourth?", "Four."]
        ids = [message.id for message in turn.state["messages"]]
        assert len(set(ids)) == 8


class _Slow(ScriptedAgent):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.asked_once = asyncio.Event()

    async def answer(self, messages: Sequence[BaseMessage], **given: Any) -> Analysis:
        self.asked_once.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_turns_on_a_database(store: Any, voice_graph: Compiled, ask: Ask) -> None:
    @asynccontextmanager
    async def saver() -> AsyncIterator[Any]:
        async with store.open() as threads:
            yield threads.saver

    await converse(saver, voice_graph, ask)


async def test_turns_in_memory(voice_graph: Compiled, ask: Ask) -> None:
    saver = InMemorySaver()

    @asynccontextmanager
    async def same() -> AsyncIterator[Any]:
        yield saver

    await converse(same, voice_graph, ask)


async def test_another_process_goes_on_with_the_conversation(
    store: Any, voice_graph: Compiled, ask: Ask, tmp_path: Path
) -> None:
    async with store.open() as threads:
        await run_turn(voice_graph(threads.saver, ["One."]), ask("First?"), thread_id="monday")
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        Path(__file__).with_name("dying.py"),
        store.address,
        "nowhere",
        "sync",
        tmp_path / "log",
    )
    assert await program.wait() == 0
    async with store.open() as threads:
        graph = voice_graph(threads.saver, ["Three."])
        turn = await run_turn(graph, ask("Third?"), thread_id="monday")
        assert turn.state["turn"] == 3
        assert (await texts(graph))[:3] == ["First?", "One.", "Rewrite or keep it?"]


class _Clip:
    """An ear that hears once: its sound is gone afterwards."""

    def __init__(self, ear: Any) -> None:
        self._ears = iter([ear])

    async def hear(self) -> Any:
        return await next(self._ears).hear()


async def test_a_turn_can_be_run_again_from_any_node_also_without_its_sound(store: Any, ask: Ask) -> None:
    async with store.open() as threads:
        agent = ScriptedAgent("cto", ["One.", "Two.", *(f"Again {number}." for number in range(5))])
        nobody = ScriptedAgent("coo", [])
        router = ScriptedRouter([["cto"]])
        graph = create_voice_graph([agent, nobody], router=router).compile(checkpointer=threads.saver)
        for question in ("First?", "Second?"):
            context = VoiceContext(ear=_Clip(ask(question).ear), mouth=SilentMouth())
            await run_turn(graph, context, thread_id="monday")
        second = [state async for state in graph.aget_state_history(MONDAY) if state.next][:5]
        assert [state.next[0] for state in second] == ["speak", "cto", "route", "listen", "__start__"]
        for number, state in enumerate(second):
            turn = await run_turn(
                graph, VoiceContext(mouth=SilentMouth()), thread_id="monday", resume=None, config=state.config
            )
            assert turn.answer == ("Two." if number == 0 else f"Again {number - 1}.")
            assert turn.speech
            assert turn.speech["played"] == turn.answer
            assert turn.state["turn"] == 2
            assert await texts(graph) == ["First?", "One.", "Second?", turn.answer]
        # And what comes next goes on from there.
        turn = await run_turn(graph, ask("Third?"), thread_id="monday")
        assert [message.text for message in turn.state["messages"]][-3:] == ["Again 3.", "Third?", "Again 4."]


class _Remembers(ScriptedAgent):
    """Counts, in the Store, how often it was asked, in whichever conversation."""

    async def answer(self, messages: Sequence[BaseMessage], **given: Any) -> Analysis:
        memory = get_store()
        known = await memory.aget(("asked",), "count")
        count = known.value["count"] + 1 if known else 1
        await memory.aput(("asked",), "count", {"count": count})
        return Analysis(answer=f"Question {count}.", agent=self.name)


@pytest.mark.parametrize("kind", ["memory", "postgres"])
async def test_agents_have_the_store_that_the_graph_was_compiled_with(
    kind: str, request: pytest.FixtureRequest, ask: Ask
) -> None:
    async def asked(store: BaseStore) -> list[str | None]:
        graph = create_voice_graph([_Remembers("cto", [])]).compile(checkpointer=InMemorySaver(), store=store)
        return [
            (await run_turn(graph, ask("Well?"), thread_id=thread)).answer for thread in ("monday", "tuesday")
        ]

    if kind == "memory":
        assert await asked(InMemoryStore()) == ["Question 1.", "Question 2."]
        return
    database = request.getfixturevalue("database")
    async with AsyncPostgresStore.from_conn_string(database) as store:
        await store.setup()
        assert await asked(store) == ["Question 1.", "Question 2."]
    async with AsyncPostgresStore.from_conn_string(database) as store:
        assert await asked(store) == ["Question 3.", "Question 4."]


@asynccontextmanager
async def _pooled(database: str) -> AsyncIterator[AsyncPostgresSaver]:
    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    async with AsyncConnectionPool(database, min_size=1, max_size=3, kwargs=options) as pool:
        saver = AsyncPostgresSaver(pool)  # type: ignore[arg-type]
        await saver.setup()
        yield saver


@asynccontextmanager
async def _single(database: str) -> AsyncIterator[AsyncPostgresSaver]:
    async with AsyncPostgresSaver.from_conn_string(database) as saver:
        await saver.setup()
        yield saver


@pytest.mark.parametrize("made", ["pool", "connection", "sqlite"])
async def test_savers_of_others_get_a_fence_and_locks(
    made: str, request: pytest.FixtureRequest, tmp_path: Path, voice_graph: Compiled, ask: Ask
) -> None:
    @asynccontextmanager
    async def theirs() -> AsyncIterator[Threads]:
        saver: AbstractAsyncContextManager[Any] = (
            AsyncSqliteSaver.from_conn_string(str(tmp_path / "threads"))
            if made == "sqlite"
            else (_pooled if made == "pool" else _single)(request.getfixturevalue("database"))
        )
        async with saver as opened, guard(opened, tmp_path / "locks") as threads:
            yield threads

    class Overtaken(ScriptedAgent):
        async def answer(self, messages: Any, **given: Any) -> Any:
            while "branch:to:cto" not in (await two.saver.aget_tuple(MONDAY)).checkpoint["channel_values"]:  # type: ignore[union-attr]
                await asyncio.sleep(0.001)
            await run_turn(voice_graph(two.saver, ["Two."]), ask("Second?"), thread_id="monday")
            return await super().answer(messages, **given)

    async with theirs() as one, theirs() as two:
        async with one.locks.hold("monday"):
            with pytest.raises(ThreadHeldError):
                async with two.locks.hold("monday", wait_s=0):
                    pytest.fail("two hold it")
            turn = await run_turn(voice_graph(one.saver, ["One."]), ask("First?"), thread_id="monday")
            assert turn.answer == "One."
        late = create_voice_graph([Overtaken("cto", ["Late."])]).compile(checkpointer=one.saver)
        with pytest.raises(StaleThreadError):
            await run_turn(late, ask("Late?"), thread_id="monday")


async def test_other_savers_are_locked_and_it_is_logged_that_they_have_no_fence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "emads_voice")
    saver = InMemorySaver()
    async with guard(saver, tmp_path) as threads:
        assert threads.saver is saver
        async with threads.locks.hold("monday"):
            pass
    assert caplog.messages == [
        "A InMemorySaver has no fence: only locks keep writers of a conversation apart."
    ]


async def test_processes_may_open_an_empty_database_together(database: str) -> None:
    async def open_it() -> None:
        async with open_postgres(database, connections=1) as threads:
            assert await threads.saver.aget_tuple(MONDAY) is None

    await asyncio.gather(*(open_it() for _ in range(4)))


async def test_a_database_whose_connections_broke_is_used_again(
    database: str, voice_graph: Compiled, ask: Ask
) -> None:
    async with open_postgres(database, connections=2) as threads:
        graph = voice_graph(threads.saver, ["Answer 0.", "Answer 1."])
        await run_turn(graph, ask("First?"), thread_id="monday")
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        async with threads.locks.hold("monday"):
            turn = await run_turn(graph, ask("Second?"), thread_id="monday")
        told = [message.text for message in turn.state["messages"]]
        assert told == ["First?", "Answer 0.", "Second?", "Answer 1."]


async def test_a_database_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emads_voice.channels.persistence.threads.REACHED_S", 0.2)
    with pytest.raises(
        AuditError, match=r"Conversations cannot be kept in Postgres \(.*\): see that the database"
    ):
        async with open_postgres("host=/nowhere dbname=none"):
            pytest.fail("it is open")


async def test_whatever_agents_and_callers_say_can_be_stored(store: Any, ask: Ask) -> None:
    def node(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
        return {"messages": [AIMessage("A\0 \ud800 \ud83d\ude00.")]}

    def fails(question: str) -> str:  # noqa: ARG001
        raise ModelError("It is\0 \ud800 down.")

    wants = Analysis(answer="Buy\0.", agent="cto", recommendation="buy \ud800", assumptions=["\0"])
    asks = ["Which\0 size\udfff?"]
    graph = TypedGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    said: list[tuple[Agent, str, str | None]] = [
        (as_agent(lambda question: "A\0 \ud800 \ud83d\ude00.", name="cto"), "first?", "A \ufffd \U0001f600."),  # noqa: ARG005
        (as_agent(graph, name="cto"), "second\0\ud800?", "A \ufffd \U0001f600."),
        (ScriptedAgent("cto", [wants]), "third?", None),
        (as_agent(fails, name="cto"), "fourth?", None),
        (as_agent(lambda _: interrupt(asks[0]), name="cto"), "fifth?", None),
        (as_agent(lambda _: interrupt(asks[0]), name="cto"), "L\0\ud800", "L\ufffd"),
    ]
    async with store.open() as threads, threads.locks.hold("monday"):
        for agent, question, answer in said:
            compiled = create_voice_graph([agent]).compile(checkpointer=threads.saver)
            turn = await run_turn(compiled, ask(question), thread_id="monday")
            assert answer is None or turn.answer == answer
            json.dumps(turn.state["analyses"], ensure_ascii=False).encode()
            assert "\0" not in str(turn.state)

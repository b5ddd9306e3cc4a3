"""A writer who is late is refused, whoever it is; going on from an older checkpoint on purpose is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from operator import add
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from emads_voice import StaleThreadError, VoiceContext, create_voice_graph, run_turn
from emads_voice.channels.turn import VoiceGraph
from emads_voice.testing import ScriptedAgent

VOICE = Callable[..., VoiceGraph]
ASK = Callable[[str], VoiceContext]
MONDAY: Any = {"configurable": {"thread_id": "monday"}}


class Log(TypedDict):
    said: Annotated[list[str], add]


def steps(saver: Any, *, between: Callable[[], Any] | None = None) -> Any:
    """A graph of two nodes, with something done between them."""

    async def first(state: Log) -> Any:  # noqa: ARG001
        return {"said": ["first"]}

    async def second(state: Log) -> Any:  # noqa: ARG001
        if between:
            await between()
        return {"said": ["second"]}

    graph = StateGraph(Log)
    graph.add_node("first", first)
    graph.add_node("second", second)
    graph.add_edge(START, "first")
    graph.add_edge("first", "second")
    return graph.compile(checkpointer=saver)


async def said(saver: Any) -> list[str]:
    return list((await steps(saver).aget_state(MONDAY)).values["said"])


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
async def test_who_was_overtaken_in_mid_turn_is_refused(store: Any, durability: Any) -> None:
    async with store.open() as mine, store.open() as theirs:
        await steps(mine.saver).ainvoke({"said": ["hello"]}, MONDAY)

        async def overtake() -> None:
            while durability == "async" and (await written(theirs.saver))["said"][-1] != "first":
                await asyncio.sleep(0.001)  # what is still being written would overtake those who overtake
            await steps(theirs.saver).ainvoke({"said": ["theirs"]}, MONDAY)

        with pytest.raises(StaleThreadError) as told:
            await steps(mine.saver, between=overtake).ainvoke(
                {"said": ["mine"]}, MONDAY, durability=durability
            )
        assert str(told.value).startswith(
            "The conversation 'monday' was continued elsewhere in the meantime, so what this turn had to add is "
            "refused: ask again."
        )
        kept = await said(theirs.saver)
        assert kept[-3:] == ["theirs", "first", "second"]
        assert await said(mine.saver) == kept
        # Nothing is left that would keep anybody from writing.
        await steps(theirs.saver).ainvoke({"said": ["again"]}, MONDAY)
        await steps(mine.saver).ainvoke({"said": ["and I"]}, MONDAY)
        assert (await said(mine.saver))[-6:] == ["again", "first", "second", "and I", "first", "second"]


async def test_of_two_that_begin_a_thread_one_is_refused(store: Any) -> None:
    async with store.open() as mine, store.open() as theirs:

        async def overtake() -> None:
            await steps(theirs.saver).ainvoke({"said": ["theirs"]}, MONDAY)

        class Reading(type(mine.saver)):  # type: ignore[misc]
            async def aget_tuple(self, config: Any) -> Any:
                found = await super().aget_tuple(config)
                await overtake()
                return found

        late = Reading(mine.saver.conn)
        with pytest.raises(StaleThreadError):
            await steps(late).ainvoke({"said": ["mine"]}, MONDAY)
        assert await said(theirs.saver) == ["theirs", "first", "second"]


async def test_of_many_that_write_at_once_exactly_one_is_kept(store: Any) -> None:
    """Between looking and writing nobody can come."""
    async with store.open() as mine, store.open() as theirs:
        await mine.saver.setup()
        start = await mine.saver.aput(
            {"configurable": {"thread_id": "monday", "checkpoint_ns": ""}},
            empty_checkpoint(),
            {"source": "input", "step": -1, "parents": {}},
            {},
        )

        async def write(number: int) -> Any:
            checkpoint = {**empty_checkpoint(), "id": str(uuid6(clock_seq=number))}
            saver = (mine, theirs)[number % 2].saver
            return await saver.aput(start, checkpoint, {"source": "loop", "step": 0, "parents": {}}, {})

        outcomes = await asyncio.gather(*map(write, range(12)), return_exceptions=True)
        assert sum(isinstance(outcome, StaleThreadError) for outcome in outcomes) == 11, outcomes
        kept = next(outcome for outcome in outcomes if not isinstance(outcome, BaseException))
        latest = await theirs.saver.aget_tuple(MONDAY)
        assert latest.config["configurable"]["checkpoint_id"] == kept["configurable"]["checkpoint_id"]


async def test_a_write_that_nobody_would_read_is_refused(store: Any) -> None:
    """The clock of a machine is behind: its ids are older than those it read."""
    async with store.open() as threads:
        await threads.saver.setup()
        thread: Any = {"configurable": {"thread_id": "monday", "checkpoint_ns": ""}}
        early = {**empty_checkpoint(), "id": str(uuid6(clock_seq=0))}
        late = {**empty_checkpoint(), "id": str(uuid6(clock_seq=0))}
        read = await threads.saver.aput(thread, late, {"source": "input", "step": -1, "parents": {}}, {})
        with pytest.raises(StaleThreadError, match="the clock of this machine is behind"):
            await threads.saver.aput(read, early, {"source": "loop", "step": 0, "parents": {}}, {})


async def test_an_update_by_who_is_late_is_refused_and_one_on_purpose_is_not(store: Any) -> None:
    async with store.open() as threads:
        graph = steps(threads.saver)
        await graph.ainvoke({"said": ["hello"]}, MONDAY)
        older = [state async for state in graph.aget_state_history(MONDAY)][1]
        await graph.aupdate_state(older.config, {"said": ["changed"]}, as_node="first")
        assert await said(threads.saver) == ["hello", "first", "changed"]
        await graph.ainvoke(None, MONDAY)
        assert await said(threads.saver) == ["hello", "first", "changed", "second"]


async def test_every_checkpoint_can_be_gone_on_from(store: Any) -> None:
    async with store.open() as threads:
        graph = steps(threads.saver)
        await graph.ainvoke({"said": ["hello"]}, MONDAY)
        history = [state async for state in graph.aget_state_history(MONDAY)]
        assert len(history) == 4
        for state in history:
            if state.next:
                await graph.ainvoke(None, state.config)
                assert await said(threads.saver) == ["hello", "first", "second"]
            await graph.ainvoke({"said": ["else"]}, state.config)
            assert (await said(threads.saver))[-3:] == ["else", "first", "second"]
        forks = [state async for state in graph.aget_state_history(MONDAY, filter={"source": "fork"})]
        assert [state.metadata["forked_from"] for state in forks] == [
            state.config["configurable"]["checkpoint_id"] for state in reversed(history) if state.next
        ]


async def test_who_forks_is_fenced_from_then_on(store: Any) -> None:
    async with store.open() as mine, store.open() as theirs:
        graph = steps(mine.saver)
        await graph.ainvoke({"said": ["hello"]}, MONDAY)
        older = [state async for state in graph.aget_state_history(MONDAY)][2]

        async def overtake() -> None:
            await steps(theirs.saver).ainvoke({"said": ["theirs"]}, MONDAY)

        with pytest.raises(StaleThreadError):
            await steps(mine.saver, between=overtake).ainvoke(None, older.config, durability="sync")
        assert "theirs" in await said(mine.saver)


async def written(saver: Any) -> dict[str, Any]:
    """The channels of the latest checkpoint."""
    return dict((await saver.aget_tuple(MONDAY)).checkpoint["channel_values"])


def nested(saver: Any, *, inner_saver: Any, between: Callable[[], Any] | None = None) -> Any:
    """A graph of which one node is a graph, that may remember for itself."""

    async def note(state: Log) -> Any:  # noqa: ARG001
        if between:
            await between()
        return {"said": ["inner"]}

    inside = StateGraph(Log)
    inside.add_node("note", note)
    inside.add_node(
        "ask", lambda state: {"said": [interrupt("which?")]} if state["said"][-3:-2] == ["ask"] else {}
    )
    inside.add_edge(START, "note")
    inside.add_edge("note", "ask")
    graph = StateGraph(Log)
    graph.add_node("before", lambda _: {"said": ["before"]})
    graph.add_node("inside", inside.compile(checkpointer=inner_saver))
    graph.add_edge(START, "before")
    graph.add_edge("before", "inside")
    graph.add_edge("inside", END)
    return graph.compile(checkpointer=saver)


@pytest.mark.parametrize("remembers", [None, True])
async def test_graphs_inside_are_as_late_as_their_turn(store: Any, remembers: Any) -> None:
    async with store.open() as mine, store.open() as theirs:
        graph = nested(mine.saver, inner_saver=remembers)
        await graph.ainvoke({"said": ["hello"]}, MONDAY)

        async def overtake() -> None:
            await nested(theirs.saver, inner_saver=remembers).ainvoke({"said": ["theirs"]}, MONDAY)

        late = nested(mine.saver, inner_saver=remembers, between=overtake)
        with pytest.raises(StaleThreadError):
            await late.ainvoke({"said": ["mine"]}, MONDAY, durability="sync")
        written = [kept async for kept in mine.saver.alist(MONDAY)]
        roots = [kept for kept in written if not kept.metadata["parents"]]
        assert "theirs" in roots[0].checkpoint["channel_values"]["said"]
        overtaken_at = min(
            kept.checkpoint["id"]
            for kept in roots
            if "theirs" in kept.checkpoint["channel_values"].get("said", [])
        )
        later = [
            kept for kept in written if kept.checkpoint["id"] > overtaken_at and kept.metadata["parents"]
        ]
        assert later
        assert all(kept.metadata["parents"][""] >= overtaken_at for kept in later)


@pytest.mark.parametrize("remembers", [None, True])
async def test_graphs_inside_can_be_interrupted_forked_and_edited(store: Any, remembers: Any) -> None:
    async with store.open() as threads:
        graph = nested(threads.saver, inner_saver=remembers)
        await graph.ainvoke({"said": ["hello"]}, MONDAY)
        await graph.ainvoke({"said": ["ask"]}, MONDAY)
        waiting = await graph.aget_state(MONDAY, subgraphs=True)
        assert waiting.tasks[0].interrupts[0].value == "which?"
        await graph.aupdate_state(waiting.tasks[0].state.config, {"said": ["edited"]}, as_node="note")
        done = await graph.ainvoke(Command(resume="this"), MONDAY)
        assert done["said"][-1] == "this" or "edited" in done["said"]
        async for state in graph.aget_state_history(MONDAY):
            if state.next and state.values.get("said") == ["hello"]:
                await graph.ainvoke(None, state.config)
        assert (await graph.aget_state(MONDAY)).next == ()


async def test_a_turn_of_conversation_that_was_overtaken_is_refused(
    store: Any, voice_graph: VOICE, ask: ASK
) -> None:
    class Overtaken(ScriptedAgent):
        async def answer(self, messages: Any, **given: Any) -> Any:
            if messages[-1].text == "Late?":
                while "branch:to:cto" not in await written(theirs.saver):
                    await asyncio.sleep(
                        0.001
                    )  # what is still being written would overtake those who overtake
                await run_turn(voice_graph(theirs.saver, ["Two."]), ask("Second?"), thread_id="monday")
            return await super().answer(messages, **given)

    async with store.open() as mine, store.open() as theirs:
        graph = create_voice_graph([Overtaken("cto", ["One.", "Late."])]).compile(checkpointer=mine.saver)
        await run_turn(graph, ask("First?"), thread_id="monday")
        with pytest.raises(StaleThreadError):
            await run_turn(graph, ask("Late?"), thread_id="monday")
        messages = (await graph.aget_state(MONDAY)).values["messages"]
        assert [message.text for message in messages] == ["First?", "One.", "Late?", "Second?", "Two."]

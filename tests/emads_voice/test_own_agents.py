"""Anybody's agents, put together with everything else a conversation takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.config import get_store
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.store.base import BaseStore
from langgraph.store.memory import InMemoryStore
from typing_extensions import TypedDict

from emads_voice import (
    Analysis,
    Assistant,
    StorageError,
    TypedEar,
    VoiceContext,
    assemble,
    configured_backends,
    create_voice_graph,
    run_turn,
)
from emads_voice.assembly import configured
from emads_voice.graph.nodes import listen
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.languages import VIETNAMESE

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def _scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured_backends, "make_recognizer", lambda _: ScriptedRecognizer([]))
    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: ScriptedSynthesizer())


def graph_that_says(answer: str, name: str) -> Any:
    def reply(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
        return {"messages": [AIMessage(answer)]}

    return StateGraph(MessagesState).add_node("reply", reply).add_edge(START, "reply").compile(name=name)


async def asked(assistant: Assistant, question: str = "What time is it?") -> Any:
    async with assistant.open() as graph:
        turn = await run_turn(graph, VoiceContext(ear=TypedEar(question)), thread_id="t")
    return turn.state


async def test_a_compiled_graph_answers_and_nothing_is_loaded_to_choose_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(configured, "make_embeddings", lambda _: pytest.fail("a router was made"))
    assistant = assemble(graph_that_says("It is noon.", "clock"), name="time", description="Tells the time.")
    assert [(agent.name, agent.description) for agent in assistant.agents] == [("time", "Tells the time.")]
    assert assistant.hotwords == ("time",)
    loaded: list[str] = []
    await assistant.warm_up(loaded=lambda part, _: loaded.append(part))
    assert "router" not in loaded
    state = await asked(assistant)
    assert state["messages"][-1].text == "It is noon."
    assert assistant.settings.threads_path.exists()


async def test_a_list_may_mix_graphs_and_agents() -> None:
    agents = [graph_that_says("It is noon.", "clock"), ScriptedAgent("desk", ["Room two."])]
    assistant = assemble(agents, router=ScriptedRouter([["desk"]]))
    assert [agent.name for agent in assistant.agents] == ["clock", "desk"]
    assert (await asked(assistant))["messages"][-1].text == "Room two."


@pytest.mark.parametrize("compiled", [False, True])
async def test_a_voice_graph_of_ones_own_is_used_as_it_is(compiled: bool) -> None:
    saver = InMemorySaver()
    own = create_voice_graph([ScriptedAgent("desk", ["Room two."])])
    assistant = assemble(
        own.compile(checkpointer=saver) if compiled else own, checkpointer=None if compiled else saver
    )
    assert (assistant.agents, assistant.preemptive) == ((), None)
    assert (await asked(assistant))["messages"][-1].text == "Room two."
    assert saver.get({"configurable": {"thread_id": "t"}})
    assert not assistant.settings.threads_path.exists()
    with pytest.raises(ValueError, match="A voice graph has a router already"):
        assemble(own, router=ScriptedRouter([["desk"]]))


async def test_graphs_that_hear_are_used_as_they_are_and_others_are_asked() -> None:
    def graph(node: Any, state: type = MessagesState, context: Any = VoiceContext) -> Any:
        built: StateGraph[Any, Any, Any, Any] = StateGraph(state, context_schema=context)
        built.add_node("node", node)
        return built.add_edge(START, "node")

    voice = create_voice_graph([ScriptedAgent("desk", ["Room two."])]).compile()
    for hearing in (
        graph(voice),
        graph(voice, context=None),
        graph(graph(listen()).compile()),
        graph(listen()),
    ):
        assert assemble(hearing).agents == ()
    assert (await asked(assemble(graph(voice).compile())))["answer"] == "Room two."

    async def answers(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
        return {"messages": [AIMessage("Room three.")]}

    told = assemble(graph(answers))  # of a call it knows the context, and hears nothing itself
    assert len(told.agents) == 1
    assert (await asked(told))["answer"] == "Room three."

    class Bare(TypedDict, total=False):
        question: str

    with pytest.raises(ValueError, match=r"this one takes dict: build it with context_schema=VoiceContext"):
        assemble(graph(voice, context=dict))
    with pytest.raises(ValueError, match="let its state inherit from MessagesState"):
        assemble(graph(listen(into="question"), Bare))


async def test_conversations_are_kept_where_it_is_said_and_agents_have_the_store(tmp_path: Path) -> None:
    async def remember(state: MessagesState) -> dict[str, Any]:  # noqa: ARG001
        item = await get_store().aget(("guests",), "last")
        await get_store().aput(("guests",), "last", {"name": "Mai"})
        return {"messages": [AIMessage(item.value["name"] if item else "Nobody.")]}

    @asynccontextmanager
    async def opened() -> AsyncIterator[BaseStore]:
        yield store

    store = InMemoryStore()
    graph = (
        StateGraph(MessagesState)
        .add_node("remember", remember)
        .add_edge(START, "remember")
        .compile(name="desk")
    )
    for given, told in ((store, "Nobody."), (opened(), "Mai")):
        file = tmp_path / f"{told}.sqlite"
        assistant = assemble(graph, checkpointer=AsyncSqliteSaver.from_conn_string(str(file)), store=given)
        assert (await asked(assistant))["messages"][-1].text == told
        assert file.exists()
        assert not assistant.settings.threads_path.exists()


async def test_a_checkpointer_that_cannot_be_used_is_told_before_the_first_call(tmp_path: Path) -> None:
    clock = graph_that_says("It is noon.", "clock")
    with SqliteSaver.from_conn_string(str(tmp_path / "sync.sqlite")) as sync:
        synchronous = assemble(clock, checkpointer=sync)
        with pytest.raises(StorageError, match="give AsyncSqliteSaver, not SqliteSaver"):
            await asked(synchronous)

    @asynccontextmanager
    async def broken() -> AsyncIterator[InMemorySaver]:
        raise OSError("connection refused\nIs the server running?")
        yield

    with pytest.raises(
        StorageError, match=r"The checkpointer cannot be used \(connection refused\): look whether"
    ):
        await asked(assemble(clock, checkpointer=broken()))


def test_what_is_no_agent_is_refused_at_once() -> None:
    for nothing in (None, 7, "my_project:graph"):
        with pytest.raises(ValueError, match="is no agent|cannot be asked"):
            assemble(nothing)
    with pytest.raises(ValueError, match="Give at least one agent"):
        assemble([])


def test_languages_are_given_by_name_or_code_and_one_string_is_none() -> None:
    assistant = assemble(graph_that_says("Trưa rồi.", "clock"), languages=["vi", "English"])
    assert [language.code for language in assistant.settings.languages] == ["vi", "en"]
    assert assemble(graph_that_says("", "clock"), languages=[VIETNAMESE]).settings.languages == (VIETNAMESE,)
    with pytest.raises(ValueError, match=r"Languages are a sequence, not one string: give \['vi'\]\."):
        assemble(graph_that_says("", "clock"), languages="vi")


def test_settings_in_place_of_the_environment(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path / "elsewhere", hotwords=("Đà Nẵng",))
    assistant = assemble(graph_that_says("", "clock"), settings=chosen)
    assert assistant.settings is chosen
    assert assistant.hotwords == ("clock", "Đà Nẵng")


class Duck:
    """An agent in all but what it does not inherit."""

    name, description, exemplars = "duck", "Quacks.", ("Quack?",)

    async def answer(self, *_: object, **__: object) -> Analysis:
        return Analysis(agent="duck", answer="Quack.")


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        (Duck(), "Duck is no agent: let its class inherit from emads_voice.Agent"),
        (
            ScriptedAgent("desk", [], exemplars="Where?"),
            r"The exemplars of desk are a sequence, not one string",
        ),
        (ScriptedAgent("desk", [], titles="the desk"), r"The titles of desk are a sequence, not one string"),
        (
            ScriptedAgent("the desk", []),
            "An agent's name is a word such as \"support\".*: 'the desk' is none",
        ),
        (ScriptedAgent("", []), "'' is none"),
        (ScriptedAgent("__end__", []), "'__end__' is none"),
        (ScriptedAgent("a:b", []), "'a:b' is none"),
        (ScriptedAgent("decision", []), "Agent names must be unique and not .*: decision"),
    ],
)
def test_agents_are_checked_as_the_graph_is_built(agent: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        create_voice_graph([agent])

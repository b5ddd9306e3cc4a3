"""The voice graph as a part of somebody else's graph."""

from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from emads_voice import as_agent
from emads_voice.agents.forms import Analysis
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedChatModel, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.mouth import ClipMouth

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class Theirs(TypedDict, total=False):
    """A parent that has the same words for other things."""

    messages: Annotated[list[AnyMessage], add_messages]
    turn: str
    route: str


def parent(child: Any, *, state: Any = MessagesState, before: Any = None, after: Any = None) -> Any:
    """A graph in which the voice graph is one of three nodes."""
    graph = StateGraph(state, context_schema=VoiceContext)
    graph.add_node("before", before or (lambda _: {}))
    graph.add_node("voice", child)
    graph.add_node("after", after or (lambda _: {}))
    graph.add_edge(START, "before")
    graph.add_edge("before", "voice")
    graph.add_edge("voice", "after")
    graph.add_edge("after", END)
    return graph.compile(checkpointer=InMemorySaver())


def texts(state: Any) -> list[str]:
    return [message.text for message in state["messages"]]


@pytest.mark.parametrize("kept", [None, True, False], ids=["inherits", "remembers", "forgets"])
async def test_its_answers_stay_in_order_turn_after_turn(kept: bool | None) -> None:
    agent = ScriptedAgent("cto", ["One.", "Two.", "Three."])
    graph = parent(create_voice_graph([agent]).compile(checkpointer=kept))
    for question in ("first?", "second?", "third?"):
        state = await graph.ainvoke({"messages": [HumanMessage(question)]}, CONFIG)
    assert texts(state) == ["first?", "One.", "second?", "Two.", "third?", "Three."]
    assert len({message.id for message in state["messages"]}) == 6
    assert [message.text for message in agent.asked[2][0]] == ["first?", "One.", "second?", "Two.", "third?"]


async def test_what_other_nodes_say_is_neither_question_nor_answer() -> None:
    agent = ScriptedAgent("cto", ["Mine.", "Mine again."])
    synthesizer = ScriptedSynthesizer()
    graph = parent(
        create_voice_graph([agent]).compile(),
        before=lambda _: {"messages": [AIMessage("Routing…"), SystemMessage("A note.")]},
        after=lambda _: {"messages": [AIMessage("Archived.")]},
    )
    for question in ("first?", "second?"):
        context = VoiceContext(mouth=ClipMouth(synthesizer))
        state = await graph.ainvoke({"messages": [HumanMessage(question)]}, CONFIG, context=context)
    assert [text for text, _ in synthesizer.spoken] == ["Mine.", "Mine again."]
    assert texts(state)[-2:] == ["Mine again.", "Archived."]
    assert [message.text for message in agent.asked[0][0]] == ["first?"]
    assert [message.text for message in agent.asked[1][0]][-2:] == ["Archived.", "second?"]


def chat(model: Any) -> Any:
    return as_agent(model, name="cto")


def adapted(model: Any) -> Any:
    return as_agent(create_agent(model, [], name="cto"))


def chained(model: Any) -> Any:
    prompt = ChatPromptTemplate.from_messages([MessagesPlaceholder("history"), ("human", "{question}")])
    return as_agent(prompt | model | StrOutputParser(), name="cto")


@pytest.mark.parametrize("make", [chat, adapted, chained])
@pytest.mark.parametrize("kept", [None, True])
async def test_models_are_asked_the_callers_question_whatever_nodes_say_around(
    make: Any, kept: bool | None
) -> None:
    model = ScriptedChatModel(script=["Mine.", "Mine again.", "Mine once more."])
    graph = parent(
        create_voice_graph([make(model)]).compile(checkpointer=kept),
        before=lambda _: {"messages": [AIMessage("Routing…")]},
        after=lambda _: {"messages": [AIMessage("Archived.")]},
    )
    for question in ("first?", "second?", "third?"):
        await graph.ainvoke({"messages": [HumanMessage(question)]}, CONFIG)
    for asked, question in zip(model.asked, ("first?", "second?", "third?"), strict=True):
        assert (asked[-1].type, asked[-1].text) == ("human", question)
        said = [message.text for message in asked]
        assert len([text for text in said if text.startswith("Mine")]) == len(
            set(said) & {"Mine.", "Mine again."}
        )


async def test_two_in_a_row_answer_the_same_question() -> None:
    first, second = ScriptedAgent("cto", ["One.", "Two."]), ScriptedAgent("coo", ["Uno.", "Due."])
    graph = parent(
        create_voice_graph([first]).compile(),
        after=create_voice_graph([second], router=ScriptedRouter([])).compile(),
    )
    for question in ("first?", "second?"):
        state = await graph.ainvoke({"messages": [HumanMessage(question)]}, CONFIG)
    assert texts(state) == ["first?", "One.", "Uno.", "second?", "Two.", "Due."]
    assert [[m.text for m in messages][-1] for messages, _ in second.asked] == ["first?", "second?"]


async def test_nothing_is_spoken_where_the_agent_says_nothing() -> None:
    synthesizer = ScriptedSynthesizer()
    graph = parent(create_voice_graph([ScriptedAgent("cto", [""])]).compile())
    context = VoiceContext(mouth=ClipMouth(synthesizer))
    state = await graph.ainvoke({"messages": [HumanMessage("first?")]}, CONFIG, context=context)
    assert texts(state) == ["first?"]
    assert not synthesizer.spoken


async def test_a_node_may_run_it_with_keys_of_its_own() -> None:
    voice = create_voice_graph([ScriptedAgent("cto", ["One.", "Two."])]).compile()

    async def ask(state: Theirs) -> Theirs:
        done = await voice.ainvoke({"messages": state["messages"]})
        return {"messages": done["messages"], "route": "kept"}

    graph = parent(ask, state=Theirs, before=lambda _: {"turn": "theirs"})
    for question in ("first?", "second?"):
        state = await graph.ainvoke({"messages": [HumanMessage(question)]}, CONFIG)
    assert (state["turn"], state["route"]) == ("theirs", "kept")
    assert texts(state) == ["first?", "One.", "second?", "Two."]


async def test_an_agents_question_reaches_whoever_runs_the_parent() -> None:
    class Asks(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            day = interrupt("Which day?")
            return Analysis(answer=f"Booked for {day}.", agent=self.name)

    graph = parent(create_voice_graph([Asks("cto", [])]).compile())
    state = await graph.ainvoke({"messages": [HumanMessage("book it")]}, CONFIG)
    assert [each.value for each in state["__interrupt__"]] == ["Which day?"]
    state = await graph.ainvoke(Command(resume="Friday"), CONFIG)
    assert texts(state) == ["book it", "Booked for Friday."]


def test_the_input_form_has_one_field() -> None:
    schema = create_voice_graph([ScriptedAgent("cto", [])]).compile().get_input_jsonschema()
    assert set(schema["properties"]) == {"messages"}

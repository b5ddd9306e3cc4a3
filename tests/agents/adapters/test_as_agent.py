"""What can be asked, and with which sentence everything else is refused."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langchain_core.tools import tool
from langgraph.func import entrypoint
from langgraph.graph import START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph.pregel.remote import RemoteGraph
from pydantic import BaseModel

from emads_voice import Agent, Analysis, as_agent, create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedChatModel

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


CONVERSATION = [
    HumanMessage("Hello.", id="1"),
    AIMessage("Yes?", id="2"),
    HumanMessage("Where is it?", id="3"),
]


async def answer(agent: Agent, language: str = "English") -> str:
    return (await agent.answer(CONVERSATION, language=language)).answer


def model(*script: str | AIMessage) -> ScriptedChatModel:
    return ScriptedChatModel(script=script)


def heard(messages: Sequence[BaseMessage]) -> str:
    return "|".join(message.text for message in messages)


def on_messages(**compiled: Any) -> Any:
    graph = StateGraph(MessagesState).add_node(
        "reply", lambda state: {"messages": [AIMessage(heard(state["messages"]))]}
    )
    return graph.add_edge(START, "reply").compile(**compiled)


def plain(question: str) -> str:
    """Tells where an order is. And more.

    At length.
    """
    return question


def listed(told: list[AnyMessage]) -> str:
    return heard(told)


def unannotated(question):  # type: ignore[no-untyped-def]
    return question


def named_messages(messages):  # type: ignore[no-untyped-def]
    return heard(messages)


def node(state: MessagesState) -> dict[str, Any]:
    return {"messages": [*state["messages"], AIMessage(heard(state["messages"]))]}


async def asynchronous(question: str, config: RunnableConfig) -> AIMessage:
    return AIMessage(f"{question} ({config['configurable']['language']})")


class Desk:
    async def __call__(self, question: str) -> Analysis:
        return Analysis(answer=question, agent="?", confidence=0.9)

    async def reply(self, question: str) -> str:
        return question


@entrypoint()
async def task(question: str) -> str:
    return question


@entrypoint()
async def task_on_messages(messages: list[AnyMessage]) -> list[BaseMessage]:
    return [AIMessage(heard(messages))]


@entrypoint()
async def task_on_state(state: dict[str, list[AnyMessage]]) -> dict[str, Any]:
    return {"messages": [*state["messages"], AIMessage(heard(state["messages"]))]}


PROMPT = ChatPromptTemplate.from_messages(
    [("system", "In {language}."), MessagesPlaceholder("history"), ("human", "{question}")]
)
ALL = "Hello.|Yes?|Where is it?"
LAST = "Where is it?"
KINDS: dict[str, tuple[Callable[[], Any], str]] = {
    "a compiled graph": (on_messages, ALL),
    "a graph that is not compiled": (lambda: on_messages().builder, ALL),
    "create_agent": (lambda: create_agent(model("It left."), []), "It left."),
    "a chat model": (lambda: model("It left."), "It left."),
    "a chain": (lambda: PROMPT | model("It left.") | StrOutputParser(), "It left."),
    "a model and a parser": (lambda: model("It left.") | StrOutputParser(), "It left."),
    "a chain with a graph": (lambda: on_messages() | (lambda state: state["messages"][-1]), ALL),
    "a graph that is tried again": (lambda: on_messages().with_retry(), ALL),
    "a runnable": (lambda: RunnableLambda(node), ALL),
    "a function": (lambda: plain, LAST),
    "a function of messages": (lambda: listed, ALL),
    "a function that does not say": (lambda: unannotated, LAST),
    "a function that calls it messages": (lambda: named_messages, ALL),
    "a node": (lambda: node, ALL),
    "an async function": (lambda: asynchronous, f"{LAST} (English)"),
    "an object": (Desk, LAST),
    "a method": (lambda: Desk().reply, LAST),
    "a partial": (lambda: functools.partial(plain), LAST),
    "a task": (lambda: task, LAST),
    "a task on messages": (lambda: task_on_messages, ALL),
    "a task on a state": (lambda: task_on_state, ALL),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_given_what_it_takes_and_its_answer_is_found(kind: str) -> None:
    make, expected = KINDS[kind]
    assert await answer(as_agent(make(), name="desk")) == expected


async def test_a_prompt_is_given_the_history_the_question_and_the_language() -> None:
    chat = model("It left.")
    await answer(as_agent(PROMPT | chat), "Vietnamese")
    assert [m.text for m in chat.asked[0]] == ["In Vietnamese.", "Hello.", "Yes?", LAST]
    chat = model("It left.")
    alone = ChatPromptTemplate.from_messages([("system", "Be brief."), MessagesPlaceholder("messages")])
    await answer(as_agent(alone | chat))
    assert [m.text for m in chat.asked[0]] == ["Be brief.", "Hello.", "Yes?", LAST]


class Poem(TypedDict):
    topic: str
    poem: str


def writes_poems(**compiled: Any) -> Any:
    graph = StateGraph(Poem).add_node("write", lambda state: {"poem": f"Oh, {state['topic']}"})
    return graph.add_edge(START, "write").compile(**compiled)


async def test_a_graph_on_other_keys_says_where_question_and_answer_are() -> None:
    assert await answer(as_agent(writes_poems(), input="topic", output="poem")) == "Oh, Where is it?"
    agent = as_agent(
        writes_poems(),
        input=lambda messages: {"topic": heard(messages)},
        output=lambda state: state["poem"].upper(),
    )
    assert await answer(agent) == f"OH, {ALL.upper()}"


async def test_only_a_key_that_this_run_wrote_is_its_answer() -> None:
    words = iter(["once", None])

    def write(_: Poem) -> dict[str, Any]:
        word = next(words)
        return {"poem": word} if word else {}

    graph = StateGraph(Poem).add_node("write", write).add_edge(START, "write")
    agent = as_agent(graph, input=lambda _: {"topic": "x", "poem": "of the input"}, output="poem")
    assert [await answer(agent), await answer(agent)] == ["once", ""]


async def test_a_function_with_a_mapping() -> None:
    def add(numbers: int) -> int:
        return numbers + 1

    assert await answer(as_agent(add, input=len, output=str)) == "4"


def test_an_agent_stays_as_it_is() -> None:
    agent = ScriptedAgent("desk", [])
    assert as_agent(agent) is agent


@pytest.mark.parametrize(
    ("anything", "name"),
    [
        (on_messages(), "agent"),
        (on_messages(name="Support Desk"), "support_desk"),
        (plain, "plain"),
        (task, "task"),
        (model(), "agent"),
        (RunnableLambda(plain), "plain"),
        (on_messages(name="7up"), "agent"),
    ],
)
def test_its_name_is_its_own(anything: Any, name: str) -> None:
    assert as_agent(anything).name == name


def test_what_it_is_asked_about_is_in_its_docstring() -> None:
    assert as_agent(plain).description == "Tells where an order is. And more."
    assert as_agent(plain, description="Orders.").description == "Orders."
    agent = as_agent(plain, exemplars=["Where is it?"], also_called=["the desk"], repeatable=True)
    assert (agent.exemplars, agent.titles, agent.repeatable) == (("Where is it?",), ("the desk",), True)


@tool
def look_up(order: int) -> str:
    """Look an order up."""
    return str(order)


class Config(BaseModel):
    x: int = 0


def two(question: str, customer: str) -> str:
    return question + customer


def none() -> str:
    return ""


def a_number(question: int) -> str:
    return str(question)


@entrypoint()
async def task_on_numbers(numbers: Config) -> str:
    return str(numbers)


TWO_FIELDS = ChatPromptTemplate.from_messages([("human", "{question} {customer}")]) | model()
REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (7, {}, "A value of type int cannot be asked: give as_agent a LangGraph graph, a chat model"),
    ("desk", {}, "A value of type str cannot be asked"),
    (None, {}, "A value of type NoneType cannot be asked"),
    ([plain], {}, "A value of type list cannot be asked"),
    (Desk, {}, "The class Desk cannot be asked"),
    (look_up, {}, r"is a tool: give it to an agent, as_agent\(create_agent\(model, tools="),
    (
        writes_poems(),
        {},
        "takes topic, poem and no messages: say with input= what it is given and with output=",
    ),
    (
        writes_poems(),
        {"input": "topic"},
        'has no messages: say with output= where its answer is, output="answer"',
    ),
    (
        writes_poems(),
        {"input": "topic", "output": "verse"},
        "has no verse in its state: output= names one of",
    ),
    (writes_poems(), {"input": "subject", "output": "poem"}, "does not take subject: input= names one of"),
    (two, {}, "must take one thing, the question or the messages, and not customer besides"),
    (none, {}, "must take one thing, the question or the messages"),
    (a_number, {}, "takes int: let its first parameter be the question, a str, or the conversation"),
    (TWO_FIELDS, {}, "which of it is the question cannot be told: say so with input="),
    (task_on_numbers, {}, "which of it is the question cannot be told: say so with input="),
    (plain, {"name": "Support Desk"}, '"Support Desk" cannot be an agent\'s name.*: try "support_desk"'),
    (plain, {"speaks": bool}, "The function plain is no graph, so speaks="),
    (RemoteGraph("desk", url="http://127.0.0.1:9"), {}, "runs elsewhere and keeps threads of its own"),
]


@pytest.mark.parametrize(("anything", "more", "sentence"), REFUSED)
def test_anything_else_is_refused_with_what_mends_it(anything: Any, more: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        as_agent(anything, **more)


def test_several_agents_of_which_nothing_is_known_are_refused_by_the_default_router() -> None:
    first, second = as_agent(on_messages(), name="desk"), as_agent(on_messages(), name="shop")
    create_voice_graph([first])
    with pytest.raises(ValueError, match="Nothing says when to ask desk and shop: give each"):
        create_voice_graph([first, second])
    create_voice_graph(
        [as_agent(on_messages(), name="desk", description="Orders."), ScriptedAgent("shop", [])]
    )

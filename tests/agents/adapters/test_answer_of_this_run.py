"""The answer is what this run added, whatever the graph does with its history."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    RemoveMessage,
    ToolMessage,
)
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, add_messages
from langgraph.graph import StateGraph as TypedGraph
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph_supervisor import create_supervisor
from pydantic import BaseModel
from typing_extensions import TypedDict

from emads_voice import Agent, Analysis, as_agent
from emads_voice.testing import ScriptedChatModel

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


Begin = Callable[..., Any]
DEBT = "You owe 900 dollars."


def calls(tool_name: str, *, said: str = "", key: str = "call-1", **arguments: Any) -> AIMessage:
    return AIMessage(said, tool_calls=[{"name": tool_name, "args": arguments, "id": key}])


def one_node(node: Callable[[Any], Any], state: type = MessagesState) -> Agent:
    graph = StateGraph(state).add_node("reply", node).add_edge(START, "reply").add_edge("reply", END)
    return as_agent(graph.compile(), name="desk")


def in_turn(*words: str) -> Callable[[], str]:
    rest = iter(words)
    return lambda: next(rest)


async def test_an_old_answer_is_never_given_again(talk: Begin) -> None:
    words = in_turn(DEBT, "", DEBT)
    begun = talk(one_node(lambda _: {"messages": [AIMessage(words())]}))
    assert [await begun.ask(q) for q in ("How much?", "The first one.", "And the second?")] == [
        DEBT,
        "",
        DEBT,
    ]


class Plain(TypedDict):
    messages: list[AnyMessage]


class Added(TypedDict):
    messages: Annotated[list[AnyMessage], operator.add]


class Model(BaseModel):
    messages: Annotated[list[AnyMessage], add_messages] = []


@dataclass
class Data:
    messages: Annotated[list[AnyMessage], add_messages] = field(default_factory=list)


def history(state: Any) -> list[BaseMessage]:
    return list(state["messages"] if isinstance(state, dict) else state.messages)


def without_ids(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    return [message.model_copy(update={"id": None}) for message in messages]


HABITS: dict[str, tuple[type, Callable[[list[BaseMessage], list[BaseMessage]], Any]]] = {
    "adds": (MessagesState, lambda _, new: new),
    "gives all of it back": (MessagesState, lambda old, new: [*old, *new]),
    "copies into a list of its own": (Plain, lambda old, new: [*without_ids(old), *without_ids(new)]),
    "keeps the new ones alone": (Plain, lambda _, new: without_ids(new)),
    "keeps the last two": (Plain, lambda old, new: without_ids([*old, *new])[-2:]),
    "adds lists up": (Added, lambda _, new: new),
    "is a pydantic model": (Model, lambda _, new: new),
    "is a dataclass": (Data, lambda _, new: new),
    "begins anew": (
        MessagesState,
        lambda old, new: [RemoveMessage(REMOVE_ALL_MESSAGES), *without_ids(old), *new],
    ),
    "keeps a summary": (
        MessagesState,
        lambda old, new: [
            *(RemoveMessage(str(message.id)) for message in old),
            AIMessage(f"So far: {DEBT}"),
            HumanMessage(old[-1].content),
            *new,
        ],
    ),
}


@pytest.mark.parametrize("habit", HABITS)
async def test_whatever_a_graph_does_with_its_history(talk: Begin, habit: str) -> None:
    state, keep = HABITS[habit]
    words = in_turn(DEBT, "Yes.", "", "Yes.", "")

    def reply(given: Any) -> dict[str, Any]:
        said = words()
        return {"messages": keep(history(given), [AIMessage(said)] if said else [])}

    begun = talk(one_node(reply, state))
    answers = [await begun.ask(q) for q in ("How much?", "Certain?", "Said so.", "Certain?", "Certain?")]
    assert answers == [DEBT, "Yes.", "", "Yes.", ""]


async def test_what_a_supervisor_says_to_its_workers_is_no_answer(talk: Begin) -> None:
    worker = create_agent(
        ScriptedChatModel(script=["", "It left this morning.", ""]), tools=[], name="worker"
    )
    script = [
        message
        for number in range(3)
        for message in (calls("transfer_to_worker", key=f"call-{number}"), AIMessage(""))
    ]
    begun = talk(as_agent(create_supervisor([worker], model=ScriptedChatModel(script=script)), name="desk"))
    answers = [await begun.ask(q) for q in ("Where is it?", "Where?", "And now?")]
    assert answers == ["", "It left this morning.", ""]


@tool(return_direct=True)
def opening_hours(day: str) -> str:
    """When we are open."""
    return f"On {day} we are open from nine to five."


async def test_the_result_of_a_tool_that_returns_directly_is_the_answer(talk: Begin) -> None:
    model = ScriptedChatModel(script=[calls("opening_hours", said="Let me see.", day="Monday"), ""])
    begun = talk(as_agent(create_agent(model, [opening_hours]), name="desk"))
    assert await begun.ask("When?") == "On Monday we are open from nine to five."
    assert await begun.ask("The first one.") == ""
    assert not any("Let me see" in piece for piece in begun.mouth.fed)


@tool
def book(hour: int) -> str:
    """Book a table."""
    return f"booked for {hour}"


async def test_what_is_said_beside_a_tool_call_is_an_answer_only_if_nothing_else_is(talk: Begin) -> None:
    model = ScriptedChatModel(
        script=[
            calls("book", said="One moment.", key="1", hour=7),
            "Your table is booked.",
            calls("book", said="I have booked it for eight.", key="2", hour=8),
            "",
        ]
    )
    begun = talk(as_agent(create_agent(model, [book]), name="desk"))
    assert await begun.ask("At seven.") == "Your table is booked."
    assert await begun.ask("At eight.") == "I have booked it for eight."


class Reply(BaseModel):
    answer: str
    confidence: float
    mood: str = "good"


class Verdict(BaseModel):
    guilty: bool


async def test_a_structured_response_with_an_answer_is_used(talk: Begin) -> None:
    reply: dict[str, Any] = {"answer": "It is late.", "confidence": 0.9}
    model = ScriptedChatModel(script=[calls("Reply", **reply), calls("Reply", **reply, key="2")])
    begun = talk(as_agent(create_agent(model, [], response_format=Reply), name="desk"))
    assert await begun.ask("Where?") == "It is late."
    assert begun.state["analyses"]["desk"]["confidence"] == 0.9
    assert await begun.ask("Where?") == "It is late."


async def test_a_structured_response_without_an_answer_is_no_answer(talk: Begin) -> None:
    script = [calls("Verdict", guilty=True), calls("Verdict", guilty=True, key="2", said="Guilty.")]
    model = ScriptedChatModel(script=script)
    begun = talk(as_agent(create_agent(model, [], response_format=Verdict), name="desk"))
    await begun.ask("Well?")
    assert "gives a structured response that has no answer field" in begun.degraded
    assert await begun.ask("Well?") == "Guilty."


async def test_the_structured_response_of_an_earlier_turn_is_not_given_again(talk: Begin) -> None:
    class State(MessagesState):
        structured_response: Analysis

    words = in_turn("It is late.", "")

    def reply(_: Any) -> dict[str, Any]:
        said = words()
        return {"structured_response": Analysis(answer=said, agent="x", flags=["legal"])} if said else {}

    begun = talk(one_node(reply, State))
    assert await begun.ask("Where?") == "It is late."
    assert begun.state["analyses"]["desk"]["flags"] == ["legal"]
    assert await begun.ask("As I said.") == ""


async def test_a_picture_is_refused_and_told_apart_from_silence(talk: Begin) -> None:
    picture = {"type": "image", "base64": "aGk=", "mime_type": "image/png"}
    contents: list[Any] = [
        [picture],
        [{"type": "text", "text": "Here."}, picture],
        [{"type": "reasoning", "reasoning": "Hm."}],
    ]
    rest = iter(contents)
    begun = talk(one_node(lambda _: {"messages": [AIMessage(next(rest))]}))
    await begun.ask("Show me.")
    assert "has no words: let the agent answer in words" in begun.degraded
    assert await begun.ask("Show me.") == "Here."
    assert await begun.ask("Show me.") == ""
    assert not begun.degraded


async def test_only_results_the_run_ended_with_count(talk: Begin) -> None:
    def call(_: Any) -> dict[str, Any]:
        return {"messages": [calls("look"), ToolMessage("secret", tool_call_id="call-1")]}

    graph = StateGraph(MessagesState).add_node("call", call).add_node("rest", lambda _: {})
    graph.add_edge(START, "call").add_edge("call", "rest").add_edge("rest", END)
    assert await talk(as_agent(graph, name="desk")).ask("Well?") == ""

"""Questions that agents of others ask in the middle of a run, and handoffs to other agents of the voice graph."""

from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.func import entrypoint
from langgraph.graph import END, START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph.types import Command, interrupt
from langgraph_swarm import create_handoff_tool, create_swarm

from emads_voice import ModelError, as_agent
from emads_voice.testing import ScriptedAgent, ScriptedChatModel

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


Begin = Callable[..., Any]
BOOKED: list[int] = []


def calls(tool_name: str, *, said: str = "", key: str = "call-1", **arguments: Any) -> AIMessage:
    return AIMessage(said, tool_calls=[{"name": tool_name, "args": arguments, "id": key}])


def model(*script: str | AIMessage | Exception) -> ScriptedChatModel:
    return ScriptedChatModel(script=script)


@tool
def book(hour: int) -> str:
    """Book a table."""
    BOOKED.append(hour)
    return f"booked for {hour}"


@pytest.fixture(autouse=True)
def _nothing_booked() -> None:
    BOOKED.clear()


def reply(_: MessagesState) -> Any:
    day = interrupt("Which day?")
    return {"messages": [AIMessage(f"See you on {day}.")]}


def asking(**compiled: Any) -> Any:
    graph = StateGraph(MessagesState).add_node("reply", reply)
    return graph.add_edge(START, "reply").add_edge("reply", END).compile(**compiled)


async def test_a_plain_question_comes_through_and_its_reply_goes_back(talk: Begin) -> None:
    begun = talk(as_agent(asking(), name="desk"))
    await begun.ask("A table, please.")
    assert begun.questions == ["Which day?"]
    assert begun.mouth.fed == begun.mouth.finished == []
    assert await begun.resume("Monday") == "See you on Monday."
    await begun.ask("Another, please.")
    assert begun.questions == ["Which day?"]
    assert await begun.resume("Friday") == "See you on Friday."


async def test_a_question_of_a_task_comes_through(talk: Begin) -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    @entrypoint(checkpointer=InMemorySaver())
    async def desk(question: str) -> str:
        return f"{question} {interrupt('Which day?')}."

    begun = talk(as_agent(desk))
    await begun.ask("You come on")
    assert begun.questions == ["Which day?"]
    assert await begun.resume("Monday") == "You come on Monday."


async def test_a_question_of_a_function_comes_through(talk: Begin) -> None:
    def desk(question: str) -> str:
        return f"{question} {interrupt('Which day?')}."

    begun = talk(as_agent(desk))
    await begun.ask("You come on")
    assert begun.questions == ["Which day?"]
    assert await begun.resume("Monday") == "You come on Monday."


def supervised(*script: Any) -> Any:
    gate = HumanInTheLoopMiddleware(interrupt_on={"book": True})
    return create_agent(model(*script), [book], middleware=[gate], name="alice")


@pytest.mark.parametrize("within", ["an agent", "a swarm"])
async def test_an_approval_is_asked_for_and_given(talk: Begin, within: str) -> None:
    agent = supervised(calls("book", said="I can do that. One moment.", hour=7), "It is booked.", "At seven.")
    if within == "a swarm":
        agent = create_swarm([agent], default_active_agent="alice")
    begun = talk(as_agent(agent, name="desk"))
    await begun.ask("A table at seven.")
    (request,) = begun.questions
    assert request["action_requests"][0]["name"] == "book"
    assert BOOKED == []
    assert await begun.resume({"decisions": [{"type": "approve"}]}) == "It is booked."
    assert BOOKED == [7]
    assert await begun.ask("When?") == "At seven."


async def test_an_approval_that_is_refused(talk: Begin) -> None:
    chat = supervised(calls("book", hour=7), "I left it.")
    begun = talk(as_agent(chat, name="desk"))
    await begun.ask("A table at seven.")
    refusal = {"decisions": [{"type": "reject", "message": "Not today."}]}
    assert await begun.resume(refusal) == "I left it."
    assert BOOKED == []


async def test_an_approval_that_is_never_given_is_told_as_such(talk: Begin) -> None:
    chat = model(calls("book", hour=7), "Then not.")
    gate = HumanInTheLoopMiddleware(interrupt_on={"book": True})
    begun = talk(as_agent(create_agent(chat, [book], middleware=[gate]), name="desk"))
    await begun.ask("A table at seven.")
    await begun.hang_up(name="desk")
    assert await begun.ask("Where is room five?") == "Then not."
    results = [message.text for message in chat.asked[-1] if isinstance(message, ToolMessage)]
    assert results == ["This call was not carried out: the question whether to do so was never answered."]
    assert BOOKED == []


async def test_a_swarm_hands_over_and_goes_on_with_whoever_asked(talk: Begin) -> None:
    alice = create_agent(
        model(calls("transfer_to_bob")), [create_handoff_tool(agent_name="bob")], name="alice"
    )
    bob = create_agent(
        model(calls("book", hour=7), "Bob booked it.", "Bob again."),
        [book, create_handoff_tool(agent_name="alice")],
        middleware=[HumanInTheLoopMiddleware(interrupt_on={"book": True})],
        name="bob",
    )
    begun = talk(as_agent(create_swarm([alice, bob], default_active_agent="alice"), name="desk"))
    await begun.ask("A table at seven.")
    assert len(begun.questions) == 1
    assert await begun.resume({"decisions": [{"type": "approve"}]}) == "Bob booked it."
    assert await begun.ask("Which one is it?") == "Bob again."


async def test_two_questions_one_after_the_other(talk: Begin) -> None:
    def twice(_: MessagesState) -> Any:
        return {"messages": [AIMessage(f"On {interrupt('Which day?')} at {interrupt('When?')}.")]}

    graph = StateGraph(MessagesState).add_node("twice", twice).add_edge(START, "twice")
    begun = talk(as_agent(graph, name="desk"))
    await begun.ask("A table, please.")
    await begun.resume("Monday")
    assert begun.questions == ["When?"]
    assert await begun.resume("seven") == "On Monday at seven."


async def test_a_handoff_to_another_agent_of_the_voice_graph_is_not_swallowed() -> None:
    def hand_over(_: MessagesState) -> Command[Any]:
        return Command(goto="shop", graph=Command.PARENT)

    graph = StateGraph(MessagesState).add_node("hand_over", hand_over).add_edge(START, "hand_over")
    desk = as_agent(graph, name="desk")

    async def ask(state: MessagesState) -> Any:
        await desk.answer(state["messages"], language="English")

    def shop(_: MessagesState) -> Any:
        return {"messages": [AIMessage("The shop is here.")]}

    parent = StateGraph(MessagesState).add_node("desk", ask, destinations=("shop",)).add_node("shop", shop)
    state = (
        await parent.add_edge(START, "desk").compile().ainvoke({"messages": [HumanMessage("Is it open?")]})
    )
    assert state["messages"][-1].text == "The shop is here."


async def test_a_question_that_nothing_can_keep_is_a_failure() -> None:
    with pytest.raises(ModelError, match="compile the voice graph with a checkpointer"):
        await as_agent(asking(), name="desk").answer([HumanMessage("Is it open?")], language="English")


async def test_who_was_asked_with_others_may_ask_too(talk: Begin) -> None:
    shop = ScriptedAgent("shop", ["We are open."])
    begun = talk(as_agent(asking(), name="desk", description="Tables."), shop, routes=[["desk", "shop"]])
    await begun.ask("A table, and are you open?")
    assert begun.questions == ["Which day?"]
    assert await begun.resume("Monday") == "See you on Monday. / We are open."
    assert len(shop.asked) == 1

"""Reading conversations."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.nodes import listen, review, speak
from emads_voice.testing import ScriptedAgent

from .conftest import Serve, Served, error


async def test_a_conversation_tells_what_was_said_and_played(api: Served) -> None:
    await api.ask(text="What does it cost?", thread="thứ hai")
    await api.ask(text="And later?", thread="thứ hai", answer_as="audio")
    told = (await api.client.get("/v1/conversations/thứ hai")).json()
    assert [(message["role"], message["text"]) for message in told["messages"]] == [
        ("user", "What does it cost?"),
        ("assistant", "It costs ninety dollars. That is little."),
        ("user", "And later?"),
        ("assistant", "It costs ninety dollars. That is little."),
    ]
    assert told["messages"][1]["agent"] == "cto"
    assert (told["thread"], told["turns"], told["language"]) == ("thứ hai", 2, "English")
    assert told["speech"]["played"] == "It costs ninety dollars. That is little."
    assert told["speech"]["duration_s"] > 0
    assert told["transcript"]["text"] == "And later?"
    assert told["route"]["agents"] == ["cto"]
    assert told["interrupts"] == []


async def test_what_was_interrupted_and_what_nobody_said_is_told_apart(api: Served) -> None:
    thread: Any = {"configurable": {"thread_id": "call"}}
    messages = [
        HumanMessage("Cost?", id="1"),
        ToolMessage("90", tool_call_id="t", id="2"),
        AIMessage("It costs", id="3", additional_kwargs={"interrupted": True}),
    ]
    await api.graph.aupdate_state(thread, {"messages": messages}, as_node="speak")
    told = (await api.client.get("/v1/conversations/call")).json()
    assert [(message["text"], message["interrupted"]) for message in told["messages"]] == [
        ("Cost?", False),
        ("It costs", True),
    ]


async def test_without_keys_names_lead_to_no_conversation_of_others(serve: Serve) -> None:
    """Any program on the machine may ask an insecure server, also of other users."""
    api = serve(insecure=True)
    kept: Any = {"configurable": {"thread_id": "call"}}
    await api.graph.aupdate_state(kept, {"messages": [HumanMessage("My PIN is 1234.")]}, as_node="speak")
    assert error(await api.client.get("/v1/conversations/call")) == (404, "conversation_not_found")
    answer = (await api.ask(text="Cost?", thread="call")).json()
    assert answer["thread"] == "call"
    assert len((await api.client.get("/v1/conversations/call")).json()["messages"]) == 2
    assert len((await api.graph.aget_state(kept)).values["messages"]) == 1


async def test_there_is_none(api: Served) -> None:
    assert error(await api.client.get("/v1/conversations/nobody")) == (404, "conversation_not_found")


async def test_a_graph_that_remembers_nothing_has_none(serve: Serve) -> None:
    from emads_voice.graph import create_voice_graph
    from emads_voice.testing import ScriptedRouter

    from .conftest import Answers

    graph = create_voice_graph([Answers("cto", [])], router=ScriptedRouter([["cto"]])).compile()
    api = serve(parts={"graph": graph})
    assert (await api.ask(text="Cost?", thread="t")).status_code == 200
    assert error(await api.client.get("/v1/conversations/t")) == (404, "conversation_not_found")


async def test_graphs_of_ones_own_are_asked_and_read(serve: Serve) -> None:
    class State(MessagesState, total=False):
        reply: str

    stages = StateGraph(State, context_schema=VoiceContext)
    nodes: list[tuple[str, Any]] = [
        ("hear", listen()),
        ("think", lambda state: {"reply": f"You asked: {state['messages'][-1].text}"}),
        ("check", review("reply")),
        ("say", speak("reply")),
    ]
    stages.add_sequence(nodes)
    stages.add_edge(START, "hear")
    around = StateGraph(MessagesState, context_schema=VoiceContext)
    around.add_node("voice", create_voice_graph([ScriptedAgent("cto", ["It is noon."])]).compile())
    around.add_edge(START, "voice")

    api = serve(parts={"graph": stages.compile(checkpointer=InMemorySaver())})
    asked = (await api.ask(text="one?", thread="monday")).json()
    assert (asked["answer"], len(asked["interrupts"])) == (None, 1)
    waiting = (await api.client.get("/v1/conversations/monday")).json()
    assert (waiting["turns"], len(waiting["interrupts"])) == (1, 1)
    assert error(await api.ask(thread="monday", resume="yes")) == (400, "bad_resume")
    approved = await api.ask(thread="monday", resume={"decisions": [{"type": "approve"}]})
    assert approved.json()["answer"] == "You asked: one?"
    read = (await api.client.get("/v1/conversations/monday")).json()
    assert [message["text"] for message in read["messages"]] == ["one?", "You asked: one?"]
    assert (read["speech"]["played"], read["language"]) == ("You asked: one?", "English")

    api = serve(parts={"graph": around.compile(checkpointer=InMemorySaver())})
    told = (await api.ask(text="what time is it?", thread="monday")).json()
    assert (told["answer"], told["route"]["agents"]) == ("It is noon.", ["cto"])
    read = (await api.client.get("/v1/conversations/monday")).json()
    assert [message["text"] for message in read["messages"]] == ["what time is it?", "It is noon."]

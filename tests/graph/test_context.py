"""The context of a run: what a person fills in, what finds a call, and what a graph makes of either."""

from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.graph.context import context_schema
from emads_voice.testing import ScriptedAgent, ScriptedRouter


def desk_and_kitchen() -> list[ScriptedAgent]:
    desk = ScriptedAgent("desk", ["We open at six."], description="Tables and opening hours.")
    return [desk, ScriptedAgent("kitchen", ["Pumpkin soup."], description="Dishes.")]


def test_a_graphs_form_offers_its_own_agents_with_what_each_is_asked_about() -> None:
    schema = context_schema(desk_and_kitchen()).model_json_schema()
    assert set(schema["properties"]) == {"language", "agents", "hotwords"}
    agents = schema["properties"]["agents"]
    assert agents["items"] == {"type": "string", "enum": ["desk", "kitchen"]}
    assert agents["langgraph_nodes"] == ["route"]
    assert agents["description"].endswith("desk: Tables and opening hours; kitchen: Dishes.")


async def test_a_graph_takes_the_context_that_is_anyones_and_one_that_is_json() -> None:
    contexts: list[Any] = [VoiceContext(agents=["kitchen"]), {"agents": ["kitchen"]}]
    for context in contexts:
        graph = create_voice_graph(desk_and_kitchen(), router=ScriptedRouter([["desk"]])).compile()
        asked: Any = {"messages": [{"role": "user", "content": "What is there?"}]}
        state = await graph.ainvoke(asked, context=context)
        assert list(state["analyses"]) == ["kitchen"]


def test_what_finds_a_call_is_no_number_and_nothing_where_there_is_no_call() -> None:
    call = VoiceContext(channel="phone", caller="+84901234567", call_sid="CA1", direction="inbound")
    assert call.metadata == {"call_sid": "CA1", "channel": "phone", "direction": "inbound"}
    assert VoiceContext().metadata == {}


def test_a_drawing_tells_what_each_node_does() -> None:
    graph = create_voice_graph(desk_and_kitchen(), router=ScriptedRouter([["desk"]]))
    nodes = graph.compile(checkpointer=InMemorySaver()).get_graph().nodes
    assert (nodes["kitchen"].metadata or {})["description"] == "Dishes."
    assert "Chooses who is asked" in graph.compile().get_graph().draw_mermaid()

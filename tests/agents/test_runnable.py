from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.graph import END, START, MessagesState, StateGraph

from emads_voice.agents import Agent, ModelError, from_runnable

QUESTION = [HumanMessage("Can we cancel?")]


def legal(function: Any) -> Agent:
    return from_runnable(
        RunnableLambda(function), name="legal", description="Law.", exemplars=["Can we sue?"]
    )


async def test_a_compiled_graph_answers_and_is_told_the_language() -> None:
    def reply(_: MessagesState, config: RunnableConfig) -> dict[str, Any]:
        return {"messages": [AIMessage(f"Yes ({config['configurable']['language']}).")]}

    graph = (
        StateGraph(MessagesState)
        .add_node("reply", reply)
        .add_edge(START, "reply")
        .add_edge("reply", END)
        .compile()
    )
    agent = from_runnable(graph, name="legal", description="Law.", exemplars=["Can we sue?"])
    said: list[str] = []
    analysis = await agent.answer(QUESTION, language="Vietnamese", say=said.append)
    assert (analysis.answer, analysis.agent, said) == ("Yes (Vietnamese).", "legal", ["Yes (Vietnamese)."])


async def test_a_structured_response_is_used() -> None:
    agent = legal(lambda _: {"messages": [], "structured_response": {"answer": "No.", "confidence": 0.9}})
    analysis = await agent.answer(QUESTION, language="English")
    assert (analysis.answer, analysis.agent, analysis.confidence) == ("No.", "legal", 0.9)


@pytest.mark.parametrize("result", [{"messages": [HumanMessage("hm")]}, {}, None])
async def test_no_answer_is_an_error(result: Any) -> None:
    with pytest.raises(ModelError, match="The agent legal gave no answer"):
        await legal(lambda _: result).answer(QUESTION, language="English")


async def test_an_error_inside_is_told_without_its_text() -> None:
    def fail(_: Any) -> None:
        raise ValueError("secret")

    with pytest.raises(ModelError, match=r"The agent legal failed \(ValueError\)") as caught:
        await legal(fail).answer(QUESTION, language="English")
    assert "secret" not in str(caught.value)

"""Each kind of agent that docs/embedding.md shows is built, and answers through the assembled graph."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypedDict

import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState
from langgraph.graph import StateGraph as TypedGraph

from emads_voice.agents.adapters.adapted import Adapted
from emads_voice.testing import ScriptedChatModel

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


DOCUMENT = Path(__file__).parents[3] / "docs" / "embedding.md"
SAID = "It left this morning."


@tool
def look_up(order: int) -> str:
    """Look an order up."""
    return str(order)


class MyState(TypedDict):
    topic: str
    poem: str


def my_project() -> ModuleType:
    """What a reader has."""

    def write(_: MessagesState) -> Any:
        return {"messages": [AIMessage(SAID)]}

    checked = StateGraph(MessagesState).add_node("write", write).add_node("check", lambda _: {})
    checked.add_edge(START, "write").add_edge("write", "check")
    module = ModuleType("my_project")
    module.__dict__.update(
        MyState=MyState,
        chat_model=lambda: ScriptedChatModel(script=[SAID, SAID]),
        checked_graph=checked,
        reply=lambda state: {"poem": f"Oh, {state['topic']}"},
        tools=[look_up],
    )
    return module


ANSWERS = {
    "poet": "Oh, Where is it?",
    "singer": "La la la. Oh, Where is it?",
    "by_generator": "1. 2. 3.",
    "by_task": "We are open from nine to five.",
}


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch) -> dict[str, Adapted]:
    """The agents of the document, by the names it gives them."""
    found = re.findall(r"<!-- test: agents -->\n```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    monkeypatch.setitem(sys.modules, "my_project", my_project())
    names: dict[str, Any] = {"__name__": "documented"}
    exec(compile("\n".join(found), str(DOCUMENT), "exec", dont_inherit=True), names)
    return {name: value for name, value in names.items() if isinstance(value, Adapted)}


async def test_every_agent_that_is_shown_answers(
    talk: Callable[..., Any], documented: dict[str, Adapted]
) -> None:
    assert len(documented) == 13
    for name, agent in documented.items():
        begun = talk(agent, caller="+84901")
        begun.config = {"configurable": {"thread_id": name}}
        for _ in range(2):
            assert await begun.ask("Where is it?") == ANSWERS.get(name, SAID), name

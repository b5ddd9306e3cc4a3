"""Agents that others built: each finds an order, or hands over to who does, and answers twice."""

from __future__ import annotations

from typing import Any

from deepagents import create_deep_agent
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph_supervisor import create_supervisor
from langgraph_swarm import create_handoff_tool, create_swarm

from emads_voice.testing import ScriptedChatModel

FIRST = "Your order left Hanoi on Monday morning. It arrives in the warehouse on Friday evening."
SECOND = "It is in the warehouse now."


def calls(name: str, **arguments: Any) -> AIMessage:
    """A model's message that calls a tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call_{name}"}])


@tool
def find_order(number: str) -> str:
    """Find an order."""
    return f"order {number}: on its way"


def plain(chat: ScriptedChatModel) -> Any:
    """One that uses a tool."""
    chat.script = [calls("find_order", number="7"), FIRST, SECOND]
    return create_agent(chat, [find_order])


def supervised(chat: ScriptedChatModel) -> Any:
    """A supervisor and one whom it sends to work; the model given is the supervisor's."""
    worker = create_agent(ScriptedChatModel(script=["Order 7 is on its way."]), [find_order], name="orders")
    chat.script = [calls("transfer_to_orders"), FIRST, SECOND]
    return create_supervisor([worker], model=chat).compile()


def swarming(chat: ScriptedChatModel) -> Any:
    """Two of which the first hands over to the second, whose model is given."""
    chat.script = [FIRST, SECOND]
    front = ScriptedChatModel(script=[calls("transfer_to_orders")])
    alice = create_agent(front, [create_handoff_tool(agent_name="orders")], name="alice")
    orders = create_agent(chat, [find_order], name="orders")
    return create_swarm([alice, orders], default_active_agent="alice").compile()


def deep(chat: ScriptedChatModel) -> Any:
    """A deep agent that writes a file."""
    chat.script = [calls("write_file", file_path="/notes.txt", content="order 7"), FIRST, SECOND]
    return create_deep_agent(model=chat)

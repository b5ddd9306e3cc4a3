"""A LangGraph graph of your own on the phone: here one that books rooms, with no model and no key.

    python examples/my_agents.py --insecure          # then call it as docs/phone.md says, under "No account"
    emads-voice ask --graph examples/my_agents.py:graph examples/audio/book-a-room.wav

Needs the extra `local`. In place of `graph` stands yours, whatever it has: tools, models, loops, other agents.
"""

import sys

from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph

from emads_voice import serve

ROOMS = ("London", "Paris", "Madrid")


def book(state: MessagesState) -> dict[str, list[AIMessage]]:
    """A node as any: it answers the last message, and sees what was said before."""
    if "room" not in state["messages"][-1].text.lower():
        return {"messages": [AIMessage("I book rooms. Shall I book one for you?")]}
    booked = [message.text for message in state["messages"] if message.type == "ai"]
    free = [room for room in ROOMS if not any(room in said for said in booked)]
    answer = f"The {free[0]} room is booked for you." if free else "There is no room left."
    return {"messages": [AIMessage(answer)]}


graph = StateGraph(MessagesState).add_node(book).add_edge(START, "book").compile(name="rooms")

if __name__ == "__main__":
    serve(graph, description="Books rooms.", insecure="--insecure" in sys.argv)

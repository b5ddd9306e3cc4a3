"""Agents of your own behind the voice: a LangGraph graph, and a specialist made of a chat model.

    python examples/own_agents.py                   # asks two questions in writing
    python examples/own_agents.py question.wav      # asks a recording; the spoken answer is in reply.wav

Needs the extra `local`; no network, no key.
"""

import asyncio
import re
import sys
from pathlib import Path

from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph

from emads_voice import (
    Audio,
    ClipEar,
    ClipMouth,
    ExemplarRouter,
    HandbookModel,
    Settings,
    TypedEar,
    VoiceContext,
    as_agent,
    create_specialist,
    create_voice_graph,
    init_recognizer,
    init_synthesizer,
    load_handbook,
    run_turn,
)
from emads_voice.assembly.configured import make_embeddings

ORDERS = {"7": "left the warehouse this morning", "8": "is waiting for a driver"}


def look_up(state: MessagesState) -> dict[str, list[AIMessage]]:
    """Stands for your graph: tools, loops, subgraphs, whatever it has. What it says last is spoken."""
    number = re.search(r"\d+", state["messages"][-1].text)
    told = ORDERS.get(number[0]) if number else None
    return {
        "messages": [AIMessage(f"Order {number[0]} {told}." if number and told else "Which order is it?")]
    }


support_graph = (
    StateGraph(MessagesState)
    .add_node("look_up", look_up)
    .add_edge(START, "look_up")
    .add_edge("look_up", END)
    .compile()
)
support = as_agent(
    support_graph,
    name="support",
    description="Tells where an order is and when it arrives.",
    exemplars=["Where is my order?", "When does order 12 arrive?", "Has my parcel left yet?"],
)

embeddings = make_embeddings(Settings())  # keeps what it has embedded on disk
handbook = load_handbook(Path(__file__).parent / "handbook")
people = create_specialist(
    "people",
    title="Head of People",
    description="Answers questions about shifts, leave and working hours.",
    exemplars=["How many people work the night shift?", "How many days of leave do I get?"],
    instructions="You look after shifts, leave and working hours.",
    # Any LangChain chat model; the last should need no network, so that callers are never left without an answer:
    # models=[init_chat_model("openai:gpt-5-mini"), HandbookModel(…)]
    models=[HandbookModel(handbook=handbook, embeddings=embeddings)],
)


async def main(recordings: list[str]) -> None:
    """Ask each recording, or two typed questions."""
    recognizer, synthesizer = init_recognizer("whisper:base"), init_synthesizer("piper|espeak")
    voice_graph = create_voice_graph([support, people], router=ExemplarRouter(embeddings))
    graph = voice_graph.compile(checkpointer=InMemorySaver())
    ears = [ClipEar(recognizer, Audio.load(path)) for path in recordings]
    for ear in ears or map(TypedEar, ["Has order 8 left yet?", "How many people work the night shift?"]):
        mouth = ClipMouth(synthesizer)
        turn = await run_turn(graph, VoiceContext(ear=ear, mouth=mouth), thread_id="caller-1")
        heard = turn.state["transcript"]
        print(f"{heard['text'] if heard else '(nothing)'}\n  → {turn.answer}")
        if mouth.audio:
            mouth.audio.save("reply.wav")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))

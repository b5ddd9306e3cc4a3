"""The conversation as a LangGraph: one run of this graph is one turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph

from emads_voice.agents.agent import Agent
from emads_voice.agents.embeddings import default_embeddings
from emads_voice.agents.router import ExemplarRouter, Router
from emads_voice.observability import AuditLog, attributes
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer

from . import answering
from .context import VoiceContext
from .listening import listen
from .stage import asked_agents, node, question
from .state import VoiceState

RESERVED = frozenset({"listen", "route", "reconcile", "speak"})


def create_voice_graph(
    agents: Sequence[Agent],
    *,
    router: Router | None = None,
    recognizer: Recognizer | None = None,
    audit: AuditLog | None = None,
    languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
    hotwords: Sequence[str] = (),
) -> StateGraph[VoiceState, VoiceContext, Any, Any]:
    """Build the graph ``listen → route → agents → (reconcile) → speak``, uncompiled.

    Compile it with the checkpointer and store you want. Each run is one turn: give it an ear and a mouth in
    its :class:`VoiceContext`, or a human message with text or an audio block.

    Args:
        agents: who can be asked; their names become nodes, so they must differ from each other and from
            ``listen``, ``route``, ``reconcile`` and ``speak``. One agent alone is always asked.
        router: chooses among them; by default by likeness to their exemplars.
        recognizer: hears audio blocks in messages; only needed where runs come without an ear (Studio, HTTP).
        audit: keeps one record of every voice input, on disk before the answer is spoken.
        languages: what typed text may be written in.
        hotwords: names and terms callers are likely to use, told to the recogniser; a run's context may add some.

    Raises:
        ValueError: no agents, or a name that cannot be a node.
    """
    names = [agent.name for agent in agents]
    if not names:
        raise ValueError("Give at least one agent.")
    if clash := {name for name in names if name in RESERVED or names.count(name) > 1}:
        raise ValueError(
            f"Agent names must be unique and not {', '.join(sorted(RESERVED))}: {', '.join(sorted(clash))}."
        )

    graph = StateGraph(VoiceState, context_schema=VoiceContext)
    graph.add_node("listen", node("listen", listen(recognizer, audit, languages, hotwords), opens_turn=True))
    graph.add_node(
        "route", node("route", answering.route(router or ExemplarRouter(default_embeddings()), agents))
    )
    for agent in agents:
        graph.add_node(agent.name, node(agent.name, answering.ask(agent), operation=attributes.AGENT))
    graph.add_node("reconcile", node("reconcile", answering.merge))
    graph.add_node("speak", node("speak", answering.speak))

    graph.add_edge(START, "listen")
    graph.add_conditional_edges("listen", _heard_something, ["route", "speak"])
    graph.add_conditional_edges("route", _asked, [*names, "speak"])
    for name in names:
        graph.add_conditional_edges(name, _asked_alone, ["speak", "reconcile"])
    graph.add_edge("reconcile", "speak")
    graph.add_edge("speak", END)
    return graph


def _heard_something(state: VoiceState) -> str:
    return "route" if question(state) else "speak"


def _asked(state: VoiceState) -> list[str]:
    return asked_agents(state) or ["speak"]


def _asked_alone(state: VoiceState) -> str:
    return "speak" if len(asked_agents(state)) == 1 else "reconcile"

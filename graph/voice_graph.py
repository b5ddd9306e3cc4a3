"""The conversation as a LangGraph: one run of this graph is one turn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from langgraph.graph import END, START, StateGraph

from emads_voice.agents.agent import Agent
from emads_voice.agents.checking import checked
from emads_voice.agents.dialogue import ALL_ACTS, Act
from emads_voice.agents.embeddings import default_embeddings
from emads_voice.agents.reconciliation.policy import Policy
from emads_voice.agents.routing.router import ExemplarRouter, Router, check_learnable
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog, attributes
from emads_voice.sequences import several
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer

from . import answering
from .context import VoiceContext, context_schema
from .conversing import converse, dialogue_of, in_turn
from .listening import listen
from .node import node
from .proposing import Proposals, is_recommended, propose
from .remembering import remember
from .state import VoiceInput, VoiceState, asked_agents, question

if TYPE_CHECKING:  # it brings a database along
    from emads_voice.memory import Memory

STAGES = {
    "listen": "Hears the caller, keeps the audit record, opens the turn, and answers what is for no agent.",
    "route": "Chooses who is asked, and says why.",
    "reconcile": "Computes one decision from what several agents say, and puts it into words.",
    "propose": "Puts what is recommended before people, who decide on it.",
    "speak": "Speaks what is left of the answer, and waits until it is spoken.",
}
"""The nodes that are not agents, and what each does, as drawings of the graph tell it."""

REPEATABLE = "repeatable"
"""In an agent's node's metadata: whether asking it changes nothing, so that it may be cut off at any moment."""

RESERVED = frozenset(STAGES)


def create_voice_graph(
    agents: Sequence[Agent],
    *,
    router: Router | None = None,
    recognizer: Recognizer | None = None,
    audit: AuditLog | None = None,
    languages: Sequence[Language] = (ENGLISH, VIETNAMESE),
    hotwords: Sequence[str] = (),
    catalogue: Catalogue | None = None,
    policy: Policy | None = None,
    proposals: Proposals | None = None,
    memory: Memory | None = None,
    acts: Collection[Act | str] = ALL_ACTS,
) -> StateGraph[VoiceState, VoiceContext, VoiceInput, VoiceState]:
    """Build the graph ``listen → route → agents → (reconcile → propose) → speak``, uncompiled.

    One agent needs no ``route``, and without ``proposals`` there is no ``propose``.

    Compile it with the checkpointer and store you want. Each run is one turn: give it an ear and a mouth in
    its :class:`VoiceContext`, or a human message with text or an audio block.

    Args:
        agents: who can be asked; their names become nodes, so they are words that differ from each other, from
            ``listen``, ``route``, ``reconcile``, ``propose`` and ``speak`` and from the keys of the state. One agent
            alone is always asked.
        router: chooses among them; by default by likeness to their exemplars.
        recognizer: hears audio blocks in messages; only needed where runs come without an ear (Studio, HTTP).
        audit: keeps a record of every voice input, on disk before the answer is spoken, and of what follows on it.
        languages: what typed text may be written in.
        hotwords: names and terms callers are likely to use, told to the recogniser; a run's context may add some.
        catalogue: what is said of our own accord; by default what comes with the package, see `load_catalogue`.
        policy: how what agents propose is decided: budget, rates of exchange, weights.
        proposals: where what is recommended is put before people; by default nowhere.
        memory: answers questions about earlier decisions, and keeps what callers agree to have kept; by default nobody
            does. Compile the graph with a store then.
        acts: dialogue acts that the conversation answers itself, in place of the agents: "greeting", "thanks",
            "goodbye" and so on; see :class:`~emads_voice.agents.dialogue.Act`. An agent may take some over
            (`Agent.acts`).

    Raises:
        ValueError: there are no agents, one is none, its name cannot be a node, there is nothing to choose among
            several by, or no such act.
    """
    agents = checked(agents, reserved=RESERVED | VoiceState.__annotations__.keys())
    names = [agent.name for agent in agents]
    if router is None:
        check_learnable(agents)
    languages = several("Languages", languages)
    catalogue = catalogue or shipped()
    hearing = listen(recognizer, audit, languages, hotwords, catalogue)
    if memory:
        hearing = in_turn(hearing, remember(memory, catalogue, audit))
    hearing = in_turn(hearing, converse(dialogue_of(agents, acts), agents, languages, catalogue))
    routing = answering.route(router or ExemplarRouter(default_embeddings()), agents, catalogue, audit)
    graph = StateGraph(VoiceState, context_schema=context_schema(agents), input_schema=VoiceInput)
    if len(names) == 1:
        graph.add_node(
            "listen", node("listen", in_turn(hearing, routing), opens_turn=True), metadata=_told("listen")
        )
        graph.add_conditional_edges("listen", _asked, [*names, "speak"])
    else:
        graph.add_node("listen", node("listen", hearing, opens_turn=True), metadata=_told("listen"))
        graph.add_node("route", node("route", routing), metadata=_told("route"))
        graph.add_conditional_edges("listen", _heard, ["route", *names, "speak"])
        graph.add_conditional_edges("route", _asked, [*names, "speak"])
    for agent in agents:
        asking = answering.ask(agent, catalogue, audit)
        graph.add_node(
            agent.name,
            node(agent.name, asking, operation=attributes.AGENT),
            metadata={"description": agent.description, REPEATABLE: agent.repeatable},
        )
    graph.add_node(
        "reconcile",
        node("reconcile", answering.merge(catalogue, policy or Policy(), audit)),
        metadata=_told("reconcile"),
    )
    if proposals:
        graph.add_node("propose", node("propose", propose(proposals, catalogue)), metadata=_told("propose"))
        graph.add_conditional_edges("reconcile", _decided, ["propose", "speak"])
        graph.add_edge("propose", "speak")
    else:
        graph.add_edge("reconcile", "speak")
    graph.add_node("speak", node("speak", answering.speak(catalogue, audit)), metadata=_told("speak"))

    graph.add_edge(START, "listen")
    for name in names:
        graph.add_conditional_edges(name, _answered, ["speak", "reconcile"])
    graph.add_edge("speak", END)
    return graph


def _told(stage: str) -> dict[str, str]:
    return {"description": STAGES[stage]}


async def _heard(state: VoiceState) -> list[str]:
    """Whose turn it is: nobody's if nothing was said or the conversation has answered; perhaps an agent's already."""
    if not question(state) or state.get("act") or state.get("answer") is not None:
        return ["speak"]
    return asked_agents(state) or ["route"]


async def _asked(state: VoiceState) -> list[str]:
    return asked_agents(state) or ["speak"]


async def _answered(state: VoiceState) -> str:
    """Facts of one agent are only spoken; proposals, and what several say, are reconciled first."""
    alone = len(asked_agents(state)) == 1
    return "speak" if alone and not answering.is_proposed(state) else "reconcile"


async def _decided(state: VoiceState) -> str:
    return "propose" if is_recommended(state) else "speak"

"""The graph of a decision, whose thread has the decision's id."""

from __future__ import annotations

from langgraph.graph import END, START, StateGraph

from emads_voice.decisions import Approvers, DecisionStore, Worker
from emads_voice.messages import Catalogue, shipped

from .context import DecisionContext
from .nodes import execute, report, review
from .planning import Planner
from .state import DecisionInput, DecisionState
from .tracing import traced


def create_decision_graph(
    store: DecisionStore,
    approvers: Approvers,
    worker: Worker,
    *,
    planner: Planner | None = None,
    catalogue: Catalogue | None = None,
) -> StateGraph[DecisionState, DecisionContext, DecisionInput, DecisionState]:
    """Build the graph ``review → execute → report``, uncompiled.

    Its thread's id is the decision's. It waits for people in ``review`` (``interrupt()``), with a request in the shape
    of LangChain's human-in-the-loop middleware.

    Args:
        store: keeps the decisions.
        approvers: who may decide.
        worker: carries out what is approved.
        planner: makes another plan where one is wanted; by default that is left to others.
        catalogue: what is said of our own accord; by default what comes with the package.
    """
    waiting = {"pending", "replanning"} if planner else {"pending"}

    async def reviewed(state: DecisionState) -> str:
        if state["status"] == "approved":
            return "execute"
        return "review" if state["status"] in waiting else "report"

    graph = StateGraph(DecisionState, context_schema=DecisionContext, input_schema=DecisionInput)
    graph.add_node("review", traced("review", review(store, approvers, planner)))
    graph.add_node("execute", traced("execute", execute(store, worker)))
    graph.add_node("report", traced("report", report(store, catalogue or shipped())))
    graph.add_edge(START, "review")
    graph.add_conditional_edges("review", reviewed, ["review", "execute", "report"])
    graph.add_edge("execute", "report")
    graph.add_edge("report", END)
    return graph

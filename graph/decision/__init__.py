"""A decision as a LangGraph: ``review → execute → report``; see :func:`create_decision_graph`."""

from .context import DecisionContext
from .decision_graph import create_decision_graph
from .planning import AgentPlanner, Planner
from .state import DecisionInput, DecisionState

__all__ = [
    "AgentPlanner",
    "DecisionContext",
    "DecisionInput",
    "DecisionState",
    "Planner",
    "create_decision_graph",
]

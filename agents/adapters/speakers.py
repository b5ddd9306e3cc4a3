"""Which nodes of a graph may speak: those after which nothing else need be asked of a model, and which give back what
their model says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langgraph.graph import END
from langgraph.graph.state import CompiledStateGraph
from langgraph.pregel import Pregel

_HOOKS = (".after_model", ".after_agent")
"""How the nodes of LangChain's middleware end that run between the model's answer and the end."""

Graph = Pregel[Any, Any, Any, Any]


class Speakers:
    """The nodes of one graph, and of the graphs in it, that may give the answer: from them the graph can end.

    Where a graph's edges are not drawn, as in an ``@entrypoint``, any node may. A node that was found to keep the words
    of its model to itself may not from then on.
    """

    def __init__(self, graph: Graph) -> None:
        """Read the edges."""
        self._silent = _silent(graph) if isinstance(graph, CompiledStateGraph) else frozenset()
        self._discreet: set[tuple[str, ...]] = set()
        self._inner = {
            name: Speakers(inner) for name, inner in graph.get_subgraphs() if isinstance(inner, Pregel)
        }

    def may_speak(self, path: Sequence[str]) -> bool:
        """Whether a model call in a node may be the last.

        Args:
            path: names of the nodes around the call, from the outermost in.
        """
        if not path:
            return True
        if tuple(path) in self._discreet:
            return False
        if path[0] in self._silent:
            return False
        inner = self._inner.get(path[0])
        return inner is None or inner.may_speak(path[1:])

    def silence(self, path: Sequence[str]) -> None:
        """What a model says in this node is not for callers."""
        self._discreet.add(tuple(path))


def _silent(graph: CompiledStateGraph[Any, Any, Any, Any]) -> frozenset[str]:
    """Nodes that are never the last to speak: tools, and those that always hand on to another."""
    from langgraph.prebuilt import ToolNode  # takes a moment, and whoever has one has loaded it

    tools = {name for name, node in graph.nodes.items() if isinstance(node.bound, ToolNode)}
    return frozenset(tools | {name for name in graph.nodes if not _may_end(graph, name, frozenset())})


def _may_end(graph: CompiledStateGraph[Any, Any, Any, Any], name: str, seen: frozenset[str]) -> bool:
    builder = graph.builder
    targets = {end for start, end in builder.edges if start == name}
    targets |= {end for starts, end in builder.waiting_edges if name in starts}
    for branch in builder.branches.get(name, {}).values():
        if branch.ends is None:
            return True  # it may lead anywhere
        targets |= set(branch.ends.values())
    if not targets or END in targets:
        return True
    hooks = {target for target in targets if target.endswith(_HOOKS)} - seen
    return any(_may_end(graph, hook, seen | {name}) for hook in hooks)

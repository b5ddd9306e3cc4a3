"""What the user of `as_agent` says of an agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .ambient import ContextMapping

OutputMapping = Callable[[Any], Any]
"""Makes text, a message or an `Analysis` of what an agent gave back."""

Speaks = Callable[[dict[str, Any]], bool]
"""Whether a call of a model is part of the answer, by its metadata: ``langgraph_node``, ``tags`` and so on."""

Custom = Callable[[Any], str]
"""The text to say in something that a graph writes to its custom stream; "" if there is none."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Who an agent is and how it is asked, made definite; see `as_agent`."""

    name: str
    description: str
    exemplars: tuple[str, ...]
    titles: tuple[str, ...]
    repeatable: bool
    timeout_s: float
    context: ContextMapping | None
    output: OutputMapping | None
    speaks: Speaks | None
    custom: Custom | None

"""What the graph of a decision keeps: little, as the row of the store is the truth."""

from __future__ import annotations

from typing import Annotated

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from emads_voice.decisions.decisions import Status


class ShownState(TypedDict):
    """Which plan is shown: what a reviewer decides on, whatever is in the store by then."""

    version: int
    plan_hash: str


class DecisionInput(TypedDict, total=False):
    """What a run begins with: nothing. Its thread has the decision's id."""

    messages: Annotated[list[AnyMessage], add_messages]


class DecisionState(TypedDict, total=False):
    """The state of one decision's review."""

    messages: Annotated[list[AnyMessage], add_messages]
    shown: ShownState | None
    refused: str
    """Why the last answer to the plan did nothing, in a sentence; "" if it did."""
    status: Status
    """How far the decision was when it was last looked at."""

"""The nodes of a decision: it is reviewed, carried out, and what came of it is told.

The row of the store is the truth, and what a run is resumed with a hint: whoever resumes it decides, by the store's
compare-and-set, on the version they were shown. So a run that is resumed twice, late or by somebody else does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from emads_voice.decisions import Approvers, Channel, DecisionStore, Kept, Proof, Reviewer, Worker
from emads_voice.decisions.errors import DecisionError, NotAllowedError
from emads_voice.messages import Catalogue, Key
from emads_voice.voice.languages import find_language

from .context import APPROVER, DecisionContext
from .planning import Planner
from .request import Answer, answer_of, describe, request_of
from .state import DecisionState, ShownState

Update = dict[str, Any]
Node = Callable[..., Awaitable[Update]]

ANONYMOUS = "studio"
"""Stands for whoever shows nothing."""

_TOLD: dict[str, Key] = {
    "approved": "review_under_way",
    "executed": "review_executed",
    "failed": "review_not_executed",
    "unknown": "review_outcome_unknown",
    "rejected": "review_rejected",
    "replanning": "review_changing",
}


def review(store: DecisionStore, approvers: Approvers, planner: Planner | None) -> Node:
    """Shows the plan and waits; then does what is decided, if whoever decides may.

    Args:
        store: keeps the decisions.
        approvers: know who reviews.
        planner: makes another plan where one is wanted; None leaves that to others.
    """

    async def run(state: DecisionState, *, runtime: Runtime[DecisionContext]) -> Update:
        kept = await asyncio.to_thread(store.get, _id(runtime))
        if kept.status == "replanning" and planner:
            changed = await planner.plan(kept)
            kept = await asyncio.to_thread(store.revise, kept.id, kept.version, changed)
        if kept.status != "pending":
            return {"status": kept.status, "shown": None}
        shown = state.get("shown")
        if not shown:  # kept first: whoever answers later has seen this version
            told = AIMessage(describe(kept, state.get("refused", "")), id=f"{kept.id}-{kept.version}-asked")
            seen: ShownState = {"version": kept.version, "plan_hash": kept.plan_hash}
            return {"status": "pending", "shown": seen, "messages": [told]}
        resumed = interrupt(request_of(kept, shown, state.get("refused", "")))
        answer = answer_of(resumed, kept.plan.action)
        if not answer:
            wanted = 'Decide with {"decisions": [{"type": "approve"}]}, or "edit" or "reject".'
            return {"status": "pending", "shown": None, "refused": wanted}
        try:
            context = runtime.context or DecisionContext()
            reviewer = await asyncio.to_thread(_reviewer, context, _signed_in(runtime), approvers)
            kept = await asyncio.to_thread(_decide, store, kept.id, shown, reviewer, answer)
        except DecisionError as error:
            return {"status": "pending", "shown": None, "refused": str(error)}
        return {"status": kept.status, "shown": None, "refused": ""}

    return run


def execute(store: DecisionStore, worker: Worker) -> Node:
    """Carries out what is due of the decision; what has to wait, another worker does later."""

    async def run(_: DecisionState, *, runtime: Runtime[DecisionContext]) -> Update:
        while await worker.step(_id(runtime)):
            pass
        return {"status": (await asyncio.to_thread(store.get, _id(runtime))).status}

    return run


def report(store: DecisionStore, catalogue: Catalogue) -> Node:
    """Tells what came of it, in the language of the plan."""

    async def run(_: DecisionState, *, runtime: Runtime[DecisionContext]) -> Update:
        kept = await asyncio.to_thread(store.get, _id(runtime))
        key = f"{kept.id}-{kept.version}-{kept.status}"
        return {"status": kept.status, "messages": [AIMessage(_told(kept, catalogue), id=key)]}

    return run


def _told(kept: Kept, catalogue: Catalogue) -> str:
    messages = catalogue.review(find_language(kept.plan.language).base_code)
    which = _TOLD.get(kept.status)
    said = messages.text(which) if which else messages.text("review_gone", status=kept.status)
    results = [each.result for each in kept.executions if each.result]
    return " ".join([f"{kept.plan.action}", said, *results])


def _id(runtime: Runtime[DecisionContext]) -> str:
    """The decision's id, which is the thread's.

    Raises:
        DecisionError: the graph runs without a checkpointer.
    """
    thread_id = runtime.execution_info.thread_id if runtime.execution_info else None
    if not thread_id:
        raise DecisionError("The thread has the decision's id: compile the graph with a checkpointer.")
    return str(thread_id)


def _signed_in(runtime: Runtime[DecisionContext]) -> str:
    """The approver whom LangGraph's server knows by their key, see :mod:`emads_voice.langgraph_auth`; "" for nobody.

    The server fills this in, and refuses a request that does.
    """
    user = runtime.server_info.user if runtime.server_info else None
    return str(getattr(user, APPROVER, "") or "")


def _reviewer(context: DecisionContext, signed_in: str, approvers: Approvers) -> Reviewer:
    """
    Raises:
        NotAllowedError: nobody has this token.
    """
    if context.reviewer:
        return context.reviewer
    token = context.token.get_secret_value()
    if signed_in and not token:
        return Reviewer(signed_in, Channel.STUDIO, Proof.TOKEN)
    if not token:
        return Reviewer(ANONYMOUS, Channel.STUDIO, Proof.NOTHING)
    known = approvers.by_token(token, Channel.STUDIO)
    if not known:
        raise NotAllowedError(
            "No approver has this token: check it, or make one with emads-voice decisions approver add."
        )
    return known


def _decide(
    store: DecisionStore, decision_id: str, shown: ShownState, reviewer: Reviewer, answer: Answer
) -> Kept:
    version, plan_hash = shown["version"], shown["plan_hash"]
    if answer.verdict == "approve":
        return store.approve(decision_id, version, plan_hash, reviewer)
    if answer.verdict == "reject":
        return store.reject(decision_id, version, plan_hash, reviewer, answer.text)
    return store.edit(decision_id, version, plan_hash, reviewer, answer.text)

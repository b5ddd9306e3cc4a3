"""``decisions approve``, ``reject``, ``edit``, ``withdraw`` and ``settle``: deciding, by the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.cli.console import json_errors
from emads_voice.cli.errors import UsageError
from emads_voice.cli.options import words

from .opened import ActingAs, AsJson, Reason, Which, acting, found, opened
from .reading import tell

if TYPE_CHECKING:
    from emads_voice.decisions import Kept
    from emads_voice.decisions.decisions import ExecutionStatus

SHORTEST_HASH = 12
"""Hex digits of a plan's hash that are enough to name it."""

ThePlan = Annotated[
    str,
    typer.Option(
        "--plan",
        metavar="HASH",
        help=f"The plan you have read, as show names it: {SHORTEST_HASH} of its letters or more.",
        callback=words,
    ),
]


class Finding(StrEnum):
    """What somebody has found who looked whether a step was done."""

    DONE = "done"
    FAILED = "failed"
    AGAIN = "again"


_STATUSES: Mapping[Finding, ExecutionStatus] = {
    Finding.DONE: "done",
    Finding.FAILED: "failed",
    Finding.AGAIN: "due",
}


def approve(decision: Which, plan: ThePlan, name: ActingAs, as_json: AsJson = False) -> None:
    """Approve a plan. Once enough people have, it is carried out."""
    with json_errors(as_json), opened() as decisions:
        kept, reviewer = found(decisions, decision), acting(decisions, name)
        done = decisions.store.approve(kept.id, kept.version, _named(kept, plan), reviewer)
        tell(done, as_json=as_json)


def reject(
    decision: Which, plan: ThePlan, name: ActingAs, reason: Reason = "", as_json: AsJson = False
) -> None:
    """Reject a plan, and the decision with it: one is enough."""
    with json_errors(as_json), opened() as decisions:
        kept, reviewer = found(decisions, decision), acting(decisions, name)
        done = decisions.store.reject(kept.id, kept.version, _named(kept, plan), reviewer, reason)
        tell(done, as_json=as_json)


def edit(
    decision: Which,
    plan: ThePlan,
    name: ActingAs,
    feedback: Annotated[str, typer.Option(help="What is to be changed.", callback=words)],
    as_json: AsJson = False,
) -> None:
    """Have a plan changed: nobody can approve it any more, and a new version is to be decided on."""
    with json_errors(as_json), opened() as decisions:
        kept, reviewer = found(decisions, decision), acting(decisions, name)
        done = decisions.store.edit(kept.id, kept.version, _named(kept, plan), reviewer, feedback)
        tell(done, as_json=as_json)


def withdraw(decision: Which, name: ActingAs, reason: Reason = "", as_json: AsJson = False) -> None:
    """Take a decision back that nobody has decided on yet."""
    with json_errors(as_json), opened() as decisions:
        kept, reviewer = found(decisions, decision), acting(decisions, name)
        tell(decisions.store.withdraw(kept.id, reviewer.name, reason), as_json=as_json)


def settle(
    key: Annotated[
        str, typer.Argument(metavar="STEP", help="The key of the step, as show names it.", callback=words)
    ],
    finding: Annotated[
        Finding,
        typer.Argument(help="What you have found: it was done, it was not, or it is to be done again."),
    ],
    name: ActingAs,
    result: Annotated[str, typer.Option(help="What you have seen, for the record.", callback=words)] = "",
    as_json: AsJson = False,
) -> None:
    """Say of a step that may have been done whether it was: nothing but a person can."""
    with json_errors(as_json), opened() as decisions:
        reviewer = acting(decisions, name)
        decisions.queue.settle(
            key, _STATUSES[finding], reviewer.name, result or f"{reviewer.name} has looked: {finding}."
        )
        tell(decisions.store.get(key.partition(":")[0]), as_json=as_json)


def _named(kept: Kept, plan: str) -> str:
    """The whole hash of the plan somebody has read, if it is the one there is now; else what they named.

    Raises:
        UsageError: it is no hash, or too little of one.
    """
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_HASH},64}}", plan):
        raise UsageError(
            f"Give --plan {SHORTEST_HASH} letters or more of the plan's hash, as emads-voice decisions show names it."
        )
    return kept.plan_hash if kept.plan_hash.startswith(plan) else plan

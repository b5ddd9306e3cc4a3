"""Decisions as they are kept: what was proposed, how far it is, and what was said to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .plan import Plan, reference_of
from .policy import Channel, Level, Proof

Status = Literal[
    "pending",
    "replanning",
    "approved",
    "executed",
    "failed",
    "unknown",
    "rejected",
    "expired",
    "withdrawn",
    "superseded",
]
"""How far a decision is. ``pending``: it waits for people. ``replanning``: somebody wants it changed, and nobody can
approve it until the new version is there. ``approved``: it is being carried out. ``executed``, ``failed``, ``unknown``:
that came of it; unknown is what may have been done, and a person has to look. The others are rejections."""

OPEN: tuple[Status, ...] = ("pending", "replanning")
"""As long as a decision is one of these, something is to be decided."""

Verdict = Literal["approve", "reject", "edit"]

ExecutionStatus = Literal["due", "claimed", "done", "failed", "unknown", "dropped"]
"""``dropped`` is what was not done because a step before it failed."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews, as the channel they came by has found out; never as anybody says.

    Attributes:
        name: an approver's, or what stands for a caller whom nobody knows.
        channel: how they came.
        proof: how it is known that it is they.
    """

    name: str
    channel: Channel
    proof: Proof


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a reviewer was told before they decided.

    Attributes:
        digest: SHA-256 of the words, in hex; "" where they read the plan themselves.
        language: in which they were said, by name.
        digit: the key that was pressed; "" where none was.
    """

    digest: str = ""
    language: str = ""
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """What one person said to one version.

    Attributes:
        approver: who.
        version: of the plan.
        verdict: what they decided.
        feedback: what they want changed, or why they reject it.
        channel: how they came.
        proof: how it is known that it was they.
        read_back: what they were told before.
        at: when, seconds since 1970.
    """

    approver: str
    version: int
    verdict: Verdict
    feedback: str
    channel: Channel
    proof: Proof
    read_back: ReadBack
    at: float


@dataclass(frozen=True, slots=True)
class Execution:
    """One step of an approved plan.

    Attributes:
        key: names this execution and no other: give it to whatever does the work, which then does it once.
        decision_id: of the decision.
        version: of the plan.
        step: its number in the plan, from 0.
        executor: who does it, by name.
        status: how far it is.
        fence: counts who took it on; who has an older one has lost it.
        attempts: how often it was begun.
        result: what came of it, in words.
    """

    key: str
    decision_id: str
    version: int
    step: int
    executor: str
    status: ExecutionStatus
    fence: int
    attempts: int
    result: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One decision, as it is at one moment.

    Attributes:
        id: a UUID; also of the thread of its graph.
        thread_id: the conversation in which it was proposed.
        asked_by: who asked, as a keyed hash; "" where nobody is known.
        version: of its plan, from 1.
        plan: what is proposed now.
        plan_hash: its hash.
        status: how far it is.
        level: of its risk.
        approvals_needed: by how many different people.
        created_at: when, seconds since 1970; ``expires_at`` and ``decided_at`` likewise.
        reason: why it is rejected, withdrawn or superseded, or what is to be changed.
        approvals: what was said to any version, oldest first.
        executions: the steps of the approved version.
    """

    id: str
    thread_id: str
    asked_by: str
    version: int
    plan: Plan
    plan_hash: str
    status: Status
    level: Level
    approvals_needed: int
    created_at: float
    expires_at: float
    decided_at: float | None
    reason: str
    approvals: tuple[Approval, ...]
    executions: tuple[Execution, ...]

    @property
    def reference(self) -> str:
        """Four digits that people tell each other."""
        return reference_of(self.plan_hash)

    @property
    def approved_by(self) -> tuple[Approval, ...]:
        """The approvals of the plan as it is now."""
        return tuple(
            each for each in self.approvals if each.version == self.version and each.verdict == "approve"
        )

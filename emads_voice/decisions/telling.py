"""Decisions as programs are told of them, over HTTP and by ``--json``: the models of that JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from .decisions import Approval, Execution, ExecutionStatus, Kept, Status, Verdict
from .plan import Plan
from .policy import Level, requirement


class ToldApproval(BaseModel):
    """What one person said to one version."""

    approver: str
    version: int
    verdict: Verdict
    feedback: str = Field(description="What is to be changed, or why it is rejected.")
    channel: str = Field(description="How they came: `phone`, `http`, `page`, `command line` or `studio`.")
    proof: str = Field(description="How it is known that it was they: `token`, `number and PIN`…")
    read_back_language: str = Field(description="What the plan was read to them in; empty if they read it.")
    at: datetime


class ToldExecution(BaseModel):
    """One step of an approved plan."""

    key: str = Field(description="Names this execution, to settle it by.")
    step: int = Field(description="Its number in the plan, from 0.")
    executor: str
    status: ExecutionStatus = Field(
        description="`unknown`: it may have been done, and a person has to look; `dropped`: one before it failed."
    )
    attempts: int
    result: str


class DecisionSummary(BaseModel):
    """A decision in a list."""

    id: str
    reference: str = Field(description="Four digits that people tell each other.")
    status: Status
    action: str = Field(description="What is proposed, in a sentence.")
    language: str = Field(description="What that is worded in, by name.")
    version: int
    plan_hash: str = Field(description="SHA-256 of the plan, in hex: what is approved is what has this hash.")
    level: Level = Field(description="Of its risk.")
    approvals_needed: int = Field(description="By how many different people.")
    approved_by: list[str] = Field(description="Who has approved this version.")
    in_writing: bool = Field(description="Whether the telephone alone is not enough.")
    created_at: datetime
    expires_at: datetime = Field(description="What nobody has approved by then is rejected.")
    decided_at: datetime | None


class ToldDecision(DecisionSummary):
    """A decision with its plan, and all that has come of it."""

    thread: str = Field(description="The conversation in which it was proposed; empty for none.")
    reason: str = Field(description="Why it is rejected or withdrawn, or what is to be changed.")
    plan: Plan
    approvals: list[ToldApproval]
    executions: list[ToldExecution]


def summary(kept: Kept) -> DecisionSummary:
    """A decision in a list."""
    return DecisionSummary(
        id=kept.id,
        reference=kept.reference,
        status=kept.status,
        action=kept.plan.action,
        language=kept.plan.language,
        version=kept.version,
        plan_hash=kept.plan_hash,
        level=kept.level,
        approvals_needed=kept.approvals_needed,
        approved_by=[each.approver for each in kept.approved_by],
        in_writing=requirement(kept.level).in_writing,
        created_at=_moment(kept.created_at),
        expires_at=_moment(kept.expires_at),
        decided_at=None if kept.decided_at is None else _moment(kept.decided_at),
    )


def whole(kept: Kept) -> ToldDecision:
    """All there is of a decision."""
    return ToldDecision(
        **summary(kept).model_dump(),
        thread=kept.thread_id,
        reason=kept.reason,
        plan=kept.plan,
        approvals=[_approval(each) for each in kept.approvals],
        executions=[_execution(each) for each in kept.executions],
    )


def _approval(approval: Approval) -> ToldApproval:
    return ToldApproval(
        approver=approval.approver,
        version=approval.version,
        verdict=approval.verdict,
        feedback=approval.feedback,
        channel=approval.channel.value,
        proof=approval.proof.value,
        read_back_language=approval.read_back.language,
        at=_moment(approval.at),
    )


def _execution(execution: Execution) -> ToldExecution:
    return ToldExecution(
        key=execution.key,
        step=execution.step,
        executor=execution.executor,
        status=execution.status,
        attempts=execution.attempts,
        result=execution.result,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""Rows of the tables as what they tell."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from .decisions import Approval, Execution, Kept, ReadBack
from .errors import ClosedError, ExpiredError, UnknownDecisionError
from .plan import Plan
from .policy import Channel, Proof
from .tables import APPROVALS, DECISIONS, EXECUTIONS, VERSIONS

# Statements are made once: making one takes SQLAlchemy as long as SQLite takes to carry it out.
# FOR UPDATE is left out by SQLite, where one transaction writes at a time.
_LOCKED = select(DECISIONS).where(DECISIONS.c.id == bindparam("of")).with_for_update()
_PLAN = select(VERSIONS.c.plan).where(
    VERSIONS.c.decision_id == bindparam("of"), VERSIONS.c.version == bindparam("number")
)
_APPROVALS = select(APPROVALS).where(APPROVALS.c.decision_id == bindparam("of")).order_by(APPROVALS.c.id)
_EXECUTIONS = select(EXECUTIONS).where(EXECUTIONS.c.decision_id == bindparam("of")).order_by(EXECUTIONS.c.key)


def locked(connection: Connection, decision_id: str) -> Any:
    """The row of a decision, which nobody else changes until the transaction is over.

    Raises:
        UnknownDecisionError: there is none.
    """
    row = connection.execute(_LOCKED, {"of": decision_id}).first()
    if row is None:
        raise unknown(decision_id)
    return row


def plan_of(connection: Connection, decision_id: str, version: int) -> Plan:
    """The plan of a version."""
    written = connection.execute(_PLAN, {"of": decision_id, "number": version}).scalar_one()
    return Plan.model_validate_json(bytes(written))


def unknown(decision_id: str) -> UnknownDecisionError:
    """The error that says that there is no such decision."""
    return UnknownDecisionError(f"There is no decision {decision_id}: look at the list of those there are.")


def closed(row: Any) -> ClosedError:
    """The error that says why nothing can be decided on it."""
    if row.status == "expired":
        return ExpiredError(
            "Nobody has approved it in time, so it is rejected: put it forward again.", "expired"
        )
    return ClosedError(
        f"There is nothing to decide any more: it is {row.status}: leave it as it is.", row.status
    )


def kept(connection: Connection, row: Any) -> Kept:
    """A row of :data:`.tables.DECISIONS`, with all that belongs to it."""
    approvals = connection.execute(_APPROVALS, {"of": row.id})
    executions = connection.execute(_EXECUTIONS, {"of": row.id})
    return Kept(
        id=row.id,
        thread_id=row.thread_id,
        asked_by=row.asked_by,
        version=row.version,
        plan=plan_of(connection, row.id, row.version),
        plan_hash=row.plan_hash,
        status=row.status,
        level=row.level,
        approvals_needed=row.approvals_needed,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_at=row.decided_at,
        reason=row.reason,
        approvals=tuple(
            Approval(
                approver=each.approver,
                version=each.version,
                verdict=each.verdict,
                feedback=each.feedback,
                channel=Channel(each.channel),
                proof=Proof(each.proof),
                read_back=ReadBack(each.read_back_hash, each.read_back_language, each.digit),
                at=each.at,
            )
            for each in approvals
        ),
        executions=tuple(execution_of(each) for each in executions),
    )


def execution_of(row: Any) -> Execution:
    """A row of :data:`.tables.EXECUTIONS`."""
    return Execution(
        key=row.key,
        decision_id=row.decision_id,
        version=row.version,
        step=row.step,
        executor=row.executor,
        status=row.status,
        fence=row.fence,
        attempts=row.attempts,
        result=row.result,
    )

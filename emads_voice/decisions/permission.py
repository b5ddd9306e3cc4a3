"""Whether somebody may decide on what they want to decide on, inside the transaction that does it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from .decisions import OPEN, Reviewer, Status, Verdict
from .errors import ChangedError, ExpiredError, NotAllowedError
from .policy import Channel, Proof, Requirement
from .rows import closed
from .tables import APPROVALS, APPROVERS, VERSIONS


def check_open(
    connection: Connection, row: Any, version: int, plan_hash: str, reviewer: Reviewer, now: float
) -> None:
    """
    Args:
        connection: a transaction.
        row: of the decision, locked.
        version: that the reviewer has read.
        plan_hash: its hash.
        reviewer: who decides.
        now: seconds since 1970.

    Raises:
        DecisionError: nothing is to be decided, or not this, or not by somebody who has decided already.
    """
    if row.status not in OPEN:
        raise closed(row)
    if version < row.version:
        raise ChangedError(
            f"The plan has changed: it is version {row.version} now: look at it, and decide on that."
        )
    if (row.version, row.plan_hash) != (version, plan_hash):
        raise ChangedError(
            f"That is not the plan that is open: version {row.version} is: look at it, and decide on that."
        )
    if row.status == "replanning":
        raise ChangedError("Somebody wants the plan changed: wait for the new version, and decide on that.")
    if row.expires_at <= now:
        raise ExpiredError(
            "Nobody has approved it in time, so it is rejected: put it forward again.", "expired"
        )
    if verdict := said(connection, row, version, plan_hash, reviewer):
        raise NotAllowedError(
            f"You have decided on this version already ({verdict}): wait for what comes of it."
        )


def allow(connection: Connection, row: Any, needs: Requirement, reviewer: Reviewer) -> None:
    """
    Raises:
        NotAllowedError: the reviewer may not decide on it.
    """
    if not needs.suffices(reviewer.proof):
        if row.level == "low":
            raise NotAllowedError("Who you are is not known: use the telephone, or give an approver's token.")
        raise NotAllowedError(
            f"Its risk is {row.level}: ask an approver, who telephones with a PIN or has a token."
        )
    if reviewer.proof is Proof.NOTHING and reviewer.channel is not Channel.PHONE:
        raise NotAllowedError("Who you are is not known: use the telephone, or give an approver's token.")
    shaped = connection.execute(_SHAPED, {"of": row.id, "number": row.version}).scalars()
    asked = row.asked_by if row.level == "high" else ""
    known_as = {reviewer.name, *connection.execute(_NUMBER, {"name": reviewer.name}).scalars()} - {""}
    if known_as & {*shaped, asked}:
        raise NotAllowedError("Who has shaped a plan does not approve it: ask somebody else.")


def said_before(
    connection: Connection, row: Any, version: int, plan_hash: str, reviewer: Reviewer, verdict: Verdict
) -> bool:
    """Whether somebody has said the same to this version already, and it stands: they are answered as before.

    Whoever has approved what somebody else has rejected since, or wants changed, is told so instead.
    """
    same = said(connection, row, version, plan_hash, reviewer) == verdict
    return same and row.status in _STANDS[verdict]


def said(connection: Connection, row: Any, version: int, plan_hash: str, reviewer: Reviewer) -> str | None:
    """What somebody has decided on the version that is open, or was last; None if nothing yet."""
    if (row.version, row.plan_hash) != (version, plan_hash):
        return None
    who = {"of": row.id, "number": version, "who": reviewer.name}
    return connection.execute(_SAID, who).scalar()


_STANDS: dict[Verdict, tuple[Status, ...]] = {
    "approve": ("pending", "approved", "executed", "failed", "unknown"),
    "reject": ("rejected",),
    "edit": ("replanning",),
}

# Made once, see rows.py.
_SHAPED = select(VERSIONS.c.shaped_by).where(
    VERSIONS.c.decision_id == bindparam("of"), VERSIONS.c.version <= bindparam("number")
)
_SAID = select(APPROVALS.c.verdict).where(
    APPROVALS.c.decision_id == bindparam("of"),
    APPROVALS.c.version == bindparam("number"),
    APPROVALS.c.approver == bindparam("who"),
)
_NUMBER = select(APPROVERS.c.number).where(APPROVERS.c.name == bindparam("name"))
"""What they telephone from: who asks is known by that."""

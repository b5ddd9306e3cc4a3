"""The versions of a decision's plan, which all stay as they were proposed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from .plan import Plan
from .store import DecisionStore
from .tables import VERSIONS


@dataclass(frozen=True, slots=True)
class Version:
    """One of them.

    Attributes:
        number: from 1.
        plan: what was proposed.
        shaped_by: the approver who wanted the one before changed; "" for the first.
        at: when it was proposed, seconds since 1970.
    """

    number: int
    plan: Plan
    shaped_by: str
    at: float


def versions(store: DecisionStore, decision_id: str) -> list[Version]:
    """The versions of a decision, the first one first; none if there is no such decision. Call it in a thread."""
    query = select(VERSIONS).where(VERSIONS.c.decision_id == decision_id).order_by(VERSIONS.c.version)
    with store.database.reading() as connection:
        return [
            Version(row.version, Plan.model_validate_json(bytes(row.plan)), row.shaped_by, row.at)
            for row in connection.execute(query)
        ]

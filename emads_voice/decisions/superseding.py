"""What a new proposal takes the place of: who asks again in the same conversation means one decision, not two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, select

from .plan import Plan
from .rows import locked, plan_of
from .tables import DECISIONS


def proposed_before(connection: Connection, plan: Plan, thread_id: str) -> Iterator[Any]:
    """The rows of what the same conversation has proposed already, locked: the same options recommended, and nobody has
    decided on it."""
    if not thread_id or not plan.decision.recommended:
        return
    for decision_id in connection.scalars(_WAITING, {"thread": thread_id}).all():
        row = locked(connection, decision_id)
        if row.status != "pending":
            continue
        if _is_same(plan_of(connection, row.id, row.version), plan):
            yield row


def _is_same(before: Plan, plan: Plan) -> bool:
    """Whether two plans recommend the same options: by their names, or in another language by their ids, which name
    different options in different questions ("stay"), and so have to agree in all."""
    if before.language == plan.language:
        return before.decision.recommended == plan.decision.recommended
    return _ids(before) == _ids(plan)


def _ids(plan: Plan) -> set[tuple[str, bool]]:
    chosen = plan.decision.recommended
    return {(option.id, option.name in chosen) for option in plan.decision.options}


_WAITING = (
    select(DECISIONS.c.id)
    .where(DECISIONS.c.thread_id == bindparam("thread"), DECISIONS.c.status == "pending")
    .order_by(DECISIONS.c.created_at)
)

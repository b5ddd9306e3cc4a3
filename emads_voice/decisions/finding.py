"""Decisions looked for, a part of them at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, case, literal, select, tuple_

from .decisions import OPEN, Kept, Status
from .plan import reference_of
from .rows import kept, unknown
from .tables import DECISIONS


def found(
    connection: Connection,
    *,
    statuses: Sequence[Status] = (),
    thread_id: str = "",
    asked_by: str = "",
    reference: str = "",
    limit: int | None = None,
    after: str = "",
    open_first: bool = False,
) -> list[Kept]:
    """See :meth:`.store.DecisionStore.find`; no more is read than is told.

    Raises:
        UnknownDecisionError: there is no decision ``after``.
    """
    decided = case((DECISIONS.c.status.in_(OPEN), 0), else_=1) if open_first else literal(0)
    place = (decided, -DECISIONS.c.created_at, DECISIONS.c.id)
    query = select(DECISIONS).order_by(*place)
    if statuses:
        query = query.where(DECISIONS.c.status.in_(statuses))
    if thread_id:
        query = query.where(DECISIONS.c.thread_id == thread_id)
    if asked_by:
        query = query.where(DECISIONS.c.asked_by == asked_by)
    if reference:
        plans = connection.execute(query.with_only_columns(DECISIONS.c.id, DECISIONS.c.plan_hash))
        meant = [row.id for row in plans if reference_of(row.plan_hash) == reference]
        query = query.where(DECISIONS.c.id.in_(meant))
    if after:
        last = connection.execute(select(*place).where(DECISIONS.c.id == after)).first()
        if last is None:
            raise unknown(after)
        query = query.where(tuple_(*place) > tuple_(*map(literal, last)))
    return [kept(connection, row) for row in connection.execute(query.limit(limit)).all()]

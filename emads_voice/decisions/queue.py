"""What is to be carried out: claimed by one worker at a time, for as long as its lease lasts, and ended once.

A worker that is slower than its lease has lost the execution. If whatever does the work does it once for each key,
another worker does it again; if not, nobody knows whether it was done, and a person has to look.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from emads_voice.observability.audit import AuditEvent, now
from emads_voice.observability.redaction import redact
from emads_voice.observability.tracing import trace_id, traceparent

from .decisions import Execution, ExecutionStatus, Status
from .errors import DecisionError, StaleError
from .rows import execution_of, locked
from .store import DecisionStore, Recorder
from .tables import DECISIONS, EXECUTIONS, OUTBOX

LEASE_S = 60.0
"""How long a worker may take for one execution, unless it says otherwise."""


BACKOFF_S = 1.0
"""How long is waited before a second attempt; twice as long before each further one."""


class ExecutionQueue:
    """The executions of a store's approved decisions. Synchronous: call it in a thread."""

    def __init__(self, store: DecisionStore, ledger: Recorder) -> None:
        """
        Args:
            store: keeps the decisions.
            ledger: the store's.
        """
        self._store = store
        self._ledger = ledger

    def claim(
        self, honouring: Collection[str], *, lease_s: float = LEASE_S, decision_id: str = ""
    ) -> Execution | None:
        """Take on the next step that is due; None if there is nothing to do.

        A step is due once the one before it is done. Of those whose worker has let its lease run out, one is taken
        over if its executor does its work once for each key; the others become ``unknown``.

        Args:
            honouring: the executors that do their work once for each key, by name.
            lease_s: for how long it is taken on, in seconds.
            decision_id: only of this decision.
        """
        with self._store.database.writing() as connection:
            for row in self._candidates(connection, decision_id):
                decision = locked(connection, row.decision_id)
                row = _execution(connection, row.key)  # it may have been taken before the lock was had
                if not self._is_due(connection, row):
                    continue
                if row.status == "claimed" and row.executor not in honouring:
                    told = "It was begun, and nobody knows whether it was done: look, and say."
                    self._end(connection, decision, row, "unknown", told)
                    continue
                connection.execute(
                    update(EXECUTIONS)
                    .where(EXECUTIONS.c.key == row.key)
                    .values(
                        status="claimed",
                        fence=row.fence + 1,
                        attempts=row.attempts + 1,
                        lease_until=self._store.clock() + lease_s,
                    )
                )
                return execution_of(_execution(connection, row.key))
        return None

    def finish(self, execution: Execution, status: ExecutionStatus, result: str) -> None:
        """Tell how a claimed execution went.

        Args:
            execution: as it was claimed.
            status: "done", "failed", "unknown", or "due" where it is to be tried again.
            result: what came of it, in words.

        Raises:
            StaleError: somebody else has taken it over.
        """
        with self._store.database.writing() as connection:
            decision = locked(connection, execution.decision_id)
            row = _execution(connection, execution.key)
            if row.status != "claimed" or row.fence != execution.fence:
                raise StaleError(
                    f"The execution {execution.key} has been taken over by somebody else: leave it to them."
                )
            self._end(connection, decision, row, status, result)

    def settle(self, key: str, status: ExecutionStatus, by: str, result: str) -> None:
        """A person has looked whether an ``unknown`` execution was done.

        Args:
            key: of the execution.
            status: "done", "failed", or "due" to do it again.
            by: who has looked.
            result: what they found.

        Raises:
            DecisionError: there is no such execution, or it is not unknown.
        """
        with self._store.database.writing() as connection:
            row = connection.execute(_EXECUTION, {"named": key}).first()
            if row is None:
                raise DecisionError(
                    f"There is no execution {key}: look at the decision, which names its own."
                )
            decision = locked(connection, row.decision_id)
            row = _execution(connection, key)
            if row.status != "unknown":
                raise DecisionError(
                    f"The execution {key} is {row.status}: leave it, there is nothing to settle."
                )
            self._end(connection, decision, row, status, result, by=by)

    def _candidates(self, connection: Connection, decision_id: str) -> list[Any]:
        """Steps that are due or whose lease has run out, oldest first."""
        at = {"at": self._store.clock()}
        if decision_id:
            return list(connection.execute(_CANDIDATES_OF, at | {"of": decision_id}))
        return list(connection.execute(_CANDIDATES, at))

    def _is_due(self, connection: Connection, row: Any) -> bool:
        if row.status not in ("due", "claimed") or row.lease_until > self._store.clock():
            return False
        earlier = {"of": row.decision_id, "number": row.version, "at": row.step}
        before = connection.execute(_EARLIER, earlier).scalars()
        return all(status == "done" for status in before)

    def _end(
        self,
        connection: Connection,
        decision: Any,
        row: Any,
        status: ExecutionStatus,
        result: str,
        by: str = "",
    ) -> None:
        wait_until = self._store.clock() + BACKOFF_S * 2**row.attempts if status == "due" and not by else 0.0
        connection.execute(
            update(EXECUTIONS)
            .where(EXECUTIONS.c.key == row.key)
            .values(status=status, result=result, lease_until=wait_until, fence=row.fence + 1)
        )
        self._ledger.append_in(
            connection,
            AuditEvent(
                kind="executed",
                at=now(),
                thread_id=decision.thread_id or decision.id,
                id=decision.id,
                person=by,
                text=redact(result),
                trace_id=trace_id(traceparent()),
                details={
                    "execution": row.key,
                    "executor": row.executor,
                    "status": status,
                    "attempt": row.attempts,
                },
            ),
        )
        if status == "failed":
            connection.execute(
                update(EXECUTIONS)
                .where(
                    EXECUTIONS.c.decision_id == row.decision_id,
                    EXECUTIONS.c.status == "due",
                    EXECUTIONS.c.step > row.step,
                )
                .values(status="dropped")
            )
        self._sum_up(connection, decision)

    def _sum_up(self, connection: Connection, decision: Any) -> None:
        """The decision is what its executions have come to."""
        all_of_it = set(connection.execute(_STATUSES, {"of": decision.id}).scalars())
        outcome: Status = "approved"
        if "unknown" in all_of_it:
            outcome = "unknown"
        elif "failed" in all_of_it:
            outcome = "failed"
        elif all_of_it == {"done"}:
            outcome = "executed"
        if outcome == decision.status:
            return
        connection.execute(update(DECISIONS).where(DECISIONS.c.id == decision.id).values(status=outcome))
        if outcome != "approved":
            told = {"decision_id": decision.id, "kind": outcome, "at": self._store.clock()}
            connection.execute(OUTBOX.insert(), told)


def _execution(connection: Connection, key: str) -> Any:
    return connection.execute(_EXECUTION, {"named": key}).one()


# Made once, see rows.py.
_EXECUTION = select(EXECUTIONS).where(EXECUTIONS.c.key == bindparam("named"))
_CANDIDATES = (
    select(EXECUTIONS)
    .where(EXECUTIONS.c.status.in_(("due", "claimed")), EXECUTIONS.c.lease_until <= bindparam("at"))
    .order_by(EXECUTIONS.c.at, EXECUTIONS.c.key)
)
_CANDIDATES_OF = _CANDIDATES.where(EXECUTIONS.c.decision_id == bindparam("of"))
_EARLIER = select(EXECUTIONS.c.status).where(
    EXECUTIONS.c.decision_id == bindparam("of"),
    EXECUTIONS.c.version == bindparam("number"),
    EXECUTIONS.c.step < bindparam("at"),
)
_STATUSES = select(EXECUTIONS.c.status).where(EXECUTIONS.c.decision_id == bindparam("of"))

"""Messages to approvers: who is told of what, each once, and that one could not be sent is in the ledger.

What is to be told stands in the outbox, written with what it tells of. It becomes a notice for each approver, which is
sent by one worker at a time: a process that is killed while it sends may send that one again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from emads_voice.observability.audit import AuditEvent, now
from emads_voice.observability.redaction import redact

from .decisions import Kept
from .rows import kept, locked
from .store import DecisionStore, Recorder
from .tables import NOTICES, OUTBOX

MOST_ATTEMPTS = 5
"""How often a message is tried."""
LEASE_S = 60.0
"""How long sending one may take."""
BACKOFF_S = 30.0
"""How long is waited before a second attempt; twice as long before each further one."""
FRESH_S = 24 * 3600.0
"""What is older is told nobody: approvers' numbers may be set long after what the outbox holds."""

_TO_ALL = frozenset(("asked", "expired", "withdrawn", "superseded"))
_TO_REVIEWERS = frozenset(("rejected", "executed", "failed", "unknown"))
"""What came of it concerns who has decided on it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one approver.

    Attributes:
        id: of what it tells, in the outbox.
        approver: who is told, by name.
        about: "asked" where they are to decide, else what the decision is now.
        kept: the decision.
        attempt: from 1.
    """

    id: int
    approver: str
    about: str
    kept: Kept
    attempt: int


class Notices:
    """The messages of a store's decisions. Synchronous: call it in a thread."""

    def __init__(self, store: DecisionStore, ledger: Recorder, approvers: Collection[str]) -> None:
        """
        Args:
            store: keeps the decisions.
            ledger: the store's.
            approvers: those who can be told, by name.
        """
        self._store = store
        self._ledger = ledger
        self._approvers = frozenset(approvers)

    def claim(self) -> Notice | None:
        """Take on a message that is due; None if there is none."""
        self._hand_out()
        at = self._store.clock()
        with (
            self._store.database.reading() as connection
        ):  # most of the time there is nothing, and nothing is locked
            if connection.execute(_DUE, {"at": at}).first() is None:
                return None
        with self._store.database.writing() as connection:
            for row in connection.execute(_DUE, {"at": at}).all():
                decision = locked(connection, row.decision_id)
                mine = connection.execute(
                    update(NOTICES)
                    .where(
                        NOTICES.c.outbox_id == row.outbox_id,
                        NOTICES.c.approver == row.approver,
                        NOTICES.c.status == "due",
                        NOTICES.c.attempts == row.attempts,
                    )
                    .values(attempts=row.attempts + 1, lease_until=at + LEASE_S)
                )
                if mine.rowcount:
                    told = kept(connection, decision)
                    return Notice(row.outbox_id, row.approver, row.kind, told, row.attempts + 1)
        return None

    def finish(self, notice: Notice, fault: str = "") -> None:
        """Tell how sending a claimed message went.

        Args:
            notice: as it was claimed.
            fault: why it was not sent; "" if it was. It is tried again, :data:`MOST_ATTEMPTS` times in all.
        """
        given_up = bool(fault) and notice.attempt >= MOST_ATTEMPTS
        status = "failed" if given_up else "due" if fault else "sent"
        later = self._store.clock() + BACKOFF_S * 2 ** (notice.attempt - 1)
        with self._store.database.writing() as connection:
            connection.execute(
                update(NOTICES)
                .where(NOTICES.c.outbox_id == notice.id, NOTICES.c.approver == notice.approver)
                .values(status=status, lease_until=later)
            )
            if status != "due":
                details: dict[str, str | bool | int | float | None] = {
                    "about": notice.about,
                    "sent": not fault,
                    "attempts": notice.attempt,
                }
                self._ledger.append_in(
                    connection,
                    AuditEvent(
                        kind="notified",
                        at=now(),
                        thread_id=notice.kept.thread_id or notice.kept.id,
                        id=notice.kept.id,
                        person=notice.approver,
                        text=redact(fault),
                        details=details,
                    ),
                )

    def _hand_out(self) -> None:
        """Make a notice for each approver of what the outbox holds."""
        with self._store.database.reading() as connection:
            if connection.execute(_UNTOLD).first() is None:
                return
        with self._store.database.writing() as connection:
            for row in connection.execute(_UNTOLD).all():
                locked(connection, row.decision_id)
                at = self._store.clock()
                mine = connection.execute(
                    update(OUTBOX).where(OUTBOX.c.id == row.id, OUTBOX.c.told_at.is_(None)).values(told_at=at)
                )
                if mine.rowcount and row.at > at - FRESH_S:
                    for name in sorted(self._told(connection, row.decision_id, row.kind)):
                        notice = {"outbox_id": row.id, "approver": name, "status": "due"}
                        connection.execute(insert(NOTICES), notice | {"attempts": 0, "lease_until": at})

    def _told(self, connection: Connection, decision_id: str, kind: str) -> Collection[str]:
        if kind in _TO_ALL:
            return self._approvers
        if kind in _TO_REVIEWERS:
            decision = kept(connection, locked(connection, decision_id))
            return self._approvers & {each.approver for each in decision.approvals}
        return ()


_UNTOLD = select(OUTBOX).where(OUTBOX.c.told_at.is_(None)).order_by(OUTBOX.c.id)
_DUE = (
    select(NOTICES, OUTBOX.c.decision_id, OUTBOX.c.kind)
    .join(OUTBOX, OUTBOX.c.id == NOTICES.c.outbox_id)
    .where(NOTICES.c.status == "due", NOTICES.c.lease_until <= bindparam("at"))
    .order_by(NOTICES.c.outbox_id, NOTICES.c.approver)
)

"""Keeps decisions: each changes by a compare-and-set in one transaction, with what is due then and the ledger's entry.

Whatever the channel, whoever approves names the version and the hash of the plan they have read. If it is not what is
open any more, nothing happens and they are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from emads_voice.database import Database
from emads_voice.observability.audit import AuditEvent, Kind, now
from emads_voice.observability.redaction import redact
from emads_voice.observability.tracing import trace_id, traceparent

from .decisions import OPEN, Kept, ReadBack, Reviewer, Status
from .errors import ChangedError, DecisionError
from .finding import found
from .permission import allow, check_open, said_before
from .plan import Plan
from .policy import Channel, Policy, requirement
from .rows import closed, kept, locked, plan_of, unknown
from .superseding import proposed_before
from .tables import APPROVALS, DECISIONS, EXECUTIONS, MIGRATIONS, OUTBOX, VERSIONS

MOST_EDITS = 3
"""After so many changed versions a plan can only be approved or rejected (EMADS-PR)."""


class Recorder(Protocol):
    """Where the ledger's entries go: :class:`emads_voice.observability.ledger.Ledger` is one."""

    @property
    def database(self) -> Database:
        """Where the ledger is, and so the decisions."""

    def append_in(self, connection: Connection, event: AuditEvent) -> object:
        """Append an entry in a transaction of the caller's."""


class DecisionStore:
    """The decisions of a deployment, in the database of its ledger. Synchronous: call it in a thread."""

    def __init__(
        self, ledger: Recorder, policy: Policy | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """
        Args:
            ledger: has the database, and takes an entry for each step.
            policy: what approving takes.
            clock: seconds since 1970.
        """
        self._ledger = ledger
        self.policy = policy or Policy()
        self.clock = clock
        self._migrated = False

    # What is proposed.

    def propose(self, plan: Plan, *, thread_id: str = "", asked_by: str = "", decision_id: str = "") -> Kept:
        """Put a plan before people. Proposing the same decision again changes nothing.

        What the same conversation has proposed before, and still waits, is superseded if it recommends the same; of one
        and the same plan, that stays.

        Args:
            plan: what is proposed.
            thread_id: the conversation it was proposed in.
            asked_by: who asked there, as a keyed hash.
            decision_id: a UUID, where whoever proposes may be killed and begin again; by default a new one.
        """
        made_id = decision_id or str(uuid4())
        escalated = plan.decision.escalate
        needs = self.policy.requirement(plan.risk, escalated=escalated)
        with self._writing() as connection:
            known = select(DECISIONS.c.id).where(DECISIONS.c.id == made_id)
            if connection.execute(known).first() is None:
                for before in proposed_before(connection, plan, thread_id):
                    if before.plan_hash == plan.hash:
                        return kept(connection, before)
                    self._close(connection, before, "superseded", made_id, "")
                at = self.clock()
                connection.execute(
                    insert(DECISIONS),
                    {
                        "id": made_id,
                        "thread_id": thread_id,
                        "asked_by": asked_by,
                        "version": 1,
                        "plan_hash": plan.hash,
                        "status": "pending",
                        "level": needs.level,
                        "approvals_needed": needs.approvals,
                        "created_at": at,
                        "expires_at": at + self.policy.expires_after.total_seconds(),
                        "reason": "",
                    },
                )
                self._add_version(connection, made_id, 1, plan, "")
                row = locked(connection, made_id)
                self._record(connection, row, "proposed", {"risk": plan.risk, "escalated": escalated})
                if needs.automatic:
                    self._approve(connection, row, "")
                else:
                    self._tell(connection, made_id, "asked")
            return kept(connection, locked(connection, made_id))

    def revise(self, decision_id: str, version: int, plan: Plan) -> Kept:
        """Put a changed plan in the place of a version that somebody wanted changed.

        Raises:
            UnknownDecisionError: there is no such decision.
            ClosedError: it is not being changed any more.
            ChangedError: another new version was there first.
        """
        with self._writing() as connection:
            row = locked(connection, decision_id)
            if row.version != version:
                raise ChangedError(f"The decision has version {row.version} by now: look at that.")
            if row.status != "replanning":
                raise closed(row)
            shaped_by = connection.execute(
                select(APPROVALS.c.approver).where(
                    APPROVALS.c.decision_id == decision_id,
                    APPROVALS.c.version == version,
                    APPROVALS.c.verdict == "edit",
                )
            ).scalar_one()
            needs = self.policy.requirement(plan.risk, escalated=plan.decision.escalate)
            connection.execute(
                update(DECISIONS)
                .where(DECISIONS.c.id == decision_id)
                .values(
                    version=version + 1,
                    plan_hash=plan.hash,
                    status="pending",
                    level=needs.level,
                    # Changing a plan never makes it easier to approve without anybody.
                    approvals_needed=max(1, needs.approvals),
                    expires_at=self.clock() + self.policy.expires_after.total_seconds(),
                    reason="",
                )
            )
            self._add_version(connection, decision_id, version + 1, plan, shaped_by)
            row = locked(connection, decision_id)
            self._record(
                connection, row, "proposed", {"risk": plan.risk, "escalated": plan.decision.escalate}
            )
            self._tell(connection, decision_id, "asked")
            return kept(connection, row)

    # What people say to it.

    def approve(
        self,
        decision_id: str,
        version: int,
        plan_hash: str,
        reviewer: Reviewer,
        read_back: ReadBack | None = None,
    ) -> Kept:
        """Approve a version; once enough people have, what it takes is due.

        Approving again what one has approved changes nothing, as long as it was not rejected meanwhile.

        Raises:
            UnknownDecisionError: there is no such decision.
            ChangedError: this is not the plan that is open.
            ExpiredError, ClosedError: nothing is open any more.
            NotAllowedError: this person may not approve it, or not by this channel.
        """
        with self._writing() as connection:
            row = locked(connection, decision_id)
            if said_before(connection, row, version, plan_hash, reviewer, "approve"):
                return kept(connection, row)
            check_open(connection, row, version, plan_hash, reviewer, self.clock())
            needs = requirement(row.level)
            allow(connection, row, needs, reviewer)
            self._say(connection, row, reviewer, "approve", "", read_back)
            channels = connection.execute(
                select(APPROVALS.c.channel).where(
                    APPROVALS.c.decision_id == decision_id,
                    APPROVALS.c.version == version,
                    APPROVALS.c.verdict == "approve",
                )
            ).scalars()
            if needs.fulfilled([Channel(each) for each in channels]):
                self._approve(connection, row, reviewer.name)
            return kept(connection, locked(connection, decision_id))

    def reject(
        self,
        decision_id: str,
        version: int,
        plan_hash: str,
        reviewer: Reviewer,
        reason: str = "",
        read_back: ReadBack | None = None,
    ) -> Kept:
        """Reject a version, and with it the decision: one is enough. Raises as :meth:`approve`.

        What is said of why is kept without personal data, here as in :meth:`edit` and :meth:`withdraw`.
        """
        reason = redact(reason)
        with self._writing() as connection:
            row = locked(connection, decision_id)
            if said_before(connection, row, version, plan_hash, reviewer, "reject"):
                return kept(connection, row)
            check_open(connection, row, version, plan_hash, reviewer, self.clock())
            allow(connection, row, requirement(row.level), reviewer)
            self._say(connection, row, reviewer, "reject", reason, read_back)
            self._close(connection, row, "rejected", reason, reviewer.name)
            return kept(connection, locked(connection, decision_id))

    def edit(
        self,
        decision_id: str,
        version: int,
        plan_hash: str,
        reviewer: Reviewer,
        feedback: str,
        read_back: ReadBack | None = None,
    ) -> Kept:
        """Want a version changed: nobody can approve it any more, and :meth:`revise` brings another.

        Raises:
            DecisionError: nothing is said of what to change, or it has been changed :data:`MOST_EDITS` times.

        Raises otherwise as :meth:`approve`.
        """
        if not feedback.strip():
            raise DecisionError("Say what is to be changed.")
        feedback = redact(feedback)
        with self._writing() as connection:
            row = locked(connection, decision_id)
            if said_before(connection, row, version, plan_hash, reviewer, "edit"):
                return kept(connection, row)
            check_open(connection, row, version, plan_hash, reviewer, self.clock())
            if row.version > MOST_EDITS:
                raise DecisionError(
                    f"The plan has been changed {MOST_EDITS} times: leave it, or approve or reject it as it is."
                )
            allow(connection, row, requirement(row.level), reviewer)
            self._say(connection, row, reviewer, "edit", feedback, read_back)
            connection.execute(
                update(DECISIONS)
                .where(DECISIONS.c.id == decision_id)
                .values(status="replanning", reason=feedback)
            )
            return kept(connection, locked(connection, decision_id))

    def withdraw(self, decision_id: str, by: str, reason: str = "", *, plan_hash: str = "") -> Kept:
        """Take a decision back that is not decided yet.

        Args:
            decision_id: the decision.
            by: who does, by name.
            reason: why.
            plan_hash: of the plan they have read; "" takes back whatever is open.

        Raises:
            UnknownDecisionError: there is no such decision.
            ClosedError: it is decided.
            ChangedError: another plan is open than they have read.
        """
        with self._writing() as connection:
            row = locked(connection, decision_id)
            if row.status == "withdrawn":
                return kept(connection, row)
            if row.status not in OPEN:
                raise closed(row)
            if plan_hash and row.plan_hash != plan_hash:
                raise ChangedError(
                    f"That is not the plan that is open: version {row.version} is: look at it, and decide on that."
                )
            self._close(connection, row, "withdrawn", redact(reason), by)
            return kept(connection, locked(connection, decision_id))

    def read_back(self, decision_id: str, reviewer: Reviewer, told: ReadBack) -> None:
        """Record that a plan was read back to somebody.

        Raises:
            UnknownDecisionError: there is no such decision.
        """
        with self._writing() as connection:
            row = locked(connection, decision_id)
            details = {
                "channel": reviewer.channel.value,
                "proof": reviewer.proof.value,
                "read_back": told.digest,
            }
            self._record(connection, row, "read_back", details, person=reviewer.name, language=told.language)

    # What there is.

    def get(self, decision_id: str) -> Kept:
        """A decision as it is now.

        Raises:
            UnknownDecisionError: there is none.
        """
        self._expire()
        with self._database.reading() as connection:
            row = connection.execute(select(DECISIONS).where(DECISIONS.c.id == decision_id)).first()
            if row is None:
                raise unknown(decision_id)
            return kept(connection, row)

    def find(
        self,
        *,
        statuses: Sequence[Status] = (),
        thread_id: str = "",
        asked_by: str = "",
        reference: str = "",
        limit: int | None = None,
        after: str = "",
        open_first: bool = False,
    ) -> list[Kept]:
        """Decisions, the newest first.

        Args:
            statuses: only those; by default all.
            thread_id: only those proposed in this conversation.
            asked_by: only those that this person asked for, as a keyed hash.
            reference: only those whose plan has these four digits.
            limit: so many at most.
            after: only those that come after this decision, by its id.
            open_first: those that are to be decided come before all others.

        Raises:
            UnknownDecisionError: there is no decision ``after``.
        """
        self._expire()
        with self._database.reading() as connection:
            return found(
                connection,
                statuses=statuses,
                thread_id=thread_id,
                asked_by=asked_by,
                reference=reference,
                limit=limit,
                after=after,
                open_first=open_first,
            )

    # Inside one transaction.

    @property
    def _database(self) -> Database:
        database = self._ledger.database
        if not self._migrated:
            database.migrate("decisions", MIGRATIONS)
            self._migrated = True
        return database

    @property
    def database(self) -> Database:
        """Where the decisions are, with their tables in it."""
        return self._database

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    def _say(
        self,
        connection: Connection,
        row: Any,
        reviewer: Reviewer,
        verdict: str,
        feedback: str,
        read_back: ReadBack | None,
    ) -> None:
        told = read_back or ReadBack()
        connection.execute(
            insert(APPROVALS),
            {
                "decision_id": row.id,
                "version": row.version,
                "approver": reviewer.name,
                "verdict": verdict,
                "feedback": feedback,
                "channel": reviewer.channel.value,
                "proof": reviewer.proof.value,
                "digit": told.digit,
                "read_back_hash": told.digest,
                "read_back_language": told.language,
                "at": self.clock(),
            },
        )
        details = {
            "verdict": verdict,
            "channel": reviewer.channel.value,
            "proof": reviewer.proof.value,
            "digit": told.digit,
            "read_back": told.digest,
        }
        self._record(
            connection, row, "reviewed", details, person=reviewer.name, language=told.language, text=feedback
        )

    def _approve(self, connection: Connection, row: Any, by: str) -> None:
        """Set the status, and what is to be done, in the same transaction; ``by`` nobody where it takes nobody."""
        at = self.clock()
        done = connection.execute(
            update(DECISIONS)
            .where(
                DECISIONS.c.id == row.id,
                DECISIONS.c.version == row.version,
                DECISIONS.c.plan_hash == row.plan_hash,
                DECISIONS.c.status == "pending",
                DECISIONS.c.expires_at > at,
            )
            .values(status="approved", decided_at=at)
        )
        if done.rowcount != 1:
            raise closed(locked(connection, row.id))
        plan = plan_of(connection, row.id, row.version)
        for number, step in enumerate(plan.steps):
            connection.execute(
                insert(EXECUTIONS),
                {
                    "key": f"{row.id}:{row.version}:{number}",
                    "decision_id": row.id,
                    "version": row.version,
                    "step": number,
                    "executor": step.executor,
                    "status": "due",
                    "fence": 0,
                    "lease_until": 0.0,
                    "attempts": 0,
                    "result": "",
                    "at": at,
                },
            )
        self._tell(connection, row.id, "approved")
        details: dict[str, str | bool | int] = {
            "verdict": "approved",
            "steps": len(plan.steps),
            "automatic": not by,
        }
        self._record(connection, row, "reviewed", details)

    def _close(self, connection: Connection, row: Any, status: Status, reason: str, by: str) -> None:
        connection.execute(
            update(DECISIONS)
            .where(DECISIONS.c.id == row.id)
            .values(status=status, reason=reason, decided_at=self.clock())
        )
        self._tell(connection, row.id, status)
        self._record(connection, row, "reviewed", {"verdict": status}, person=by)

    def _expire(self) -> None:
        """Reject what nobody has approved in time."""
        with self._database.reading() as connection:
            overdue = list(connection.scalars(_OVERDUE, {"at": self.clock()}))
        for decision_id in overdue:
            with self._writing() as connection:
                row = locked(connection, decision_id)
                if row.status in OPEN and row.expires_at <= self.clock():
                    self._close(connection, row, "expired", "Nobody has approved it in time.", "")

    def _add_version(
        self, connection: Connection, decision_id: str, version: int, plan: Plan, shaped_by: str
    ) -> None:
        connection.execute(
            insert(VERSIONS),
            {
                "decision_id": decision_id,
                "version": version,
                "plan_hash": plan.hash,
                "plan": plan.canonical,
                "shaped_by": shaped_by,
                "at": self.clock(),
            },
        )

    def _tell(self, connection: Connection, decision_id: str, kind: str) -> None:
        connection.execute(insert(OUTBOX), {"decision_id": decision_id, "kind": kind, "at": self.clock()})

    def _record(
        self,
        connection: Connection,
        row: Any,
        kind: Kind,
        details: Mapping[str, str | bool | int | float | None],
        *,
        person: str = "",
        language: str = "",
        text: str = "",
    ) -> None:
        """The ledger's entry, in the conversation the decision was proposed in."""
        self._ledger.append_in(
            connection,
            AuditEvent(
                kind=kind,
                at=now(),
                thread_id=row.thread_id or row.id,
                id=row.id,
                person=person,
                language=language,
                text=redact(text),
                trace_id=trace_id(traceparent()),
                details={"version": row.version, "plan": row.plan_hash, "level": row.level, **details},
            ),
        )


_OVERDUE = select(DECISIONS.c.id).where(
    DECISIONS.c.status.in_(OPEN), DECISIONS.c.expires_at <= bindparam("at")
)

"""The tables of the decisions. Times are seconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from emads_voice.database import COUNTED, Migration

_METADATA = MetaData()
_TIME = Float(53)

DECISIONS = Table(
    "decisions",
    _METADATA,
    Column("id", String(36), primary_key=True),
    Column("thread_id", Text, nullable=False, index=True),
    Column("asked_by", String(64), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("plan_hash", String(64), nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("level", String(6), nullable=False),
    Column("approvals_needed", Integer, nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("expires_at", _TIME, nullable=False),
    Column("decided_at", _TIME),
    Column("reason", Text, nullable=False),
)
"""One row a decision: the truth about it. ``asked_by`` is a keyed hash of who asked, "" where nobody is known."""

VERSIONS = Table(
    "decision_versions",
    _METADATA,
    Column("decision_id", String(36), ForeignKey("decisions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("plan_hash", String(64), nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("shaped_by", String(64), nullable=False),
    Column("at", _TIME, nullable=False),
)
"""The plans, as canonical JSON. ``shaped_by`` is the approver whose feedback a version answers; "" for the first."""

APPROVALS = Table(
    "decision_approvals",
    _METADATA,
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("decision_id", String(36), ForeignKey("decisions.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("approver", String(64), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("feedback", Text, nullable=False),
    Column("channel", String(12), nullable=False),
    Column("proof", String(16), nullable=False),
    Column("digit", String(1), nullable=False),
    Column("read_back_hash", String(64), nullable=False),
    Column("read_back_language", String(60), nullable=False),
    Column("at", _TIME, nullable=False),
    UniqueConstraint("decision_id", "version", "approver"),
)
"""Who said what to which version, once."""

EXECUTIONS = Table(
    "decision_executions",
    _METADATA,
    Column("key", String(60), primary_key=True),
    Column("decision_id", String(36), ForeignKey("decisions.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("executor", String(80), nullable=False),
    Column("status", String(8), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", _TIME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", _TIME, nullable=False),
)
"""What is to be done, a row a step; the key is the decision, its version and the step's number: "…:2:0"."""

OUTBOX = Table(
    "decision_outbox",
    _METADATA,
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("decision_id", String(36), ForeignKey("decisions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("told_at", _TIME),
)
"""What people have still to be told: that they are asked, or what came of it."""

NOTICES = Table(
    "decision_notices",
    _METADATA,
    Column("outbox_id", Integer, ForeignKey("decision_outbox.id"), primary_key=True, autoincrement=False),
    Column("approver", String(64), primary_key=True),
    Column("status", String(6), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", _TIME, nullable=False),
)
"""Who is told of a row of the outbox: "due", "sent", or "failed" for good."""

APPROVERS = Table(
    "decision_approvers",
    _METADATA,
    Column("name", String(64), primary_key=True),
    Column("number", String(64), nullable=False, index=True),
    Column("pin", LargeBinary, nullable=False),
    Column("token", String(64), nullable=False, index=True),
    Column("roles", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", _TIME, nullable=False),
)
"""Who may decide. Numbers, PINs and tokens are kept as hashes; "" and b"" are none."""

Index("decision_executions_due", EXECUTIONS.c.status, EXECUTIONS.c.lease_until)


def _first(connection: Connection) -> None:
    _METADATA.create_all(connection)


def _notices(connection: Connection) -> None:
    NOTICES.create(connection, checkfirst=True)  # new databases have it


MIGRATIONS: tuple[Migration, ...] = (_first, _notices)

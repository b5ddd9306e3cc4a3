"""The tables of the ledger."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
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

ENTRIES = Table(
    "ledger_entries",
    _METADATA,
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("conversation", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # In the log that checkpoints are made of, from 0; null until the next of them is being made. Not the id: that has
    # gaps, and several writers commit in another order.
    Column("position", COUNTED, unique=True),
    UniqueConstraint("conversation", "sequence"),
)
"""What happened, an entry each, in the order of each conversation. Nothing but ``position`` is ever changed."""

KEYS = Table(
    "ledger_keys",
    _METADATA,
    Column("id", String(32), primary_key=True),
    Column("conversation", Text, nullable=False, index=True),
    Column("person", String(64), nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),
    Column("number", Integer, nullable=False),
)
"""What a person said in a conversation is read with its key. A person is erased by emptying ``secret``."""

CHECKPOINTS = Table(
    "ledger_checkpoints",
    _METADATA,
    Column("size", COUNTED, primary_key=True, autoincrement=False),
    Column("subtrees", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("published", Integer, nullable=False),
)
"""The signed roots, and the hashes that the tree goes on from."""

CURSORS = Table(
    "ledger_cursors",
    _METADATA,
    Column("name", String(40), primary_key=True),
    Column("position", COUNTED, nullable=False),
)
"""Up to where somebody has been given the entries."""


def _first(connection: Connection) -> None:
    _METADATA.create_all(connection)


MIGRATIONS: tuple[Migration, ...] = (_first,)

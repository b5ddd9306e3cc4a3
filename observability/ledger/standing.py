"""How far the entries of one conversation are what was written, for whoever looks at it.

The whole ledger is verified by ``emads-voice audit verify``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from .ledger import Ledger
from .records import FIRST, Entry, hash_of, read_record
from .tables import CHECKPOINTS


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the entries of a conversation.

    Attributes:
        entries: how many there are.
        verified: how many of them, from the first, are as they were written and follow each other.
        signed: how many of those a checkpoint covers that was published.
    """

    entries: int
    verified: int
    signed: int


def standing_of(ledger: Ledger, entries: Sequence[Entry]) -> Standing:
    """How a conversation stands.

    Args:
        ledger: which it is in.
        entries: all of the conversation's, in their order.

    Raises:
        DatabaseError: the database does not answer.
    """
    with ledger.database.reading() as connection:
        query = select(func.max(CHECKPOINTS.c.size)).where(CHECKPOINTS.c.published == 1)
        size = connection.scalar(query) or 0
    verified = _verified(entries)
    signed = [entry for entry in entries[:verified] if entry.position is not None and entry.position < size]
    return Standing(len(entries), verified, len(signed))


def _verified(entries: Sequence[Entry]) -> int:
    previous = FIRST
    for number, entry in enumerate(entries, 1):
        try:
            record = read_record(entry.record)
        except ValueError:
            return number - 1
        follows = (record.sequence, record.previous) == (number, previous.hex())
        if not follows or record.conversation != entry.conversation or hash_of(entry.record) != entry.hash:
            return number - 1
        previous = entry.hash
    return len(entries)

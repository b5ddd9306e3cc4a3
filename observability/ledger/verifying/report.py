"""What a look at a ledger comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal[
    "edited",
    "deleted",
    "reordered",
    "inserted",
    "truncated",
    "forked",
    "bad_signature",
    "key_missing",
    "misdated",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        kind: what was done to it.
        where: an entry as ``conversation:number``, or the name of a checkpoint, a key or a table.
        what: the same in a sentence.
    """

    kind: FaultKind
    where: str
    what: str


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong.

    Attributes:
        entries: how many there are.
        conversations: how many they are of.
        signed: how many of the entries a checkpoint covers that was published.
        checkpoints: how many of those were looked at.
        erased: keys of people that were erased.
        gaps: entries that say that records before them were lost.
        backdated: entries that were written after others of their conversation and are dated minutes before them:
            imported, put in, or of a machine whose clock is wrong.
        faults: what is wrong; empty if nothing is.
    """

    entries: int = 0
    conversations: int = 0
    signed: int = 0
    checkpoints: int = 0
    erased: int = 0
    gaps: int = 0
    backdated: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: FaultKind, where: str, what: str) -> None:
        """Something is wrong."""
        self.faults.append(Fault(kind, where, what))

    def tells_of(self, conversation: str) -> bool:
        """Whether something is wrong with an entry of a conversation."""
        return any(fault.where.rpartition(":")[0] == conversation for fault in self.faults)

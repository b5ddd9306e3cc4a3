"""The checkpoints: those that were published, and the ledger's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from emads_voice.observability.ledger.checkpoints import LAST
from emads_voice.observability.ledger.signed_note import Checkpoint, NoteError, PublicKey, read_note

from .report import Report


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that somebody has kept.

    Attributes:
        name: of its file.
        root: of the tree that it signs.
    """

    name: str
    root: bytes


@dataclass(frozen=True, slots=True)
class Own:
    """A checkpoint in the database.

    Attributes:
        name: what faults call it.
        root: of the tree that it signs.
        subtrees: the hashes that the tree goes on from.
        published: whether it says that it was.
    """

    name: str
    root: bytes
    subtrees: bytes
    published: bool


def read_published(
    notes: Iterable[tuple[str, str]],
    trusted: Sequence[PublicKey],
    witnesses: Sequence[PublicKey],
    report: Report,
) -> dict[int, Published]:
    """The checkpoints by size; those that nobody trusted signed are faults."""
    found: dict[int, Published] = {}
    last: str | None = None
    for name, note in notes:
        if name == LAST:
            last = note
            continue
        report.checkpoints += 1
        try:
            checkpoint = read_by_any(note, trusted, witnesses)
        except NoteError as error:
            report.fault("bad_signature", name, f"Checkpoint {name} cannot be trusted: {error}.")
            continue
        known = found.setdefault(checkpoint.size, Published(name, checkpoint.root))
        if known.root != checkpoint.root:
            report.fault(
                "forked",
                name,
                f"Checkpoints {known.name} and {name} are both signed, and of {checkpoint.size} entries that differ: "
                "there are two ledgers.",
            )
    if last is not None:
        _see_last(last, trusted, found, report)
    return found


def _see_last(note: str, trusted: Sequence[PublicKey], found: dict[int, Published], report: Report) -> None:
    """That what is said to be the last checkpoint is the last: whoever reads only that sees an earlier ledger else."""
    size = max(found, default=0)
    try:
        told = read_by_any(note, trusted).size if note else 0
    except NoteError as error:
        report.fault("bad_signature", LAST, f"Checkpoint {LAST}, the last, cannot be trusted: {error}.")
        return
    if told == 0 < size:
        report.fault(
            "deleted", LAST, f"Checkpoint {LAST}, the last, is missing; {found[size].name} is the last."
        )
    elif told != size:
        report.fault(
            "truncated",
            LAST,
            f"Checkpoint {LAST}, of {told} entries, is said to be the last, and {found[size].name} has signed {size}."
            if size
            else f"Checkpoint {LAST} has signed {told} entries, and no other is there.",
        )


def read_own(connection: Connection, trusted: Sequence[PublicKey], report: Report) -> dict[int, Own]:
    """Those in the database, by size; those that nobody trusted signed are faults."""
    found: dict[int, Own] = {}
    for row in connection.execute(_CHECKPOINTS):
        name = f"of {row.size} entries, in the database"
        try:
            checkpoint = read_by_any(str(row.note), trusted)
            if checkpoint.size != row.size:
                raise NoteError(f"it is of {checkpoint.size} entries")
        except NoteError as error:
            report.fault("bad_signature", name, f"The checkpoint {name}, cannot be trusted: {error}.")
            continue
        if row.published not in (0, 1):
            report.fault("edited", name, f"The checkpoint {name}, was changed.")
        found[row.size] = Own(name, checkpoint.root, row.subtrees, row.published == 1)
    return found


def compare_sets(own: dict[int, Own], published: dict[int, Published], report: Report) -> None:
    """That none was taken away on either side."""
    for size, checkpoint in own.items():
        if checkpoint.published and size not in published:
            report.fault(
                "deleted",
                checkpoint.name,
                f"The checkpoint of {size} entries was published, and is not among those that are: it was taken away, "
                "or is kept elsewhere. Give it with --checkpoint.",
            )
    last = max(own, default=0)
    for size, kept in published.items():
        if size not in own and size < last:
            report.fault(
                "deleted",
                kept.name,
                f"Checkpoint {kept.name}, of {size} entries, is missing in the database.",
            )


def read_by_any(note: str, trusted: Sequence[PublicKey], witnesses: Sequence[PublicKey] = ()) -> Checkpoint:
    """The checkpoint in a note that one of several keys has signed.

    Raises:
        NoteError: none has, or a witness has not.
    """
    origin = note.partition("\n")[0]
    for key in trusted:
        try:
            return read_note(note, key, list(witnesses))
        except NoteError:
            if key.name == origin or len(trusted) == 1:
                raise
    raise NoteError(f"it is of a log whose key was not given, {origin[:80]}")


_CHECKPOINTS = text("SELECT size, subtrees, note, published FROM ledger_checkpoints ORDER BY size")

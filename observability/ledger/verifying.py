"""Looks whether a ledger is what was written: every hash, every chain, every signed root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, text

from emads_voice.database import Database

from .merkle import GrowingTree
from .records import FIRST, read_record
from .sealing import SECRET_BYTES, Key, OpeningError
from .signed_note import Checkpoint, NoteError, PublicKey, read_note

FaultKind = Literal[
    "edited", "deleted", "reordered", "inserted", "truncated", "forked", "bad_signature", "key_missing"
]

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Attributes:
        kind: what was done to it.
        where: an entry as ``conversation:number``, or the name of a checkpoint.
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
        faults: what is wrong; empty if nothing is.
    """

    entries: int = 0
    conversations: int = 0
    signed: int = 0
    checkpoints: int = 0
    erased: int = 0
    gaps: int = 0
    faults: list[Fault] = field(default_factory=list)


class _Head(msgspec.Struct):
    """What of a record its place in the ledger depends on; reading only this is several times faster."""

    conversation: str
    sequence: int
    previous: str
    kind: str
    key: str


_heads = msgspec.json.Decoder(_Head)


@dataclass(slots=True)
class _Used:
    """A key as entries name it."""

    conversation: str
    number: int
    record: bytes
    """Of its first entry."""


def verify(
    database: Database,
    checkpoints: Iterable[tuple[str, str]] = (),
    trusted: Sequence[PublicKey] = (),
    witnesses: Sequence[PublicKey] = (),
) -> Report:
    """Look at everything in a ledger.

    Args:
        database: where it is.
        checkpoints: notes that were published, with their names.
        trusted: the keys they may be signed with.
        witnesses: keys that have to have cosigned each of them.

    Raises:
        DatabaseError: the database does not answer.
    """
    report = Report()
    published = _read_notes(checkpoints, trusted, witnesses, report)
    with database.reading() as connection:
        _Verification(connection, report, published, trusted).run()
    return report


def _read_notes(
    notes: Iterable[tuple[str, str]],
    trusted: Sequence[PublicKey],
    witnesses: Sequence[PublicKey],
    report: Report,
) -> dict[int, tuple[str, bytes]]:
    """The checkpoints by size, with their names; those that nobody trusted signed are faults."""
    found: dict[int, tuple[str, bytes]] = {}
    for name, note in notes:
        report.checkpoints += 1
        try:
            checkpoint = read_by_any(note, trusted, witnesses)
        except NoteError as error:
            report.faults.append(
                Fault("bad_signature", name, f"Checkpoint {name} cannot be trusted: {error}.")
            )
            continue
        known, root = found.setdefault(checkpoint.size, (name, checkpoint.root))
        if root != checkpoint.root:
            report.faults.append(
                Fault(
                    "forked",
                    name,
                    f"Checkpoints {known} and {name} are both signed, and of {checkpoint.size} entries that differ: "
                    "there are two ledgers.",
                )
            )
    return found


def read_by_any(note: str, trusted: Sequence[PublicKey], witnesses: Sequence[PublicKey] = ()) -> Checkpoint:
    """The checkpoint in a note that one of several keys has signed.

    Raises:
        NoteError: none has, or a witness has not.
    """
    origin = note.partition("\n")[0]
    errors = []
    for key in trusted:
        try:
            return read_note(note, key, list(witnesses))
        except NoteError as error:
            if key.name == origin or len(trusted) == 1:
                raise
            errors.append(error)
    raise NoteError(f"it is of a log whose key was not given, {origin[:80]}")


class _Verification:
    """One look at a ledger."""

    def __init__(
        self,
        connection: Connection,
        report: Report,
        published: dict[int, tuple[str, bytes]],
        trusted: Sequence[PublicKey],
    ) -> None:
        self._connection = connection
        self._report = report
        self._published = published
        self._trusted = trusted
        self._ends: dict[str, tuple[int, str]] = {}
        """By conversation the number and the hash of its last entry."""
        self._odd: dict[str, None] = {}
        """Conversations whose entries do not follow each other."""
        self._used: dict[str, _Used] = {}
        self._keys_of: dict[str, int] = {}
        self._erased_in: set[str] = set()
        self._tree = GrowingTree()

    def run(self) -> None:
        roots = self._own_checkpoints()
        self._signed(roots)
        self._waiting()
        self._report.conversations = len(self._ends)
        for conversation in self._odd:
            self._explain(conversation)
        self._keys()
        for name in self._connection.scalars(_AHEAD, {"size": self._tree.size}):
            self._fault("truncated", name, f"{name} was given more entries than there are.")

    def _fault(self, kind: FaultKind, where: str, what: str) -> None:
        self._report.faults.append(Fault(kind, where, what))

    def _own_checkpoints(self) -> dict[int, tuple[str, bytes, bytes]]:
        """Those in the database, by size: name, root, and the hashes that the tree goes on from."""
        roots: dict[int, tuple[str, bytes, bytes]] = {}
        for row in self._connection.execute(_CHECKPOINTS):
            name = f"of {row.size} entries, in the database"
            try:
                checkpoint = read_by_any(str(row.note), self._trusted)
                if checkpoint.size != row.size:
                    raise NoteError(f"it is of {checkpoint.size} entries")
            except NoteError as error:
                self._fault("bad_signature", name, f"The checkpoint {name}, cannot be trusted: {error}.")
                continue
            if row.published not in (0, 1):
                self._fault("edited", name, f"The checkpoint {name}, was changed.")
            roots[row.size] = (name, checkpoint.root, row.subtrees)
        return roots

    def _signed(self, own: dict[int, tuple[str, bytes, bytes]]) -> None:
        """The entries that have a position, and the roots of the trees they make."""
        sizes = sorted({*own, *self._published}, reverse=True)
        tree, next_position, good = self._tree, 0, True
        while sizes and sizes[-1] == 0:
            sizes.pop()
        for conversation, sequence, record, hashed, position in self._rows(_SIGNED):
            if type(position) is int and position != next_position:
                where = f"position {next_position}"
                self._fault("deleted", where, f"In the log nothing is at {where}, where an entry was signed.")
                next_position = position
            tree.add(self._entry(conversation, sequence, record, hashed))
            next_position += 1
            if sizes and tree.size == sizes[-1]:
                good = self._compare(sizes.pop(), own, good) and good
        if tree.size > max(own, default=0):
            self._fault("truncated", "checkpoints", "The last checkpoints are missing in the database.")
        for size in reversed(sizes):
            name = self._published[size][0] if size in self._published else own[size][0]
            self._fault(
                "truncated",
                name,
                f"Checkpoint {name} has signed {size} entries, and there are {tree.size}: the end of the ledger is "
                "missing.",
            )
        self._report.signed = max((size for size in self._published if size <= tree.size), default=0)

    def _compare(self, size: int, own: dict[int, tuple[str, bytes, bytes]], good: bool) -> bool:
        """Whether the tree of so many entries has the roots that were signed. Told once: later ones differ as well."""
        root = self._tree.root()
        name, signed, subtrees = own.get(size, ("", root, self._tree.subtrees))
        if subtrees != self._tree.subtrees and (signed == root or good):
            self._fault("edited", name, f"The hashes of the checkpoint {name}, were changed.")
        theirs, published = self._published.get(size, ("", root))
        for each, expected in ((theirs, published), (name, signed)):
            if expected == root:
                continue
            if good:
                self._fault(
                    "forked",
                    each,
                    f"Checkpoint {each} has signed other entries than the first {size} there are: some were changed "
                    "after it, or the ledger was made anew.",
                )
            return False
        return True

    def _waiting(self) -> None:
        """The entries since the last checkpoint."""
        for conversation, sequence, record, hashed in self._rows(_UNSIGNED):
            self._entry(conversation, sequence, record, hashed)

    def _rows(self, query: str) -> Iterator[Any]:
        """The driver's own rows: to make others of them takes as long as to hash what is in them."""
        named = {"name": "verify"} if self._connection.dialect.name == "postgresql" else {}  # read bit by bit
        with closing(self._connection.connection.cursor(**named)) as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    def _entry(self, conversation: str, sequence: int, record: bytes, hashed: bytes) -> bytes:
        """One entry; returns its hash as it is, whatever stands beside it."""
        report = self._report
        report.entries += 1
        if not (
            type(record) is type(hashed) is bytes and type(conversation) is str and type(sequence) is int
        ):
            where = f"{conversation!s:.80}:{sequence!s:.80}"  # SQLite keeps anything anywhere
            self._fault("edited", where, f"Entry {where} was changed after it was written.")
            return FIRST
        real = sha256(b"\0" + record).digest()
        if real != hashed:
            where = f"{conversation}:{sequence}"
            self._fault("edited", where, f"Entry {where} was changed after it was written.")
        try:
            head = _heads.decode(record)
        except ValueError:
            self._odd[conversation] = None
            return real
        ends = self._ends.get(conversation)
        number, previous = ends or (0, _FIRST)
        if (
            head.sequence != number + 1
            or head.previous != previous
            or head.sequence != sequence
            or head.conversation != conversation
        ):
            self._odd[conversation] = None
        # The hash that stands there: one edited entry is one fault, not two.
        self._ends[conversation] = (sequence, hashed.hex())
        if head.key not in self._used:
            number = self._keys_of[head.conversation] = self._keys_of.get(head.conversation, 0) + 1
            self._used[head.key] = _Used(head.conversation, number, record)
        if head.kind == "gap":
            report.gaps += 1
        elif head.kind == "erased":
            self._erased_in.add(conversation)
        return real

    def _explain(self, conversation: str) -> None:
        """What was done to a conversation whose entries do not follow each other."""
        rows = self._connection.execute(_OF_ONE, {"of": conversation}).all()
        before = len(self._report.faults)
        number, previous, place = 0, FIRST, -1
        for row in rows:
            where = f"{conversation}:{row.sequence}"
            if not (type(row.record) is type(row.hash) is bytes and type(row.sequence) is int):
                continue  # told already
            try:
                head = read_record(row.record)
            except ValueError:
                self._once("edited", where, f"Entry {where} was changed after it was written.")
                number, previous = row.sequence, row.hash
                continue
            if row.sequence > number + 1:
                gone = f"{conversation}:{number + 1}"
                to = f" to {row.sequence - 1}" if row.sequence > number + 2 else ""
                self._fault("deleted", gone, f"Entry {gone}{to} is missing.")
            elif head.previous != previous.hex():
                self._changed_before(conversation, number, row.sequence)
            if head.conversation != conversation or head.sequence != row.sequence:
                self._fault(
                    "reordered",
                    where,
                    f"Entry {where} is entry {head.conversation}:{head.sequence} in another place.",
                )
            position = place + 1 if row.position is None else row.position
            if position < place:
                self._fault("reordered", where, f"Entry {where} stands in the log before an earlier one.")
            number, previous, place = row.sequence, row.hash, max(place, position)
        if len(self._report.faults) == before and not self._told(conversation):
            self._fault("reordered", conversation, f"The entries of {conversation} are in another order.")

    def _changed_before(self, conversation: str, number: int, sequence: int) -> None:
        where = f"{conversation}:{number}" if number else f"{conversation}:{sequence}"
        kind: FaultKind = "edited" if number else "deleted"
        what = (
            f"Entry {where} is not the one that the next was written after: it was changed, or others put in its place."
            if number
            else f"Entry {where} is not the first of its conversation: those before it are missing."
        )
        self._fault(kind, where, what)

    def _once(self, kind: FaultKind, where: str, what: str) -> None:
        if not any(fault.where == where for fault in self._report.faults):
            self._fault(kind, where, what)

    def _told(self, conversation: str) -> bool:
        return any(fault.where.rpartition(":")[0] == conversation for fault in self._report.faults)

    def _keys(self) -> None:
        """That whatever is sealed can be opened, or was erased and says so."""
        rows = self._connection.execute(_KEYS).all()
        known = {row.id: row for row in rows}
        for row in rows:
            if row.id not in self._used:
                self._fault("inserted", f"key {row.id}", f"No entry was written with the key {row.id}.")
        for name, used in self._used.items():
            own = known.get(name)
            try:
                record = read_record(used.record)
            except ValueError:  # told already
                continue
            where = f"{record.conversation}:{record.sequence}"
            if own is None:
                self._fault("key_missing", where, f"The key that entry {where} is read with is missing.")
            elif (own.person, own.conversation, own.number) != (
                record.person,
                used.conversation,
                used.number,
            ):
                self._fault("edited", f"key {name}", f"The key of entry {where} was changed.")
            elif not own.secret:
                self._report.erased += 1
                if used.conversation not in self._erased_in:
                    self._fault(
                        "key_missing", where, f"The key of entry {where} is gone, and nobody erased it."
                    )
            elif not _opens(name, own.person, own.secret, record.sealed):
                self._fault("edited", f"key {name}", f"The key of entry {where} was changed.")


def _opens(name: str, person: str, secret: object, sealed: bytes) -> bool:
    if (
        not isinstance(secret, bytes) or len(secret) != SECRET_BYTES
    ):  # to HMAC a key and zeros after it are the same
        return False
    try:
        return bool(Key(name, person, secret).open(sealed))
    except OpeningError:
        return False


_FIRST = FIRST.hex()
# As text: what is read is looked at as it is, whatever somebody has put there.
_SIGNED = (
    "SELECT conversation, sequence, record, hash, position FROM ledger_entries"
    " WHERE position IS NOT NULL ORDER BY position"
)
_UNSIGNED = (
    "SELECT conversation, sequence, record, hash FROM ledger_entries WHERE position IS NULL ORDER BY id"
)
_OF_ONE = text(
    "SELECT sequence, record, hash, position FROM ledger_entries WHERE conversation = :of ORDER BY sequence"
)
_CHECKPOINTS = text("SELECT size, subtrees, note, published FROM ledger_checkpoints ORDER BY size")
_KEYS = text("SELECT id, conversation, person, secret, number FROM ledger_keys")
_AHEAD = text("SELECT name FROM ledger_cursors WHERE position > :size AND name NOT LIKE 'import:%'")

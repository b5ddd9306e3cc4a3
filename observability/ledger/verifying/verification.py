"""One look at everything in a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from operator import methodcaller
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, text

from emads_voice.database import Database, DatabaseError
from emads_voice.error_text import first_line
from emads_voice.observability.audit import KINDS, now
from emads_voice.observability.ledger.merkle import GrowingTree
from emads_voice.observability.ledger.records import FIRST, Record, event_of, read_record, read_sealed
from emads_voice.observability.ledger.sealing import SECRET_BYTES, Key, OpeningError
from emads_voice.observability.ledger.signed_note import PublicKey

from .conversation import explain, explain_dates
from .notes import Own, Published, compare_sets, read_own, read_published
from .report import Report
from .tables import see_tables

_BATCH = 5_000
_CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two machines may be apart, and how late a record may be kept that was noted before."""


def verify(
    database: Database,
    checkpoints: Iterable[tuple[str, str]] | None = None,
    trusted: Sequence[PublicKey] = (),
    witnesses: Sequence[PublicKey] = (),
) -> Report:
    """Look at everything in a ledger.

    Args:
        database: where it is.
        checkpoints: all notes that were published, with their names; None if only the ledger itself is looked at.
        trusted: the keys they may be signed with.
        witnesses: keys that have to have cosigned each of them.

    Raises:
        DatabaseError: the database does not answer, or is no ledger any more.
    """
    report = Report()
    published = read_published(checkpoints or (), trusted, witnesses, report)
    with database.reading() as connection, _any_bytes(connection):
        own = read_own(connection, trusted, report)
        if checkpoints is not None:
            compare_sets(own, published, report)
        see_tables(connection, report)
        _Verification(connection, report, published, own).run()
    return report


@contextmanager
def _any_bytes(connection: Connection) -> Iterator[None]:
    """SQLite keeps any bytes as text; what is none is read as � here, so that it is found to be changed."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    usual, raw.text_factory = raw.text_factory, methodcaller("decode", "utf-8", "replace")
    try:
        yield
    finally:
        raw.text_factory = usual


class _Dated(Record, frozen=True, kw_only=True):
    """A record, its time as one. All of its fields are read, so that no entry is whole that nobody can be shown."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]  # type: ignore[assignment]


_records = msgspec.json.Decoder(_Dated)
_KNOWN = frozenset(KINDS)


@dataclass(slots=True)
class _Used:
    """A key as entries name it."""

    conversation: str
    number: int
    record: bytes
    """Of its first entry."""


@dataclass(slots=True)
class _End:
    """The last entry of a conversation so far: its number, its hash, and the latest time there was."""

    sequence: int
    hash: str
    at: datetime


class _Verification:
    """One look at a ledger."""

    def __init__(
        self, connection: Connection, report: Report, published: dict[int, Published], own: dict[int, Own]
    ) -> None:
        self._connection = connection
        self._report = report
        self._published = published
        self._own = own
        self._ends: dict[str, _End] = {}
        self._odd: dict[str, None] = {}
        """Conversations whose entries do not follow each other."""
        self._used: dict[str, _Used] = {}
        self._keys_of: dict[str, int] = {}
        self._erased_in: set[str] = set()
        self._tree = GrowingTree()
        self._latest = now() + _CLOCKS_DIFFER

    def run(self) -> None:
        """Look at it."""
        self._signed()
        self._waiting()
        self._report.conversations = len(self._ends)
        for conversation in self._odd:
            explain(self._connection, conversation, self._report)
        for conversation, end in self._ends.items():
            if end.at > self._latest:
                explain_dates(self._connection, conversation, self._latest, self._report)
        self._keys()
        for name in self._connection.scalars(_CURSORS, {"size": self._tree.size}):
            self._report.fault("truncated", str(name), f"{name} was given entries that there are not.")

    def _signed(self) -> None:
        """The entries that have a position, and the roots of the trees they make."""
        sizes = sorted({*self._own, *self._published} - {0}, reverse=True)
        tree, next_position, good = self._tree, 0, True
        for conversation, sequence, record, hashed, position in self._rows(_SIGNED):
            if position != next_position or type(position) is not int:
                where = f"position {next_position}"
                self._report.fault(
                    "deleted", where, f"In the log nothing is at {where}, where an entry was signed."
                )
                next_position = position if type(position) is int else next_position
            tree.add(self._entry(conversation, sequence, record, hashed))
            next_position += 1
            if sizes and tree.size == sizes[-1]:
                good = self._compare(sizes.pop(), good) and good
        if tree.size > max(self._own, default=0):
            self._report.fault(
                "truncated", "checkpoints", "The last checkpoints are missing in the database."
            )
        for size in reversed(sizes):
            name = (self._published.get(size) or self._own[size]).name
            self._report.fault(
                "truncated",
                name,
                f"Checkpoint {name} has signed {size} entries, and there are {tree.size}: the end of the ledger is "
                "missing.",
            )
        self._report.signed = max((size for size in self._published if size <= tree.size), default=0)

    def _compare(self, size: int, good: bool) -> bool:
        """Whether the tree of so many entries has the roots that were signed. Told once: later ones differ as well."""
        root = self._tree.root()
        own, published = self._own.get(size), self._published.get(size)
        if own and own.subtrees != self._tree.subtrees and (own.root == root or good):
            self._report.fault("edited", own.name, f"The hashes of the checkpoint {own.name}, were changed.")
        for each in (published, own):
            if each is None or each.root == root:
                continue
            if good:
                self._report.fault(
                    "forked",
                    each.name,
                    f"Checkpoint {each.name} has signed other entries than the first {size} there are: some were "
                    "changed after it, or the ledger was made anew.",
                )
            return False
        return True

    def _waiting(self) -> None:
        """The entries since the last checkpoint. Nothing is signed of them, so that all of each is read."""
        keys = {row.id: row for row in self._connection.execute(_KEYS)}
        for conversation, sequence, record, hashed in self._rows(_UNSIGNED):
            self._entry(conversation, sequence, record, hashed)
            if isinstance(record, bytes) and not _is_told(record, keys):
                self._changed(f"{conversation}:{sequence}")

    def _rows(self, query: str) -> Iterator[Any]:
        """The driver's own rows: to make others of them takes as long as to hash what is in them."""
        dialect = self._connection.dialect
        named = {"name": "verify"} if dialect.name == "postgresql" else {}  # read bit by bit
        failed: type[Exception] = dialect.loaded_dbapi.Error
        try:
            with closing(self._connection.connection.cursor(**named)) as cursor:
                cursor.execute(query)
                while rows := cursor.fetchmany(_BATCH):
                    yield from rows
        except failed as error:
            raise DatabaseError(
                f"The tables of the ledger cannot be read ({first_line(error)}): restore them from a backup."
            ) from error

    def _entry(self, conversation: str, sequence: int, record: bytes, hashed: bytes) -> bytes:
        """One entry; returns its hash as it is, whatever stands beside it."""
        report = self._report
        report.entries += 1
        if not (
            type(record) is type(hashed) is bytes and type(conversation) is str and type(sequence) is int
        ):
            # SQLite keeps anything anywhere.
            self._changed(f"{conversation!s:.80}:{sequence!s:.80}")
            return FIRST
        real = sha256(b"\0" + record).digest()  # leaf_hash, without a call for each
        if real != hashed:
            self._changed(f"{conversation}:{sequence}")
        try:
            told = _records.decode(record)
        except (ValueError, RecursionError):
            self._odd[conversation] = None
            return real
        end = self._ends.get(conversation)
        number, previous = (end.sequence, end.hash) if end else (0, _FIRST)
        if (
            told.sequence != number + 1
            or told.previous != previous
            or told.sequence != sequence
            or told.conversation != conversation
        ):
            self._odd[conversation] = None
        # The hash that stands there: one edited entry is one fault, not two.
        at = told.at
        if end is None:
            self._ends[conversation] = _End(sequence, hashed.hex(), at)
        else:
            end.sequence, end.hash = sequence, hashed.hex()
            if at >= end.at:
                end.at = at
            elif end.at - at > _CLOCKS_DIFFER:
                report.backdated.append(f"{conversation}:{sequence}")
        if told.key not in self._used:
            number = self._keys_of[told.conversation] = self._keys_of.get(told.conversation, 0) + 1
            self._used[told.key] = _Used(told.conversation, number, record)
        kind = told.kind
        if (kind not in _KNOWN or told.version != 1) and real == hashed:
            where = f"{conversation}:{sequence}"
            report.fault(
                "inserted",
                where,
                f"Entry {where} is of a kind that this release does not write: it was put in, or a newer one wrote it.",
            )
        elif kind == "gap":
            report.gaps += 1
        elif kind == "erased":
            self._erased_in.add(conversation)
        return real

    def _changed(self, where: str) -> None:
        if not any(fault.where == where for fault in self._report.faults):
            self._report.fault("edited", where, f"Entry {where} was changed after it was written.")

    def _keys(self) -> None:
        """That whatever is sealed can be opened, or was erased and says so."""
        rows = self._connection.execute(_KEYS).all()
        known = {row.id: row for row in rows}
        for row in rows:
            if row.id not in self._used:
                self._report.fault(
                    "inserted",
                    f"key {row.id}",
                    f"No entry was written with the key {row.id}: it was put in, or the entries of {row.conversation} "
                    "are missing.",
                )
        for name, used in self._used.items():
            own = known.get(name)
            try:
                record = read_record(used.record)
            except ValueError:  # told already
                continue
            where = f"{record.conversation}:{record.sequence}"
            if own is None:
                self._report.fault(
                    "key_missing", where, f"The key that entry {where} is read with is missing."
                )
            elif (own.person, own.conversation, own.number) != (
                record.person,
                used.conversation,
                used.number,
            ):
                self._report.fault("edited", f"key {name}", f"The key of entry {where} was changed.")
            elif not own.secret:
                self._report.erased += 1
                if used.conversation not in self._erased_in:
                    self._report.fault(
                        "key_missing", where, f"The key of entry {where} is gone, and nobody erased it."
                    )
            elif not _opens(own, record.sealed):
                self._report.fault("edited", f"key {name}", f"The key of entry {where} was changed.")


def _is_told(data: bytes, keys: dict[str, Any]) -> bool:
    """Whether an entry can be shown, as far as its person was not erased. Of a key that is missing others tell."""
    try:
        record = read_record(data)
        row = keys.get(record.key)
        sealed = _key_of(row) if row is not None and row.secret else None
        event_of(record, read_sealed(sealed.open(record.sealed)) if sealed else None)
    except (ValueError, OpeningError):
        return False
    return True


def _key_of(row: Any) -> Key | None:
    """The key in a row; None if there is none in it: to HMAC a key and zeros after it are the same."""
    secret = row.secret
    if not isinstance(secret, bytes) or len(secret) != SECRET_BYTES:
        return None
    return Key(row.id, row.person, secret)


def _opens(row: Any, sealed: bytes) -> bool:
    key = _key_of(row)
    try:
        return key is not None and bool(key.open(sealed))
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
_KEYS = text("SELECT id, conversation, person, secret, number FROM ledger_keys")
_CURSORS = text(
    "SELECT name FROM ledger_cursors WHERE (position > :size OR position < 0) AND name NOT LIKE 'import:%'"
)

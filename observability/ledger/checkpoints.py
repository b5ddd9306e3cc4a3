"""Signs the root of the tree of all entries from time to time, and puts that apart from the ledger.

A chain of hashes shows that something in its middle was changed. That its end is missing, or that all of it was made
anew, shows only against a root that was put elsewhere before.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, bindparam, insert, select, text, update

from emads_voice.database import Database
from emads_voice.error_text import reason_of
from emads_voice.observability.audit import AuditError

from .ledger import Ledger
from .merkle import GrowingTree
from .signed_note import MOST_BYTES, Checkpoint, NoteError, SigningKey, read_note
from .tables import CHECKPOINTS, ENTRIES

LAST = "checkpoint"
"""What a place calls the checkpoint that it was given last."""
_AT_ONCE = 5_000
"""Entries that are given their position in one transaction, in which nobody else writes: a tenth of a second."""
_LOCK = 7_263_520
"""Of the lock that Postgres gives to whoever makes a checkpoint; any number that nobody else uses."""


class Place(Protocol):
    """Where checkpoints are published: apart from the ledger, best where nobody can change them afterwards."""

    name: str
    """What messages call it."""

    def publish(self, name: str, note: str) -> None:
        """Keep a note under a name that no other has; once more under the same name is no mistake.

        Raises:
            OSError: it is not kept.
        """

    def newest(self) -> str:
        """The note of the most entries that was published; "" if there is none.

        Raises:
            OSError: that cannot be told.
        """

    def all(self) -> list[tuple[str, str]]:
        """Every note that was published, with its name; and, as ``checkpoint``, what is said to be the last of them.

        Raises:
            OSError: they cannot be read.
        """


class Folder:
    """A folder with a file for each checkpoint, and ``checkpoint``, the last of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def publish(self, name: str, note: str) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        kept = self._path / name
        if not kept.exists():
            self._write(kept, note)
        self._write(self._path / LAST, note)

    def newest(self) -> str:
        # By the names, too: whoever puts an older file in the place of the last has not made the others go away.
        named = max(self._path.glob("*.note"), default=None)
        last = self._last()
        if named is None or (last and _size_of(last) > named.name):
            return last
        return _text(named)

    def all(self) -> list[tuple[str, str]]:
        notes = [(path.name, _text(path)) for path in sorted(self._path.glob("*.note"))]
        last = self._last()
        return [*notes, (LAST, last)] if notes or last else []

    def _last(self) -> str:
        try:
            return _text(self._path / LAST)
        except FileNotFoundError:
            return ""

    def _write(self, path: Path, note: str) -> None:
        """Whole or not at all."""
        own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with own.open("w", encoding="utf-8", newline="") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            own.replace(path)
        except OSError:
            own.unlink(missing_ok=True)
            raise


def _text(path: Path) -> str:
    """What is in a file of a note; more than a note may have is cut, and is then none."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1).decode("utf-8", "replace")


def make_checkpoint(ledger: Ledger, key: SigningKey, place: Place) -> Checkpoint | None:
    """Sign all entries so far, and publish that, and what could not be published before.

    Args:
        ledger: whose entries.
        key: signs.
        place: where it is published.

    Returns:
        The newest checkpoint; None if there are no entries.

    Raises:
        DatabaseError: the database does not answer.
        AuditError: it could not be published, and will be with the next one; or the ledger has fewer entries than were
            signed before, so that nothing was signed.
    """
    database = ledger.database
    _see_that_nothing_is_missing(database, key, place)
    while _sign_some(database, key):
        pass
    _publish(database, place)
    with database.reading() as connection:
        last = connection.execute(_LAST).first()
    return read_note(last.note, key.public) if last else None


def _see_that_nothing_is_missing(database: Database, key: SigningKey, place: Place) -> None:
    """Never sign a ledger that was put back to an earlier state: there would be two, both signed."""
    try:
        known = place.newest()
    except OSError as error:
        raise AuditError(
            f"The checkpoints in {place.name} cannot be read ({reason_of(error)}): let this user read them."
        ) from None
    if not known:
        return
    try:
        published = read_note(known, key.public)
    except NoteError as error:
        raise AuditError(
            f"The last checkpoint in {place.name} is not one of this ledger ({error}): "
            "give each ledger a folder of its own, and keep its key."
        ) from None
    with database.reading() as connection:
        last = connection.execute(_LAST).first()
    size = last.size if last else 0
    if size < published.size:
        raise AuditError(
            f"The ledger has {size} entries that were signed, and {published.size} in the last checkpoint in "
            f"{place.name}: it was put back to an earlier state, or cut, and no more checkpoints "
            "are made; see what emads-voice audit verify says."
        )


def _sign_some(database: Database, key: SigningKey) -> bool:
    """Give the next entries their position and sign the tree with them; returns whether there may be more."""
    with database.writing() as connection:
        _alone(connection)
        last = connection.execute(_LAST).first()
        waiting = connection.execute(_WAITING).all()
        if not waiting:
            return False
        tree = GrowingTree(last.size, last.subtrees) if last else GrowingTree()
        placed = []
        for row in waiting:
            placed.append({"of": row.id, "at": tree.size})
            tree.add(row.hash)
        connection.execute(_PLACE, placed)
        note = Checkpoint(key.public.name, tree.size, tree.root()).signed(key)
        connection.execute(
            _INSERT, {"size": tree.size, "subtrees": tree.subtrees, "note": note, "published": 0}
        )
    return len(waiting) == _AT_ONCE


def _publish(database: Database, place: Place) -> None:
    with database.reading() as connection:
        waiting = connection.execute(_UNPUBLISHED).all()
    for row in waiting:
        try:
            place.publish(f"{row.size:012}-{_root_of(row.note)}.note", row.note)
        except OSError as error:
            raise AuditError(
                f"A checkpoint of the ledger cannot be published in {place.name} ({reason_of(error)}): see that it can "
                "be written. It is tried again with the next one."
            ) from None
        with database.writing() as connection:
            connection.execute(_PUBLISHED, {"of": row.size})


def _size_of(note: str) -> str:
    """How many entries a note has signed, as names begin; of what is no note something after all of them."""
    _, size, *_ = [*note.split("\n", 2), ""]
    return f"{int(size):012}" if size.isascii() and size.isdecimal() and len(size) <= 12 else "~"


def _root_of(note: str) -> str:
    """Part of the root, for a name: two checkpoints of one size and two roots are never in one file."""
    encoded = note.split("\n", 3)[2]
    return encoded.translate(_FOR_NAMES)[:16]


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


_LAST = select(CHECKPOINTS).order_by(CHECKPOINTS.c.size.desc()).limit(1)
_WAITING = (
    select(ENTRIES.c.id, ENTRIES.c.hash)
    .where(ENTRIES.c.position.is_(None))
    .order_by(ENTRIES.c.id)
    .limit(_AT_ONCE)
)
_PLACE = update(ENTRIES).where(ENTRIES.c.id == bindparam("of")).values(position=bindparam("at"))
_INSERT = insert(CHECKPOINTS)
_UNPUBLISHED = select(CHECKPOINTS).where(CHECKPOINTS.c.published == 0).order_by(CHECKPOINTS.c.size)
_PUBLISHED = update(CHECKPOINTS).where(CHECKPOINTS.c.size == bindparam("of")).values(published=1)
_FOR_NAMES = str.maketrans("+/", "-_", "=")

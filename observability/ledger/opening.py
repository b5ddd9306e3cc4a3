"""Opens a ledger in a folder, or in Postgres."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from emads_voice.database import Database, open_postgres, open_sqlite

from .ledger import Ledger
from .persons import Persons


def open_ledger(folder: Path, *, postgres: SecretStr | None = None, keys: Path | None = None) -> Ledger:
    """A ledger. Nothing is made or opened before its first use, so a mistake shows then.

    Args:
        folder: the entries are in the file ``records.sqlite`` in it.
        postgres: in place of the file, a database: ``postgresql://user:password@host/name``.
        keys: the folder of the ledger's keys; by default ``keys`` in the folder. Machines that share a database share
            its keys.
    """

    def opening() -> Database:
        return open_postgres(postgres) if postgres else open_sqlite(folder / "records.sqlite")

    return Ledger(opening, Persons((keys or folder / "keys") / "persons.key"))

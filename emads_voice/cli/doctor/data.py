"""Where conversations and audit records are kept: looked at without leaving anything there."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from emads_voice.error_text import reason_of

from .finding import Bench

if TYPE_CHECKING:
    from pydantic import SecretStr

    from emads_voice.settings import Settings

BUSY_S = 5.0
"""How long another process may keep the conversations locked; it does so for milliseconds."""

_ELSEWHERE = "set EMADS_DATA_DIR to a folder that can be written"


async def examine(bench: Bench, settings: Settings) -> None:
    """Whether what is there can be read and written, and what is not can be made."""
    from emads_voice.channels.persistence.threads import try_postgres

    _examine_folder(bench, settings.data_dir)
    if database := settings.postgres:
        conninfo = database.get_secret_value()
        if await bench.attempt("EMADS_POSTGRES", lambda: try_postgres(conninfo), str):
            await bench.attempt("audit ledger", lambda: asyncio.to_thread(_ledger_in, database), str)
    else:
        _examine_threads(bench, settings.threads_path)
        _examine_ledger(bench, settings)


def _examine_folder(bench: Bench, folder: Path) -> None:
    try:
        nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        with tempfile.TemporaryFile(dir=nearest) as trial:
            trial.write(bytes(4096))  # a full disk takes names, but no bytes
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        bench.put("EMADS_DATA_DIR", False, f"{folder} cannot be written ({reason_of(error)})", _ELSEWHERE)
    else:
        bench.put("EMADS_DATA_DIR", True, str(folder))


def _examine_threads(bench: Bench, path: Path) -> None:
    if not _exists(path):
        return
    try:
        # Not sqlite3's own way with transactions: it would begin none before something is written.
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        bench.put(
            "conversations", False, f"{path} cannot be used ({error})", f"remove the file, or {_ELSEWHERE}"
        )
    else:
        bench.put(
            "conversations",
            True,
            f"{path}, {path.stat().st_size / 1e6:.1f} MB" if count else f"{path}, empty",
        )


def _ledger_in(where: SecretStr) -> str:
    """What of the ledger is in Postgres. Nothing is made there.

    Raises:
        DatabaseError: the database does not answer, or does not let us write.
    """
    from sqlalchemy import text

    from emads_voice.database import DatabaseError, open_postgres

    database = open_postgres(where)
    try:
        with database.reading() as connection:
            made = connection.scalar(text("SELECT to_regclass('ledger_entries') IS NOT NULL"))
            may = connection.scalar(
                text(
                    "SELECT has_table_privilege('ledger_entries', 'INSERT')"
                    " AND has_table_privilege('ledger_entries', 'UPDATE')"
                    if made
                    else "SELECT has_schema_privilege(current_schema(), 'CREATE')"
                )
            )
            if not may:
                wanted = "INSERT and UPDATE on its tables" if made else "CREATE in its schema"
                raise DatabaseError(
                    f"{database.name} does not take the ledger from this user: grant {wanted}."
                )
            count = connection.scalar(text("SELECT count(*) FROM ledger_entries")) if made else 0
    finally:
        database.close()
    return f"in the database of EMADS_POSTGRES, {count} entries"


def _examine_ledger(bench: Bench, settings: Settings) -> None:
    path = settings.records_path
    if not _exists(path):
        return
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            (made,) = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE name = 'ledger_entries'"
            ).fetchone()
            count = connection.execute("SELECT max(id) FROM ledger_entries").fetchone()[0] if made else 0
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        bench.put(
            "audit ledger",
            False,
            f"{path} cannot be used ({error})",
            f"restore it from a backup, or {_ELSEWHERE}",
        )
        return
    bench.put("audit ledger", True, f"{path}, {count or 0} entries")
    if count and not settings.checkpoints:
        bench.put(
            "checkpoints",
            None,
            f"{settings.checkpoints_dir} is where the ledger is: whoever changes one can change both",
            "set EMADS_CHECKPOINTS to a folder apart",
        )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the folder cannot be looked into, which has been told
        return False

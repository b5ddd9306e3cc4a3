"""Where conversations and audit records are kept: looked at without leaving anything there."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from emads_voice.error_text import reason_of

from .finding import Bench

if TYPE_CHECKING:
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
        await bench.attempt("EMADS_POSTGRES", lambda: try_postgres(conninfo), str)
    else:
        _examine_threads(bench, settings.threads_path)
    _examine_audit(bench, settings.audit_path)


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


def _examine_audit(bench: Bench, path: Path) -> None:
    from emads_voice.observability import AuditError, JsonLinesAuditLog

    if not _exists(path):
        return
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
    except OSError as error:
        bench.put("audit records", False, f"{path} cannot be written ({reason_of(error)})", _ELSEWHERE)
        return
    try:
        records = len(JsonLinesAuditLog(path).read())
    except AuditError as error:
        bench.put("audit records", None, f"{path} is damaged, but can be added to", str(error))
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        bench.put("audit records", None, f"{path} cannot be read ({kind})", "restore it from a backup")
    else:
        bench.put("audit records", True, f"{path}, {records} of them")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the folder cannot be looked into, which has been told
        return False

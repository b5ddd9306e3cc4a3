"""The folder of results: one for each recording and version of the pipeline, whole or not there.

    OUT/<sha256>-<version>/   what the pipeline wrote, and result.json
    OUT/summary.json          what became of each file, by the last run
    OUT/.work/                unfinished work

A result is written in ``.work`` and moved to its place in one step. Whoever comes second, as a worker that was given a
recording again, finds the place taken.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from emads_voice.error_text import reason_of, remedy_of

from .errors import BatchError

RESULT = "result.json"
SUMMARY = "summary.json"
_WORK, _LOCK = ".work", ".lock"
_DIGITS = 32
"""Of a SHA-256 that tell recordings apart."""


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one version of a pipeline.

    Attributes:
        folder: where they are.
        version: of the pipeline.
    """

    folder: Path
    version: str

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Within the block this process alone works in the folder, which is made; unfinished work is cleared away.

        Raises:
            BatchError: it cannot be written to, or another batch is run in it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise BatchError(
                f"Cannot write to {self.folder}: {reason_of(error)}; name another folder with --out."
            ) from None
        lock = FileLock(self.folder / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BatchError(
                f"Another batch is writing to {self.folder}: wait for its end, or name another folder with --out."
            ) from None
        try:
            shutil.rmtree(self.folder / _WORK, ignore_errors=True)
            yield
        finally:
            shutil.rmtree(self.folder / _WORK, ignore_errors=True)
            lock.release()

    def place(self, sha256: str) -> Path:
        """Where the result of a recording is, or will be."""
        return self.folder / f"{sha256[:_DIGITS]}-{self.version}"

    def read(self, sha256: str) -> dict[str, Any] | None:
        """What is known of a result; None: there is none.

        Raises:
            BatchError: it is damaged.
        """
        path = self.place(sha256) / RESULT
        try:
            known: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise BatchError(
                f"{path} cannot be read ({reason_of(error)}): remove its folder, and run the same command again."
            ) from None
        return known

    def begin(self, sha256: str) -> Path:
        """A folder to work in.

        Raises:
            OSError: it cannot be made.
        """
        folder = self.folder / _WORK / f"{sha256[:_DIGITS]}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        return folder

    def begun(self, sha256: str) -> int:
        """How often work on a recording has begun and neither ended nor failed: its worker died, or is at it."""
        return sum(1 for _ in (self.folder / _WORK).glob(f"{sha256[:_DIGITS]}-*"))

    def keep(self, sha256: str, made: Path, known: Mapping[str, Any]) -> None:
        """Move what was made to its place, for good: it is on the disk then.

        Raises:
            OSError: it cannot be written.
        """
        _write(made / RESULT, known)
        for path in made.iterdir():
            _flush(path)
        _flush(made)
        place = self.place(sha256)
        try:
            made.rename(place)
        except OSError:
            if (place / RESULT).is_file():  # somebody else was given it as well, and was quicker
                return
            raise
        _flush(self.folder)

    def summarise(self, summary: Mapping[str, Any]) -> Path:
        """Write what became of each file.

        Raises:
            BatchError: it cannot be written.
        """
        path = self.folder / SUMMARY
        new = path.with_suffix(".new")
        try:
            _write(new, summary)
            _flush(new)
            new.replace(path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise BatchError(
                f"Cannot write {path}: {reason_of(error)}; the results so far are kept: {remedy_of(error)}, and run the"
                " same command again."
            ) from None
        return path


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

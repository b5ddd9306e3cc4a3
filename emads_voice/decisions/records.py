"""The executor that writes a decision down: two files in a folder, or a commit in a git repository.

What the files are called and what is in them follows from the approved plan alone. So whoever is killed and begins
again writes the same, and what is there already is not written twice.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from langchain_core.tools import StructuredTool

from emads_voice.error_text import first_line, reason_of
from emads_voice.writing import without_accents

from .decisions import Kept
from .errors import DecisionError
from .executors import Executor, NotDoneError, RefusedError, Task, TaskArguments
from .record_text import record_json, record_markdown

NAME = "decision_record"

GIT_S = 20.0
"""How long one command of git may take."""

_AUTHOR = ("-c", "user.name=emads-voice", "-c", "user.email=emads-voice@localhost")
_SLUG = 60
_SUBJECT = 72


def decision_record(folder: Path, *, commit: bool = False) -> Executor:
    """Writes each approved decision down, once.

    Args:
        folder: gets ``2026-11-27-move-to-kubernetes-1a2b3c4d-v1.md`` and the same as ``.json``.
        commit: whether the folder is in a git repository, and each decision a commit in it, by "emads-voice". Nothing
            else that is changed there is committed, and nothing is pushed.
    """
    records = Records(folder, commit=commit)

    async def write(task: Task) -> str:
        """Write the decision down."""
        return await asyncio.to_thread(records.write, task.decision)

    async def check(task: Task) -> str:
        """Read it again."""
        return await asyncio.to_thread(records.check, task.decision)

    return Executor(
        StructuredTool.from_function(
            coroutine=write,
            name=NAME,
            description="Writes the decision down, as Markdown and as JSON.",
            args_schema=TaskArguments,
        ),
        honours_key=True,
        check=StructuredTool.from_function(
            coroutine=check,
            name=f"{NAME}_check",
            description="Looks whether the record is there, and whole.",
            args_schema=TaskArguments,
        ),
    )


class Records:
    """Decisions in a folder. Synchronous: call it in a thread."""

    def __init__(self, folder: Path, *, commit: bool) -> None:
        """Nothing is made or opened yet. The arguments are those of :func:`decision_record`."""
        self._folder = folder
        self._commits = commit

    def write(self, kept: Kept) -> str:
        """Write a decision down; says where.

        Raises:
            RefusedError: a file is there that says something else. It is left as it is.
            NotDoneError: nothing can be written.
            DecisionError: a part of it was written.
        """
        files = self._files(kept)
        for path, text in files.items():
            if path.exists() and path.read_text("utf-8") != text:
                raise RefusedError(
                    f"{path} is there already and says something else: look at it, it is left as it is."
                )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for path, text in files.items():
                if not path.exists():
                    _write_durably(path, text)
        except OSError as error:
            begun = any(path.exists() for path in files)
            raise (DecisionError if begun else NotDoneError)(
                f"The record cannot be written to {self._folder} ({reason_of(error)}): "
                "make room, or let it be written."
            ) from None
        if self._commits:
            self._commit(kept, list(files))
        return f"Written down in {next(iter(files))}."

    def check(self, kept: Kept) -> str:
        """Look whether a decision's record is there and says what was decided; says that it does.

        Raises:
            DecisionError: it does not.
        """
        for path, text in self._files(kept).items():
            try:
                found = path.read_text("utf-8")
            except OSError as error:
                raise DecisionError(
                    f"{path} cannot be read ({reason_of(error)}): let this user read it."
                ) from None
            if found != text:
                raise DecisionError(
                    f"{path} does not say what was decided: look at it, and restore it from a backup."
                )
        if self._commits and self._git("status", "--porcelain", "--", *self._names(kept)):
            raise DecisionError(f"the record in {self._folder} is not committed: look what git says there.")
        return "It is there, and whole."

    def _files(self, kept: Kept) -> dict[Path, str]:
        markdown, json = self._names(kept)
        return {self._folder / markdown: record_markdown(kept), self._folder / json: record_json(kept)}

    def _names(self, kept: Kept) -> tuple[str, str]:
        at = kept.created_at if kept.decided_at is None else kept.decided_at
        words = "-".join(re.findall(r"[a-z0-9]+", without_accents(kept.plan.action).lower()))
        parts = [
            f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}",
            words[:_SLUG].strip("-"),
            kept.id[:8],
            f"v{kept.version}",
        ]
        stem = "-".join(part for part in parts if part)
        return f"{stem}.md", f"{stem}.json"

    def _commit(self, kept: Kept, files: list[Path]) -> None:
        names = [path.name for path in files]
        self._git("add", "--", *names)
        if not self._git("diff", "--cached", "--name-only", "--", *names):
            return  # committed before whoever did it was killed
        subject = " ".join(kept.plan.action.split())
        if len(subject) > _SUBJECT:
            subject = f"{subject[: _SUBJECT - 1].rstrip()}…"
        body = f"Decision: {kept.id}\nVersion: {kept.version}\nPlan: {kept.plan_hash}"
        self._git(*_AUTHOR, "commit", "--quiet", "--only", "-m", subject, "-m", body, "--", *names)

    def _git(self, *arguments: str) -> str:
        """What a command of git prints.

        Raises:
            DecisionError: it fails.
        """
        environment = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        environment["GIT_TERMINAL_PROMPT"] = "0"
        try:
            done = subprocess.run(
                ["git", "-C", str(self._folder), *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=GIT_S,
                check=True,
            )
        except FileNotFoundError:
            raise DecisionError("The record cannot be committed: install git.") from None
        except subprocess.TimeoutExpired:
            raise DecisionError(
                f"git in {self._folder} did not answer within {GIT_S:g} s: look whether it waits for something."
            ) from None
        except subprocess.CalledProcessError as error:
            told = first_line(RuntimeError(error.stderr or error.stdout))
            raise DecisionError(
                f"The record in {self._folder} cannot be committed ({told}): look at what git wants there."
            ) from None
        return done.stdout


def _write_durably(path: Path, text: str) -> None:
    """Write a new file, so that it is whole or not there, also after a power failure."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    with suppress(OSError):  # Windows has no such thing, some network file systems neither
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

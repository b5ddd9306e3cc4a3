"""One writer at a time to a conversation, in whichever process.

Two runs on one thread read the same state and write after each other: the question of one is lost, and no checkpointer
notices. A lock in a file holds for the tasks and processes of a machine alike, and ends with whoever holds it. Where
several machines keep their conversations in one Postgres, the locks are there too: :mod:`.persistence.postgres_locks`.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Protocol

from filelock import AsyncFileLock, Timeout

from emads_voice.error_text import reason_of

from .errors import ThreadHeldError, ThreadLockError

_log = logging.getLogger(__name__)

WAIT_S = 60.0
"""How long a turn waits for others on its thread: several turns of some seconds, spoken answers included."""
POLL_S = 0.05
"""How long after somebody let go of a thread the next one may have it."""
_SHOWN = 60
"""Characters of a thread's id that messages quote."""


class ThreadLocks(Protocol):
    """Keeps others from a conversation: ``async with locks.hold("monday"): await run_turn(…)``."""

    def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> AbstractAsyncContextManager[None]:
        """Hold a thread, from before its state is read until the last of the turn is written.

        It is no lock against oneself: a task that has it and wants it again waits in vain.

        Args:
            thread_id: the conversation, by any name.
            wait_s: how long to wait for whoever has it; that one waits is logged.

        Raises:
            ThreadHeldError: it was not let go in time.
            ThreadLockError: it cannot be locked at all.
        """


@dataclass(frozen=True)
class FileLocks:
    """The locks of a machine: a file for each thread that is held.

    On a network file system they hold between machines if file locks do.

    Attributes:
        folder: where the locks of all conversations are kept; made when needed.
    """

    folder: Path

    def hold(self, thread_id: str, *, wait_s: float = WAIT_S) -> ThreadLock:
        """Hold a thread: see :class:`ThreadLocks`."""
        return ThreadLock(self.folder, thread_id, wait_s=wait_s)


class ThreadLock:
    """Holds a conversation: ``async with ThreadLock(folder, "monday"): await run_turn(…)``."""

    def __init__(self, folder: Path, thread_id: str, *, wait_s: float = WAIT_S) -> None:
        """See :class:`FileLocks` and :meth:`ThreadLocks.hold`."""
        # Names may hold anything: slashes, half characters, a thousand letters.
        self._path = folder / f"{sha256(thread_id.encode('utf-8', 'surrogatepass')).hexdigest()}.lock"
        self._lock = AsyncFileLock(self._path, mode=0o600, poll_interval=POLL_S)
        self._thread_id = thread_id
        self._wait_s = wait_s

    async def __aenter__(self) -> None:
        """Wait for the conversation.

        Raises:
            ThreadHeldError: it was not let go in time.
            ThreadLockError: it cannot be locked at all.
        """
        try:
            await asyncio.to_thread(self._path.parent.mkdir, 0o700, parents=True, exist_ok=True)
            try:
                await self._lock.acquire(timeout=0)
            except Timeout:
                tell_waiting(self._thread_id)
                await self._lock.acquire(timeout=self._wait_s)
                tell_free(self._thread_id)
        except Timeout:
            raise still_held(self._thread_id, self._wait_s) from None
        except OSError as error:
            raise ThreadLockError(
                f"The conversation {shown(self._thread_id)} cannot be locked in {self._path.parent} "
                f"({reason_of(error)}): make room or set EMADS_DATA_DIR to a folder that can be written."
            ) from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the conversation go; its file is removed, and whoever waits on that makes another."""
        try:
            with suppress(OSError):  # Windows removes it by itself, afterwards
                await asyncio.to_thread(self._path.unlink)
        finally:
            await self._lock.release()


def shown(thread_id: str) -> str:
    """A thread's id as messages quote it: whatever it holds, one line and not too long."""
    return repr(thread_id if len(thread_id) <= _SHOWN else f"{thread_id[:_SHOWN]}…")


def tell_waiting(thread_id: str) -> None:
    """Log that a turn waits."""
    _log.info("Another process is using the conversation %s; waiting…", shown(thread_id))


def tell_free(thread_id: str) -> None:
    """Log that a turn waits no more."""
    _log.info("The conversation %s is free; going on.", shown(thread_id))


def still_held(thread_id: str, wait_s: float) -> ThreadHeldError:
    """The error of whoever waited in vain."""
    return ThreadHeldError(
        f"Another process has been using the conversation {shown(thread_id)} for {wait_s:g} s: try again when it is "
        "done, or name another."
    )

"""One writer at a time to a conversation, in whichever process.

Two runs on one thread read the same state and write after each other: the question of one is lost, and no checkpointer
notices. A lock in a file holds for tasks and processes alike, and ends with whoever holds it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from filelock import AsyncFileLock, Timeout

from .errors import ThreadLockError

_log = logging.getLogger("emads_voice")

WAIT_S = 60.0
"""How long a turn waits for others on its thread: several turns of some seconds, spoken answers included."""
_POLL_S = 0.05
_SHOWN = 60
"""Characters of a thread's id that messages quote."""


class ThreadLock:
    """Holds a conversation: ``async with ThreadLock(folder, "monday"): await run_turn(…)``.

    It has to be taken before the thread's state is read. It is no lock against oneself: a task that has it and wants it
    again waits in vain. On a network file system it holds between machines if file locks do.
    """

    def __init__(self, folder: Path, thread_id: str, *, wait_s: float = WAIT_S) -> None:
        """
        Args:
            folder: where the locks of all conversations are kept; made when needed.
            thread_id: the conversation, by any name.
            wait_s: how long to wait for whoever has it; that one waits is logged.
        """
        # Names may hold anything: slashes, half characters, a thousand letters.
        self._path = folder / f"{sha256(thread_id.encode('utf-8', 'surrogatepass')).hexdigest()}.lock"
        self._lock = AsyncFileLock(self._path, mode=0o600, poll_interval=_POLL_S)
        self._shown = repr(thread_id if len(thread_id) <= _SHOWN else f"{thread_id[:_SHOWN]}…")
        self._wait_s = wait_s

    async def __aenter__(self) -> None:
        """Wait for the conversation.

        Raises:
            ThreadLockError: it was not let go in time, or cannot be locked at all.
        """
        try:
            await asyncio.to_thread(self._path.parent.mkdir, 0o700, parents=True, exist_ok=True)
            try:
                await self._lock.acquire(timeout=0)
            except Timeout:
                _log.info("Another process is using the conversation %s; waiting…", self._shown)
                await self._lock.acquire(timeout=self._wait_s)
                _log.info("The conversation %s is free; going on.", self._shown)
        except Timeout:
            raise ThreadLockError(
                f"Another process has been using the conversation {self._shown} for {self._wait_s:g} s: try again when "
                "it is done, or name another."
            ) from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ThreadLockError(
                f"The conversation {self._shown} cannot be locked in {self._path.parent} ({reason}): "
                "make room or set EMADS_DATA_DIR to a folder that can be written."
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

"""Writes records in a thread: all that wait at a time in one transaction, so that they share one flush to disk."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeAlias

from emads_voice.observability.audit import AuditError, AuditEvent, now

_log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Records that may wait for the disk: minutes of many calls. What comes beyond is lost, and told in a gap."""
_AT_ONCE = 200
"""Records in one transaction."""

_Waiting: TypeAlias = "tuple[AuditEvent, Future[None] | None]"


class Writer:
    """Keeps records in the order in which they come, in one thread, which ends when nothing waits.

    Whoever appends waits, and is told if it fails. What is noted and lost is told in an entry of the conversation,
    ``gap``, before the next one that is kept.
    """

    def __init__(self, write: Callable[[list[AuditEvent]], None]) -> None:
        """
        Args:
            write: keeps all of some records, or none and raises an ``AuditError``.
        """
        self._write = write
        self._waiting: deque[_Waiting] = deque()
        self._lost: Counter[str] = Counter()
        self._lock = Lock()
        self._writing = False
        # Python ends such a thread after its work, also where the program is about to end.
        self._thread = ThreadPoolExecutor(1, "ledger")

    async def append(self, event: AuditEvent) -> None:
        """Keep a record, and return when it is kept.

        Raises:
            AuditError: it is not.
        """
        kept: Future[None] = Future()
        self._put((event, kept))
        # Shielded: a caller who is cancelled does not take the record with them.
        await asyncio.shield(asyncio.wrap_future(kept))

    def note(self, event: AuditEvent) -> None:
        """Keep a record soon."""
        with self._lock:
            full = len(self._waiting) >= MOST_WAITING
            if full:
                self._lost[event.thread_id] += 1
        if full:
            _log.warning(
                "The ledger is behind by %d records: one of kind %s is lost.", MOST_WAITING, event.kind
            )
        else:
            self._put((event, None))

    def flush(self) -> None:
        """Return when nothing waits any more."""
        self._thread.submit(self._drain).result()

    def _put(self, item: _Waiting) -> None:
        with self._lock:
            self._waiting.append(item)
            if self._writing:
                return
            self._writing = True
        self._thread.submit(self._drain)

    def _drain(self) -> None:
        while True:
            with self._lock:
                batch = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
                self._writing = bool(batch)
                concerned = {event.thread_id for event, _ in batch}
                gaps = {thread: self._lost.pop(thread) for thread in concerned & self._lost.keys()}
            if not batch:
                return
            self._keep(batch, gaps)

    def _keep(self, batch: list[_Waiting], gaps: dict[str, int]) -> None:
        told = [
            AuditEvent(kind="gap", at=now(), thread_id=thread, details={"lost": lost})
            for thread, lost in gaps.items()
        ]
        try:
            self._write([*told, *(event for event, _ in batch)])
        except Exception as error:  # an AuditError, or a bug: nobody who waits may wait for ever
            self._lose(batch, gaps, error)
            return
        for _, kept in batch:
            if kept:
                kept.set_result(None)

    def _lose(self, batch: list[_Waiting], gaps: dict[str, int], error: Exception) -> None:
        told = (
            error
            if isinstance(error, AuditError)
            else AuditError(f"The audit record could not be kept ({error}): see the log.")
        )
        with self._lock:
            self._lost.update(gaps)
            self._lost.update(event.thread_id for event, kept in batch if not kept)
        if noted := [event.kind for event, kept in batch if not kept]:
            _log.warning(
                "Audit records are lost (%s): %s", ", ".join(noted), told, exc_info=told is not error
            )
        for _, kept in batch:
            if kept:
                kept.set_exception(told)

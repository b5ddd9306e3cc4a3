"""Carries out what is due. Any number of workers may run, in any processes: each step is one worker's at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable

from emads_voice.database import DatabaseError
from emads_voice.error_text import first_line
from emads_voice.tasks import work_off

from .decisions import Execution, ExecutionStatus
from .errors import StaleError
from .executors import Executor, NotDoneError, RefusedError, Task, by_name
from .queue import LEASE_S, ExecutionQueue
from .store import DecisionStore

_log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
"""How often a step is tried that did nothing, or whose executor honours the key."""

POLL_S = 1.0
"""How often a worker looks for what is due, and tells a database that does not answer what came of it."""


class Worker:
    """Carries out approved decisions, one step after the other."""

    def __init__(
        self,
        store: DecisionStore,
        queue: ExecutionQueue,
        executors: Iterable[Executor],
        *,
        lease_s: float = LEASE_S,
    ) -> None:
        """
        Args:
            store: keeps the decisions.
            queue: their executions.
            executors: who carries them out.
            lease_s: how long a step may take, in seconds. Then it is given up, and perhaps taken over.

        Raises:
            ValueError: two executors have the same name.
        """
        self._store = store
        self._queue = queue
        self._executors = by_name(executors)
        self._lease_s = lease_s

    async def run(self) -> None:
        """Carry out what becomes due, until cancelled."""
        await work_off(
            self.step,
            _log,
            "What is due, or what came of it, could not be settled; it goes on",
            poll_s=POLL_S,
        )

    async def step(self, decision_id: str = "") -> bool:
        """Carry out one step that is due, if there is one; of one decision only, if that is named.

        Returns:
            Whether there was one.

        Raises:
            DatabaseError: the database did not say what is due, or has not taken what came of it for as long as the
                lease is. Then it is as if this worker had died.
        """
        honouring = [name for name, executor in self._executors.items() if executor.honours_key]
        claimed = await asyncio.to_thread(
            self._queue.claim, honouring, lease_s=self._lease_s, decision_id=decision_id
        )
        if claimed is None:
            return False
        status, result = await self._execute(claimed)
        await self._finish(claimed, status, result)
        return True

    async def _finish(self, execution: Execution, status: ExecutionStatus, result: str) -> None:
        """Keep what came of it. Where it is lost nobody knows whether it was done, so a database that does not answer
        is told again."""
        until, told = time.monotonic() + self._lease_s, False
        while True:
            try:
                return await asyncio.to_thread(self._queue.finish, execution, status, result)
            except StaleError as error:
                _log.warning("%s What came of it here: %s, %s", error, status, result)
                return None
            except DatabaseError as error:
                if not told:
                    what = (execution.key, status, result, error)
                    _log.warning("What came of %s (%s, %s) could not be kept, and is told again: %s", *what)
                if time.monotonic() >= until:
                    raise
                told = True
                await asyncio.sleep(POLL_S)

    async def _execute(self, execution: Execution) -> tuple[ExecutionStatus, str]:
        executor = self._executors.get(execution.executor)
        if executor is None:
            return "failed", f"There is no executor {execution.executor} here: nothing was done."
        again = execution.attempts < MOST_ATTEMPTS
        try:
            task = Task(await asyncio.to_thread(self._store.get, execution.decision_id), execution)
        except DatabaseError as error:
            return ("due" if again else "failed"), f"Nothing was done: {first_line(error)}"
        until = asyncio.get_running_loop().time() + self._lease_s
        limit = asyncio.timeout_at(until)
        try:
            async with limit:
                done = await executor.execute(task)
        except RefusedError as error:
            return "failed", first_line(error)
        except NotDoneError as error:
            return ("due" if again else "failed"), first_line(error)
        except Exception as error:
            told = f"{type(error).__name__}: {first_line(error)}"
            if limit.expired():
                told = f"it did not end within {self._lease_s:g} s"
            if executor.honours_key:
                return ("due" if again else "unknown"), told
            return "unknown", f"It was begun, and nobody knows whether it was done ({told}): look, and say."
        return "done", f"{done} {await self._checked(executor, task, until)}".strip()

    async def _checked(self, executor: Executor, task: Task, until: float) -> str:
        """What was seen after it was done; that it does not hold is told, and does not undo that it was done.

        Args:
            executor: has done it.
            task: what it has done.
            until: how long it may look, by the event loop's clock.
        """
        limit = asyncio.timeout_at(until)
        try:
            async with limit:
                return await executor.verify(task)
        except Exception as error:
            if limit.expired():
                return "Nobody knows whether it holds: looking at it afterwards did not end in time."
            return f"Looked at afterwards, it does not hold: {first_line(error)}."

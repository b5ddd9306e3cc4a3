"""What a factory makes for a while only: opened when it is needed, closed with the process that answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager

_log = logging.getLogger(__name__)


class Opening:
    """A context manager of anybody's, entered and left in one task, as those of network clients insist."""

    def __init__(self, context: AbstractAsyncContextManager[object] | AbstractContextManager[object]) -> None:
        """Take what is to be entered; inside the event loop."""
        self._context = (
            context if isinstance(context, AbstractAsyncContextManager) else _asynchronous(context)
        )
        self._value: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._hold())

    async def value(self) -> object:
        """What it opened.

        Raises:
            Exception: whatever entering it raises.
        """
        return await asyncio.shield(self._value)

    async def aclose(self) -> None:
        """Leave it. What that raises is logged: whatever was to be answered has been."""
        self._over.set()
        await asyncio.wait([self._task])
        if not self._task.cancelled() and (error := self._task.exception()):
            _log.error("What the agents had open could not be closed", exc_info=error)

    async def _hold(self) -> None:
        try:
            async with self._context as value:
                self._value.set_result(value)
                await self._over.wait()
        except Exception as error:
            if self._value.done():
                raise
            self._value.set_exception(error)


@asynccontextmanager
async def _asynchronous(context: AbstractContextManager[object]) -> AsyncIterator[object]:
    with context as value:
        yield value

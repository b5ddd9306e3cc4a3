"""A call has its conversation for itself: others hold it, or wait for it, meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack

from emads_voice.channels.errors import ThreadHeldError, ThreadLockError
from emads_voice.channels.thread_lock import ThreadLocks

_log = logging.getLogger(__name__)

AT_ONCE_S = 1.0
"""A conversation that others let go of this soon is not spoken of: it was the end of a turn, or of a broken line."""
HELD_WAIT_S = 30.0
"""How long a caller waits for a conversation that is held elsewhere."""


class Holding:
    """Holds one conversation, from when it can be had until the end of the call."""

    def __init__(self, locks: ThreadLocks | None) -> None:
        """Without locks nobody else has to do with it."""
        self._locks = locks
        self._held = AsyncExitStack()

    async def take(self, thread_id: str, waits: Callable[[], None]) -> bool:
        """Take it as soon as it can be had; False if that is not soon enough, or it cannot be locked at all.

        Args:
            thread_id: the conversation.
            waits: called once if others have it for longer than a moment.
        """
        if not self._locks:
            return True
        try:
            try:
                await self._held.enter_async_context(self._locks.hold(thread_id, wait_s=AT_ONCE_S))
            except ThreadHeldError:
                waits()
                await self._held.enter_async_context(self._locks.hold(thread_id, wait_s=HELD_WAIT_S))
        except ThreadLockError as error:
            _log.warning("call %s: %s", thread_id, error)
            return False
        return True

    async def release(self) -> None:
        """The call is over."""
        await self._held.aclose()

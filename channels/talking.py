"""Holding a conversation on a line that may go at any time."""

from __future__ import annotations

import asyncio
import logging
from contextvars import Context
from typing import Any, Protocol

from .call import CallInfo, Converse
from .transport import Transport

_log = logging.getLogger(__name__)

FAREWELL_S = 5.0
"""What a conversation may still do once its line is gone: write down what was played."""


class Line(Transport, Protocol):
    """A line that tells when it is gone."""

    @property
    def gone(self) -> bool:
        """Whether nothing more can be heard or said."""

    async def lost(self) -> None:
        """Waits until it is."""


async def talk(converse: Converse, line: Line, call: CallInfo) -> int | None:
    """Hold the conversation to its end; returns how many turns it had, if that is known."""

    async def conversing() -> int | None:
        return await converse(line, call)

    # In a context of its own: a turn is a trace, not a part of the span that web frameworks keep per socket.
    talking = asyncio.create_task(conversing(), context=Context())
    losing = asyncio.create_task(line.lost())
    try:
        await asyncio.wait({talking, losing}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({talking}, timeout=FAREWELL_S)
        if not talking.done():
            _log.warning("Call %s: the conversation did not notice that its line is gone.", call.call_sid)
    finally:
        talking.cancel()
        losing.cancel()
        await asyncio.wait({talking, losing})
    failed = complain(talking, call.call_sid)
    if not failed and not line.gone:
        await line.hang_up()
    return None if failed or talking.cancelled() else talking.result()


def length(seconds: float, turns: int | None) -> str:
    """ "1:32 and 3 turns"."""
    minutes, rest = divmod(round(seconds), 60)
    counted = "" if turns is None else f" and {turns} {'turn' if turns == 1 else 'turns'}"
    return f"{minutes}:{rest:02}{counted}"


def complain(task: asyncio.Future[Any], call_sid: str) -> bool:
    """Logs what a finished task failed of, if it failed; tells whether it did."""
    if task.cancelled() or (error := task.exception()) is None:
        return False
    _log.error("Call %s failed: %s", call_sid, type(error).__name__, exc_info=error)
    return True

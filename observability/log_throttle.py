"""Log lines that anyone can cause who reaches a port: at most one a second, and what was left out is counted.

A stranger who is refused must not fill a disk, nor hide the line that matters under a million others.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

LONGEST = 500
"""Characters of one line; part of it may be what the stranger sent."""

Later = Callable[[float, Callable[[], None]], object]


class ThrottleFilter(logging.Filter):
    """Lets one record of a logger pass in a while. The next one says how many were left out, and if none
    comes, a line of its own says it when the while is over.
    """

    def __init__(
        self,
        every_s: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        later: Later | None = None,
    ) -> None:
        """
        Args:
            every_s: the while, in seconds.
            clock: seconds, monotonic.
            later: calls a function after so many seconds; by default the event loop that logs, if one does.
        """
        super().__init__()
        self._every_s = every_s
        self._clock = clock
        self._later = later or _on_this_loop
        self._quiet_until = float("-inf")
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        now = self._clock()
        if now < self._quiet_until:
            self._left_out += 1
            if self._left_out == 1:
                logger, level = logging.getLogger(record.name), record.levelno
                self._later(self._quiet_until - now, lambda: self._tell(logger, level))
            return False
        self._quiet_until = now + self._every_s
        text = record.getMessage()
        record.msg, record.args = text if len(text) <= LONGEST else f"{text[:LONGEST]}…", ()
        if self._left_out:
            record.msg += f" … and {self._left_out} more since the last line"
            self._left_out = 0
        return True

    def _tell(self, logger: logging.Logger, level: int) -> None:
        left_out, self._left_out = self._left_out, 0
        if left_out:
            self._quiet_until = float("-inf")
            logger.log(level, "… and %d more", left_out)


def _on_this_loop(delay_s: float, call: Callable[[], None]) -> None:
    try:
        asyncio.get_running_loop().call_later(delay_s, call)
    except RuntimeError:  # no loop: the next line will tell
        return


strangers = logging.getLogger(__name__)
"""Where to log what a stranger did, whoever notices it: all of it together is one line a second."""
strangers.addFilter(ThrottleFilter())

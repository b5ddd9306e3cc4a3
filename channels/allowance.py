"""How much a second allows: as much as somebody who speaks needs, and what a stall of the network has kept back.

What comes over TCP may come in a bunch, after a stall of the network or of this process: late, but never before it was
said. So what has come in all stays behind the clock.
"""

from __future__ import annotations

AHEAD_S = 5.0
"""How far ahead of the clock a stream may run: a bridge may have kept the caller's first words until it was let in."""

STALL_S = 30.0
"""The longest stall after which everything may come at once. The operating system gives up a connection that has not
been read for as long, and a conversation has nothing to say to what was said before."""


class Allowance:
    """So much a second, on the average; what was not used is kept for a while."""

    def __init__(self, per_s: float, now: float, *, ahead_s: float = AHEAD_S) -> None:
        """
        Args:
            per_s: what a second allows.
            now: seconds of a monotonic clock.
            ahead_s: seconds' worth that may be used at once from the beginning.
        """
        self._per_s = per_s
        self._left = per_s * ahead_s
        self._at = now

    def take(self, amount: float, now: float) -> bool:
        """Use so much of it; whether there was as much."""
        self._left = min(self._left + (now - self._at) * self._per_s, self._per_s * STALL_S) - amount
        self._at = now
        return self._left >= 0

"""How fast a stream may come: as fast as somebody speaks and presses keys.

Twilio's socket is TCP. After a stall of the network, or of this process, sound comes in a bunch: late, but never
before it was spoken. So what has come in all stays behind the clock, and a stream that runs ahead of it comes from
no telephone. Whatever it is made of (sound, silence filled into gaps, marks, keys, events nobody knows, messages
that say nothing), it costs time and memory that other calls need.
"""

from __future__ import annotations

from .messages import RATE

AHEAD_S = 5.0
"""How far ahead of the clock a stream may run: a bridge may have kept the caller's first words until it was let in."""

STALL_S = 30.0
"""The longest stall after which everything may come at once. The operating system gives up a connection that has not
been read for as long, and a conversation has nothing to say to what was said before."""

SOUND_PER_S = round(1.05 * RATE)
"""Samples. A twentieth more than a caller speaks: the clocks of cheap bridges are fast by less."""

MESSAGES_PER_S = 200
"""Twilio sends 50 pieces of sound, and marks and keys besides; some bridges send 100."""

MESSAGE_BYTES = 1024
"""A longer message counts as several. One of 20 ms of sound has about 350."""

KEYS_PER_S = 20
"""A key sounds for 40 ms at least, and the pause after it lasts as long (ITU-T Q.24)."""


class Allowance:
    """So much a second, on the average; what was not used is kept for a while."""

    def __init__(self, per_s: float, now: float) -> None:
        """
        Args:
            per_s: what a second allows.
            now: seconds of a monotonic clock.
        """
        self._per_s = per_s
        self._left = per_s * AHEAD_S
        self._at = now

    def take(self, amount: float, now: float) -> bool:
        """Use so much of it; whether there was as much."""
        self._left = min(self._left + (now - self._at) * self._per_s, self._per_s * STALL_S) - amount
        self._at = now
        return self._left >= 0

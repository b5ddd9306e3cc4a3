"""A circuit breaker: who fails again and again is left alone for a while, then tried once.

The breakers one can install wrap a call and judge it by the exception it raises. Here an attempt also counts as failed
when somebody else answered first, and a trial must cost nobody time; so this one only keeps the account.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """The account of one backend; for one event loop."""

    def __init__(
        self, *, failures: int = 3, rest_s: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """
        Args:
            failures: in a row, that open it.
            rest_s: how long it is left alone, and the time from one trial to the next.
            clock: seconds, never going back.
        """
        self._limit = failures
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._trial_at = 0.0

    @property
    def closed(self) -> bool:
        """All is well, as far as known."""
        return self._failures < self._limit

    def claim_trial(self) -> bool:
        """Whether it is open and the time has come to try it. Who is told yes, tries: nobody else will be told so."""
        if self.closed or self._clock() < self._trial_at:
            return False
        self._trial_at = self._clock() + self._rest_s
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0

    def failed(self) -> None:
        """It did not."""
        self._failures += 1
        self._trial_at = self._clock() + self._rest_s

    def open(self) -> None:
        """It is known not to work."""
        self._failures = self._limit
        self._trial_at = self._clock() + self._rest_s

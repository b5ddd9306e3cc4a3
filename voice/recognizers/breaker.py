"""A circuit breaker: a backend that failed several times in a row is left alone for a while, then tried once.

- Closed: it is asked. It opens after :data:`FAILURES` in a row.
- Open: it is not asked. After :data:`REST_S` seconds it is half open.
- Half open: one caller tries it. If that succeeds it closes, otherwise there is another trial after ``REST_S``.

The breakers one can install wrap a call and judge it by the exception it raises. Here an attempt also counts as failed
when another backend answered first, and a trial runs beside the next backend, so that nobody waits for it. So this one
makes no calls: it only keeps the state.
"""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 3
"""So many in a row open it."""

REST_S = 10.0
"""Seconds from the last failure to a trial, and from one trial to the next."""


class Breaker:
    """The state of one backend; for one event loop."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin closed; ``clock`` gives seconds and never goes back."""
        self._clock = clock
        self._failures = 0
        self._trial_at = 0.0

    @property
    def closed(self) -> bool:
        """Whether it is to be asked as usual."""
        return self._failures < FAILURES

    def claim_trial(self) -> bool:
        """True to one caller, when the trial is due: that caller makes it. False to everybody else."""
        if self.closed or self._clock() < self._trial_at:
            return False
        self._trial_at = self._clock() + REST_S
        return True

    def succeeded(self) -> None:
        """It answered: close."""
        self._failures = 0

    def failed(self) -> None:
        """It failed, or another answered first: count that, and open after too many in a row."""
        self._failures += 1
        self._trial_at = self._clock() + REST_S

    def open(self) -> None:
        """Open at once: it is known not to work."""
        self._failures = FAILURES
        self._trial_at = self._clock() + REST_S

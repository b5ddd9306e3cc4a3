"""How often one client may ask: a bucket of tokens each, which fills again with time."""

from __future__ import annotations

import time
from collections.abc import Callable


class Rate:
    """So many requests a minute for each client; after a pause, as many at once."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the rate and a clock in seconds, monotonic."""
        self._size = float(per_minute)
        self._per_s = per_minute / 60
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, and when: one for each key there is

    def wait_s(self, client: str) -> float:
        """Take a token; 0 if there was one, else the seconds until there is."""
        now = self._clock()
        left, since = self._buckets.get(client, (self._size, now))
        left = min(self._size, left + (now - since) * self._per_s)
        enough = left >= 1
        self._buckets[client] = (left - 1 if enough else left, now)
        return 0.0 if enough else (1 - left) / self._per_s

"""Who may be on a line at once: a cap on all calls, and one on each caller's.

A call is admitted when it rings, before its line opens. It holds its place for a while until then, and again
when its line breaks, so that a call that comes back is never told the house is full.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from emads_voice.observability import metrics

HOLD_S = 60.0
"""How long a place is kept for a line that has not opened, or has broken."""


@dataclass(slots=True)
class _Place:
    caller: str
    held_until: float | None  # None: the line is open


class Admission:
    """The places of one process. Admitting the same call again renews its place."""

    def __init__(self, limit: int, per_caller: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            limit: calls at once.
            per_caller: calls at once with the same number; calls that withhold theirs are not told apart from
                each other and count against ``limit`` alone.
            clock: seconds, monotonic.
        """
        self._limit = limit
        self._per_caller = per_caller
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._draining = False

    @property
    def limit(self) -> int:
        """Calls at once."""
        return self._limit

    @property
    def draining(self) -> bool:
        """Whether no new call is admitted any more."""
        return self._draining

    @property
    def calls(self) -> int:
        """How many places are taken, held ones included."""
        self._forget_unused()
        return len(self._places)

    def drain(self) -> None:
        """Admit no new call from now on; those that have a place keep it. Safe in a signal handler."""
        self._draining = True

    def admit(self, call: str, caller: str) -> str:
        """Give a call a place, held until its line opens.

        Returns:
            "" if it has one, else why not.
        """
        self._forget_unused()
        place = self._places.get(call)
        if place is None:
            if self._draining:
                return self._refused("the server is shutting down", "draining")
            if len(self._places) >= self._limit:
                return self._refused(f"all {self._limit} lines are taken", "full")
            if caller and sum(other.caller == caller for other in self._places.values()) >= self._per_caller:
                return self._refused(f"this caller has {self._per_caller} calls already", "caller")
            self._places[call] = _Place(caller, self._clock() + HOLD_S)
        elif place.held_until is not None:
            place.held_until = self._clock() + HOLD_S
        return ""

    def open(self, call: str) -> None:
        """The line of an admitted call opened."""
        if place := self._places.get(call):
            place.held_until = None

    def hold(self, call: str) -> None:
        """The line broke; the call may come back."""
        if place := self._places.get(call):
            place.held_until = self._clock() + HOLD_S

    def release(self, call: str) -> bool:
        """The call is over. Returns whether it had a place."""
        return self._places.pop(call, None) is not None

    @staticmethod
    def _refused(why: str, reason: str) -> str:
        metrics.REFUSED.add(1, {"reason": reason})
        return why

    def _forget_unused(self) -> None:
        now = self._clock()
        self._places = {
            call: place
            for call, place in self._places.items()
            if place.held_until is None or place.held_until > now
        }

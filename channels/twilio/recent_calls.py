"""What is remembered of the latest calls, live or over, so that a webhook asked again does nothing again.

Signatures have no time in them: whoever has recorded a webhook can ask it for ever.
"""

from __future__ import annotations

from typing import Generic, TypeVar

_T = TypeVar("_T")

REMEMBERED = 50_000
"""Calls. Two days and more of 40 lines that never rest; some 15 MB."""


class CallMemory(Generic[_T]):
    """One note on each call, by its SID; beyond :data:`REMEMBERED` the one written first is forgotten."""

    def __init__(self) -> None:
        self._notes: dict[str, _T] = {}  # oldest first

    def __contains__(self, call_sid: str) -> bool:
        return call_sid in self._notes

    def get(self, call_sid: str) -> _T | None:
        """What was noted of a call."""
        return self._notes.get(call_sid)

    def forget(self, call_sid: str) -> None:
        """Whatever was noted of a call is not needed any more."""
        self._notes.pop(call_sid, None)

    def note(self, call_sid: str, note: _T) -> None:
        """Note this of a call in place of what was noted."""
        self._notes.pop(call_sid, None)
        self._notes[call_sid] = note
        if len(self._notes) > REMEMBERED:
            del self._notes[next(iter(self._notes))]

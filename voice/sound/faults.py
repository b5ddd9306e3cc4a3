"""What of a recording could not be read, in words."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 10
"""Places that are named; of more, how many there are."""

TOUCHING_S = 0.05
"""Damage so near to damage is one, and shorter damage is a place, not a stretch."""


@dataclass(slots=True)
class _Hole:
    start_s: float
    end_s: float

    def __str__(self) -> str:
        if self.end_s - self.start_s > TOUCHING_S and f"{self.start_s:.1f}" != f"{self.end_s:.1f}":
            return f"{self.start_s:.1f}-{self.end_s:.1f} s are damaged"
        return f"at {self.start_s:.1f} s it is damaged"


@dataclass(slots=True)
class Faults:
    """The faults of one track so far, in the order of time."""

    _found: list[_Hole | str] = field(default_factory=list)

    def hole(self, start_s: float, end_s: float) -> None:
        """Something is missing between two times, or, where they are one, at it."""
        last = self._found[-1] if self._found else None
        if isinstance(last, _Hole) and start_s - last.end_s <= TOUCHING_S:
            last.end_s = max(last.end_s, end_s)
        else:
            self._found.append(_Hole(start_s, end_s))

    def add(self, sentence: str) -> None:
        """Something else is wrong."""
        self._found.append(sentence)

    def forget_since(self, time_s: float) -> None:
        """Take back a hole that begins after a time: it is the end that is missing, and will be told of."""
        if self._found and isinstance(last := self._found[-1], _Hole) and last.start_s >= time_s - TOUCHING_S:
            self._found.pop()

    def told(self) -> list[str]:
        """One sentence part each."""
        holes = [found for found in self._found if isinstance(found, _Hole)]
        hidden = {id(hole) for hole in holes[SHOWN:]}
        told = [str(found) for found in self._found if id(found) not in hidden]
        return [*told, *([f"{len(hidden)} more places are damaged"] if hidden else [])]

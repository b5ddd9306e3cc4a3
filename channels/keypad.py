"""What a caller keys, gathered into numbers."""

from __future__ import annotations

from collections.abc import Callable

from .background import Background

KEYED = "[keypad] "
"""Begins what was keyed, where that stands among what was said."""

LONGEST = 40
"""Keys of one number; the longest that people key, those of bank accounts (IBAN), have 34."""


class Keypad:
    """A number ends with "#", when no key has been pressed for a while, or when it is as long as numbers are."""

    def __init__(self, background: Background, gap_s: float, tell: Callable[[str], None]) -> None:
        """``tell`` is given each number, with its "#" if that ended it."""
        self._background = background
        self._gap_s = gap_s
        self._tell = tell
        self._keys = ""

    @property
    def busy(self) -> bool:
        """Whether a number has begun."""
        return bool(self._keys)

    def press(self, key: str, *, alone: bool = False) -> None:
        """A key was pressed; one that is awaited ``alone`` is a number by itself."""
        self._keys += key
        if alone or key == "#" or len(self._keys) >= LONGEST:
            self._complete()
        else:
            self._background.after("keys", self._gap_s, self._complete)

    def close(self) -> None:
        """What comes now does not matter."""
        self._background.cancel("keys")

    def _complete(self) -> None:
        self._background.cancel("keys")
        keys, self._keys = self._keys, ""
        self._tell(keys)

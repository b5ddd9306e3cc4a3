"""The last line of the terminal during a conversation: who is speaking, how loud the microphone is, and the keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

_BARS = " ▁▂▃▄▅▆▇█"
_QUIETEST_DB = -60.0
METER = 10
"""Columns of the level meter."""


class StatusLine:
    """Drawn only on a terminal. Whatever else is printed meanwhile is printed :meth:`above` it."""

    def __init__(self, console: Console, text: Callable[[], Text]) -> None:
        """Take where to draw, and what."""
        self._console = console
        self._text = text
        self._drawn = False

    def draw(self) -> None:
        """Draw it as things are now."""
        if self._console.is_terminal:
            self._erase()
            text = self._text()
            text.truncate(self._console.width - 1, overflow="ellipsis")
            self._console.print(text, end="", soft_wrap=False, no_wrap=True)
            self._drawn = True

    @contextmanager
    def above(self) -> Iterator[None]:
        """What is printed in this context stands above the line."""
        drawn = self._drawn
        self._erase()
        try:
            yield
        finally:
            if drawn:
                self.draw()

    def _erase(self) -> None:
        if self._drawn:
            self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
            self._drawn = False

    def close(self) -> None:
        """Take it away."""
        self._erase()


def meter(loudness: float) -> str:
    """A loudness, as a root mean square, in :data:`METER` columns: 0 dB fills them, -60 dB none."""
    decibels = 20 * math.log10(max(loudness, 1e-6))
    filled = METER * min(1.0, max(0.0, 1 - decibels / _QUIETEST_DB))
    return "".join(_BARS[round(min(1.0, max(0.0, filled - column)) * 8)] for column in range(METER))

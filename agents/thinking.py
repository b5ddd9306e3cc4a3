"""Thoughts that models write into their text, between ``<think>`` and ``</think>``: nobody is to hear them.

Providers hand thoughts over in content blocks of their own, which are never taken for text. Models that somebody serves
on their own machine write them in front of the answer.
"""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


def without_thoughts(text: str) -> str:
    """A text without the thoughts it begins with; those that have no end are all of it."""
    begun = text.lstrip()
    if not begun.startswith(_OPEN):
        return text
    return begun.partition(_CLOSE)[2].lstrip()


class Thoughts:
    """Takes the pieces of one text and gives back what is no thought."""

    def __init__(self) -> None:
        self._begun = ""
        self._past = False  # thoughts come first, if at all
        self._tail = ""

    def without(self, piece: str) -> str:
        """What of the next piece may be heard; it may be more, of pieces that were held back."""
        if self._past:
            return piece
        if not self._tail:
            self._begun += piece
            begun = self._begun.lstrip()
            if _OPEN.startswith(begun[: len(_OPEN)]) and len(begun) < len(_OPEN):
                return ""
            if not begun.startswith(_OPEN):
                self._past = True
                return self._begun
            piece, self._tail = begun, " "
        text = self._tail + piece
        end = text.find(_CLOSE)
        if end < 0:
            self._tail = text[-len(_CLOSE) :]
            return ""
        rest = text[end + len(_CLOSE) :].lstrip()
        self._past = bool(rest)
        self._tail = _CLOSE if not rest else ""
        return rest

"""Text that arrives in pieces, held until a sentence of it is over: what was said of it cannot be taken back."""

from __future__ import annotations

import re

_MAX_HELD = 400
"""Characters: a longer sentence is let go at a space, as a mouth cuts it too."""

_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]*_]*\s+|[。！？](?=\S)|\n\s*")
"""Of a text without white space at its end, so that something follows each."""
_LONGEST_END = 8
"""Characters in which an end is looked for again when more text has come."""


class HeldSentences:
    """Text of which each sentence is let go when something follows it."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, text: str) -> str:
        """Take the next piece; returns the sentences that are let go with it."""
        looked = max(0, len(self._held) - _LONGEST_END)
        self._held += text
        end = 0
        for match in _SENTENCE_END.finditer(self._held, looked, len(self._held.rstrip())):
            end = match.end()
        if not end and len(self._held) > _MAX_HELD:
            end = self._held.rfind(" ") + 1 or (len(self._held) if len(self._held) > 2 * _MAX_HELD else 0)
        return self._take(end)

    def rest(self) -> str:
        """All that is held."""
        return self._take(len(self._held))

    def _take(self, end: int) -> str:
        taken, self._held = self._held[:end], self._held[end:]
        return taken


def split(text: str) -> list[str]:
    """The sentences of a text, each with the white space behind it; joined they are the text."""
    pieces, begin = [], 0
    for end in [match.end() for match in _SENTENCE_END.finditer(text, 0, len(text.rstrip()))] + [len(text)]:
        while end - begin > _MAX_HELD:
            cut = text.rfind(" ", begin, begin + _MAX_HELD) + 1 or begin + _MAX_HELD
            pieces.append(text[begin:cut])
            begin = cut
        if end > begin:
            pieces.append(text[begin:end])
        begin = end
    return pieces

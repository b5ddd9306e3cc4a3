"""The playout ledger: what of our speech the other side has heard.

Sound handed to a line is played later, in order. After each sentence a mark is sent, which comes back when the
sentence has been heard. A clear drops what is not yet played and brings every pending mark back at once, so marks
carry a generation, which every clear ends: a mark of an older generation says nothing.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\S+\s*")


@dataclass(slots=True)
class Line:
    """One sentence on its way.

    Attributes:
        text: its words, with the white space that follows.
        samples: its sound, shape ``(n,)``; kept until it is heard, to go on from where it was cut.
        rate: of the sound.
        sent: samples handed to the line so far.
    """

    text: str
    samples: NDArray[np.float32]
    rate: int
    sent: int = 0

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate

    def text_until(self, seconds: float) -> str:
        """The words of its first seconds, whole words only, as if all letters took the same time."""
        if seconds >= self.duration_s:
            return self.text
        letters = len(self.text.rstrip()) * max(0.0, seconds) / self.duration_s if self.samples.size else 0
        end = 0
        for word in _WORD.finditer(self.text):
            if len(word[0].rstrip()) + word.start() > letters:
                break
            end = word.end()
        return self.text[:end]


class PlayoutLedger:
    """Keeps what was sent, what came back, and so what was heard. Times are seconds of one clock."""

    def __init__(self) -> None:
        self.heard = ""
        """Text heard for certain: whole sentences, and parts cut off by clears."""
        self._generation = 0
        self._number = 0
        self._lines: deque[tuple[str, Line]] = deque()
        self._playing_since: float | None = None

    @property
    def pending(self) -> bool:
        """Whether something sent is still to be heard."""
        return bool(self._lines)

    def begin(self, line: Line, now: float) -> None:
        """A sentence begins to be sent."""
        if not self._lines:
            self._playing_since = now
        self._lines.append((self._name(), line))

    def mark_for(self, line: Line) -> str:
        """The mark to send after a sentence."""
        return next(name for name, pending in self._lines if pending is line)

    def returned(self, name: str, now: float) -> None:
        """A mark came back: everything up to it was heard, unless a clear came in between."""
        if not any(name == pending for pending, _ in self._lines):
            return  # of an older generation, or not ours
        while self._lines:
            pending, line = self._lines.popleft()
            self.heard += line.text
            if pending == name:
                break
        self._playing_since = now if self._lines else None

    def assume_heard(self) -> None:
        """Everything sent was heard, though no mark says so."""
        self.heard += "".join(line.text for _, line in self._lines)
        self._lines.clear()
        self._playing_since = None

    def cut(self, now: float) -> list[Line]:
        """A clear is being sent: returns what is left to say, should the answer go on.

        What was heard of the sentence being played is estimated from the time since it began. The rest of it
        begins at the word that was cut.
        """
        self._generation += 1
        if not self._lines or self._playing_since is None:
            return []
        _, playing = self._lines.popleft()
        played_s = min(now - self._playing_since, playing.sent / playing.rate)
        spoken = playing.text_until(played_s)
        self.heard += spoken
        rest = [line for _, line in self._lines]
        self._lines.clear()
        self._playing_since = None
        if left := playing.text[len(spoken) :]:
            share = len(spoken) / max(1, len(playing.text))
            start = min(int(share * len(playing.samples)), int(played_s * playing.rate))
            rest.insert(0, Line(left, playing.samples[start:], playing.rate))
        return [Line(line.text, line.samples, line.rate) for line in rest]

    def _name(self) -> str:
        self._number += 1
        return f"{self._generation}:{self._number}"

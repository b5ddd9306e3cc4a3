"""The voice tells, where a turn model listens: what sounds unfinished gets more time."""

from __future__ import annotations

from .strategy import Said

_JUDGED_FROM_S = 1.0  # a lone "yes" has hardly a melody: Smart Turn took one for unfinished (0.02)


class Intonation:
    """Longer after what sounds unfinished; no opinion where no turn model listens.

    A hint only, and only in this direction: where somebody paused inside an utterance Smart Turn found it finished
    more often than not, so that what sounds finished proves nothing.
    """

    def __init__(self, seconds: float = 1.0, *, below: float = 0.1) -> None:
        """Take the silence, in seconds, after what is less likely finished than ``below``."""
        self.seconds = seconds
        self.below = below

    def silence_s(self, said: Said) -> float | None:
        """None after what may be finished, and after short answers."""
        if said.finished is None or said.speech_s < _JUDGED_FROM_S:
            return None
        return self.seconds if said.finished < self.below else None

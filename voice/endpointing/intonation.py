"""Endpointing by the voice, where there is a turn model: what sounds unfinished gets more time."""

from __future__ import annotations

from .strategy import Said

_JUDGED_FROM_S = 1.0  # a lone "yes" has hardly a melody: Smart Turn took one for unfinished (0.02)


class Intonation:
    """A longer silence after what sounds unfinished; no opinion without a turn model.

    A hint only, and only in this direction: where somebody paused inside an utterance Smart Turn found it finished
    more often than not, so that what sounds finished proves nothing.
    """

    def __init__(self, seconds: float = 1.0, *, below: float = 0.1) -> None:
        """
        Args:
            seconds: of silence that end an utterance that sounds unfinished.
            below: an utterance less likely finished than this sounds unfinished; 0 to 1.
        """
        self.seconds = seconds
        self.below = below

    def silence_s(self, said: Said) -> float | None:
        """None after what may be finished, and after short answers."""
        if said.finished is None or said.speech_s < _JUDGED_FROM_S:
            return None
        return self.seconds if said.finished < self.below else None

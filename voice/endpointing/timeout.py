"""A fixed silence ends an utterance: the fallback that always has an opinion."""

from __future__ import annotations

from .strategy import Said


class SilenceTimeout:
    """The same silence whatever was said.

    People leave gaps of about 0.2 s between turns but pause 0.5 s and more inside them: at 0.3 s plain voice
    activity cuts off every second turn.
    """

    def __init__(self, seconds: float = 0.7) -> None:
        """``seconds`` of silence end any utterance: fewer answer sooner, and interrupt more people."""
        self.seconds = seconds

    def silence_s(self, said: Said) -> float:
        """The timeout."""
        return self.seconds

"""Several strategies as one."""

from __future__ import annotations

from collections.abc import Sequence

from .dictation import Dictation
from .intonation import Intonation
from .strategy import Endpointing, Said
from .timeout import SilenceTimeout
from .wording import Wording


class FirstOpinion:
    """Asks its strategies in order; the first that has an opinion decides."""

    def __init__(self, strategies: Sequence[Endpointing]) -> None:
        """``strategies`` in order; let the last be one that always has an opinion, as :class:`SilenceTimeout` has."""
        self._strategies = tuple(strategies)

    def silence_s(self, said: Said) -> float | None:
        """The first opinion; None if nobody has one."""
        return next((s for strategy in self._strategies if (s := strategy.silence_s(said)) is not None), None)


def default_endpointing(silence_s: float = 0.7) -> FirstOpinion:
    """Digits, then the voice if a turn model listens, then wording, then a timeout."""
    wording = Wording(whole_s=min(0.45, silence_s))
    return FirstOpinion([Dictation(), Intonation(), wording, SilenceTimeout(silence_s)])

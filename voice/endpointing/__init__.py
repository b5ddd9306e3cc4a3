"""Endpointing: how long a caller must be silent before they are taken to have finished.

One strategy a file; :class:`FirstOpinion` composes them. All are hints on top of a silence timeout, since nothing
hears the difference between a pause for thought and the end of a thought every time: better to wait than to cut in.
"""

from .composed import FirstOpinion, default_endpointing
from .dictation import Dictation, continues
from .intonation import Intonation
from .strategy import Endpointing, Said, TurnModel
from .timeout import SilenceTimeout
from .wording import Wording

__all__ = [
    "Dictation",
    "Endpointing",
    "FirstOpinion",
    "Intonation",
    "Said",
    "SilenceTimeout",
    "TurnModel",
    "Wording",
    "continues",
    "default_endpointing",
]
